"""What has changed beyond chance, said with its evidence."""

from dataclasses import dataclass

from analytics.metrics.insights.judging import Kind
from analytics.metrics.registry import Metric
from helpninja.common.intervals import Interval
from helpninja.common.values import Value


@dataclass(frozen=True)
class Insight:
    """``dimension``, ``code`` and ``about`` are empty where it is of all rows.

    ``change``: of volumes now by before, of all else now less before. ``p``: adjusted for the number of looks.
    ``cases``: of how many the number went otherwise than before. ``better`` is None where no direction is good.
    """

    metric: Metric
    kind: Kind
    dimension: str
    code: str
    about: str
    now: Value
    before: Value
    change: Interval
    p: float
    cases: float
    better: bool | None
    sentence: str
    because: str

    @property
    def is_up(self) -> bool:
        return self.change.value > (1 if self.kind is Kind.VOLUME else 0)
