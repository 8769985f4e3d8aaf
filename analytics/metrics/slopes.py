"""By how much a rating changes with each 1 of something else."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from analytics.metrics.readings import Narrow, Plain, Rows, everything
from analytics.metrics.readings import Sums as SumsOf
from analytics.metrics.regression import Sums, slope
from analytics.metrics.sources import Source
from analytics.metrics.tally import Frame, Part
from helpninja.common.intervals import estimated
from helpninja.common.values import Value


@dataclass(frozen=True)
class Slope(Plain):
    """Least squares of ``y``, a field of the source's rows, on ``x``, an expression; ``where`` both are known.

    ``of_all``: the rows that have a ``y``; those without a known ``x`` are missing.
    """

    source: Source
    y: str
    x: Any
    of_all: Q
    where: Q

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.source,)

    @property
    def _known(self) -> Q:
        return self.of_all & self.where

    @property
    def _all(self) -> Part:
        return Rows(self.source, self.of_all).count

    @property
    def _sums(self) -> tuple[Part, ...]:
        """In the order of ``Sums``."""
        x, y = Cast(self.x, FloatField()), Cast(F(self.y), FloatField())
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
