"""When the escalations come: hours of the day, and the volume over the window."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import DateField, QuerySet
from django.db.models.functions import ExtractHour, TruncDate, TruncHour, TruncMonth, TruncWeek

from analytics.metrics.readings import Narrow, Read, Rows, everything
from analytics.metrics.sources import MEASURED, OPENED, PLACED
from analytics.metrics.tally import NOW, Frame, Part, Splits, Tally
from helpninja.common.values import Value
from helpninja.common.windows import Window, months_of, weeks_of

HOURS = 24
PEAK_HOURS = 2
# One day's volume is drawn by hour, up to so many days by day, up to so many by week, beyond by month.
BY_DAY, BY_WEEK = 93, 400

OPENED_MEASURED, HOUR_UNKNOWN = Rows(OPENED, MEASURED), Rows(OPENED, PLACED)


@dataclass(frozen=True)
class Peak:
    """The hours from ``hour`` up to, not including, ``until``, with ``count`` of the ``n`` escalations."""

    hour: int
    count: int
    n: int

    @property
    def until(self) -> int:
        return (self.hour + PEAK_HOURS) % HOURS

    @property
    def share(self) -> float:
        return self.count / self.n


def peak(by_hour: Mapping[int, int]) -> Peak | None:
    """The two hours on end with the most; of equals the earliest. None without any."""
    n = sum(by_hour.values())
    if not n:
        return None
    totals = [sum(by_hour.get((hour + later) % HOURS, 0) for later in range(PEAK_HOURS)) for hour in range(HOURS)]
    hour = max(range(HOURS), key=lambda hour: (totals[hour], -hour))
    return Peak(hour, totals[hour], n)


class PeakHours:
    """The hour, 0 to 23 in the window's zone, at which the two busiest begin; ``n`` counts those of all hours."""

    adds_up = True
    sources = (OPENED,)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (OPENED_MEASURED.count, HOUR_UNKNOWN.count)

    def splits(self, frame: Frame) -> Splits:
        return {OPENED: {"peak_hour": hour_of("opened_at", frame)}}

    def reader(self, frame: Frame) -> Read:
        return self._value

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return narrow(OPENED_MEASURED.within(frame))

    def _value(self, found: Tally, period: int) -> Value:
        top, missing = self.peak(found, period), found.sum(HOUR_UNKNOWN.count, period)
        return Value(float(top.hour), top.n, missing) if top else Value(None, 0, missing)

    @staticmethod
    def peak(found: Tally, period: int = NOW) -> Peak | None:
        return peak(found.split(OPENED_MEASURED.count, "peak_hour", period))


def hour_of(field: str, frame: Frame) -> ExtractHour:
    """In the window's zone, 0 to 23."""
    return ExtractHour(field, tzinfo=frame.window.tzinfo)


def step(window: Window) -> str:
    """hour, day, week or month: how the window's volume is split."""
    days = (window.last_day - window.first_day).days + 1
    return "hour" if days == 1 else "day" if days <= BY_DAY else "week" if days <= BY_WEEK else "month"


def bucket_of(field: str, window: Window) -> TruncDate | TruncHour | TruncWeek | TruncMonth:
    """The hour, the day, or the first day of the week or month, in the window's zone."""
    zone = window.tzinfo
    match step(window):
        case "hour":
            return TruncHour(field, tzinfo=zone)
        case "day":
            return TruncDate(field, tzinfo=zone)
        case "week":
            return TruncWeek(field, output_field=DateField(), tzinfo=zone)
        case _:
            return TruncMonth(field, output_field=DateField(), tzinfo=zone)


def buckets(window: Window) -> Sequence[date]:
    """All of the window's buckets, those without rows too; datetimes where they are hours."""
    match step(window):
        case "hour":
            return _hours(window)
        case "day":
            return window.days()
        case "week":
            return weeks_of(window.first_day, window.last_day)
        case _:
            return months_of(window.first_day, window.last_day)


def has_begun(start: date, frame: Frame) -> bool:
    """What lies ahead is not drawn as nothing."""
    now = frame.now.astimezone(frame.window.tzinfo)
    return start <= (now if isinstance(start, datetime) else now.date())


def _hours(window: Window) -> list[datetime]:
    first = window.start.astimezone(window.tzinfo).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    count = math.ceil((window.end - first) / timedelta(hours=1))
    return [(first + timedelta(hours=n)).astimezone(window.tzinfo) for n in range(count)]
