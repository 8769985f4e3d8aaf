"""Why a deadline is where it is: the open time that was counted, and what was passed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from agents.decisions.calendars.hours import OpenHours
from agents.decisions.calendars.spans import DAY
from agents.decisions.calendars.years import midnights

# What people read and what is stored; of a deadline months ahead nobody reads every day.
SHOWN = 20


@dataclass(frozen=True)
class ClockChange:
    """``seconds`` by which the clocks were put forward; negative: back."""

    at: datetime
    seconds: int


@dataclass(frozen=True)
class Working:
    """``intervals`` are the first SHOWN of the open ones, in UTC; ``more`` says how many follow them."""

    calendar: str
    version: int | None
    zone: ZoneInfo
    seconds: int
    intervals: tuple[tuple[datetime, datetime], ...]
    more: int
    holidays: tuple[tuple[date, str], ...]
    clock_changes: tuple[ClockChange, ...]

    @property
    def text(self) -> str:
        if self.version is None:
            return f"{spoken(self.seconds)} on the wall clock."
        open_times = [self._interval(*interval) for interval in self.intervals]
        open_times += [f"{self.more} more"] if self.more else []
        said = [
            f"{spoken(self.seconds)} of {self.calendar} (version {self.version}), {self.zone.key}: "
            + (", ".join(open_times) or "no open time")
        ]
        if self.holidays:
            said.append("Special days: " + ", ".join(f"{name} ({day:%-d %b %Y})" for day, name in self.holidays))
        for change in self.clock_changes:
            way = "forward" if change.seconds > 0 else "back"
            day = change.at.astimezone(self.zone)
            said.append(f"On {day:%-d %b %Y} the clocks went {way} by {spoken(abs(change.seconds))}")
        return ". ".join(said) + "."

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "calendar": self.calendar,
            "version": self.version,
            "zone": self.zone.key,
            "seconds": self.seconds,
            "intervals": [[start.isoformat(), end.isoformat()] for start, end in self.intervals],
            "more": self.more,
            "holidays": [{"date": day.isoformat(), "name": name} for day, name in self.holidays],
            "clock_changes": [{"at": one.at.isoformat(), "seconds": one.seconds} for one in self.clock_changes],
        }

    def _interval(self, start: datetime, end: datetime) -> str:
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        ends = f"{last:%H:%M}" if (last - first) < timedelta(days=1) else f"{last:%a %-d %b %H:%M}"
        return f"{first:%a %-d %b %H:%M}–{ends}"


def working(hours: OpenHours, start: datetime, due: datetime) -> Working:
    """Of the open time between the two."""
    intervals = hours.intervals(start, due)
    return Working(
        calendar=hours.name,
        version=hours.version,
        zone=hours.zone,
        seconds=hours.seconds_between(start, due),
        intervals=tuple(intervals[:SHOWN]),
        more=len(intervals[SHOWN:]),
        holidays=tuple(hours.holidays(start, due)),
        clock_changes=tuple(clock_changes(hours.zone, start, due)),
    )


def clock_changes(zone: ZoneInfo, start: datetime, end: datetime) -> list[ClockChange]:
    """After the start, and up to the end."""
    first, last = (moment.timestamp() for moment in (start, end))
    years = range(start.astimezone(zone).year, end.astimezone(zone).year + 1)
    changes = [
        ClockChange(_change_within(zone, midnight, following), DAY - (following - midnight))
        for year in years
        for midnight, following in pairwise(midnights(zone, year))
        if following - midnight != DAY and following > first and midnight < last
    ]
    return [change for change in changes if first < change.at.timestamp() <= last]


def _change_within(zone: ZoneInfo, midnight: int, following: int) -> datetime:
    """The first second of the new offset, which may be the midnight itself."""
    before, after = midnight - 1, following
    old = _at(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if _at(middle, zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return _at(after, UTC)


def _at(seconds: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(seconds, zone)


def spoken(seconds: int) -> str:
    """``1 h 30 min``."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
