"""The windows of a question, cut into stretches that lie in one bucket each, as days or months of a zone."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateField, F
from django.db.models.functions import ExtractHour, TruncDate, TruncDay, TruncHour, TruncMonth, TruncWeek

from analytics.metrics.frames import BEFORE, NOW, Frame
from analytics.metrics.times import Since
from helpninja.common.windows import Window, months_of, weeks_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MIDNIGHT = time(0)
BY_DAY, BY_WEEK, BY_MONTH = (TruncDate, TruncDay), (TruncWeek,), (TruncMonth,)

# When a bucket begins, and what it is called.
Start = tuple[datetime, Any]


@dataclass(frozen=True, eq=False)
class Segment:
    """A stretch of one period without a boundary inside; ``offset`` is its zone's, in whole hours.

    Whoever asks for the same has the same one.
    """

    period: int
    start: datetime
    end: datetime
    labels: Mapping[str, Any]
    offset: int


def is_time(expression: Any, clock: str) -> bool:
    """Whether it cuts rows dated by the clock into buckets, or tells their hour of the day."""
    if isinstance(expression, Since):
        return expression.clock == clock
    known = (ExtractHour, TruncHour, *BY_DAY, *BY_WEEK, *BY_MONTH)
    return isinstance(expression, known) and expression.get_source_expressions() == [F(clock)]


def segments(frame: Frame, buckets: Mapping[str, Any], *, by_hour: bool) -> tuple[Segment, ...] | None:
    """None where a bucket begins, or a zone lies, within an hour of UTC."""
    found: tuple[Segment, ...] = ()
    for period, window in ((BEFORE, frame.before), (NOW, frame.window)):
        if window is not None:
            cut = _cut(period, window, tuple(buckets.items()), by_hour)
            if cut is None:
                return None
            found += cut
    return found


@lru_cache(maxsize=256)
def _cut(
    period: int, window: Window, buckets: tuple[tuple[str, Any], ...], by_hour: bool
) -> tuple[Segment, ...] | None:
    """Remembered, since most sources that a page asks have the same."""
    starts = {name: list(_starts(expression, window)) for name, expression in buckets}
    inside = {at for of in starts.values() for at, _ in of if window.start < at < window.end}
    if by_hour:
        inside |= {at for at in _changes(window) if window.start < at < window.end}
    cuts = [window.start, *sorted(inside), window.end]
    found = []
    for start, end in pairwise(cuts):
        offset = start.astimezone(window.tzinfo).utcoffset() or timedelta(0)
        if (by_hour and offset % HOUR) or (start is not window.start and not is_whole(start)):
            return None
        labels = {name: _label(of, start) for name, of in starts.items()}
        found.append(Segment(period, start, end, labels, offset // HOUR))
    return tuple(found)


def is_whole(at: datetime) -> bool:
    """Whether an hour of UTC begins then."""
    return at.timestamp() % 3600 == 0


def _label(starts: list[Start], at: datetime) -> Any:
    place = bisect_right([start for start, _ in starts], at)
    return starts[place - 1][1] if place else None


def _starts(expression: Any, window: Window) -> Iterator[Start]:
    if isinstance(expression, Since):
        yield from zip(expression.starts, range(len(expression.starts)), strict=True)
        return
    zone = expression.tzinfo or UTC
    if isinstance(expression, TruncHour):
        yield from _hours(window, zone)
        return
    is_date = type(expression.__dict__.get("output_field", type(expression).__dict__.get("output_field")))
    for day in _days(expression, window, zone):
        midnight = datetime.combine(day, MIDNIGHT, zone)
        yield midnight.astimezone(UTC), day if is_date is DateField else midnight


def _days(expression: Any, window: Window, zone: Any) -> list[date]:
    first, last = (at.astimezone(zone).date() for at in (window.start, window.end))
    if isinstance(expression, BY_WEEK):
        return weeks_of(first, last)
    if isinstance(expression, BY_MONTH):
        return months_of(first, last)
    return [first + number * DAY for number in range((last - first).days + 1)]


def _hours(window: Window, zone: Any) -> Iterator[Start]:
    at = window.start.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    while at < window.end:
        yield at, at.astimezone(zone)
        at += HOUR


def _changes(window: Window) -> Iterator[datetime]:
    """When the zone's clocks are put forward or back."""
    for year in range(window.start.year - 1, window.end.year + 2):
        yield from _changes_of(window.zone, year)


@cache
def _changes_of(zone: str, year: int) -> tuple[datetime, ...]:
    def offset(at: datetime) -> Any:
        return at.astimezone(ZoneInfo(zone)).utcoffset()

    days = [datetime(year, 1, 1, tzinfo=UTC) + number * DAY for number in range(366)]
    changed = [day for day in days if offset(day) != offset(day + DAY)]
    hours = (day + number * HOUR for day in changed for number in range(24))
    return tuple(hour + HOUR for hour in hours if offset(hour) != offset(hour + HOUR))
