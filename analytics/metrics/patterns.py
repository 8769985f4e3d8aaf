"""When the escalations come: hours of the day, and the volume over the window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F
from django.db.models.functions import ExtractHour, TruncDate, TruncMonth, TruncWeek

from analytics.metrics.tally import Frame
from analytics.metrics.windows import Window

HOURS = 24
PEAK_HOURS = 2
# Up to so many days the volume is drawn by day, up to so many by week, beyond by month.
BY_DAY, BY_WEEK = 93, 400


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


def hour_of(field: str, frame: Frame) -> ExtractHour:
    return ExtractHour(field, tzinfo=frame.window.tzinfo)


def step(window: Window) -> str:
    """day, week or month: how the window's volume is split."""
    days = len(window.days())
    return "day" if days <= BY_DAY else "week" if days <= BY_WEEK else "month"


def bucket_of(field: str, window: Window) -> TruncDate:
    """The day, or the first day of the week or month, in the window's zone."""
    match step(window):
        case "day":
            return TruncDate(F(field), tzinfo=window.tzinfo)
        case "week":
            return TruncDate(TruncWeek(F(field), tzinfo=window.tzinfo), tzinfo=window.tzinfo)
        case _:
            return TruncDate(TruncMonth(F(field), tzinfo=window.tzinfo), tzinfo=window.tzinfo)


def buckets(window: Window) -> list[date]:
    """All of the window's buckets, those without rows too."""
    days = window.days()
    match step(window):
        case "day":
            return days
        case "week":
            return sorted({day - timedelta(days=day.weekday()) for day in days})
        case _:
            return sorted({day.replace(day=1) for day in days})
