"""A mean, and a straight line through points, of which only sums are known, with 95 % intervals. No query."""

import math
from dataclasses import dataclass

from helpninja.common.intervals import Interval


@dataclass(frozen=True)
class Sums:
    """Of pairs: their number, and the sums of x, y, x * x, x * y and y * y."""

    n: int
    x: float
    y: float
    xx: float
    xy: float
    yy: float


def slope(sums: Sums) -> Interval | None:
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
    return Interval(found, found - half, found + half)


def mean_interval(mean: float, n: int, squares: float) -> Interval | None:
    """Of a mean, by Student's t with n - 1, from the sum of the squares. None with fewer than two rows."""
    if n < 2:
        return None
    variance = max(0.0, squares - n * mean * mean) / (n - 1)
    half = _student_975(n - 1) * math.sqrt(variance / n)
    return Interval(mean, mean - half, mean + half)


def _student_975(freedom: int) -> float:
    from scipy.special import stdtrit  # takes a tenth of a second to load, and few pages need it

    return float(stdtrit(freedom, 0.975))
