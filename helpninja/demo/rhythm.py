"""When customers write: by the hour and the weekday of New York."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from random import Random
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")

# Percent of a day in each hour: most from 2 to 4 PM, 15 % outside 9 AM to 8 PM.
HOURS = (
    0.7, 0.5, 0.4, 0.3, 0.3, 0.5, 0.9, 1.4, 1.9, 6.5, 8.0, 8.5,
    7.5, 8.5, 11.5, 11.5, 9.0, 6.0, 4.5, 3.5, 3.0, 2.3, 1.7, 1.1,
)  # fmt: skip
WEEKDAYS = (11.5, 22.0, 21.5, 24.5, 12.0, 5.0, 3.5)  # Monday first
MONTH_END = timedelta(days=3)


def hours_besides(known: Iterable[datetime], total: int) -> tuple[float, ...]:
    """HOURS for all of ``total`` but the known ones, so that with them the profile comes out again."""
    count = Counter(at.astimezone(EASTERN).hour for at in known)
    return tuple(max(0.1, share - 100 * count[hour] / total) for hour, share in enumerate(HOURS))


def is_month_end(at: datetime) -> bool:
    """When invoices are due: in the last three days of the month."""
    local = at.astimezone(EASTERN)
    return (local + MONTH_END).month != local.month


def moments(
    start: datetime, end: datetime, number: int, rng: Random, hours: tuple[float, ...] = HOURS
) -> list[datetime]:
    """So many moments from start to before end, in order, following the profile closely."""
    edges = _clock_hours(start, end)
    weights = []
    for left, right in pairwise(edges):
        local = left.astimezone(EASTERN)
        share = (right - left) / timedelta(hours=1)
        weights.append(hours[local.hour] * WEEKDAYS[local.weekday()] * share)
    sums = list(accumulate(weights))
    found = []
    for position in range(number):
        target = (position + rng.random()) / number * sums[-1]
        i = min(bisect_right(sums, target), len(weights) - 1)
        into = 1 - (sums[i] - target) / weights[i]
        found.append(edges[i] + (edges[i + 1] - edges[i]) * into)
    return found


def _clock_hours(start: datetime, end: datetime) -> list[datetime]:
    """Start, the full hours between, end."""
    edges = [start.astimezone(UTC)]
    while edges[-1] < end:
        following = edges[-1].replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        edges.append(min(following, end.astimezone(UTC)))
    return edges
