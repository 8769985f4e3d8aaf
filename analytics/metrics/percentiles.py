"""Percentiles: read off how often each value occurs, which adds up over groups as counts do."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from analytics.metrics.readings import Narrow, Read, Rows, everything
from analytics.metrics.sources import Source
from analytics.metrics.spreads import Spread
from analytics.metrics.tally import Frame, Part, Splits, Tally
from helpninja.common.values import Value


@dataclass(frozen=True)
class Percentile:
    """What the ``share``, 0 to 1, of the rows' ``field`` do not exceed; none of the rows lacks it.

    Exact, and the same on every database, since the values themselves are what the rows are split by.
    """

    rows: Rows
    missing: tuple[Rows, ...]
    field: str
    share: float

    adds_up = True

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.rows.source,)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (self.rows.count, *(rows.count for rows in self.missing))

    def splits(self, frame: Frame) -> Splits:
        return {self.rows.source: {self.field: F(self.field)}}

    def reader(self, frame: Frame) -> Read:
        return self._value

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return narrow(self.rows.within(frame))

    def _value(self, found: Tally, period: int) -> Value:
        counts = found.split(self.rows.count, self.field, period)
        missing = sum(found.sum(rows.count, period) for rows in self.missing)
        spread = Spread.of((value, count) for value, count in counts.items() if count)
        if not spread.counts:
            return Value(None, 0, missing)
        at = spread.percentile(self.share)
        return Value(at.value, spread.n, missing, bounds=(at.low, at.high))
