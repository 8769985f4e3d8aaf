"""Arithmetic in open hours, exact to the microsecond, in elapsed time whatever the clocks do."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from agents.decisions.calendars.days import Days
from agents.decisions.calendars.definition import ROUND_THE_CLOCK, Definition

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
TICK = timedelta(microseconds=1)
# Whoever asks for more open time than comes in as many years has a calendar that is as good as never open.
HORIZON_YEARS = 100


class NeverOpen(ValueError):
    """The calendar hasn't so much open time within the horizon."""


@dataclass(frozen=True)
class Year:
    """The open intervals of one local year in microseconds since the epoch, disjoint and in order.

    ``before[i]`` is the open time of the year before interval i; the last one is that of the whole year.
    """

    start: int
    end: int
    starts: list[int]
    ends: list[int]
    before: list[int]

    @property
    def total(self) -> int:
        return self.before[-1]

    def elapsed(self, moment: int) -> int:
        """The open time of the year before that moment."""
        i = bisect_right(self.starts, moment) - 1
        return 0 if i < 0 else self.before[i] + min(moment, self.ends[i]) - self.starts[i]

    def when(self, elapsed: int) -> int:
        """The first moment before which there was so much open time, at least 1 and at most the total."""
        i = bisect_left(self.before, elapsed) - 1
        return self.starts[i] + elapsed - self.before[i]


@dataclass(frozen=True)
class OpenHours:
    """A calendar compiled: each local year is worked out once, when it is first asked for.

    A time on the wall means one instant. In the hour that clocks repeat it is the first of the two; in the
    hour that they skip it moves by that hour, as if the clock had not been changed yet. What an opening lasts
    is elapsed time: round the clock is 25 hours on the day with 25.

    ``version`` is the number of the calendar's version, None of the wall clock.
    """

    definition: Definition
    name: str = ""
    version: int | None = None
    version_id: int | None = None
    days: Days = field(init=False, repr=False, compare=False)
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _years: dict[int, Year] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", Days(self.definition))
        object.__setattr__(self, "zone", ZoneInfo(self.definition.zone))

    def add(self, start: datetime, seconds: int) -> datetime:
        """When so many open seconds have passed since the start, in UTC; with 0 the start itself.

        Landing on a closing time stays there. Raises NeverOpen where they don't pass within HORIZON_YEARS.
        """
        if seconds < 0:
            raise ValueError("Deadlines lie ahead: give 0 seconds or more.")
        if seconds == 0:
            return start.astimezone(UTC)
        moment = ticks(start)
        number, year = self._year_at(start, moment)
        left = year.elapsed(moment) + seconds * SECOND
        for following in range(number + 1, number + HORIZON_YEARS + 2):
            if left <= year.total:
                return EPOCH + year.when(left) * TICK
            left -= year.total
            year = self._year(following)
        raise NeverOpen(f"{self.name or 'The calendar'} isn't open so long within {HORIZON_YEARS} years.")

    def seconds_between(self, start: datetime, end: datetime) -> int:
        """Whole open seconds; 0 where the end isn't later than the start."""
        first, last = ticks(start), ticks(end)
        if last <= first:
            return 0
        number, year = self._year_at(start, first)
        until, last_year = self._year_at(end, last)
        whole = sum(self._year(between).total for between in range(number, until))
        return (whole - year.elapsed(first) + last_year.elapsed(last)) // SECOND

    def is_open(self, at: datetime) -> bool:
        """True at an opening time, False at a closing time."""
        moment = ticks(at)
        _, year = self._year_at(at, moment)
        i = bisect_right(year.starts, moment) - 1
        return i >= 0 and moment < year.ends[i]

    def intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open intervals between the two, in UTC, half-open and cut off at both ends."""
        first, last = ticks(start), ticks(end)
        if last <= first:
            return []
        number, _ = self._year_at(start, first)
        until, _ = self._year_at(end, last)
        found: list[tuple[int, int]] = []
        for year in map(self._year, range(number, until + 1)):
            for opens, closes in zip(year.starts, year.ends, strict=True):
                if closes > first and opens < last:
                    _append(found, max(opens, first), min(closes, last))
        return [(EPOCH + opens * TICK, EPOCH + closes * TICK) for opens, closes in found]

    def holidays(self, start: datetime, end: datetime) -> list[tuple[date, str]]:
        """The local dates from the one to the other on which a holiday or a special day changed the hours."""
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        return [
            (day, ", ".join(found.names))
            for year in range(first.year, last.year + 1)
            for day, found in sorted(self.days.special(year).items())
            if first <= day <= last and found.spans != self.days.plain(day)
        ]

    def opens_within(self, start: datetime, years: int) -> bool:
        """Whether there is any open time in the local year of the start or in as many after it."""
        number, year = self._year_at(start, ticks(start))
        later = range(number + 1, number + years + 1)
        return year.elapsed(ticks(start)) < year.total or any(self._year(one).total for one in later)

    def _year_at(self, at: datetime, moment: int) -> tuple[int, Year]:
        """Years end at the first midnight; where clocks repeat it, the local year may still say the old one."""
        number = at.astimezone(self.zone).year
        number += moment >= self._year(number).end
        return number, self._year(number)

    def _year(self, number: int) -> Year:
        if number not in self._years:
            self._years[number] = self._compile(number)
        return self._years[number]

    def _compile(self, number: int) -> Year:
        first, after = date(number, 1, 1), date(number + 1, 1, 1)
        days = (first + timedelta(days=n) for n in range((after - first).days))
        found = sorted(
            (self._instant(day, a), self._instant(day, b)) for day in days for a, b in self.days.spans(day)
        )
        start, end = self._instant(first, 0), self._instant(after, 0)
        merged: list[tuple[int, int]] = []
        for opens, closes in found:
            _append(merged, max(opens, start), min(closes, end))
        lengths = (closes - opens for opens, closes in merged)
        return Year(
            start=start,
            end=end,
            starts=[opens for opens, _ in merged],
            ends=[closes for _, closes in merged],
            before=list(accumulate(lengths, initial=0)),
        )

    def _instant(self, day: date, seconds: int) -> int:
        """Adding to an aware time moves the hands of its clock."""
        wall = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(seconds=seconds)
        return ticks(wall)


def ticks(moment: datetime) -> int:
    """Microseconds since the epoch. Aware times of one zone compare as hands of its clock; these as moments."""
    return (moment - EPOCH) // TICK


def _append(merged: list[tuple[int, int]], opens: int, closes: int) -> None:
    """Joins what touches; leaves out what a clock change has turned round."""
    if closes <= opens:
        return
    if merged and opens <= merged[-1][1]:
        merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
    else:
        merged.append((opens, closes))


ALWAYS_OPEN = OpenHours(Definition(zone="UTC", openings=(ROUND_THE_CLOCK,)), name="Wall clock")
