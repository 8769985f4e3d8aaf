"""What each date of a calendar is: the week's hours, or what a holiday or a special day makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from agents.decisions.calendars.definition import Definition, Opening, SpecialDay
from agents.decisions.calendars.spans import DAY, Span, of_day, union, without
from agents.enums import DayKind

OBSERVED = " (observed)"

# The spans of each of the seven weekdays.
Week = tuple[tuple[Span, ...], ...]
NO_WEEK: Week = ((),) * 7


@dataclass(frozen=True)
class Day:
    """The open spans between the date's two midnights, and the names of what made them other than the week's."""

    spans: tuple[Span, ...]
    names: tuple[str, ...] = ()


class Days:
    """A date belongs to itself, from midnight to midnight: a holiday also ends the night shift of the eve.

    Later ones prevail: the week's hours, the country's holidays, yearly special days, those of one date. Of
    one rank, changed hours come in the place of what was there, and then what is closed is taken away.
    """

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._weeks = _weeks(definition.openings)
        self._special: dict[int, dict[date, Day]] = {}

    def week(self, day: date) -> Week:
        """The hours of each weekday in the week that holds on that date, with what runs on from the day before."""
        begun = self._week(day)
        return tuple(_joined(begun[weekday - 1], begun[weekday]) for weekday in range(7))

    def plain(self, day: date) -> tuple[Span, ...]:
        """The week's hours on that date, with what runs on from the day before."""
        eve = day - timedelta(days=1)
        return _joined(self._week(eve)[eve.weekday()], self._week(day)[day.weekday()])

    def on(self, day: date) -> tuple[Span, ...]:
        """The open spans of that date."""
        found = self.special(day.year).get(day)
        return found.spans if found else self.plain(day)

    def special(self, year: int) -> Mapping[date, Day]:
        """The dates of the year for which a holiday or a special day says something."""
        if year not in self._special:
            self._special[year] = self._of_year(year)
        return self._special[year]

    def of_year(self, year: int) -> list[tuple[Span, ...]]:
        """The open spans of each date of the year."""
        first, after = date(year, 1, 1), date(year + 1, 1, 1)
        days: list[tuple[Span, ...]] = [()] * (after - first).days
        changes = [day for day, _ in self._weeks if day is not None and first < day < after]
        for begins in (first, *reversed(changes)):
            week, weekday, index = self.week(begins), begins.weekday(), (begins - first).days
            days[index:] = [week[(weekday + n) % 7] for n in range(len(days) - index)]
            days[index] = self.plain(begins)  # its eve is of another week
        for day, special in self.special(year).items():
            days[(day - first).days] = special.spans
        return days

    def _week(self, day: date) -> Week:
        """The spans that begin on each weekday, in the week that holds on that date."""
        return next((week for begins, week in self._weeks if begins is None or begins <= day), NO_WEEK)

    def _of_year(self, year: int) -> dict[date, Day]:
        public = public_holidays(self._definition, year)
        yearly = _by_date((row for row in self._definition.days if row.yearly), year)
        dated = _by_date((row for row in self._definition.days if not row.yearly), year)
        return {
            day: self._day(day, public.get(day), (yearly.get(day, ()), dated.get(day, ())))
            for day in {*public, *yearly, *dated}
        }

    def _day(self, day: date, holiday: str | None, ranks: Iterable[Iterable[tuple[SpecialDay, int]]]) -> Day:
        spans = () if holiday else self.plain(day)
        names = [holiday] if holiday else []
        for rows in ranks:
            hours = [(row, late) for row, late in rows if row.kind == DayKind.HOURS]
            if any(not late for _, late in hours):
                spans = ()
            spans = union([*spans, *(span for row, late in hours for span in of_day([row.span], late))])
            for row, late in rows:
                if row.kind == DayKind.CLOSED:
                    spans = without(spans, of_day([row.span], late))
            names += [row.name for row, _ in rows]
        return Day(spans, tuple(dict.fromkeys(names)))


def public_holidays(definition: Definition, year: int) -> dict[date, str]:
    """The country's holidays of that year on which nobody works."""
    if not definition.country:
        return {}
    return {
        day: name
        for day, name in _library(definition.country, definition.region, year)
        if name.removesuffix(OBSERVED) not in definition.worked
    }


@cache
def _library(country: str, region: str, year: int) -> tuple[tuple[date, str], ...]:
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language="en_US")
    return tuple((day, name) for day, name in found.items() if day.year == year)


def _weeks(openings: Iterable[Opening]) -> list[tuple[date | None, Week]]:
    """The spans of each weekday, the newest week first."""
    grouped: dict[date | None, list[Opening]] = defaultdict(list)
    for opening in openings:
        grouped[opening.valid_from].append(opening)
    newest_first = sorted(grouped, key=lambda valid_from: valid_from or date.min, reverse=True)
    return [
        (
            valid_from,
            tuple(
                tuple(sorted(opening.span for opening in grouped[valid_from] if weekday in opening.weekdays))
                for weekday in range(7)
            ),
        )
        for valid_from in newest_first
    ]


def _by_date(rows: Iterable[SpecialDay], year: int) -> dict[date, list[tuple[SpecialDay, int]]]:
    """What says something of each date of the year: with 0 from its own midnight, with 1 from that before."""
    found: dict[date, list[tuple[SpecialDay, int]]] = defaultdict(list)
    for row in rows:
        days = {*row.dates(year - 1), *row.dates(year)}
        for late in range(2 if row.span[1] > DAY else 1):
            for begun_on in days:
                day = begun_on + timedelta(days=late)
                if day.year == year:
                    found[day].append((row, late))
    return found


def _joined(eve: Iterable[Span], today: Iterable[Span]) -> tuple[Span, ...]:
    return union([*of_day(today), *of_day(eve, 1)])
