"""What those hold who are gone: back to the queue after the grace period."""

import logging
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from agents.decisions.departures import GRACE
from agents.enums import DepartureCause
from escalations.actions import lifecycle
from escalations.enums import BUSY_STATES, OWNED_STATES, EventKind
from escalations.models import Escalation, EscalationEvent
from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict

logger = logging.getLogger(__name__)

# What shows that the holder has it in hand, or was given it: the grace period runs from the last of these too.
IN_HAND = (
    EventKind.OFFERED,
    EventKind.TRANSFERRED,
    EventKind.CLAIMED,
    EventKind.REOPENED,
    EventKind.REPLIED,
    EventKind.PENDED,
)
AT_ONCE = 200


def release_left_work(*, now: datetime) -> int:
    """How many went back. Whatever somebody was quicker to take or to end is left alone."""
    released = 0
    for escalation in left_work(now)[:AT_ONCE]:
        because = _because(escalation, now)
        try:
            lifecycle.release(
                escalation=escalation,
                reason=because["text"],
                because=because,
                holder=escalation.assignee,
                by=SYSTEM,
                now=now,
            )
        except Conflict as conflict:
            logger.info("%s is not released: %s", escalation.public_id, conflict)
        else:
            released += 1
    return released


def left_work(now: datetime) -> QuerySet[Escalation]:
    """Held or offered, of whoever has been gone for the grace period; what needs an answer first.

    What waits for the customer stays with its agent, who knows it, until the customer writes: then it is active,
    and goes to somebody who is there. A deactivated agent never comes back, so theirs goes as well.
    """
    touched = EscalationEvent.objects.filter(
        escalation=OuterRef("pk"), agent=OuterRef("assignee"), kind__in=IN_HAND
    ).order_by("-at")
    due = Q()
    for cause, grace in GRACE.items():
        states = OWNED_STATES if cause == DepartureCause.DEACTIVATED else BUSY_STATES
        gone = Q(assignee__departure__cause=cause, assignee__departure__since__lte=now - grace)
        due |= gone & Q(state__in=states) & (Q(touched=None) | Q(touched__lte=now - grace))
    found: QuerySet[Escalation] = (
        Escalation.objects.annotate(touched=Subquery(touched.values("at")[:1]))
        .filter(due, state__in=OWNED_STATES)
        .select_related("assignee__departure")
        .in_queue_order()
    )
    return found


def _because(escalation: Any, now: datetime) -> dict[str, Any]:
    departure = escalation.assignee.departure
    minutes = round((now - departure.since).total_seconds() / 60)
    words = {
        DepartureCause.CONNECTION_LOST: f"{escalation.assignee} has been without connection for {minutes} min.",
        DepartureCause.OFFLINE: f"{escalation.assignee} has been offline for {minutes} min.",
        DepartureCause.OFF_SHIFT: f"{escalation.assignee} has been off shift for {minutes} min.",
        DepartureCause.DEACTIVATED: f"{escalation.assignee} was deactivated.",
    }
    return {
        "text": words[DepartureCause(departure.cause)],
        "cause": departure.cause,
        "since": departure.since.isoformat(),
        "grace_seconds": int(GRACE[DepartureCause(departure.cause)].total_seconds()),
    }
