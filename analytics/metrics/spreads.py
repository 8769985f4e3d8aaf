"""Values with how often each occurs: their percentiles and mean, and whether two such spreads differ."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import ceil, floor, sqrt

from analytics.metrics.chance import two_sided
from helpninja.common.intervals import Interval
from helpninja.common.values import Z_95


@dataclass(frozen=True)
class Spread:
    """``counts``: pairs of a value and how often it occurs, the smallest value first; at least one."""

    counts: tuple[tuple[float, int], ...]

    @classmethod
    def of(cls, counts: Iterable[tuple[float, int]]) -> Spread:
        return cls(tuple(sorted(counts)))

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(count for _, count in self.counts))

    @property
    def n(self) -> int:
        return self._ends[-1]

    def ranked(self, rank: int) -> float:
        """The value of that rank, from 1 to n; beyond either end the last one there is."""
        return self.counts[bisect_left(self._ends, min(max(rank, 1), self.n))][0]

    def percentile(self, share: float) -> Interval:
        """What the ``share`` of the values, 0 to 1, do not exceed, linear between two; the ends are of two ranks.

        The value is of type 7 of R. J. Hyndman and Y. Fan, The American Statistician 50 (1996), 361-365; the ends
        are of rank ``n p - z sqrt(n p (1 - p))`` and ``1 + n p + z sqrt(n p (1 - p))``: W. J. Conover, Practical
        Nonparametric Statistics, 3rd ed. 1999, section 3.2.
        """
        place = (self.n - 1) * share
        below, above = self.ranked(floor(place) + 1), self.ranked(ceil(place) + 1)
        half = Z_95 * sqrt(self.n * share * (1 - share))
        return Interval(
            below + (above - below) * (place - floor(place)),
            self.ranked(floor(self.n * share - half)),
            self.ranked(ceil(1 + self.n * share + half)),
        )

    @property
    def median(self) -> Interval:
        return self.percentile(0.5)

    @property
    def mean(self) -> Interval:
        """With the normal interval, for 20 values or more."""
        mean = sum(value * count for value, count in self.counts) / self.n
        squares = sum(count * (value - mean) ** 2 for value, count in self.counts)
        half = Z_95 * sqrt(squares / (self.n - 1) / self.n)
        return Interval(mean, mean - half, mean + half)


@dataclass(frozen=True)
class Order:
    """``higher``: how often a value of the first is greater than one of the second, equal ones half."""

    higher: float
    p: float


def compare_order(first: Spread, second: Spread) -> Order:
    """The Mann-Whitney test by the normal distribution, with the correction for ties, for 20 values or more.

    H. B. Mann and D. R. Whitney, Ann. Math. Statist. 18 (1947), 50-60.
    """
    counts: dict[float, list[int]] = {}
    for place, spread in enumerate((first, second)):
        for value, count in spread.counts:
            counts.setdefault(value, [0, 0])[place] += count
    wins, below, ties = 0.0, 0, 0
    for _, (ours, theirs) in sorted(counts.items()):
        wins += ours * (below + theirs / 2)
        below += theirs
        ties += (ours + theirs) ** 3 - (ours + theirs)
    pairs, n = first.n * second.n, first.n + second.n
    variance = pairs / 12 * (n + 1 - ties / (n * (n - 1)))
    return Order(wins / pairs, two_sided((wins - pairs / 2) / sqrt(variance)) if variance else 1.0)
