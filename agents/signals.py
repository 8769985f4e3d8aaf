"""Sent after commit; receivers above only enqueue."""

from django.dispatch import Signal

presence_changed = Signal()  # agent_id: int, presence_id: int
