"""Sent after commit; receivers only enqueue."""

from django.dispatch import Signal

escalation_event_appended = Signal()  # escalation_id, event_id: int; kind: EventKind; agent_id: int | None
deadline_near = Signal()  # at: datetime; something happens on a clock before the next scheduled look
