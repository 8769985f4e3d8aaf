"""One local year of a calendar in absolute time, where all arithmetic is done."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from agents.decisions.calendars.days import Days
from agents.decisions.calendars.spans import DAY, Span, union

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
TICK = timedelta(microseconds=1)
SECOND = 1_000_000  # ticks


def ticks(moment: datetime) -> int:
    """Microseconds since the epoch. Aware times of one zone compare as hands of its clock; these as moments."""
    return (moment - EPOCH) // TICK


@dataclass(frozen=True)
class Year:
    """The open intervals of one local year in seconds since the epoch, disjoint and in order.

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
        """The open ticks of the year before that tick."""
        i = bisect_right(self.starts, moment // SECOND) - 1
        return 0 if i < 0 else min(moment, self.ends[i] * SECOND) - (self.starts[i] - self.before[i]) * SECOND

    def when(self, elapsed: int) -> int:
        """The first tick before which there were so many open ones, at least 1 and at most the total."""
        i = bisect_left(self.before, -(-elapsed // SECOND)) - 1
        return (self.starts[i] - self.before[i]) * SECOND + elapsed

    def is_open(self, moment: int) -> bool:
        i = bisect_right(self.starts, moment // SECOND) - 1
        return i >= 0 and moment < self.ends[i] * SECOND

    def between(self, first: int, last: int) -> list[Span]:
        """The intervals that share a second with that span of seconds."""
        chosen = slice(bisect_right(self.ends, first), bisect_left(self.starts, last))
        return list(zip(self.starts[chosen], self.ends[chosen], strict=True))


def compile_year(days: Days, zone: ZoneInfo, number: int) -> Year:
    """Each day's spans on the clock of its wall as instants; days of 24 hours need no look at the zone."""
    found: list[Span] = []
    nights = midnights(zone, number)
    for day, ((midnight, following), spans) in enumerate(zip(pairwise(nights), days.of_year(number), strict=True)):
        if following - midnight == DAY:
            found += [(midnight + opens, midnight + closes) for opens, closes in spans]
        elif spans:
            wall = datetime(number, 1, 1, tzinfo=zone) + timedelta(days=day)
            found += [(_seconds(wall, opens), _seconds(wall, closes)) for opens, closes in spans]
    open_spans = union((max(start, nights[0]), min(end, nights[-1])) for start, end in found)
    return Year(
        start=nights[0],
        end=nights[-1],
        starts=[start for start, _ in open_spans],
        ends=[end for _, end in open_spans],
        before=list(accumulate((end - start for start, end in open_spans), initial=0)),
    )


@lru_cache(maxsize=4096)
def midnights(zone: ZoneInfo, year: int) -> list[int]:
    """Of each date of the year and the one after it, in seconds since the epoch.

    Where two of them are a day apart the clocks were not changed between: nowhere were they ever changed there
    and back within one day.
    """
    found = []
    offset, seconds = timedelta(), 0
    for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal() + 1):
        current = datetime.fromordinal(ordinal).replace(tzinfo=zone).utcoffset() or timedelta()
        if current != offset:
            offset, seconds = current, int(current.total_seconds())
        found.append((ordinal - EPOCH_ORDINAL) * DAY - seconds)
    return found


def _seconds(midnight: datetime, later: int) -> int:
    """Since the epoch. Adding to an aware time moves the hands of its clock."""
    return ticks(midnight + timedelta(seconds=later)) // SECOND
