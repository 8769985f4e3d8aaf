"""Arithmetic in open hours, exact to the microsecond, in elapsed time whatever the clocks do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from agents.decisions.calendars.days import Days
from agents.decisions.calendars.definition import ROUND_THE_CLOCK, Definition
from agents.decisions.calendars.spans import union
from agents.decisions.calendars.years import EPOCH, SECOND, TICK, Year, compile_year, ticks

# Whoever asks for more open time than comes in as many years has a calendar that is as good as never open.
HORIZON_YEARS = 100


class NeverOpen(ValueError):
    """The calendar hasn't so much open time within the horizon."""


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
            if left <= year.total * SECOND:
                return EPOCH + TICK * year.when(left)
            left -= year.total * SECOND
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
        return whole + (last_year.elapsed(last) - year.elapsed(first)) // SECOND

    def is_open(self, at: datetime) -> bool:
        """True at an opening time, False at a closing time."""
        moment = ticks(at)
        return self._year_at(at, moment)[1].is_open(moment)

    def intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open intervals between the two, in UTC, half-open and cut off at both ends."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        first, last = ticks(start), ticks(end)
        if last <= first:
            return []
        years = map(self._year, range(self._year_at(start, first)[0], self._year_at(end, last)[0] + 1))
        found = union(span for year in years for span in year.between(first // SECOND, -(-last // SECOND)))
        return [(max(start, _moment(opens)), min(end, _moment(closes))) for opens, closes in found]

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
        moment = ticks(start)
        number, year = self._year_at(start, moment)
        later = range(number + 1, number + years + 1)
        return year.elapsed(moment) < year.total * SECOND or any(self._year(one).total for one in later)

    def _year_at(self, at: datetime, moment: int) -> tuple[int, Year]:
        """Years end at the first midnight; where clocks repeat it, the local year may still say the old one."""
        number = at.astimezone(self.zone).year
        number += moment >= self._year(number).end * SECOND
        return number, self._year(number)

    def _year(self, number: int) -> Year:
        if number not in self._years:
            self._years[number] = compile_year(self.days, self.zone, number)
        return self._years[number]


def _moment(seconds: int) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


ALWAYS_OPEN = OpenHours(Definition(zone="UTC", openings=(ROUND_THE_CLOCK,)), name="Wall clock")
