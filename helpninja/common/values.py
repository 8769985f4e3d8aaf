"""A figure: a number with how many rows it is of, and how it compares. No query, no clock."""

import math
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

# Below this many rows two numbers are not compared: the difference would be chance.
ENOUGH = 5
# The normal distribution's 97.5 % point: 95 % of it lies between plus and minus this.
Z_95 = 1.959963984540054

Number = float | Decimal


class Good(Enum):
    """Which direction is good."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True)
class Value:
    """``value`` is None without rows; ``n`` rows were counted, ``missing`` were left out as unknown.

    ``hits`` is a rate's numerator, None for what is no rate; ``error`` the standard error and ``bounds`` the 95 %
    interval of what is no rate, None where they are not told. ``sums``: numerator and denominator of what is a
    quotient of two sums over its rows, also where that is nothing by nothing; None for what is no such quotient.
    """

    value: float | None
    n: int
    missing: int = 0
    hits: int | None = None
    error: float | None = None
    bounds: tuple[float, float] | None = None
    sums: tuple[Number, Number] | None = field(default=None, compare=False)

    @classmethod
    def of_count(cls, n: int, missing: int = 0) -> "Value":
        return cls(float(n), n, missing)

    @classmethod
    def of_rate(cls, hits: int, n: int, missing: int = 0) -> "Value":
        return cls(hits / n if n else None, n, missing, hits, sums=(hits, n))

    @classmethod
    def of_mean(cls, total: Number, n: int, missing: int = 0) -> "Value":
        return cls(float(total / n) if n else None, n, missing, sums=(total, n))

    @classmethod
    def of_net(cls, plus: int, minus: int, n: int, missing: int = 0) -> "Value":
        """The percent of the one less the percent of the other, from -100 to 100."""
        sums = (100 * (plus - minus), n)
        if not n:
            return cls(None, 0, missing, sums=sums)
        net, error = _net(plus, minus, n)
        return cls(net, n, missing, error=error, bounds=net_interval(plus, minus, n), sums=sums)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval where there is one; None without rows."""
        if self.hits is None or not self.n:
            return self.bounds
        return wilson(self.hits, self.n)


@dataclass(frozen=True)
class Change:
    """``difference`` is None with ``too_few`` where one side has fewer than five rows, or no value."""

    difference: float | None
    better: bool | None
    too_few: bool = False


def compare(now: Value, before: Value, good: Good) -> Change:
    """``better`` is None where nothing changed or where neither direction is good."""
    if now.value is None or before.value is None or min(now.n, before.n) < ENOUGH:
        return Change(None, None, too_few=True)
    difference = now.value - before.value
    if good is Good.NEITHER or difference == 0:
        return Change(difference, None)
    return Change(difference, (difference > 0) == (good is Good.UP))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of a rate (E. B. Wilson, JASA 22, 1927), within 0 and 1."""
    rate, z2 = hits / n, Z_95**2
    middle = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * math.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def net_interval(plus: float, minus: float, n: float) -> tuple[float, float]:
    """Of a net score, within -100 and 100: adjusted Wald, with three answers more, a quarter of them a side.

    B. Rocks, Interval estimation for the net promoter score, The American Statistician 70 (2016), 365-372.
    """
    net, error = _net(plus + 0.75, minus + 0.75, n + 3)
    return max(-100.0, net - Z_95 * error), min(100.0, net + Z_95 * error)


def _net(plus: float, minus: float, n: float) -> tuple[float, float]:
    """The net score and its standard error: plus counts 1, minus counts -1, the others 0."""
    net = (plus - minus) / n
    return 100 * net, 100 * math.sqrt(((plus + minus) / n - net**2) / n)


def rounded(value: float, digits: int = 0, *, scale: int = 1) -> Decimal:
    """``value * scale`` as people read it: halves go away from zero (12.5 -> 13, -12.5 -> -13).

    Taken from the shortest text of the float, so that 0.145 is 14.5 percent and not 14.499...
    """
    exact = Decimal(repr(value)) * scale
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
