"""Metrics by dimensions: one query for each source, however many groups there are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from analytics.metrics.dimensions import DIMENSIONS, Dimension, Label
from analytics.metrics.registry import METRICS, Measured, Meter, Metric
from analytics.metrics.tally import Frame, Splits, Tally, merged, tally
from analytics.metrics.units import Unit
from helpninja.common.values import Value


class NotDivisible(ValueError):
    """Rows of the metric don't know their group in the dimension."""

    def __init__(self, metric: Metric, dimension: Dimension) -> None:
        self.metric, self.dimension = metric, dimension
        super().__init__(f"{metric.label} can't be broken down by {dimension.label.lower()}.")


@dataclass(frozen=True)
class Group:
    """``labels`` by dimension, in the order asked; ``measured`` by metric key."""

    labels: tuple[Label, ...]
    measured: Mapping[str, Measured]


@dataclass(frozen=True)
class Breakdown:
    """``total`` is of all rows, also of those whose group is not known."""

    metrics: Sequence[Metric]
    dimensions: Sequence[Dimension]
    groups: Sequence[Group]
    total: Mapping[str, Measured]

    @property
    def shared(self) -> list[Metric]:
        """Counts by two dimensions: the second one's groups are parts of each of the first one's."""
        if len(self.dimensions) < 2 or not self.dimensions[1].partitions:
            return []
        return [metric for metric in self.metrics if metric.unit is Unit.COUNT and metric.reading.adds_up]

    def shares(self, group: Group) -> dict[str, Value]:
        """What the group is of all that have its first label, by the key of each metric that is ``shared``."""
        return {
            metric.key: Value.of_rate(group.measured[metric.key].now.n, self._wholes[group.labels[0], metric.key])
            for metric in self.shared
        }

    @cached_property
    def _wholes(self) -> Counter[tuple[Label, str]]:
        """By the first dimension alone."""
        wholes: Counter[tuple[Label, str]] = Counter()
        for group in self.groups:
            for metric in self.shared:
                wholes[group.labels[0], metric.key] += group.measured[metric.key].now.n
        return wholes


def breakdown(metrics: Iterable[str], dimensions: Iterable[str], frame: Frame) -> Breakdown:
    """In the order of the dimensions' values. ``NotDivisible`` where one of the metrics has no such groups.

    One query for each source and for each dimension whose labels are stored; where groups don't add up
    as many again for the total. Over stretches of time nothing is compared with the window before.
    """
    (found,) = _broken_down(metrics, [tuple(dimensions)], frame)
    return found


def breakdowns(metrics: Iterable[str], dimensions: Iterable[str], frame: Frame) -> dict[str, Breakdown]:
    """One by each of the dimensions, in the queries of a single ``breakdown``; of metrics whose groups add up."""
    dimensions = list(dimensions)
    found = _broken_down(metrics, [(key,) for key in dimensions], frame)
    return dict(zip(dimensions, found, strict=True))


def _broken_down(metrics: Iterable[str], views: list[tuple[str, ...]], frame: Frame) -> list[Breakdown]:
    asked = [METRICS[key] for key in metrics]
    by = [[DIMENSIONS[key] for key in view] for view in views]
    every = [dimension for view in by for dimension in view]
    for metric in asked:
        for dimension in every:
            _check(metric, dimension)
    if any(dimension.is_time for dimension in every):
        frame = replace(frame, comparison=None)
    meter = Meter(asked, frame)
    adds_up = all(one.reading.adds_up for one in asked)
    assert adds_up or len(views) == 1
    found = tally(meter.parts, frame, merged((meter.splits, _splits(asked, every, frame))))
    is_total = adds_up and all(one.partitions for one in every)
    total = meter.read(found if is_total else tally(meter.parts, frame, meter.splits))
    return [Breakdown(asked, view, _groups(found, view, meter), total) for view in by]


def counted(metric: Metric, frame: Frame, codes: Mapping[str, str]) -> QuerySet[Any]:
    """The rows that the metric's ``n`` counts in the group of these codes. ValueError: no such code."""
    source = metric.reading.sources[0]

    def narrow(rows: QuerySet[Any]) -> QuerySet[Any]:
        for key, code in codes.items():
            _check(metric, DIMENSIONS[key])
            annotation, condition = DIMENSIONS[key].having(source, code, frame)
            rows = rows.annotate(**annotation).filter(condition)
        return rows

    return metric.counted(frame, narrow)


def is_divisible(metric: Metric, dimension: Dimension) -> bool:
    """Whether all rows that its number can't do without know their group."""
    return dimension.on.keys() >= set(metric.reading.sources)


def _check(metric: Metric, dimension: Dimension) -> None:
    if not is_divisible(metric, dimension):
        raise NotDivisible(metric, dimension)


def _splits(metrics: list[Metric], dimensions: list[Dimension], frame: Frame) -> Splits:
    """Also of what is missing, as far as it is known to which group that belongs."""
    sources = {part.source for metric in metrics for part in metric.reading.parts(frame)}
    return merged(
        {source: {dimension.key: dimension.on[source](frame)}}
        for source in sources
        for dimension in dimensions
        if source in dimension.on
    )


def _groups(found: Tally, dimensions: list[Dimension], meter: Meter) -> list[Group]:
    groups = found.by(dimension.key for dimension in dimensions)
    labels = [dimension.labels.of({values[n] for values in groups}) for n, dimension in enumerate(dimensions)]
    rows = [
        Group(tuple(of[value] for of, value in zip(labels, values, strict=True)), meter.read(group))
        for values, group in groups.items()
    ]
    return sorted(rows, key=lambda group: tuple(label.place for label in group.labels))
