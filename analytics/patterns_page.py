"""The patterns, worded for their page, with the way to the rows of each number."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from agents.enums import Weekday
from analytics.figures import Figure, figure
from analytics.metrics.chance import Q
from analytics.metrics.patterns_clock import Clock
from analytics.metrics.patterns_found import SEGMENT_RATES, Patterns
from analytics.metrics.patterns_speed import CODES, NAMES, Speed
from analytics.metrics.patterns_topics import MonthEnd, Quarter, Topic, Week
from analytics.metrics.registry import METRICS, Measured
from analytics.metrics.segments import SEGMENTS
from analytics.metrics.tally import Frame
from analytics.metrics.targets import Aim, targets_for
from analytics.metrics.units import Unit
from analytics.metrics.wording import NONE, hours_text, value_text
from analytics.patterns_findings import (
    Link,
    Names,
    change_text,
    findings,
    interval_text,
    percent,
    topic_code,
)
from helpninja.common.values import Value, rounded

LEVELS = 6
TOPICS_DRAWN = 6
# Besides the rates of each kind of customers.
AIMED = ("escalations", "escalation_rate")
COLORS = ("primary", "orange", "blue", "green", "red", "yellow")


def patterns_context(
    found: Patterns,
    frame: Frame,
    names: Names,
    teams: Mapping[int, str],
    link: Link,
    query: Mapping[str, str],
    *,
    is_own: bool,
) -> dict[str, Any]:
    """``names`` of topics, ``teams`` by id, ``query`` as in the address; ``is_own``: of one person's work."""
    aims = targets_for([*AIMED, *(metric.key for metric in SEGMENT_RATES)], frame)
    return {
        "found": found,
        "findings": findings(found, names, link, is_own),
        "is_own": is_own,
        "heat": heat(found.clock, frame, link),
        "escalations": _escalations(found.clock, query, aims.get("escalations")),
        "rate_aim": aims.get("escalation_rate"),
        "calendars": calendars(found, teams),
        "segments": segments(found.segments, query, aims),
        "buckets": _buckets(found.speed, link),
        "month_ends": [month_end_row(one, names, link) for one in found.month_ends.topics],
        "weeks": _weeks(found.weeks, names, link),
        "quarters": _quarters(found.quarters, names, link),
        "charts": {"weeks": weeks_chart(found.weeks, names, frame), "speed": speed_chart(found.speed)},
        "q": percent(Q),
    }


def heat(clock: Clock, frame: Frame, link: Link) -> dict[str, Any]:
    """Rows of weekdays with their 24 hours, and the sums on two sides."""
    most = max(clock.counts.values(), default=0)
    return {
        "hours": [hour_text(hour) for hour in range(24)],
        "rows": [_heat_row(clock, day, most, link) for day in Weekday],
        "sums": [clock.by_hour[hour] for hour in range(24)],
        "n": f"{clock.n:,}",
        "missing": clock.missing,
        "zone": frame.window.zone,
        "is_even": len(set(clock.days.values())) <= 1 and len(clock.days) in (0, len(Weekday)),
    }


def _escalations(clock: Clock, query: Mapping[str, str], aim: Aim | None) -> Figure:
    """All of the window, also those of which the day alone is known."""
    count = Value.of_count(clock.n + clock.missing)
    return figure(Measured(METRICS["escalations"], count, None), query, aim=aim)


def _heat_row(clock: Clock, day: Weekday, most: int, link: Link) -> dict[str, Any]:
    count, a_day = clock.by_day[day], clock.a_day(day)
    return {
        "day": day.label,
        "cells": [_heat_cell(clock, day, hour, most, link) for hour in range(24)],
        "count": count,
        "share": percent(count / clock.n if clock.n else None),
        "days": clock.days.get(day, 0),
        "a_day": NONE if a_day is None else f"{rounded(a_day, 1)}",
        "link": link("peak_hours", weekday=day.name.lower()) if count else "",
    }


def _heat_cell(clock: Clock, day: Weekday, hour: int, most: int, link: Link) -> dict[str, Any]:
    count = clock.counts.get((day, hour), 0)
    said = f"{day.label} {hours_text(hour, (hour + 1) % 24)}: {count:,} escalation{'' if count == 1 else 's'}"
    return {
        "count": count,
        "level": ceil(LEVELS * count / most) if count else 0,
        "said": f"{said}, {percent(count / clock.n)} of all" if count else said,
        "link": link("peak_hours", weekday=day.name.lower(), hour=str(hour)) if count else "",
    }


def hour_text(hour: int) -> str:
    """12 AM, 1 AM; as narrow as a column."""
    return f"{hour % 12 or 12}{'a' if hour < 12 else 'p'}"


def month_end_row(one: MonthEnd, names: Names, link: Link) -> dict[str, Any]:
    """A topic's month ends against its other days, in words."""
    return {
        "topic": "All topics" if one.is_all else names.text(one.topic),
        "count": one.count,
        "others": one.others,
        "expected": NONE if one.expected is None else f"{rounded(one.expected, 1)}",
        "change": change_text(one.ratio) if one.ratio else "too few to compare",
        "interval": interval_text(one.ratio).removeprefix("95 % interval ") if one.ratio else NONE,
        "verdict": "" if one.ratio is None else "beyond chance" if one.is_beyond_chance else "may be chance",
        "link": link("escalations", month_end="last", **topic_code(one, names)) if one.count else "",
    }


def calendars(found: Patterns, teams: Mapping[int, str]) -> list[str]:
    """``Support by “Office hours”``."""
    return [
        f"{name} by “{found.hours[pk].name}”" if pk in found.hours else f"{name} round the clock"
        for pk, name in teams.items()
    ]


def segments(
    measured: Iterable[Measured], query: Mapping[str, str], aims: Mapping[str, Aim]
) -> list[dict[str, Any]]:
    """Of each the rate, named without what all have in common."""
    return [
        {
            "name": segment.label,
            "figure": figure(one, query, aim=aims.get(one.metric.key)),
            "interval": share_interval(one.now),
        }
        for segment, one in zip(SEGMENTS, measured, strict=True)
    ]


def _buckets(speed: Speed, link: Link) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "rate": value_text(value, Unit.RATE),
            "interval": share_interval(value),
            "n": value.n,
            "link": link("escalation_rate", ai_speed=CODES[number]) if value.n else "",
        }
        for number, (name, value) in enumerate(zip(NAMES, speed.buckets, strict=True))
    ]


def share_interval(value: Value) -> str:
    """95 %, by Wilson; a dash without rows."""
    ends = value.interval
    return NONE if ends is None else f"{percent(ends[0])} to {percent(ends[1])}"


def _weeks(weeks: list[Week], names: Names, link: Link) -> list[dict[str, Any]]:
    return [
        {
            "text": f"{week.monday:%b %-d}",
            "days": week.days,
            "n": week.n,
            "topics": [
                (names.text(topic), count, link("escalations", week=f"{week.monday}", topic=names.code(topic)))
                for topic, count in Counter(week.counts).most_common(3)
            ],
            "leading": leading_text(week, names),
            "link": link("escalations", week=f"{week.monday}") if week.n else "",
        }
        for week in weeks
    ]


def leading_text(of: Week | Quarter, names: Names) -> str:
    """Integrations: 50.0% of 100, against 20.0% otherwise; empty where none stands out."""
    if of.leading is None:
        return ""
    one = of.leading
    return f"{names.text(one.kind)}: {percent(one.share)} of {one.n:,}, against {percent(one.others)} otherwise"


def weeks_chart(weeks: list[Week], names: Names, frame: Frame) -> dict[str, Any]:
    """The most frequent topics, and the rest in one."""
    sums: Counter[Topic] = Counter()
    for week in weeks:
        sums.update(week.counts)
    drawn = [topic for topic, _ in sums.most_common(TOPICS_DRAWN)]
    rows = [
        {"label": names.text(topic), "color": color, "data": [week.counts.get(topic, 0) for week in weeks]}
        for topic, color in zip(drawn, COLORS, strict=False)
    ]
    if len(sums) > len(drawn):
        rest = [week.n - sum(week.counts.get(topic, 0) for topic in drawn) for week in weeks]
        rows.append({"label": "Other topics", "color": "base", "data": rest})
    return {
        "type": "bar",
        "stacked": True,
        "labels": [f"{week.monday:%b %-d}" for week in weeks],
        "x": f"Week beginning ({frame.window.zone})",
        "y": "Escalations a week",
        "notes": [f"Leads: {names.text(week.leading.kind)}" if week.leading else "" for week in weeks],
        "datasets": rows,
    }


def speed_chart(speed: Speed) -> dict[str, Any]:
    """The axis ends a fifth above the highest rate, at 10 % at least."""
    return {
        "type": "bar",
        "labels": list(NAMES),
        "x": "Mean time of the AI's answers",
        "y": "Escalation rate (%)",
        "percent": True,
        "range": [0, max(0.1, *(1.2 * (value.value or 0.0) for value in speed.buckets))],
        "notes": [f"n = {value.n:,}, 95 % interval {share_interval(value)}" for value in speed.buckets],
        "datasets": [{"label": "Escalation rate", "color": "primary", "data": [v.value for v in speed.buckets]}],
    }


def _quarters(quarters: list[Quarter], names: Names, link: Link) -> dict[str, Any]:
    """Topics as rows, the most frequent first; quarters as columns."""
    sums: Counter[Topic] = Counter()
    for quarter in quarters:
        sums.update(quarter.counts)
    return {
        "columns": [
            {
                "name": quarter.name,
                "n": quarter.n,
                "days": rounded(quarter.days),
                "a_day": rounded(quarter.a_day, 1),
                "leading": leading_text(quarter, names),
            }
            for quarter in quarters
        ],
        "rows": [
            {
                "topic": names.text(topic),
                "cells": [
                    {
                        "count": quarter.counts.get(topic, 0),
                        "share": percent(quarter.counts.get(topic, 0) / quarter.n if quarter.n else None),
                        "leads": quarter.leading is not None and quarter.leading.kind == topic,
                        "link": link("escalations", whole(quarter), topic=names.code(topic)),
                    }
                    for quarter in quarters
                ],
            }
            for topic, _ in sums.most_common()
        ],
    }


def whole(quarter: Quarter) -> dict[str, str]:
    """The window of an address."""
    return {"window": "custom", "start": f"{quarter.start}", "end": f"{quarter.last}"}
