"""A calendar as people look at it: its weeks, and what is out of the ordinary in the time ahead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from agents.decisions.calendars.hours import OpenHours
from agents.decisions.calendars.spans import DAY, Span
from agents.decisions.calendars.working import clock_changes, spoken
from agents.enums import Weekday


@dataclass(frozen=True)
class Bar:
    """An open span of a day: where it begins and how long it is in percent of the day, and as people read it."""

    left: float
    width: float
    text: str


@dataclass(frozen=True)
class WeekShown:
    """``valid_from`` is None for the week that holds already; ``days`` has a name and bars for each weekday."""

    valid_from: date | None
    days: tuple[tuple[str, tuple[Bar, ...]], ...]


@dataclass(frozen=True)
class Exceptional:
    """A date with other hours than its week has, or on which the clocks change."""

    day: date
    name: str
    hours: str


def weeks(hours: OpenHours, now: datetime) -> list[WeekShown]:
    """The week that holds now, and those that are to come."""
    today = now.astimezone(hours.zone).date()
    begins = {row.valid_from for row in hours.definition.openings if row.valid_from}
    later = sorted(day for day in begins if day > today)
    return [WeekShown(None, _days(hours, today)), *(WeekShown(day, _days(hours, day)) for day in later)]


def exceptions(hours: OpenHours, start: datetime, end: datetime) -> list[Exceptional]:
    """In the order of their dates."""
    found = [Exceptional(day, name, said(hours.days.on(day))) for day, name in hours.holidays(start, end)]
    for change in clock_changes(hours.zone, start, end):
        way = "forward" if change.seconds > 0 else "back"
        name = f"Clocks go {way} by {spoken(abs(change.seconds))}"
        day = change.at.astimezone(hours.zone).date()
        found.append(Exceptional(day, name, said(hours.days.on(day))))
    return sorted(found, key=lambda one: one.day)


def said(spans: Iterable[Span]) -> str:
    """``09:00–12:00, 13:00–17:00``, ``24 hours`` or ``closed``."""
    texts = [f"{_clock(start)}–{_clock(end)}" for start, end in spans]
    return "24 hours" if texts == ["00:00–24:00"] else ", ".join(texts) or "closed"


def _days(hours: OpenHours, day: date) -> tuple[tuple[str, tuple[Bar, ...]], ...]:
    week = hours.days.week(day)
    return tuple((weekday.label, tuple(map(_bar, spans))) for weekday, spans in zip(Weekday, week, strict=True))


def _bar(span: Span) -> Bar:
    start, end = span
    return Bar(round(100 * start / DAY, 3), round(100 * (end - start) / DAY, 3), said([span]))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
