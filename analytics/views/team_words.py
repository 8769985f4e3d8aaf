"""What the team's figures say, in words for its page."""

from collections.abc import Iterable, Mapping
from typing import Any

from agents.models import Agent
from analytics.metrics.comparing import (
    Balance,
    Best,
    Evidence,
    Finding,
    Loads,
    balance,
    best,
    loads,
    most_versatile,
    named,
    others_than,
    shortfalls,
    to_move,
)
from analytics.metrics.coverage import Stretch
from analytics.metrics.hours import Sides
from analytics.metrics.people import EQUITY, Everybody
from analytics.metrics.registry import METRICS
from analytics.metrics.tally import Frame
from analytics.metrics.targets import Aim, Standing
from analytics.metrics.units import Unit
from analytics.metrics.wording import number_text, value_text
from helpninja.common.values import ENOUGH, rounded

HOUR, WEEK = 3600, 7 * 24 * 3600
BEST_OF = {
    "first_response_time": "Best response time",
    "resolution_rate": "Highest resolution rate",
    "csat": "Best satisfaction",
    "conversations_handled": "Most volume",
}


def top(found: Everybody, names: Mapping[int, str], keys: Iterable[str]) -> list[dict[str, str]]:
    """Who is best at what; shared by those who are equally good."""
    rows = []
    for key in (key for key in keys if key in BEST_OF):
        one = best(key, {agent: work.values[key] for agent, work in found.people.items()})
        if one:
            rows.append({"title": BEST_OF[key], "who": named(one.who, names), "text": _best_text(one)})
    who, topics = most_versatile({agent: work.topics for agent, work in found.people.items()})
    if who:
        text = f"{topics} topics with at least {ENOUGH} escalations each"
        rows.append({"title": "Most versatile", "who": named(who, names), "text": text})
    return rows


def _best_text(one: Best) -> str:
    return f"{one.text} conversations" if one.metric.unit is Unit.COUNT else f"{one.text}, n = {one.value.n:,}"


def opportunities(
    found: Everybody,
    names: Mapping[int, str],
    keys: Iterable[str],
    own_aims: Mapping[str, Aim],
    team_aims: Mapping[str, Aim],
) -> list[dict[str, Any]]:
    """The team's own first, then each person's; what chance alone explains comes last."""
    keys = list(keys)
    total = {key: found.total.values[key] for key in keys}
    rows: list[tuple[int | None, Finding]] = [(None, one) for one in shortfalls(total, {}, team_aims)]
    for agent in sorted(found.people, key=lambda agent: names[agent]):
        values = {key: found.people[agent].values[key] for key in keys}
        others = {key: others_than(values[key], total[key]) for key in COMPARABLE if key in values}
        rows += [(agent, one) for one in shortfalls(values, others, own_aims)]
    rows.sort(key=lambda row: (row[0] is not None, not row[1].is_sure))
    return [
        {"who": "The team" if agent is None else names[agent], "text": finding_text(one), "is_sure": one.is_sure}
        for agent, one in rows
    ]


# Of which the rest is to be had from all without one's own: each row is one person's.
COMPARABLE = ("first_response_time", "csat", "first_contact_resolution", "reescalation_rate")


def finding_text(one: Finding) -> str:
    """Average response time 4.1 min (n = 138, 3.8 min to 4.4 min), the others 2.9 min."""
    unit, value, interval = one.metric.unit, one.value, one.value.interval
    assert value.value is not None
    between = f", {_close(interval[0], unit)} to {_close(interval[1], unit)}" if interval else ""
    figure = f"{one.metric.label} {_close(value.value, unit)} (n = {value.n:,}{between})"
    if one.evidence is Evidence.OTHERS:
        return f"{figure}, the others {_close(one.than, unit)}."
    assert one.aim is not None
    judged = one.aim.judge(one.value)
    against = (
        f"excellent from {_close(one.than, unit)}"
        if judged.standing is Standing.EXCELLENT
        else f"target {one.aim.text}"
    )
    return f"{figure}, {against}{'' if one.is_sure else '; chance alone may explain it'}."


def _close(number: float, unit: Unit) -> str:
    """Ratings with two digits: a tenth hides what differs."""
    return f"{rounded(number, 2)}" if unit is Unit.SCORE else number_text(number, unit)


def equity(found: Everybody, names: Mapping[int, str], aim: Aim | None) -> dict[str, Any] | None:
    """None where there are no loads to compare."""
    spread = found.total.values[EQUITY]
    load = loads({agent: work.escalations for agent, work in found.people.items()}, spread)
    if load is None:
        return None
    return {
        "rows": [
            {
                "name": names[row.who],
                "count": row.escalations,
                "share": percent(row.share),
                "width": round(100 * row.share / load.highest.share),
            }
            for row in load.rows
        ],
        "mean": f"{rounded(load.mean, 1):,}",
        "highest": f"{names[load.highest.who]} ({percent(load.highest.share)} of the average)",
        "lowest": f"{names[load.lowest.who]} ({percent(load.lowest.share)} of the average)",
        "spread": value_text(spread, METRICS[EQUITY].unit),
        "n": spread.n,
        "metric": METRICS[EQUITY],
        "aim": aim.text if aim else "",
        "is_met": aim.met(spread) if aim else None,
        "recommendation": _recommendation(load, names, aim),
    }


def percent(share: float) -> str:
    """Whole percents."""
    return f"{rounded(share, 0, scale=100)}%"


def _recommendation(load: Loads, names: Mapping[int, str], aim: Aim | None) -> str:
    found = balance(load, aim)
    high, low = load.highest, load.lowest
    if found is Balance.EVEN:
        return f"{found.value}: nobody is further than a quarter from the average of {rounded(load.mean, 1):,}."
    most, least = names[high.who], names[low.who]
    return (
        f"{found.value}: {most} handled {to_move(load):,} more than the average, {least} the fewest. "
        f"Let the routing offer {least} more of what {most} gets."
    )


def capacity(found: Everybody, frame: Frame, aim: Aim | None) -> dict[str, Any] | None:
    """A week's share of the window so far; None where nobody's hours are planned."""
    sides = found.total.sides["utilization"]
    end = min(frame.window.end, frame.now)
    weeks = (end - frame.window.start).total_seconds() / WEEK
    if not sides.of or weeks <= 0:
        return None
    people = sum(1 for work in found.people.values() if work.sides["utilization"].of)
    used = sides.value
    return {
        "people": people,
        "hours": hours_text(sides.of / weeks),
        "each": hours_text(sides.of / weeks / people),
        "escalations": f"{rounded(found.total.escalations / weeks, 0):,}",
        "handling_time": value_text(found.total.values["handling_time"], METRICS["handling_time"].unit),
        "handling": hours_text(sides.handling / weeks),
        "free": hours_text((sides.of - sides.handling) / weeks),
        "share": value_text(used, METRICS["utilization"].unit),
        "missing": sides.missing,
        "metric": METRICS["utilization"],
        "aim": aim.text if aim else "",
        "judged": aim.judge(used) if aim else None,
    }


def hours(found: Everybody, agents: Iterable[Agent]) -> list[dict[str, Any]]:
    """Of each person the shares of time, with what they are of."""
    return [
        {
            "agent": agent,
            **{key: _share(key, sides) for key, sides in found.people[agent.pk].sides.items()},
        }
        for agent in agents
    ]


def _share(key: str, sides: Sides) -> dict[str, str]:
    of = f"{hours_text(sides.handling)} of {hours_text(sides.of)}" if sides.of else "not known"
    return {"text": value_text(sides.value, METRICS[key].unit), "of": of}


def hours_text(seconds: float) -> str:
    """In hours, without a decimal that says nothing."""
    return f"{rounded(seconds / HOUR, 1):,} h".replace(".0 h", " h")


def stretches(found: Iterable[Stretch]) -> list[dict[str, Any]]:
    """Short is told from half a person on."""
    return [
        {
            "days": "Sat–Sun" if one.weekend else "Mon–Fri",
            "hours": f"{clock(one.first)}–{clock(one.end)}",
            "planned": one_decimal(one.planned),
            "present": one_decimal(one.present),
            "escalations": one_decimal(one.escalations),
            "short": one_decimal(one.short) if one.short >= SHORT else "",
        }
        for one in found
    ]


# From half a person on fewer are there than planned.
SHORT = 0.5


def one_decimal(number: float) -> str:
    """12.0 stays 12.0."""
    return f"{rounded(number, 1)}"


def clock(hour: int) -> str:
    """12 AM, 1 PM; 24 is 12 AM again."""
    return f"{hour % 12 or 12} {'AM' if hour % 24 < 12 else 'PM'}"


def coverage_chart(found: Iterable[Stretch], zone: str) -> dict[str, Any]:
    """Of Monday to Friday, hour by hour."""
    hours = [(hour, one) for one in found if not one.weekend for hour in range(one.first, one.end)]
    return {
        "type": "bar",
        "labels": [clock(hour) for hour, _ in hours],
        "x": f"Hour of the day, Monday to Friday ({zone})",
        "y": "People on average",
        "datasets": [
            {"label": "Planned", "color": "base", "data": [float(rounded(one.planned, 1)) for _, one in hours]},
            {"label": "Present", "color": "primary", "data": [float(rounded(one.present, 1)) for _, one in hours]},
        ],
    }
