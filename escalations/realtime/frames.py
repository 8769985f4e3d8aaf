"""The frames of the two sockets. The queue page gets whole rows, programs get what the users' guide shows.

Neither holds a customer's e-mail address or phone number: what everybody on a socket may see is the same text.
"""

from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Min, Q, Value
from django.utils import timezone

from agents.enums import Status
from agents.models import Presence
from escalations.enums import HELD_STATES, SLA_EVENTS, WAITING_STATES, EventKind, Priority, Timing
from escalations.models import Escalation, EscalationEvent
from escalations.rows import iso, queue_row

STREAM_TYPES = {EventKind.OPENED: "new_escalation"}


def queue_frame(event: EscalationEvent, escalation: Escalation) -> dict[str, Any]:
    """``version`` is the row's, which may already be later than the event's."""
    return {
        "type": event.kind,
        "event": event.pk,
        "id": escalation.public_id,
        "version": escalation.version,
        "row": queue_row(escalation),
    }


def gone_frame(event: EscalationEvent, escalation: Escalation) -> dict[str, Any]:
    """For the team that it was taken from: the row goes, and nothing is said of where."""
    return {
        "type": "gone",
        "event": event.pk,
        "id": escalation.public_id,
        "version": escalation.version,
        "row": None,
    }


def stream_frame(event: EscalationEvent, escalation: Escalation) -> dict[str, Any]:
    """``version`` is the event's, so that programs can tell repeated frames; ``state`` is the present one."""
    conversation = escalation.conversation
    frame = {
        "type": STREAM_TYPES.get(EventKind(event.kind), f"escalation_{event.kind}"),
        "event": event.pk,
        "at": iso(event.at),
        "id": escalation.public_id,
        "version": event.version,
        "state": escalation.state,
        "priority": Priority(escalation.priority).code,
        "topic": escalation.topic.slug if escalation.topic else None,
        "reason": escalation.reason,
        "subject": escalation.subject,
        "waitTime": waited_seconds(escalation, event.at),
        "customer": {
            "name": escalation.customer.name if escalation.customer else None,
            "plan": escalation.plan.code if escalation.plan else None,
        },
        "conversation": {
            "id": conversation.public_id,
            "source": conversation.source,
            "external_id": conversation.external_id,
        },
        "agent": event.agent.name if event.agent else None,
    }
    if event.kind in SLA_EVENTS:
        frame["deadline"] = {name: event.data.get(name) for name in ("metric", "due_at", "target_seconds")}
    if event.kind == EventKind.REPLIED and event.message is not None:
        frame["message"] = {
            "id": event.message.public_id,
            "text": event.message.text,
            "agent": event.agent.name if event.agent else None,
            "sent_at": iso(event.message.sent_at),
        }
    return frame


def waited_seconds(escalation: Escalation, at: datetime) -> int:
    """Until the first human message, or until ``at`` where there was none yet."""
    answered = escalation.first_response_at
    until = at if answered is None else min(at, answered)
    return max(0, int((until - escalation.opened_at).total_seconds()))


def presence_frame(presence: Presence) -> dict[str, Any]:
    agent = presence.agent
    return {
        "type": "presence",
        "agent": agent.public_id,
        "name": agent.name,
        "status": presence.status,
        "status_label": Status(presence.status).label,
        "reason": presence.reason,
        "until": iso(presence.until),
        "since": iso(presence.at),
    }


def wait_status(escalations: Any, now: datetime | None = None) -> dict[str, Any]:
    """Seconds that those now waiting have waited, how many are past their deadline (backlog), how many in hand.

    One query. Escalations whose opening time is not known count, but their wait does not.
    """
    now = now or timezone.now()
    waiting, measured = Q(state__in=WAITING_STATES), Q(timing=Timing.MEASURED)
    wait = ExpressionWrapper(Value(now) - F("opened_at"), output_field=DurationField())
    found = escalations.open().aggregate(
        waiting=Count("pk", filter=waiting),
        average=Avg(wait, filter=waiting & measured),
        oldest=Min("opened_at", filter=waiting & measured),
        backlog=Count("pk", filter=waiting & measured & Q(first_response_at=None, first_response_due_at__lt=now)),
        handled=Count("pk", filter=Q(state__in=HELD_STATES)),
    )
    return {
        "type": "status",
        "waiting": found["waiting"],
        "average_wait": round(found["average"].total_seconds()) if found["average"] is not None else None,
        "longest_wait": int((now - found["oldest"]).total_seconds()) if found["oldest"] is not None else None,
        "backlog": found["backlog"],
        "handled": found["handled"],
    }
