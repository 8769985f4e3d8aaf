"""What a metric is, and how several are measured together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from analytics.metrics.readings import Narrow, Read, Reading, everything
from analytics.metrics.tally import BEFORE, NOW, Frame, Part, Splits, Tally, merged, tally
from analytics.metrics.units import Unit
from helpninja.common.values import Good, Value


@dataclass(frozen=True)
class Metric:
    """``window`` says which moment puts a row into the window.

    Where it is not ``of_one_person``, nothing is known of it under a filter on one agent.
    """

    key: str
    label: str
    unit: Unit
    good: Good
    definition: str
    window: str
    reading: Reading
    of_one_person: bool = True

    def is_known(self, frame: Frame) -> bool:
        """Not so of one person's work where everybody's would be needed."""
        return self.of_one_person or frame.filters.agent is None

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        """Exactly the rows that the value's ``n`` counts, of those that ``narrow`` leaves."""
        rows = self.reading.counted(frame, narrow)
        return rows if self.is_known(frame) else rows.none()


@dataclass(frozen=True)
class Measured:
    """``before`` is of the window before, None where it was not asked for."""

    metric: Metric
    now: Value
    before: Value | None


class Meter:
    """Several metrics of one frame: what they need of a tally, and their numbers off it or off a group of it."""

    def __init__(self, metrics: Iterable[Metric], frame: Frame) -> None:
        self.metrics, self.frame = list(metrics), frame
        self._readers: dict[str, Read] = {one.key: one.reading.reader(frame) for one in self.metrics}

    @property
    def parts(self) -> list[Part]:
        return [part for one in self.metrics for part in one.reading.parts(self.frame)]

    @property
    def splits(self) -> Splits:
        return merged(one.reading.splits(self.frame) for one in self.metrics)

    def read(self, found: Tally) -> dict[str, Measured]:
        return {one.key: self._read(one, found) for one in self.metrics}

    def _read(self, metric: Metric, found: Tally) -> Measured:
        read = self._readers[metric.key] if metric.is_known(self.frame) else _unknown
        return Measured(metric, read(found, NOW), read(found, BEFORE) if self.frame.before else None)


def _unknown(found: Tally, period: int) -> Value:
    return Value(None, 0)


def measure(metrics: Iterable[Metric], frame: Frame) -> dict[str, Measured]:
    """By key, in the order asked. One query for each source that the metrics share, two more for costs."""
    meter = Meter(metrics, frame)
    return meter.read(tally(meter.parts, frame, meter.splits))
