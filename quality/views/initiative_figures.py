"""An initiative's figures, worded for its pages, and what their charts draw."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from quality.actions.initiative_counts import Window, before, count, effect, measured_until
from quality.decisions.initiatives import Counted, Effect, bars, change_text, target_factor
from quality.enums import TargetKind
from quality.models import Initiative
from quality.policy import name_of
from quality.views.framing import chart_lines

WEEK, WEEKS_SHOWN = timedelta(days=7), 52
UNITS = {
    TargetKind.SHARE: "{:.1f}%",
    TargetKind.COUNT: "{:.0f} in 30 days",
    TargetKind.REDUCTION: "{:.1f} per 1,000",
}


def card_of(row: Any, recent: Counted, since: Counted, now: datetime) -> dict[str, Any]:
    start = before(row)
    measured = effect(row, recent, since, now)
    kind, target = TargetKind(row.target_kind), float(row.target_value)
    factor = target_factor(kind, target, start) if start else None
    return {
        "initiative": row,
        "url": reverse("quality:initiative", args=[row.public_id]),
        "owner": name_of(row.owner),
        "teams": ", ".join(team.name for team in row.teams.all()) or "All teams",
        "bars": _bars(kind, target, start, recent),
        "effect": measured,
        "effect_text": _effect_text(measured),
        "day": _day_of(row, now),
        "cost": money(row.cost),
        "cost_each": money(measured.cost_each) if measured else "",
        "rates": [start.rate if start else None, _times(start, factor), recent.rate],
        "rate_texts": [
            _number(rate) for rate in (start.rate if start else None, _times(start, factor), recent.rate)
        ],
        "start": start,
        "recent": recent,
        "steps_done": row.steps_done,
        "steps": row.step_count,
    }


def _times(start: Counted | None, factor: float | None) -> float | None:
    return start.rate * factor if start and start.rate is not None and factor is not None else None


def _bars(kind: TargetKind, target: float, start: Counted | None, recent: Counted) -> list[dict[str, Any]]:
    """Each with its length in percent of the longest. Before the start: how it is now, and the target."""
    drawn = bars(kind, target, start or recent, recent)
    drawn = drawn if start else drawn[1:]
    longest = max((bar.value or 0 for bar in drawn), default=0)
    return [
        {
            "label": bar.label,
            "name": bar.label.lower(),
            "text": "–" if bar.value is None else UNITS[kind].format(bar.value),
            "percent": round(100 * (bar.value or 0) / longest, 1) if longest else 0,
        }
        for bar in drawn
    ]


def _effect_text(measured: Effect | None) -> str:
    if measured is None:
        return ""
    return "–" if measured.avoided is None else f"{change_text(measured.avoided)} in 30 days"


def _day_of(row: Initiative, now: datetime) -> str:
    """``Day 12``, from the start on."""
    if row.started_at is None:
        return ""
    days = (measured_until(row, now) - row.started_at).days + 1
    return f"Day {days}" if not row.has_ended else f"Ran {days} day{'s' if days != 1 else ''}"


def rates_chart(cards: list[dict[str, Any]]) -> dict[str, Any]:
    shown = [card for card in cards if card["start"]]
    labels = [chart_lines(card["initiative"].name) for card in shown]
    names, colours = ("At the start", "Target", "Now"), ("base", "orange", "primary")
    return {
        "type": "bar",
        "horizontal": True,
        "grouped": True,
        "labels": labels,
        "x": "Escalations per 1,000 conversations",
        "notes": [f"n = {card['start'].targeted} at the start, {card['recent'].targeted} now" for card in shown],
        "datasets": [
            {"label": name, "color": colour, "data": [_rounded(card["rates"][index]) for card in shown]}
            for index, (name, colour) in enumerate(zip(names, colours, strict=True))
        ],
    }


def facts(row: Initiative, card: dict[str, Any], since: Counted) -> list[dict[str, str]]:
    """What was at the start and what is now, in all units."""
    windows = [("At the start", card["start"]), ("Now", card["recent"])]
    if row.started_at:
        windows.append(("Since the start", since))
    return [
        {
            "label": label,
            "targeted": f"{counted.targeted:,}",
            "monthly": _number(counted.per_month),
            "share": "–" if counted.share is None else f"{100 * counted.share:.1f}%",
            "all": f"{counted.escalations:,}",
            "conversations": f"{counted.conversations:,}",
            "rate": _number(counted.rate),
            "days": f"{counted.length / timedelta(days=1):.0f}",
        }
        for label, counted in windows
        if counted is not None
    ]


def weeks_of(row: Initiative, now: datetime) -> list[dict[str, Any]]:
    """Seven days each, so that one begins with the start; the one that isn't over yet is left out."""
    until = measured_until(row, now)
    start = row.started_at or until
    first = start - WEEK * (row.baseline_days // WEEK.days)
    number = min((until - first) // WEEK, WEEKS_SHOWN)
    windows: list[Window] = [(first + WEEK * n, first + WEEK * (n + 1)) for n in range(number)]
    counts = count({f"week_{n}": (row, window) for n, window in enumerate(windows)})
    return [
        {
            "label": f"{timezone.localtime(begins):%b %-d}",
            "before": begins < start,
            "counted": counts[f"week_{n}"],
            "rate": _rounded(counts[f"week_{n}"].rate),
        }
        for n, (begins, _) in enumerate(windows)
    ]


def course_chart(weeks: list[dict[str, Any]], card: dict[str, Any]) -> dict[str, Any]:
    start, target, _ = (_rounded(rate) for rate in card["rates"])
    level = [
        {"label": label, "color": colour, "dashed": True, "data": [value] * len(weeks)}
        for label, colour, value in (("At the start", "base", start), ("Target", "orange", target))
        if value is not None
    ]
    return {
        "type": "line",
        "labels": [week["label"] for week in weeks],
        "x": "Week that begins on",
        "y": "Escalations per 1,000 conversations",
        "notes": [f"n = {week['counted'].targeted} of {week['counted'].conversations:,}" for week in weeks],
        "datasets": [
            {"label": "Each week", "color": "primary", "data": [week["rate"] for week in weeks]},
            *level,
        ],
    }


def money(amount: Any) -> str:
    return "" if amount is None else f"${amount:,.2f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
