"""An escalation as lists show it: one shape for the API, the queue page's first paint and its live frames."""

from datetime import datetime
from functools import cache
from typing import Any

from django.urls import reverse

from escalations.enums import HELD_STATES, Mood, Priority, Reason, SlaMetric, State, Tier
from escalations.models import Deadline, Escalation

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
        "priority_because": escalation.priority_because.get("text", ""),
        "queue_level": priority_row(escalation.queue_level),
        "raised_because": _raised_because(escalation),
        "tier": {"code": escalation.tier, "label": Tier(escalation.tier).label},
        "team": _named(escalation.team),
        "customer": _customer(escalation),
        "mood": mood_row(escalation.sentiment, frustrated=escalation.frustrated),
        "assignee": _agent(escalation.assignee),
        "resolved_by": _agent(escalation.resolved_by) if escalation.state == State.RESOLVED else None,
        "preferred_skill": _named(escalation.preferred_skill),
        "because": escalation.because.get("text", ""),
        "offer_only": escalation.offer_only,
        "offer_expires_at": iso(escalation.next_dispatch_at) if escalation.state == State.ASSIGNED else None,
        "clock": _clock(escalation),
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


def mood_row(sentiment: float | None, *, frustrated: bool = False) -> dict[str, Any] | None:
    """None where nothing is known of it, or it is as usual."""
    mood = Mood.of(sentiment, frustrated=frustrated)
    return {"code": mood.value, "label": mood.label, "sentiment": sentiment} if mood else None


def _clock(escalation: Escalation) -> dict[str, Any] | None:
    """The nearest deadline; None where no clock runs, or all stand still."""
    if escalation.due_at is None:
        return None
    return {
        "metric": escalation.due_metric,
        "label": SlaMetric(escalation.due_metric).label,
        "due_at": iso(escalation.due_at),
        "warn_at": iso(escalation.warn_at),
    }


def deadline_row(deadline: Deadline) -> dict[str, Any]:
    """A deadline with its working: what was promised by which version, and how that became this moment."""
    terms = deadline.terms
    return {
        "metric": {"code": deadline.metric, "label": SlaMetric(deadline.metric).label},
        "state": deadline.state,
        "priority": priority_row(deadline.priority),
        "policy": {"name": terms.get("name", ""), "version": deadline.policy_version},
        "started_at": iso(deadline.started_at),
        "target_seconds": deadline.target_seconds,
        "paused_seconds": deadline.paused_seconds,
        "due_at": iso(deadline.due_at),
        "warn_at": iso(deadline.warn_at),
        "warned_at": iso(deadline.warned_at),
        "breached_at": iso(deadline.breached_at),
        "met_at": iso(deadline.met_at),
        "ended_at": iso(deadline.ended_at),
        "because": deadline.because,
    }


def _raised_because(escalation: Escalation) -> str:
    """Empty where waiting has not moved it up."""
    if escalation.queue_level == escalation.priority:
        return ""
    return str(escalation.priority_because.get("waited", {}).get("text", "It has waited."))


def priority_lines(escalation: Escalation) -> list[dict[str, str]]:
    """What its priority was added up from, line by line, for people."""
    because = escalation.priority_because
    lines = [("Set", because["override"]["text"])] if "override" in because else []
    if "base" in because:
        lines += [*_base_lines(because["base"]), *_adjustment_lines(because)]
    if "waited" in because:
        lines.append(("Queue", because["waited"]["text"]))
    if escalation.flags:
        lines.append(("Flags", ", ".join(flag.replace("_", " ") for flag in escalation.flags)))
    return [{"label": label, "text": text} for label, text in lines]


def _base_lines(base: dict[str, Any]) -> list[tuple[str, str]]:
    """The higher of the two is the base."""
    lines, rule, trigger = [], base["rule"], base["trigger"]
    if rule:
        held = ", ".join(rule["held"])
        lines.append(("Rule", f"{_level(rule['level'])}: {rule['name']}, version {rule['version']} ({held})"))
    if trigger:
        lines.append(("Trigger", f"{_level(trigger['level'])}: {trigger['name']}"))
    return lines or [("Base", f"{_level(base['level'])}: no rule applies")]


def _adjustment_lines(because: dict[str, Any]) -> list[tuple[str, str]]:
    lines = []
    for one in because["adjustments"]:
        figures = ", ".join(f"{value} {name}" for name, value in one["inputs"].items())
        lines.append((f"{one['levels']:+d}", f"{one['name']} ({figures})" if figures else one["name"]))
    level = Priority.from_code(because["level"])
    if because["total"] != level:
        lines.append(("Kept", f"at {'most' if because['total'] > level else 'least'} {level.label}"))
    return lines


def _level(code: str) -> str:
    return Priority.from_code(code).label


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
