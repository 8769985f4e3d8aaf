"""The ways in which a number is read off its rows."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Count, Q, QuerySet, Sum

from analytics.metrics.sources import Source
from analytics.metrics.tally import Frame, Part, Splits, Tally
from helpninja.common.values import Value

Narrow = Callable[[QuerySet[Any]], QuerySet[Any]]
Sums = Callable[[Part], Any]
Read = Callable[[Tally, int], Value]
ALL = Q()


def everything(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Leaves all rows."""
    return rows


class Reading(Protocol):
    """What a number needs of a tally, and how it is read off it, for a whole window or for a group of its rows.

    ``sources`` are those without whose groups it has none, the one that ``counted`` counts first. ``reader`` may
    ask the database once for what all groups share. ``counted`` gives exactly the rows that the value's ``n``
    counts, of those that ``narrow`` leaves: what a click on the number opens. Where a reading does not ``add_up``
    the number of all is not to be had from those of the groups.
    """

    adds_up: bool

    @property
    def sources(self) -> tuple[Source, ...]: ...

    def parts(self, frame: Frame) -> tuple[Part, ...]: ...

    def splits(self, frame: Frame) -> Splits: ...

    def reader(self, frame: Frame) -> Read: ...

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]: ...


class Plain:
    """A reading that needs no source split."""

    adds_up = True

    def splits(self, frame: Frame) -> Splits:
        return {}


class OfSums(Plain, ABC):
    """A reading of the sums alone."""

    def reader(self, frame: Frame) -> Read:
        return lambda found, period: self.value(lambda part: found.sum(part, period))

    @abstractmethod
    def value(self, sums: Sums) -> Value:
        """``sums`` takes a part and gives its sum."""


@dataclass(frozen=True)
class Rows:
    """Rows of one source under a condition. Parts are made once: to compare them anew costs more than a sum."""

    source: Source
    where: Q = ALL

    @cached_property
    def count(self) -> Part:
        return Part(self.source, Count("pk", filter=self.where) if self.where else Count("pk"))

    def within(self, frame: Frame) -> QuerySet[Any]:
        return self.source.within(frame.window, frame.filters, frame.now).filter(self.where)


@dataclass(frozen=True)
class _OfRows(OfSums):
    rows: Rows
    missing: tuple[Rows, ...] = ()

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (self.rows.count, *(rows.count for rows in self.missing))

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.rows.source,)

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return narrow(self.rows.within(frame))

    def _missing(self, sums: Sums) -> int:
        return sum(sums(rows.count) for rows in self.missing)


@dataclass(frozen=True)
class Counted(_OfRows):
    """How many rows there are."""

    def value(self, sums: Sums) -> Value:
        return Value.of_count(sums(self.rows.count), self._missing(sums))


@dataclass(frozen=True)
class Rate(_OfRows):
    """The share of the rows that ``hit``."""

    hit: Q = ALL

    @cached_property
    def hits(self) -> Part:
        return Rows(self.rows.source, self.rows.where & self.hit).count

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (*super().parts(frame), self.hits)

    def value(self, sums: Sums) -> Value:
        return Value.of_rate(sums(self.hits), sums(self.rows.count), self._missing(sums))


@dataclass(frozen=True)
class NetScore(_OfRows):
    """The percent of the rows that are ``plus`` less the percent that are ``minus``."""

    plus: Q = ALL
    minus: Q = ALL

    @cached_property
    def sides(self) -> tuple[Part, Part]:
        plus, minus = (Rows(self.rows.source, self.rows.where & side) for side in (self.plus, self.minus))
        return plus.count, minus.count

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (*super().parts(frame), *self.sides)

    def value(self, sums: Sums) -> Value:
        plus, minus = map(sums, self.sides)
        return Value.of_net(plus, minus, sums(self.rows.count), self._missing(sums))


@dataclass(frozen=True)
class Mean(_OfRows):
    """The mean of a field that none of the rows lacks."""

    field: str = ""

    @cached_property
    def total(self) -> Part:
        return Part(
            self.rows.source, Sum(self.field, filter=self.rows.where) if self.rows.where else Sum(self.field)
        )

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (*super().parts(frame), self.total)

    def value(self, sums: Sums) -> Value:
        return Value.of_mean(sums(self.total), sums(self.rows.count), self._missing(sums))


@dataclass(frozen=True)
class Distinct(OfSums):
    """How many distinct values ``key`` has; ``owners`` turns the rows into the things that n counts."""

    adds_up = False

    rows: Rows
    key: str
    owners: Callable[[QuerySet[Any]], QuerySet[Any]]
    missing: tuple[Rows, ...] = ()

    @cached_property
    def distinct(self) -> Part:
        return Part(self.rows.source, Count(self.key, distinct=True))

    def adds_up_by(self, path: str) -> bool:
        """Whether the groups by what ``path`` leads to do: each thing is in one of them, since it leads there."""
        return path == self.key or path.startswith(f"{self.key}__")

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (self.distinct, *(rows.count for rows in self.missing))

    def value(self, sums: Sums) -> Value:
        return Value.of_count(sums(self.distinct), self._missing(sums))

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.rows.source,)

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return self.owners(narrow(self.rows.within(frame)))

    def _missing(self, sums: Sums) -> int:
        return sum(sums(rows.count) for rows in self.missing)


@dataclass(frozen=True)
class PerDistinct(Distinct):
    """Rows, or the sum of their ``field``, for each distinct value of ``key``."""

    field: str = ""

    @cached_property
    def total(self) -> Part:
        return Part(self.rows.source, Sum(self.field) if self.field else Count("pk", distinct=True))

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (self.total, *super().parts(frame))

    def value(self, sums: Sums) -> Value:
        return Value.of_mean(sums(self.total), sums(self.distinct), self._missing(sums))


@dataclass(frozen=True)
class Per(_OfRows):
    """How many ``of`` another source there are for each of the rows."""

    of: tuple[Rows, ...] = ()

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (*super().parts(frame), *(rows.count for rows in self.of))

    def value(self, sums: Sums) -> Value:
        total = sum(sums(rows.count) for rows in self.of)
        return Value.of_mean(total, sums(self.rows.count), self._missing(sums))
