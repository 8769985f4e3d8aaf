"""Counts and sums over sources: one grouped query for each source, however many numbers are asked of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Aggregate, Case, Value, When

from analytics.metrics.filters import Filters
from analytics.metrics.sources import Source
from helpninja.common.windows import Window

NOW, BEFORE = 1, 0


@dataclass(frozen=True)
class Frame:
    """What is asked: a window and, where ``compared``, the one before it, over what the filters let through."""

    window: Window
    filters: Filters
    now: datetime
    compared: bool = True

    @cached_property
    def span(self) -> Window:
        """Both windows in one: they touch."""
        if not self.compared:
            return self.window
        return Window(self.window.previous().start, self.window.end, self.window.zone)

    @property
    def periods(self) -> tuple[int, ...]:
        return (NOW, BEFORE) if self.compared else (NOW,)


@dataclass(frozen=True)
class Part:
    """A count or sum over one source. Parts add up over groups, so one grouped query gives totals too."""

    source: Source
    aggregate: Aggregate


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
        """0 where no row was found."""
        return sum(
            row.sums[part] or 0
            for row in self.rows[part.source.key]
            if row.period == period and all(row.dims[name] == value for name, value in dims.items())
        )

    def split(self, part: Part, dim: str, period: int = NOW) -> dict[Any, Any]:
        """The part by the values of a dimension."""
        found: dict[Any, Any] = {}
        for row in self.rows[part.source.key]:
            if row.period == period:
                found[row.dims[dim]] = found.get(row.dims[dim], 0) + (row.sums[part] or 0)
        return found


Splits = Mapping[Source, Mapping[str, Any]]


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
    in_window = When(**{f"{source.clock}__gte": frame.window.start, "then": Value(NOW)})
    rows = (
        source.within(frame.span, frame.filters, frame.now)
        .order_by()
        .annotate(in_period=Case(in_window, default=Value(BEFORE)))
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
