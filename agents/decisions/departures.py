"""Whether somebody is gone, so that others must take what they hold."""

from datetime import datetime, timedelta

from agents.decisions.availability import Availability
from agents.enums import DepartureCause, Status

# A live page gives a sign of life every 15 s; three may be missed, as when the server starts again.
LOST_AFTER = timedelta(seconds=60)
# From the departure, and from what they last did on a piece of work, to its release. Who is off shift is often
# still there and ends a conversation; who lost the connection is not.
GRACE = {
    DepartureCause.CONNECTION_LOST: timedelta(minutes=5),
    DepartureCause.OFFLINE: timedelta(minutes=5),
    DepartureCause.OFF_SHIFT: timedelta(minutes=15),
    DepartureCause.DEACTIVATED: timedelta(minutes=5),
}


def departure_cause(
    *, is_active: bool, status: str, heartbeat: datetime | None, plan: Availability, now: datetime
) -> DepartureCause | None:
    """None for those who are there, or may be.

    Without a ``heartbeat`` (no live page was open since they last worked by the API alone) none is missed.
    A break or an absence that somebody chose is no departure: they come back. Exactly at the limit is gone.
    """
    if not is_active:
        return DepartureCause.DEACTIVATED
    if heartbeat is not None and now - heartbeat >= LOST_AFTER:
        return DepartureCause.CONNECTION_LOST
    if status == Status.OFFLINE:
        return DepartureCause.OFFLINE
    if plan.on_leave or not (plan.on_shift or plan.on_call):
        return DepartureCause.OFF_SHIFT
    return None
