"""Sent after commit; receivers only enqueue."""

from django.dispatch import Signal

escalation_event_appended = Signal()  # escalation_id: int, event_id: int
