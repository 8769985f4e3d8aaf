"""What a metric is, and how several are measured together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from analytics.metrics.readings import Reading
from analytics.metrics.tally import BEFORE, NOW, Frame, Tally, tally
from analytics.metrics.units import Unit
from helpninja.common.values import Good, Value


@dataclass(frozen=True)
class Metric:
    """``window`` says which moment puts a row into the window; ``reading`` is None where a module measures it."""

    key: str
    label: str
    unit: Unit
    good: Good
    definition: str
    window: str
    reading: Reading | None = None
    measured_by: Callable[[Frame], dict[int, Value]] | None = None
    counted_by: Callable[[Frame], QuerySet[Any]] | None = None

    def counted(self, frame: Frame) -> QuerySet[Any]:
        """Exactly the rows that the value's ``n`` counts."""
        if self.reading is not None:
            return self.reading.counted(frame)
        assert self.counted_by is not None
        return self.counted_by(frame)

    def value(self, found: Tally, period: int = NOW, **dims: Any) -> Value:
        """From a tally that holds the reading's parts."""
        assert self.reading is not None
        return self.reading.value(lambda part: found.sum(part, period, **dims))


@dataclass(frozen=True)
class Measured:
    """``before`` is of the window before, None where it was not asked for."""

    metric: Metric
    now: Value
    before: Value | None


def measure(metrics: Iterable[Metric], frame: Frame) -> dict[str, Measured]:
    """By key, in the order asked. One query for each source that the metrics share, a few for the special ones."""
    metrics = list(metrics)
    found = tally((part for metric in metrics if metric.reading for part in metric.reading.parts), frame)
    return {metric.key: _measured(metric, found, frame) for metric in metrics}


def _measured(metric: Metric, found: Tally, frame: Frame) -> Measured:
    if metric.reading is not None:
        values = {period: metric.value(found, period) for period in frame.periods}
    else:
        assert metric.measured_by is not None
        values = metric.measured_by(frame)
    return Measured(metric, values[NOW], values.get(BEFORE))
