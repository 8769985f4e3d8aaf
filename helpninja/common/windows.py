"""The stretch of time that a number is about: half-open, in a named zone."""

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cached_property
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
WEEK = timedelta(weeks=1)
# Two windows of the greatest length and the rest of their months still fit.
LONGEST = timedelta(days=11 * 366)


class Comparison(Enum):
    """Which other stretch of the same length a window is compared with."""

    PREVIOUS = "previous"  # the one that ends where it begins
    YEAR = "year"  # the same dates of the latest earlier year that does not overlap it
    WEEKDAYS = "weekdays"  # the latest earlier one with the same weekdays that does not overlap it


@dataclass(frozen=True)
class Window:
    """From ``start`` on, before ``end``; ``zone`` is the IANA name in which its days and hours are read."""

    start: datetime
    end: datetime
    zone: str

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A window's ends have a time zone.")
        if not timedelta(0) < self.end - self.start <= LONGEST:
            raise ValueError("The end must be later than the start, by at most five years.")

    @classmethod
    def of_days(cls, first: date, last: date, zone: str) -> "Window":
        """Whole days of the zone, both included."""
        return cls(_midnight(first, zone), _midnight(last + timedelta(days=1), zone), zone)

    @classmethod
    def today(cls, now: datetime, zone: str) -> "Window":
        day = now.astimezone(ZoneInfo(zone)).date()
        return cls.of_days(day, day, zone)

    @classmethod
    def last_days(cls, days: int, now: datetime, zone: str) -> "Window":
        """Up to the end of the present hour, from the same time of day so many days earlier."""
        end = now.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return cls(end - timedelta(days=days), end, zone)

    @classmethod
    def to_date(cls, unit: str, now: datetime, zone: str) -> "Window":
        """The present ``month`` or ``quarter``, up to the end of today."""
        today = now.astimezone(ZoneInfo(zone)).date()
        return cls.of_days(_first_of(unit, today), today, zone)

    @classmethod
    def last(cls, unit: str, now: datetime, zone: str) -> "Window":
        """The latest ``month`` or ``quarter`` that is over."""
        end = _first_of(unit, now.astimezone(ZoneInfo(zone)).date()) - timedelta(days=1)
        return cls.of_days(_first_of(unit, end), end, zone)

    @cached_property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def previous(self) -> "Window":
        """Of the same length, ending where this one begins.

        Whole days stay whole days: over a clock change their length is counted in days, not in hours.
        """
        if self.is_whole_days:
            length = self.last_day - self.first_day + timedelta(days=1)
            return Window(_midnight(self.first_day - length, self.zone), self.start, self.zone)
        return Window(self.start - (self.end - self.start), self.start, self.zone)

    def before(self, comparison: Comparison) -> "Window":
        """The local times of both ends are kept, over clock changes too."""
        match comparison:
            case Comparison.PREVIOUS:
                return self.previous()
            case Comparison.YEAR:
                start, end = self._local(self.start), self._local(self.end)
                years = next(n for n in range(1, end.year) if _years_before(end, n) <= start)
                return Window(_years_before(start, years), _years_before(end, years), self.zone)
            case Comparison.WEEKDAYS:
                shift = timedelta(weeks=math.ceil((self._local(self.end) - self._local(self.start)) / WEEK))
                return Window(self._local(self.start) - shift, self._local(self.end) - shift, self.zone)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.tzinfo)

    @property
    def is_whole_days(self) -> bool:
        return self.start.astimezone(self.tzinfo).time() == self.end.astimezone(self.tzinfo).time() == MIDNIGHT

    @cached_property
    def first_day(self) -> date:
        return self.start.astimezone(self.tzinfo).date()

    @cached_property
    def last_day(self) -> date:
        return (self.end - timedelta(microseconds=1)).astimezone(self.tzinfo).date()

    def days(self) -> list[date]:
        """The zone's days that it touches."""
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]

    def month_starts(self) -> list[datetime]:
        """The first moments of the zone's months that it touches."""
        return [_midnight(month, self.zone) for month in months_of(self.first_day, self.last_day)]

    def months(self) -> "Window":
        """The whole months of the zone that it touches."""
        first, after = self.first_day.replace(day=1), month_after(self.last_day)
        return Window(_midnight(first, self.zone), _midnight(after, self.zone), self.zone)


def months_of(first: date, last: date) -> list[date]:
    """The first days of the months from that of ``first`` to that of ``last``."""
    months = [first.replace(day=1)]
    while (month := month_after(months[-1])) <= last:
        months.append(month)
    return months


def weeks_of(first: date, last: date) -> list[date]:
    """The Mondays of the weeks from that of ``first`` to that of ``last``."""
    monday = first - timedelta(days=first.weekday())
    return [monday + timedelta(days=n) for n in range(0, (last - monday).days + 1, 7)]


def month_after(day: date) -> date:
    """The first day of the month after the day's."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _years_before(at: datetime, years: int) -> datetime:
    """February 29 becomes February 28 where there is none."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, day=28)


def _first_of(unit: str, day: date) -> date:
    months = {"month": 1, "quarter": 3}[unit]
    return day.replace(month=day.month - (day.month - 1) % months, day=1)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, MIDNIGHT, ZoneInfo(zone))


def window_text(window: Window) -> str:
    """Oct 25, 2026, 18:15 to Nov 24, 2026, 18:15; whole days without the time, the last one included."""
    zone = ZoneInfo(window.zone)
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    if window.is_whole_days:
        days = window.days()
        first, last = f"{days[0]:%b %-d, %Y}", f"{days[-1]:%b %-d, %Y}"
        return first if first == last else f"{first} to {last}"
    return f"{start:%b %-d, %Y, %H:%M} to {end:%b %-d, %Y, %H:%M}"
