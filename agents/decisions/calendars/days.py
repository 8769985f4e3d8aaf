"""What each date of a calendar is: the week's hours, or what a holiday or a special day makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from agents.decisions.calendars.definition import DAY, Definition, Opening, Span, SpecialDay
from agents.enums import DayKind

OBSERVED = " (observed)"


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

    def plain(self, day: date) -> tuple[Span, ...]:
        """The week's hours on that date, with what runs on from the day before."""
        today, eve = self._opened(day), self._opened(day - timedelta(days=1))
        if not eve:
            return today if all(end <= DAY for _, end in today) else _union(_clip(today, 0))
        return _union([*_clip(today, 0), *_clip(eve, 1)])

    def special(self, year: int) -> Mapping[date, Day]:
        """The dates of the year for which a holiday or a special day says something."""
        if year not in self._special:
            self._special[year] = self._of_year(year)
        return self._special[year]

    def spans(self, day: date) -> tuple[Span, ...]:
        found = self.special(day.year).get(day)
        return found.spans if found else self.plain(day)

    def _opened(self, day: date) -> tuple[Span, ...]:
        """The spans that begin on that date."""
        for valid_from, week in self._weeks:
            if valid_from is None or valid_from <= day:
                return week[day.weekday()]
        return ()

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
            spans = _union([*spans, *(span for row, late in hours for span in _clip([row.span], late))])
            for row, late in rows:
                if row.kind == DayKind.CLOSED:
                    spans = _without(spans, _clip([row.span], late))
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


def _weeks(openings: Iterable[Opening]) -> list[tuple[date | None, tuple[tuple[Span, ...], ...]]]:
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


def _clip(spans: Iterable[Span], late: int) -> list[Span]:
    """What lies between midnights, of spans that count from ``late`` midnights before."""
    moved = ((start - late * DAY, end - late * DAY) for start, end in spans)
    return [(max(0, start), min(DAY, end)) for start, end in moved if end > 0 and start < DAY]


def _union(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _without(spans: Iterable[Span], cuts: Iterable[Span]) -> tuple[Span, ...]:
    left = list(spans)
    for cut_start, cut_end in cuts:
        parts = [((start, min(end, cut_start)), (max(start, cut_end), end)) for start, end in left]
        left = [part for pair in parts for part in pair if part[0] < part[1]]
    return tuple(left)
