"""What the agent's page shows beside its fields: the plan, and the hours that the presence ledger adds up to."""

from datetime import timedelta

from django.template.loader import render_to_string
from django.urls import reverse

from agents.actions.presence_hours import hours_of
from agents.actions.schedules import availability_of
from agents.models import OnCall, ShiftException, TimeOff

DAYS = 14
AHEAD = timedelta(days=60)
PLANNED = (
    ("Shifts", "shift"),
    ("Changed hours", "shiftexception"),
    ("Time off", "timeoff"),
    ("On call", "oncall"),
)


def plan(agent, now):
    """The pattern, what differs from it in the next weeks, and where each is changed."""
    today = now.astimezone(agent.zone).date()
    near = {"agent": agent, "first_day__lte": today + AHEAD, "last_day__gte": today}
    dates = (today, today + AHEAD)
    context = {
        "now": availability_of([agent.pk], now=now)[agent.pk],
        "zone": agent.time_zone,
        "shifts": agent.shifts.order_by("weekday", "start").prefetch_related("breaks"),
        "changes": ShiftException.objects.filter(agent=agent, date__range=dates).order_by("date", "start"),
        "time_off": TimeOff.objects.filter(**near).order_by("first_day"),
        "on_call": OnCall.objects.filter(**near).order_by("first_day"),
        "links": [(title, _list(model, agent), _add(model, agent)) for title, model in PLANNED],
    }
    return render_to_string("admin/agents/plan.html", context)


def hours(agent, now):
    """The last two weeks in the agent's zone, the newest day first."""
    today = now.astimezone(agent.zone).date()
    first = today - timedelta(days=DAYS - 1)
    days = hours_of([agent.pk], zone=agent.time_zone, first=first, last=today, now=now)[agent.pk]
    shown = [_day(day) for day in reversed(days)]
    return render_to_string("admin/agents/hours.html", {"days": shown, "zone": agent.time_zone})


def _day(day):
    whole = max(day.total, timedelta(hours=24))
    kinds = ("available", "busy", "away", "offline", "unknown")
    spans = {kind: getattr(day, kind) for kind in kinds}
    return {
        "date": day.day,
        "figures": [_clock(spans[kind]) for kind in kinds[:4]],
        "present": _clock(day.present),
        "is_short": day.unknown > timedelta(),
        "bars": [(kind, f"{100 * (span / whole):.2f}") for kind, span in spans.items() if span],
    }


def _clock(span):
    """7:05, or nothing for less than half a minute."""
    minutes = round(span.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02}" if minutes else ""


def _list(model, agent):
    return f"{reverse(f'admin:agents_{model}_changelist')}?agent__id__exact={agent.pk}"


def _add(model, agent):
    return f"{reverse(f'admin:agents_{model}_add')}?agent={agent.pk}"
