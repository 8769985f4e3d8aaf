"""How long somebody was available, busy and away on each day: the presence ledger, added up."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from agents.decisions.availability import Interval, midnight
from agents.enums import Status

DAY, NOTHING = timedelta(days=1), timedelta()
KINDS = {
    Status.AVAILABLE: "available",
    Status.IN_CONVERSATION: "busy",
    Status.AWAY: "away",
    Status.ON_BREAK: "away",
    Status.OFFLINE: "offline",
}


@dataclass(slots=True)
class DayHours:
    """Elapsed time of one day of the zone, until now at most; before the ledger begins nothing is known.

    The five together are the day's length: 23 or 25 hours where the clocks change.
    """

    day: date
    available: timedelta = NOTHING
    busy: timedelta = NOTHING
    away: timedelta = NOTHING
    offline: timedelta = NOTHING
    unknown: timedelta = NOTHING

    @property
    def present(self) -> timedelta:
        return self.available + self.busy

    @property
    def total(self) -> timedelta:
        return self.available + self.busy + self.away + self.offline + self.unknown


def presence_hours(
    ledger: Iterable[tuple[datetime, str]], *, zone: str, first: date, last: date, now: datetime
) -> list[DayHours]:
    """``ledger``: from when on which status held, in order, from the row on that held when ``first`` began."""
    local = ZoneInfo(zone)
    days = [DayHours(first + n * DAY) for n in range((last - first).days + 1)]
    edges = [midnight(local, hours.day) for hours in days] + [midnight(local, last + DAY)]
    changes = [(edges[0], ""), *ledger, (now, "")]
    for (start, status), (end, _) in pairwise(changes):
        if start >= now:
            break
        end = min(end, now)
        for place in range(max(0, bisect_right(edges, start) - 1), min(len(days), bisect_left(edges, end))):
            spent = min(end, edges[place + 1]) - max(start, edges[place])
            kind = KINDS[Status(status)] if status else "unknown"
            setattr(days[place], kind, getattr(days[place], kind) + spent)
    return days


def held(
    statuses: Collection[str], ledger: Iterable[tuple[datetime, str]], start: datetime, end: datetime
) -> list[Interval]:
    """When somebody had one of the statuses; ``ledger`` as above, its last row holds until the end."""
    rows = [*ledger, (end, "")]
    found = ((max(at, start), min(until, end), status) for (at, status), (until, _) in pairwise(rows))
    return [(at, until) for at, until, status in found if status in statuses and at < until]


def time_in(
    statuses: Collection[str], ledger: Iterable[tuple[datetime, str]], start: datetime, end: datetime
) -> timedelta:
    return sum((until - at for at, until in held(statuses, ledger, start, end)), NOTHING)
