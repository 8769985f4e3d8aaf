"""What is estimated from sums of the rows, each with its 95 % interval. No query, no clock."""

import math
from dataclasses import dataclass

from helpninja.common.values import Z_95

Interval = tuple[float, float]


@dataclass(frozen=True)
class Sums:
    """Of pairs: their number, and the sums of x, y, x * x, x * y and y * y."""

    n: int
    x: float
    y: float
    xx: float
    xy: float
    yy: float


def slope(sums: Sums) -> tuple[float, Interval] | None:
    """By how much y changes with each 1 of x: ordinary least squares, its interval by Student's t with n - 2.

    None with fewer than three pairs, and where all x are the same.
    """
    n = sums.n
    if n < 3:
        return None
    spread = sums.xx - sums.x * sums.x / n
    if spread <= 1e-9 * max(sums.xx, 1.0):
        return None
    together = sums.xy - sums.x * sums.y / n
    found = together / spread
    unexplained = max(0.0, sums.yy - sums.y * sums.y / n - found * together)
    half = _student_975(n - 2) * math.sqrt(unexplained / (n - 2) / spread)
    return found, (found - half, found + half)


def _student_975(freedom: int) -> float:
    from scipy.special import stdtrit  # takes a tenth of a second to load, and one page needs it

    return float(stdtrit(freedom, 0.975))


def risk_ratio(hits: int, n: int, other_hits: int, other_n: int) -> tuple[float, Interval] | None:
    """How many times as likely among the first; its interval by Katz's logarithm (Biometrics 34, 1978).

    None where one side has no rows or no hits: then there is no ratio to tell.
    """
    if not (hits and other_hits):
        return None
    ratio = (hits / n) / (other_hits / other_n)
    spread = Z_95 * math.sqrt(1 / hits - 1 / n + 1 / other_hits - 1 / other_n)
    return ratio, (ratio * math.exp(-spread), ratio * math.exp(spread))
