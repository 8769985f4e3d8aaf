"""What the next days may bring, from days like them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from helpninja.common.values import ENOUGH


@dataclass(frozen=True)
class Expected:
    """``low`` to ``high`` with their median, from ``n`` earlier days."""

    low: int
    high: int
    middle: float
    n: int

    @property
    def confidence(self) -> float:
        """How often the next day of the kind lies in the range: (n - 1) / (n + 1).

        Of n + 1 exchangeable values each is as likely as another to be the least or the greatest (S. S. Wilks,
        Determination of sample sizes for setting tolerance limits, Ann. Math. Statist. 12, 1941). It takes the
        days to be alike: no trend, no holidays.
        """
        return (self.n - 1) / (self.n + 1)


def expected(past: Sequence[int]) -> Expected | None:
    """None where there are too few days to say anything."""
    if len(past) < ENOUGH:
        return None
    return Expected(min(past), max(past), median(past), len(past))
