"""What a receiver gets. Never an e-mail address, a phone number, a note or a word of the customer's.

``data.version`` belongs to the escalation as it is when this is sent, ``data.event.version`` to the event:
a receiver that mirrors escalations keeps the greatest ``data.version`` it has seen.
"""

from datetime import UTC, datetime
from typing import Any

from escalations.enums import EventKind, Priority, Timing
from escalations.models import Escalation, EscalationEvent

# Two have names of their own in the users' guide; the others are "escalation_" and the kind.
TYPES = {EventKind.OPENED.value: "new_escalation"}

RELATED = (
    "escalation__conversation",
    "escalation__customer",
    "escalation__topic",
    "escalation__plan",
    "escalation__assignee",
    "agent",
    "message__agent",
)


def type_of(kind: str) -> str:
    return TYPES.get(kind, f"escalation_{kind}")


def payload_of(event: EscalationEvent) -> dict[str, Any]:
    """Takes an event that was selected with RELATED."""
    return {"type": type_of(event.kind), "timestamp": _iso(event.at), "data": _data(event)}


def _data(event: EscalationEvent) -> dict[str, Any]:
    escalation = event.escalation
    agent = event.agent or escalation.assignee
    data = {
        "id": escalation.public_id,
        "version": escalation.version,
        "event": {"kind": event.kind, "version": event.version, "at": _iso(event.at)},
        "conversation": {
            "id": escalation.conversation.public_id,
            "external_id": escalation.conversation.external_id,
            "source": escalation.conversation.source,
        },
        "priority": Priority(escalation.priority).code,
        "topic": escalation.topic.slug if escalation.topic else None,
        "reason": escalation.reason,
        "state": escalation.state,
        "subject": escalation.subject,
        "customer": {
            "name": escalation.customer.name if escalation.customer else None,
            "plan": escalation.plan.code if escalation.plan else None,
        },
        "agent": {"name": agent.name} if agent else None,
        "waitTime": _waited(escalation, event.at),
    }
    return data | _particulars(event)


def _particulars(event: EscalationEvent) -> dict[str, Any]:
    """What only events of this kind tell."""
    match event.kind:
        case EventKind.REPLIED if event.message is not None:
            message = event.message
            return {
                "message": {
                    "id": message.public_id,
                    "text": message.text,
                    "sent_at": _iso(message.sent_at),
                    "agent": {"name": message.agent.name} if message.agent else None,
                }
            }
        case EventKind.RESOLVED:
            escalation = event.escalation
            return {
                "resolution": {
                    "category": escalation.category,
                    "quality": escalation.quality,
                    "seconds": escalation.full_resolution_seconds,
                }
            }
        case EventKind.SLA_WARNED | EventKind.SLA_BREACHED:
            return {"deadline": {name: event.data.get(name) for name in ("metric", "due_at", "target_seconds")}}
        case EventKind.RATED:
            return {"rating": {"csat": event.data.get("csat"), "nps": event.data.get("nps")}}
        case _:
            return {}


def _waited(escalation: Escalation, at: datetime) -> int | None:
    """Seconds that the customer had waited for a person by then; None where the times are not known."""
    if escalation.timing != Timing.MEASURED:
        return None
    ends = (at, escalation.first_response_at, escalation.resolved_at)
    return max(0, int((min(end for end in ends if end) - escalation.opened_at).total_seconds()))


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
