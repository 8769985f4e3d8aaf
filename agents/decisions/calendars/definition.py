"""What a calendar says, as values: kept as JSON in each of its versions, and read by the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta
from typing import Any, Self

from agents.decisions.calendars.spans import DAY, Span
from agents.enums import DayKind, Weekday


@dataclass(frozen=True)
class Opening:
    """One interval on each of its weekdays. Closing at or before the opening means on the next day.

    From ``valid_from`` on, the openings of that date are the whole week, in place of all earlier ones.
    """

    weekdays: tuple[int, ...]
    opens: time
    closes: time
    valid_from: date | None = None

    @property
    def span(self) -> Span:
        return span_of(self.opens, self.closes)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            weekdays=tuple(data["weekdays"]),
            opens=time.fromisoformat(data["opens"]),
            closes=time.fromisoformat(data["closes"]),
            valid_from=_date(data["valid_from"]),
        )


@dataclass(frozen=True)
class SpecialDay:
    """Dates that differ: closed all day or between two times, or open at other hours than the week's.

    ``yearly`` ones return each year from ``first_date`` on; one of 29 February in leap years.
    """

    first_date: date
    name: str
    kind: DayKind = DayKind.CLOSED
    opens: time | None = None
    closes: time | None = None
    last_date: date | None = None
    yearly: bool = False
    until: date | None = None  # the last date on which a yearly one may begin

    @property
    def span(self) -> Span:
        if self.opens is None or self.closes is None:
            return (0, DAY)
        return span_of(self.opens, self.closes)

    def to_json(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            first_date=date.fromisoformat(data["first_date"]),
            name=data["name"],
            kind=DayKind(data["kind"]),
            opens=_time(data["opens"]),
            closes=_time(data["closes"]),
            last_date=_date(data["last_date"]),
            yearly=data["yearly"],
            until=_date(data["until"]),
        )

    def dates(self, year: int) -> Iterator[date]:
        """Those that it covers if it begins in that year; of one that isn't yearly, those in the year."""
        last_date = self.last_date or self.first_date
        if not self.yearly:
            first, last = max(self.first_date, date(year, 1, 1)), min(last_date, date(year, 12, 31))
            yield from (first + timedelta(days=n) for n in range((last - first).days + 1))
        elif (begins := _in_year(self.first_date, year)) and self._returns(begins):
            yield from (begins + timedelta(days=n) for n in range((last_date - self.first_date).days + 1))

    def _returns(self, begins: date) -> bool:
        return self.first_date <= begins <= (self.until or begins)


@dataclass(frozen=True)
class Definition:
    """``country`` and ``region`` as the library ``holidays`` names them; without a country there are none.

    ``worked`` are the names of the country's holidays on which people work all the same.
    """

    zone: str
    openings: tuple[Opening, ...]
    country: str = ""
    region: str = ""
    worked: tuple[str, ...] = ()
    days: tuple[SpecialDay, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            zone=data["zone"],
            openings=tuple(map(Opening.from_json, data["openings"])),
            country=data["country"],
            region=data["region"],
            worked=tuple(data["worked"]),
            days=tuple(map(SpecialDay.from_json, data["days"])),
        )


ROUND_THE_CLOCK = Opening(weekdays=tuple(Weekday.values), opens=time(0), closes=time(0))


def span_of(opens: time, closes: time) -> Span:
    """Closing at or before the opening is on the next day, so that the same time twice is 24 hours."""
    start, end = _seconds(opens), _seconds(closes)
    return (start, end if end > start else end + DAY)


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    """Dates and times as ISO texts, tuples as lists."""
    match value:
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case date() | time():
            return value.isoformat()
        case _:
            return value
