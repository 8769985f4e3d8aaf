"""How many people are there at which hour of the day, and how many were planned to be."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agents.decisions.availability import Interval
from agents.enums import ONLINE_STATUSES
from analytics.metrics.hours import Available, Planned
from helpninja.common.windows import Window

HOUR, HOURS = timedelta(hours=1), 24
# The end of the window is what counts; longer ago says little of how the hours are covered now.
LONGEST = timedelta(days=28)
SATURDAY = 5

# Whether it is at a weekend, and the hour.
Cell = tuple[bool, int]


@dataclass(frozen=True)
class Stretch:
    """Hours of the day, from ``first`` before ``end``, with as many ``planned``; means of the days."""

    weekend: bool
    first: int
    end: int
    planned: float
    present: float
    escalations: float

    @property
    def short(self) -> float:
        """By how many fewer were there than planned; 0 where there were as many, or more."""
        return max(0.0, self.planned - self.present)


def covered(window: Window, now: datetime) -> Window:
    """The window's last weeks until now; one that lies ahead stays as it is."""
    end = min(window.end, now) if now > window.start else window.end
    return Window(max(window.start, end - LONGEST), end, window.zone)


def coverage(
    window: Window, available: Available, planned: Planned, opened: Mapping[Cell, int]
) -> tuple[Stretch, ...]:
    """``opened``: escalations of the covered window; those days that are not over count as far as they went."""
    end = min(window.end, available.now)
    if end <= window.start:
        return ()
    there = _spent(available.intervals(window, ONLINE_STATUSES), window)
    shifts = _spent(planned.intervals(window), window)
    length = _spent({0: [(window.start, end)]}, window)
    hours = [
        Stretch(
            weekend,
            hour,
            hour + 1,
            _rate(shifts, (weekend, hour), length),
            _rate(there, (weekend, hour), length),
            opened.get((weekend, hour), 0) * HOUR.total_seconds() / length[weekend, hour],
        )
        for weekend in (False, True)
        for hour in range(HOURS)
        if length.get((weekend, hour))
    ]
    return tuple(_joined(hours))


def _rate(spent: Mapping[Cell, float], cell: Cell, length: Mapping[Cell, float]) -> float:
    return spent.get(cell, 0.0) / length[cell]


def _spent(intervals: Mapping[Any, Iterable[Interval]], window: Window) -> dict[Cell, float]:
    """Seconds of all together, by weekend and hour of the window's zone."""
    spent: dict[Cell, float] = defaultdict(float)
    for found in intervals.values():
        for start, end in found:
            for cell, seconds in _by_hour(start, end, window.tzinfo):
                spent[cell] += seconds
    return spent


def _by_hour(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[Cell, float]]:
    while start < end:
        local = start.astimezone(zone)
        into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        until = min(end, start + HOUR - into)
        yield (local.weekday() >= SATURDAY, local.hour), (until - start).total_seconds()
        start = until


def _joined(hours: list[Stretch]) -> Iterator[Stretch]:
    """Hours on end for which as many were planned become one."""
    group: list[Stretch] = []
    for hour in hours:
        if group and (hour.weekend, round(hour.planned, 1)) != (group[0].weekend, round(group[0].planned, 1)):
            yield _mean(group)
            group = []
        group.append(hour)
    if group:
        yield _mean(group)


def _mean(hours: list[Stretch]) -> Stretch:
    n = len(hours)
    return Stretch(
        hours[0].weekend,
        hours[0].first,
        hours[-1].end,
        sum(one.planned for one in hours) / n,
        sum(one.present for one in hours) / n,
        sum(one.escalations for one in hours) / n,
    )
