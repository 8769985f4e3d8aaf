"""At which hours of which weekdays escalations come, and how many outside the hours in which their team works."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models.functions import ExtractIsoWeekDay

from agents.decisions.calendars import OpenHours
from agents.enums import Weekday
from analytics.metrics import patterns
from analytics.metrics.open_hours import CLOSED, OPEN, open_of
from analytics.metrics.registry.conditions import OPENED_MEASURED, OUTCOME_UNKNOWN
from analytics.metrics.sources import OPENED
from analytics.metrics.tally import Frame, Tally, tally
from helpninja.common.values import Value

PEAK_DAYS = 3


@dataclass(frozen=True)
class PeakDays:
    """Three weekdays on end, with ``count`` of the ``n`` escalations."""

    first: Weekday
    count: int
    n: int

    @property
    def last(self) -> Weekday:
        return Weekday((self.first + PEAK_DAYS - 1) % len(Weekday))

    @property
    def share(self) -> float:
        return self.count / self.n


@dataclass(frozen=True)
class Clock:
    """``counts`` by weekday and hour; ``days``: how many of each weekday the window has had.

    ``after_hours``: the share outside the open hours, of the teams that have a calendar; the others' escalations
    are its missing. ``missing``: those of which only the day is known.
    """

    counts: Mapping[tuple[Weekday, int], int]
    days: Mapping[Weekday, int]
    after_hours: Value
    missing: int

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def by_hour(self) -> Counter[int]:
        return _summed(self.counts, 1)

    @property
    def by_day(self) -> Counter[Weekday]:
        return _summed(self.counts, 0)

    @property
    def peak(self) -> patterns.Peak | None:
        return patterns.peak(self.by_hour)

    @property
    def peak_days(self) -> PeakDays | None:
        """Of equals the first from Monday on. None without any."""
        if not self.n:
            return None
        by_day = self.by_day
        counts = {first: sum(by_day[day] for day in _from(first)) for first in Weekday}
        first = max(Weekday, key=lambda day: (counts[day], -day))
        return PeakDays(first, counts[first], self.n)

    def a_day(self, day: Weekday) -> float | None:
        """How many come on such a day."""
        return self.by_day[day] / self.days[day] if self.days.get(day) else None


def clock(frame: Frame, hours: Mapping[int, OpenHours]) -> Clock:
    """One query. ``hours``: of the teams, as ``open_hours.hours_of_teams`` gives them."""
    frame = replace(frame, comparison=None)
    splits: dict[str, Any] = {
        "hour": patterns.hour_of("opened_at", frame),
        "weekday": weekday_of("opened_at", frame),
        "open": open_of("opened_at", "team", hours, frame.span),
    }
    found = tally([OPENED_MEASURED.count, OUTCOME_UNKNOWN.count], frame, {OPENED: splits})
    counts: Counter[tuple[Weekday, int]] = Counter()
    for row in found.rows[OPENED.key]:
        counts[Weekday(row.dims["weekday"]), row.dims["hour"]] += row.sums[OPENED_MEASURED.count]
    return Clock(
        counts={cell: count for cell, count in counts.items() if count},
        days=Counter(Weekday(day.weekday()) for day in past_days(frame)),
        after_hours=_after_hours(found),
        missing=found.sum(OUTCOME_UNKNOWN.count),
    )


def weekday_of(field: str, frame: Frame) -> Any:
    """As ``Weekday`` counts, in the window's zone."""
    return ExtractIsoWeekDay(field, tzinfo=frame.window.tzinfo) - 1


def past_days(frame: Frame) -> list[date]:
    """The zone's days that the window has had so far."""
    today = frame.now.astimezone(frame.window.tzinfo).date()
    return [day for day in frame.window.days() if day <= today]


def _after_hours(found: Tally) -> Value:
    by_state = found.split(OPENED_MEASURED.count, "open")
    closed = by_state.get(CLOSED, 0)
    missing = by_state.get(None, 0) + found.sum(OUTCOME_UNKNOWN.count)
    return Value.of_rate(closed, closed + by_state.get(OPEN, 0), missing)


def _from(first: Weekday) -> list[Weekday]:
    return [Weekday((first + later) % len(Weekday)) for later in range(PEAK_DAYS)]


def _summed(counts: Mapping[Any, int], place: int) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for cell, count in counts.items():
        found[cell[place]] += count
    return found
