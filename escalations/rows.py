"""An escalation as lists show it: one shape for the API, the queue page's first paint and its live frames."""

from datetime import datetime
from functools import cache
from typing import Any

from django.urls import reverse

from escalations.enums import HELD_STATES, Priority, Reason, State, Tier
from escalations.models import Escalation

LISTS = {
    State.WAITING: "waiting",
    State.ASSIGNED: "waiting",
    State.ACTIVE: "handled",
    State.PENDING: "handled",
    State.RESOLVED: "resolved",
    State.CANCELLED: "gone",
}


def queue_row(escalation: Escalation) -> dict[str, Any]:
    """JSON-ready, from a row of ``Escalation.objects.for_queue()``: no further query, no contact data."""
    return {
        "id": escalation.public_id,
        "version": escalation.version,
        "state": escalation.state,
        "state_label": State(escalation.state).label,
        "list": LISTS[State(escalation.state)],
        "subject": escalation.subject,
        "summary": escalation.summary,
        "reason": {"code": escalation.reason, "label": Reason(escalation.reason).label},
        "topic": _named(escalation.topic),
        "priority": priority_row(escalation.priority),
        "tier": {"code": escalation.tier, "label": Tier(escalation.tier).label},
        "team": _named(escalation.team),
        "customer": _customer(escalation),
        "assignee": _agent(escalation.assignee),
        "resolved_by": _agent(escalation.resolved_by) if escalation.state == State.RESOLVED else None,
        "preferred_skill": _named(escalation.preferred_skill),
        "because": escalation.because.get("text", ""),
        "opened_at": iso(escalation.opened_at),
        "first_response_due_at": iso(escalation.first_response_due_at),
        "first_response_at": iso(escalation.first_response_at),
        "last_resolved_at": iso(escalation.last_resolved_at),
        "resolution_seconds": escalation.full_resolution_seconds,
        "claim_count": escalation.claim_count,
        "customer_repeated": escalation.customer_repeated,
        "reescalation": escalation.previous_id is not None,
        "is_held": escalation.state in HELD_STATES,
        "url": f"{_queue_url()}{escalation.public_id}/",
    }


@cache
def _queue_url() -> str:
    """Reversing it for each of some hundred rows took half of the time of making them."""
    return reverse("queue:list")


def priority_row(priority: int) -> dict[str, Any]:
    level = Priority(priority)
    return {"level": level.value, "code": level.code, "label": level.label}


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _named(thing: Any) -> dict[str, str] | None:
    return {"slug": thing.slug, "name": thing.name} if thing else None


def _agent(agent: Any) -> dict[str, str] | None:
    return {"id": agent.public_id, "name": agent.name} if agent else None


def _customer(escalation: Escalation) -> dict[str, Any] | None:
    customer = escalation.customer
    if customer is None:
        return None
    plan = escalation.plan
    return {
        "id": customer.public_id,
        "name": customer.name or customer.external_id or "",
        "company": customer.company,
        "plan": {"code": plan.code, "name": plan.name} if plan else None,
    }
