"""When the tasks of a month's improvement cycle are due, and when those that come again come again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from quality.enums import Repeats

IsWorking = Callable[[date], bool]

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Period:
    """From the first date up to, and without, ``after``."""

    first: date
    after: date

    @classmethod
    def month_of(cls, day: date) -> Period:
        first = day.replace(day=1)
        return cls(first, _next_month(first))

    @classmethod
    def quarter_of(cls, day: date) -> Period:
        first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        return cls(first, _next_month(_next_month(_next_month(first))))

    @classmethod
    def week_of(cls, day: date) -> Period:
        """From a Monday."""
        first = day - ONE_DAY * day.weekday()
        return cls(first, first + 7 * ONE_DAY)

    def days(self) -> list[date]:
        return [self.first + ONE_DAY * n for n in range((self.after - self.first).days)]

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.after


def due_on(period: Period, working_day: int, is_working: IsWorking) -> date:
    """The period's nth working day, its last one where it has fewer; weekdays where it has none at all."""
    days = period.days()
    working = [day for day in days if is_working(day)] or [day for day in days if is_weekday(day)]
    return working[min(working_day, len(working)) - 1]


def due_dates(month: date, repeats: str, working_day: int, is_working: IsWorking) -> list[date]:
    """Those in the month: one, but of a weekly task one for each week, of a quarterly one at most one.

    A week belongs to the month in which its task is due. What comes after is the next month's cycle's.
    """
    whole = Period.month_of(month)
    match Repeats(repeats):
        case Repeats.NOT | Repeats.MONTHLY:
            periods = [whole]
        case Repeats.QUARTERLY:
            periods = [Period.quarter_of(month)]
        case Repeats.WEEKLY:
            periods = sorted({Period.week_of(day) for day in whole.days()}, key=lambda week: week.first)
    dates = (due_on(period, working_day, is_working) for period in periods)
    return [day for day in dates if day in whole]


def first_due(dates: Iterable[date], repeats: str, today: date) -> date | None:
    """Of a new cycle: a task that comes again begins with the next date, the others keep theirs even if past."""
    if repeats in (Repeats.NOT, Repeats.MONTHLY):
        return next(iter(dates), None)
    return next((day for day in dates if day >= today), None)


def next_due(dates: Iterable[date], last: date, today: date) -> date | None:
    """After the last one, and not past itself: what nobody was there to do is not made up for."""
    return next((day for day in dates if day > last and day >= today), None)


def is_weekday(day: date) -> bool:
    """Monday to Friday; holidays are not known here."""
    return day.weekday() < SATURDAY


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
