"""What differs beyond chance, and which of many findings stand when so many were looked for."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, log, sqrt
from typing import Generic, TypeVar

from helpninja.common.intervals import Interval
from helpninja.common.values import ENOUGH, Z_95

# Of what is told as a finding, on average at most this share is chance.
Q = 0.05

Period = TypeVar("Period", bound=Hashable)
Kind = TypeVar("Kind", bound=Hashable)


def two_sided(z: float) -> float:
    """How often chance alone lies so far out, on either side."""
    return erfc(abs(z) / sqrt(2))


def rates_differ(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """The p of the score test of two proportions with the pooled rate (K. Pearson's chi-square, uncorrected)."""
    pooled = (hits + other_hits) / (n + other_n)
    if pooled in (0.0, 1.0):
        return 1.0
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    return two_sided((hits / n - other_hits / other_n) / error)


def ratio_differs(ratio: Interval) -> float:
    """The p of a ratio of 1, from an interval that is even on the scale of logarithms."""
    spread = log(ratio.high / ratio.low) / (2 * Z_95)
    return two_sided(log(ratio.value) / spread)


def adjusted(ps: Sequence[float]) -> list[float]:
    """In the order given. What is at most q keeps the false ones among the findings at q on average.

    Y. Benjamini and Y. Hochberg, Controlling the false discovery rate, J. R. Statist. Soc. B 57 (1995), 289-300.
    """
    found, least = [1.0] * len(ps), 1.0
    for rank, place in sorted(enumerate(sorted(range(len(ps)), key=ps.__getitem__), 1), reverse=True):
        least = min(least, ps[place] * len(ps) / rank)
        found[place] = least
    return found


@dataclass(frozen=True)
class Standout(Generic[Kind]):
    """A kind of which a period had more than the other periods did, beyond chance."""

    kind: Kind
    count: int
    n: int
    others: float  # its share of the other periods
    p: float  # adjusted

    @property
    def share(self) -> float:
        return self.count / self.n

    @property
    def more(self) -> float:
        """Than the period would have had at the others' share."""
        return self.count - self.others * self.n


def standouts(counts: Mapping[tuple[Period, Kind], int]) -> dict[Period, Standout[Kind]]:
    """For each period the kind with most beyond its share of the others; periods without one are left out.

    Each kind of each period is compared with the other periods together, and corrected for so many looks. Cells
    with fewer than five are not looked at.
    """
    of_period: dict[Period, int] = {}
    of_kind: dict[Kind, int] = {}
    for (period, kind), count in counts.items():
        of_period[period] = of_period.get(period, 0) + count
        of_kind[kind] = of_kind.get(kind, 0) + count
    total = sum(of_period.values())
    looked: list[tuple[Period, Standout[Kind]]] = []
    for (period, kind), count in counts.items():
        n, others = of_period[period], total - of_period[period]
        if count >= ENOUGH and others >= ENOUGH:
            rest = of_kind[kind] - count
            p = rates_differ(count, n, rest, others)
            looked.append((period, Standout(kind, count, n, rest / others, p)))
    found: dict[Period, Standout[Kind]] = {}
    for (period, one), p in zip(looked, adjusted([one.p for _, one in looked]), strict=True):
        known = found.get(period)
        if p <= Q and one.more > 0 and (known is None or one.more > known.more):
            found[period] = Standout(one.kind, one.count, one.n, one.others, p)
    return found
