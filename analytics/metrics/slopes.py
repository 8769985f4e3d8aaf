"""By how much a rating changes with each 1 of something else."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from analytics.metrics.readings import Narrow, OfSums, Plain, Read, Rows, everything
from analytics.metrics.readings import Sums as SumsOf
from analytics.metrics.regression import Sums, slope
from analytics.metrics.sources import Source
from analytics.metrics.tally import Frame, Part, Splits, Tally
from helpninja.common.intervals import estimated
from helpninja.common.values import Value


@dataclass(frozen=True)
class Slope(OfSums):
    """Least squares of ``y``, a field of the source's rows, on ``x``, a field, of which ``unit`` are 1.

    ``of_all``: the rows that have a ``y``; those without an ``x`` are missing.
    """

    source: Source
    y: str
    x: str
    unit: float
    of_all: Q

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.source,)

    @property
    def _known(self) -> Q:
        return self.of_all & Q(**{f"{self.x}__isnull": False})

    @property
    def _all(self) -> Part:
        return Rows(self.source, self.of_all).count

    @property
    def _sums(self) -> tuple[Part, ...]:
        """In the order of ``Sums``."""
        x, y = Cast(F(self.x), FloatField()) / self.unit, Cast(F(self.y), FloatField())
        summed = (x, y, x * x, x * y, y * y)
        known = self._known
        return (
            Part(self.source, Count("pk", filter=known)),
            *(Part(self.source, Sum(one, filter=known, output_field=FloatField())) for one in summed),
        )

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (self._all, *self._sums)

    def value(self, sums: SumsOf) -> Value:
        found = Sums(*(sums(part) for part in self._sums))
        return estimated(slope(found), found.n, sums(self._all) - found.n)

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return narrow(Rows(self.source, self._known).within(frame))


@dataclass(frozen=True)
class SlopeOverSteps(Plain):
    """The same on ``x``, an expression of few values that costs much to ask: once for each row, by group."""

    source: Source
    y: str
    x: Any
    name: str
    of_all: Q

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.source,)

    @property
    def _parts(self) -> tuple[Part, ...]:
        """How many, and the sums of y and y * y."""
        y = F(self.y)
        return (
            Rows(self.source, self.of_all).count,
            *(Part(self.source, Sum(one, filter=self.of_all, output_field=FloatField())) for one in (y, y * y)),
        )

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return self._parts

    def splits(self, frame: Frame) -> Splits:
        return {self.source: {self.name: self.x}}

    def reader(self, frame: Frame) -> Read:
        return self._read

    def _read(self, found: Tally, period: int) -> Value:
        count, y, yy = (found.split(part, self.name, period) for part in self._parts)
        known = [x for x in count if x is not None]
        sums = Sums(
            n=sum(count[x] for x in known),
            x=sum(x * count[x] for x in known),
            y=sum(y[x] for x in known),
            xx=sum(x * x * count[x] for x in known),
            xy=sum(x * y[x] for x in known),
            yy=sum(yy[x] for x in known),
        )
        return estimated(slope(sums), sums.n, sum(count.values()) - sums.n)

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        rows = Rows(self.source, self.of_all).within(frame).annotate(**{f"on_{self.name}": self.x})
        return narrow(rows.filter(**{f"on_{self.name}__isnull": False}))
