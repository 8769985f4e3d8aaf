"""When the first human message is due, and whether it came in time. Decided from timestamps alone."""

from datetime import datetime, timedelta

from escalations.enums import FIRST_RESPONSE_TARGETS, Priority


def first_response_due(opened_at: datetime, priority: Priority) -> datetime:
    """The last moment at which an answer is in time."""
    return opened_at + timedelta(seconds=FIRST_RESPONSE_TARGETS[priority])


def is_met(due_at: datetime, answered_at: datetime | None, now: datetime) -> bool | None:
    """True or False once it is decided, None while it is open. Exactly at the deadline is met."""
    if answered_at is not None:
        return answered_at <= due_at
    return False if now > due_at else None


def whole_seconds(start: datetime, end: datetime) -> int:
    """From start to end in whole seconds, never negative: clocks of two machines may differ a little."""
    return max(0, int((end - start).total_seconds()))
