"""Each row's share of every metric: numbers that, added up over the rows, are those on the pages.

A share is read off the row's own group of a tally, so that there is no second definition of any metric.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Model

from analytics.metrics.dimensions.dimension import ABOUT_ESCALATIONS, OF_ESCALATIONS
from analytics.metrics.frames import Frame
from analytics.metrics.readings import Distinct
from analytics.metrics.registry import METRICS, Meter, Metric
from analytics.metrics.sources import (
    CONVERSATIONS,
    COSTED,
    HANDLED,
    HANDLED_ONCE,
    HUMAN_MESSAGES,
    RATED,
    REVIEWED,
    SURVEYED,
    Source,
)
from analytics.metrics.tally import Tally, by_sources, counted_raw
from escalations.models import Conversation, Escalation
from helpninja.common.together import Together
from helpninja.common.values import Number, Value

Cell = Number | None
# The dimension that splits a tally by the rows.
ROW = "row"


@dataclass(frozen=True)
class Subject:
    """What each row is; ``paths`` lead to it from the rows of the sources that know it."""

    model: type[Model]
    paths: Mapping[Source, str]


OF_AN_ESCALATION = Subject(
    Escalation,
    {
        **dict.fromkeys(OF_ESCALATIONS, "pk"),
        **dict.fromkeys(ABOUT_ESCALATIONS, "escalation"),
    },
)
OF_A_CONVERSATION = Subject(
    Conversation,
    {
        CONVERSATIONS: "pk",
        **dict.fromkeys((*OF_ESCALATIONS, RATED, SURVEYED, HUMAN_MESSAGES), "conversation"),
        **dict.fromkeys((HANDLED, HANDLED_ONCE, COSTED, REVIEWED), "escalation__conversation"),
    },
)


@dataclass(frozen=True)
class Share:
    """A metric's columns: how many it counts, or numerator and denominator, and how many are missing.

    ``is_quotient``: the metric's number is the sum of the first column / the sum of the second.
    """

    metric: Metric
    is_quotient: bool

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Their keys and titles."""
        key, label, unit = self.metric.key, self.metric.label, self.metric.unit.value
        missing = (f"{key}_missing", f"{label}: missing")
        if not self.is_quotient:
            return (key, label), missing
        return (f"{key}_sum", f"{label}: sum ({unit})"), (f"{key}_of", f"{label}: of"), missing

    def cells(self, value: Value) -> tuple[Cell, ...]:
        """Empty where the row is none that the metric looks at."""
        numbers: tuple[Number, ...] = value.sums or (value.n,)
        if not any(numbers) and not value.missing:
            return (None,) * len(self.columns)
        return (*numbers, value.missing)


class Shares:
    """Of the frame's window alone. One query for each source of the metrics; besides, four once for costs."""

    def __init__(self, subject: Subject, frame: Frame) -> None:
        self.subject, self.frame = subject, replace(frame, comparison=None)
        self.shares = list(self._shares())
        self._meter = Meter((share.metric for share in self.shares), self.frame)
        self._parts, self._splits = by_sources(self._meter.parts), self._meter.splits

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [column for share in self.shares for column in share.columns]

    def ids(self) -> list[int]:
        """Of all rows that have a share in anything, in order. One query."""
        found = [
            rows.filter(**{f"{path}__isnull": False})
            .order_by()
            .annotate(row=F(path))
            .values_list("row", flat=True)
            for source, path in self._paths()
            for rows in [source.within(self.frame.window, self.frame.filters, self.frame.now)]
        ]
        return list(found[0].union(*found[1:]).order_by("row"))

    def between(self, first: int, last: int) -> dict[int, list[Cell]]:
        """By id, both ends included."""
        return self._read(lambda path: {f"{path}__gte": first, f"{path}__lte": last})

    def of_none(self) -> list[Cell] | None:
        """Of what belongs to no such row, as a rating to no escalation; None where there is nothing."""
        return self._read(lambda path: {f"{path}__isnull": True}).get(None)

    def _shares(self) -> Iterator[Share]:
        """What is neither a count nor a quotient, as a slope or the longest of all, is no sum of shares."""
        meter = Meter(filter(self._knows_rows_of, METRICS.values()), self.frame)
        for metric, nothing in zip(meter.metrics, meter.read(_empty(meter)).values(), strict=True):
            if nothing.now.sums is not None or nothing.now.value is not None:
                yield Share(metric, nothing.now.sums is not None)

    def _knows_rows_of(self, metric: Metric) -> bool:
        reading, paths = metric.reading, self.subject.paths
        if not paths.keys() >= {part.source for part in reading.parts(self.frame)}:
            return False
        return reading.adds_up or (
            isinstance(reading, Distinct) and reading.adds_up_by(paths[reading.rows.source])
        )

    def _paths(self) -> Iterator[tuple[Source, str]]:
        return ((source, self.subject.paths[source]) for source in self._parts)

    def _read(self, where: Callable[[str], dict[str, Any]]) -> dict[Any, list[Cell]]:
        """By what the rows belong to; ``where`` takes the path there and gives a condition.

        The groups are as many as the rows: each source is asked by itself, without others' columns.
        """
        found = Tally(
            {
                source.key: [
                    counted_raw(
                        _narrowed(source, where(path)),
                        self._parts[source],
                        replace(self.frame, together=Together()),
                        {**self._splits.get(source, {}), ROW: F(path)},
                    )
                ]
                for source, path in self._paths()
            }
        )
        return {row: self._cells(group) for (row,), group in found.by((ROW,)).items()}

    def _cells(self, group: Tally) -> list[Cell]:
        found = self._meter.read(group)
        return [cell for share in self.shares for cell in share.cells(found[share.metric.key].now)]


def _narrowed(source: Source, where: dict[str, Any]) -> Source:
    return Source(
        source.key, source.clock, lambda filters, now: source.rows(filters, now).filter(**where), source.is_live
    )


def _empty(meter: Meter) -> Tally:
    return Tally({source.key: [] for source in by_sources(meter.parts)})
