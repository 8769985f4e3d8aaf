"""Two windows' numbers of one kind: how they differ, how likely by chance, and how many cases that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from analytics.metrics.chance import rates_differ, ratio_differs
from analytics.metrics.spreads import Spread, compare_order
from helpninja.common import intervals
from helpninja.common.intervals import Interval
from helpninja.common.values import ENOUGH, Value
from quality.decisions.article_effect import Counted, rate_ratio

# Below so many rows on either side nothing is tested: the tests lean on large numbers.
LEAST = 20


class Kind(Enum):
    """What is compared: ``difference`` of rates, medians and means, ratio of volumes."""

    RATE = "rate"
    VOLUME = "volume"
    TIME = "time"
    SCORE = "score"


@dataclass(frozen=True)
class Difference:
    """``change``: now less before, of a volume now by before. ``cases``: of how many the number went otherwise."""

    kind: Kind
    now: Value
    before: Value
    change: Interval
    p: float
    cases: float

    @property
    def no_change(self) -> float:
        return 1.0 if self.kind is Kind.VOLUME else 0.0

    @property
    def is_up(self) -> bool:
        return self.change.value > self.no_change


def of_rates(now: Value, before: Value) -> Difference | None:
    """Newcombe's interval, and the score test where Cochran's rule allows it: five expected in each cell."""
    hits, before_hits = now.hits or 0, before.hits or 0
    least = min(now.n, before.n)
    if least < LEAST:
        return None
    pooled = (hits + before_hits) / (now.n + before.n)
    if least * min(pooled, 1 - pooled) < ENOUGH:
        return None
    change = intervals.difference(intervals.rate(hits, now.n), intervals.rate(before_hits, before.n))
    p = rates_differ(hits, now.n, before_hits, before.n)
    return Difference(Kind.RATE, now, before, change, p, abs(change.value) * now.n)


def of_volumes(now: Value, before: Value, excess: float = 1.0) -> Difference | None:
    """Two Poisson counts of windows of equal length; ``excess``: how much more the days vary, see ``excess_of``.

    Counts that vary so many times more tell as little as counts so many times smaller.
    """
    if now.n + before.n < 2 * LEAST or not now.n or not before.n:
        return None
    change = rate_ratio(Counted(before.n / excess, 1 / excess), Counted(now.n / excess, 1 / excess))
    return Difference(Kind.VOLUME, now, before, change, ratio_differs(change), float(abs(now.n - before.n)))


def of_spreads(kind: Kind, now: Spread, before: Spread) -> Difference | None:
    """Medians of times, means of scores; the difference's interval made of the two, and the Mann-Whitney test."""
    if min(now.n, before.n) < LEAST:
        return None
    middle, middle_before = (one.median if kind is Kind.TIME else one.mean for one in (now, before))
    order = compare_order(now, before)
    return Difference(
        kind,
        Value(middle.value, now.n),
        Value(middle_before.value, before.n),
        intervals.difference(middle, middle_before),
        order.p,
        abs(2 * order.higher - 1) * now.n,
    )


def excess_of(days: Mapping[date, int], now_from: date) -> float:
    """By how much the days' counts vary more than independent arrivals would, at least 1.

    Pearson's chi-square of the days by its degrees of freedom, after what the weekday and the window explain;
    P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd ed. 1989, section 6.2.
    """
    total = sum(days.values())
    if not total:
        return 1.0
    weekdays: dict[int, int] = {}
    windows: dict[bool, int] = {}
    cells: dict[tuple[int, bool], int] = {}
    for day, count in days.items():
        cell = day.weekday(), day >= now_from
        weekdays[cell[0]] = weekdays.get(cell[0], 0) + count
        windows[cell[1]] = windows.get(cell[1], 0) + count
        cells[cell] = cells.get(cell, 0) + 1
    freedom = len(days) - len(weekdays) - len(windows) + 1
    square = 0.0
    for day, count in days.items():
        weekday, is_now = cell = day.weekday(), day >= now_from
        expected = weekdays[weekday] * windows[is_now] / total / cells[cell]
        square += (count - expected) ** 2 / expected if expected else 0.0
    return max(1.0, square / freedom) if freedom > 0 else 1.0
