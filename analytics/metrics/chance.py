"""What differs beyond chance."""

from math import erfc, sqrt


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
