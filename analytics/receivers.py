"""What follows at once from domain signals. Receivers only enqueue: the sweep finds whatever they miss."""

from typing import Any

from analytics.tasks import read_comment
from escalations.enums import EventKind
from helpninja.common.jobs import enqueue


def read_what_was_said(*, kind: str, escalation_id: int, **signal: Any) -> None:
    """For ``escalation_event_appended``."""
    if kind == EventKind.RATED:
        enqueue(read_comment, escalation_id)
