"""Counts and sums over sources: one grouped query for each source, however many numbers are asked of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Aggregate, Case, Value, When

from analytics.metrics.filters import Filters
from analytics.metrics.sources import Source
from helpninja.common.windows import Comparison, Window

NOW, BEFORE = 1, 0


@dataclass(frozen=True)
class Frame:
    """What is asked of what the filters let through: a window and, given a ``comparison``, one before it."""

    window: Window
    filters: Filters
    now: datetime
    comparison: Comparison | None = Comparison.PREVIOUS

    @cached_property
    def before(self) -> Window | None:
        return self.window.before(self.comparison) if self.comparison else None

    @cached_property
    def span(self) -> Window:
        """Both windows, and what lies between them."""
        return Window(self.before.start, self.window.end, self.window.zone) if self.before else self.window

    @property
    def periods(self) -> tuple[int, ...]:
        return (NOW, BEFORE) if self.before else (NOW,)


@dataclass(frozen=True)
class Part:
    """A count or sum over one source. Parts add up over groups, so one grouped query gives totals too.

    ``fold`` makes one number of the groups' numbers: their sum, unless the part is something else, as a maximum.
    """

    source: Source
    aggregate: Aggregate
    fold: Callable[[Iterable[Any]], Any] = sum


@dataclass(frozen=True)
class Row:
    """The sums of one group: of one period, and of one value of each dimension that its source was split by."""

    period: int
    dims: Mapping[str, Any]
    sums: Mapping[Part, Any]


@dataclass(frozen=True)
class Tally:
    rows: Mapping[str, list[Row]] = field(default_factory=dict)

    def sum(self, part: Part, period: int = NOW, **dims: Any) -> Any:
        """What the part's ``fold`` makes of nothing where no row was found: 0 for sums."""
        return part.fold(
            row.sums[part]
            for row in self.rows[part.source.key]
            if row.period == period
            and row.sums[part] is not None
            and all(row.dims[name] == value for name, value in dims.items())
        )

    def only(self, *sources: Source) -> "Tally":
        return Tally({source.key: self.rows[source.key] for source in sources})

    def by(self, dims: Iterable[str]) -> "dict[tuple[Any, ...], Tally]":
        """A tally for each combination of the dimensions' values that occurs; what lacks them is left out."""
        dims = tuple(dims)
        rows: dict[tuple[Any, ...], dict[str, list[Row]]] = {}
        for source, found in self.rows.items():
            for row in found:
                if not row.dims.keys() >= set(dims):
                    continue
                group = rows.setdefault(tuple(row.dims[name] for name in dims), {key: [] for key in self.rows})
                group[source].append(row)
        return {values: Tally(group) for values, group in rows.items()}

    def split(self, part: Part, dim: str, period: int = NOW) -> dict[Any, Any]:
        """The part by the values of a dimension."""
        found: dict[Any, Any] = {}
        for row in self.rows[part.source.key]:
            if row.period == period:
                found[row.dims[dim]] = found.get(row.dims[dim], 0) + (row.sums[part] or 0)
        return found


Splits = Mapping[Source, Mapping[str, Any]]


def merged(splits: Iterable[Splits]) -> dict[Source, dict[str, Any]]:
    found: dict[Source, dict[str, Any]] = {}
    for one in splits:
        for source, dims in one.items():
            found.setdefault(source, {}).update(dims)
    return found


def tally(parts: Iterable[Part], frame: Frame, splits: Splits | None = None) -> Tally:
    """One query for each source of the parts. ``splits``: the dimensions to group a source by, as expressions."""
    by_source: dict[Source, list[Part]] = {}
    for part in dict.fromkeys(parts):
        by_source.setdefault(part.source, []).append(part)
    return Tally(
        {
            source.key: _query(source, of_source, frame, (splits or {}).get(source, {}))
            for source, of_source in by_source.items()
        }
    )


def _query(source: Source, parts: list[Part], frame: Frame, dims: Mapping[str, Any]) -> list[Row]:
    names = {f"part{index}": part for index, part in enumerate(parts)}
    rows = (
        source.within(frame.window, frame.filters, frame.now, frame.before)
        .order_by()
        .annotate(in_period=_period(source, frame))
        .annotate(**{f"by_{name}": expression for name, expression in dims.items()})
        .values("in_period", *(f"by_{name}" for name in dims))
        .annotate(**{name: part.aggregate for name, part in names.items()})
    )
    return [
        Row(
            row["in_period"],
            {name: row[f"by_{name}"] for name in dims},
            {part: row[name] for name, part in names.items()},
        )
        for row in rows
    ]


def _period(source: Source, frame: Frame) -> Case | Value:
    if source.is_live:
        return Value(NOW)
    in_window = When(**{f"{source.clock}__gte": frame.window.start, "then": Value(NOW)})
    return Case(in_window, default=Value(BEFORE))
