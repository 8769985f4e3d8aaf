"""Sent after commit; receivers above only enqueue."""

from django.dispatch import Signal

calendar_published = Signal()  # calendar_id: int, version_id: int
presence_changed = Signal()  # agent_id: int, presence_id: int
