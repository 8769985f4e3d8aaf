"""Stretches of whole hours, put together from months, days and hours in UTC, each taken or given back."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.rollups.packing import HOURS, day_of, first_hour, month_of
from helpninja.common.windows import month_after

DAY = timedelta(days=1)
# From this day of the month on, its end is nearer than its beginning.
MIDDLE = 16


@dataclass(eq=False)
class Cover:
    """How often to count each month and day, and of days in part how often each hour.

    To be read only: whoever asks for the same stretch has the same one.
    """

    months: Counter[date] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    hours: dict[date, NDArray[np.float64]] = field(default_factory=dict)


@lru_cache(maxsize=1024)
def cover(start: int, end: int, *, by_month: bool = True) -> Cover:
    """From hour ``start`` up to, not including, hour ``end``; hours count from 1970.

    An end inside a month is the nearer end of the month and the days from there on, or back. Remembered, since
    every source that a page asks has the same stretches.
    """
    found = Cover()
    first, last = (_month_near(day_of(hour)) for hour in (start, end))
    if not by_month:
        first = last = day_of(start)
    _reach(found, first, start, -1)
    _reach(found, last, end, 1)
    while first < last:
        found.months[first] += 1
        first = month_after(first)
    found.days = Counter({day: times for day, times in found.days.items() if times})
    found.hours = {day: times for day, times in found.hours.items() if times.any()}
    return found


def _reach(found: Cover, month: date, hour: int, sign: int) -> None:
    """What lies between the beginning of the month and the hour."""
    day = day_of(hour)
    step = 1 if month <= day else -1
    for number in range(abs((day - month).days)):
        passed = month + number * DAY if step > 0 else day + number * DAY
        found.days[passed] += sign * step
    if inside := hour - first_hour(day):
        found.hours.setdefault(day, np.zeros(HOURS))[:inside] += sign


def _month_near(day: date) -> date:
    return month_of(day) if day.day < MIDDLE else month_after(day)
