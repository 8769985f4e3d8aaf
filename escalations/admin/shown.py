"""How values of the work look in lists and forms."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.html import format_html_join

from escalations.decisions.deadlines import is_met
from escalations.decisions.routing import drawn
from escalations.enums import Priority, State
from escalations.models import Deadline, Escalation
from escalations.rows import priority_lines
from escalations.validators import spoken_condition

STATE_COLOURS = {
    State.WAITING.label: "warning",
    State.ASSIGNED.label: "warning",
    State.ACTIVE.label: "info",
    State.PENDING.label: "info",
    State.RESOLVED.label: "success",
}
PRIORITY_COLOURS = {
    Priority.CRITICAL.label: "danger",
    Priority.HIGH.label: "warning",
    Priority.MEDIUM.label: "info",
}

DECISIONS_SHOWN = 10
CANDIDATES_SHOWN, EXCLUSIONS_SHOWN = 20, 50


CLOCK_COLOURS = {"met": "success", "near": "warning", "breached": "danger", "running": "info", "paused": "info"}


def duration(seconds: int | None) -> str | None:
    """``45 s``, ``4 min 12 s``, ``2 h 05 min``, ``3 d 4 h``; None where it is unknown."""
    if seconds is None:
        return None
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    if seconds < 86400:
        return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"
    return f"{seconds // 86400} d {seconds % 86400 // 3600} h"


def verdict(due_at: datetime | None, answered_at: datetime | None, now: datetime) -> str | None:
    """Of the first response's deadline; None where there is no deadline."""
    if due_at is None:
        return None
    return {True: "met", False: "breached", None: "running"}[is_met(due_at, answered_at, now)]


def because(value: dict) -> str:
    """Why it was escalated, as a list of the conditions with what they asked and what they found."""
    if not value:
        return ""
    conditions = [{**one, "asked": _asked(one)} for one in value.get("conditions", ())]
    return render_to_string("admin/escalations/because.html", {"because": value, "conditions": conditions})


def _asked(held: dict) -> str:
    return spoken_condition(held["field"], held["operator"], held["value"], held.get("argument", ""))


def priority(escalation: Escalation) -> str:
    """What the priority was added up from."""
    return (
        format_html_join(
            "", "<div>{}: {}</div>", ((one["label"], one["text"]) for one in priority_lines(escalation))
        )
        or "-"
    )


def routing(escalation: Escalation) -> str:
    """The newest decision about who should take it, as a table; those before it by their texts."""
    decisions = list(escalation.routing_decisions.defer("inputs")[:DECISIONS_SHOWN])
    if not decisions:
        return ""
    newest, *earlier = decisions
    context = {
        "routing": drawn(newest, candidates=CANDIDATES_SHOWN, exclusions=EXCLUSIONS_SHOWN),
        "decided_at": newest.decided_at,
        "earlier": earlier,
    }
    return render_to_string("admin/escalations/routing.html", context)


def deadline(one: Deadline) -> str:
    """Its working: the promise, the calendar's open time, and the pauses."""
    because = one.because
    lines = [because.get("text", ""), (because.get("calendar") or {}).get("text", "")]
    if one.paused_seconds:
        lines.append(f"Stood still for {duration(one.paused_seconds)}")
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines if line))
