"""Counts and sums over sources, from rollups where they hold them, else by a grouped query for each source."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, Value, When

from analytics.metrics.frames import BEFORE, NOW, Frame, Part, Splits
from analytics.metrics.rollups.reading import kept
from analytics.metrics.sources import Source
from analytics.metrics.tables import Listed, Row, Table, Tally

__all__ = [
    "BEFORE",
    "NOW",
    "Frame",
    "Part",
    "Row",
    "Splits",
    "Tally",
    "by_sources",
    "counted_raw",
    "merged",
    "tally",
]


def merged(splits: Iterable[Splits]) -> dict[Source, dict[str, Any]]:
    """Each source with the dimensions of all of them; of the same name the last counts."""
    found: dict[Source, dict[str, Any]] = {}
    for one in splits:
        for source, dims in one.items():
            found.setdefault(source, {}).update(dims)
    return found


def tally(parts: Iterable[Part], frame: Frame, splits: Splits | None = None) -> Tally:
    """``splits``: the dimensions to group a source by, as expressions.

    What rollups don't hold is asked with all else that the frame collects, once a number is read.
    """
    by_source = by_sources(parts)
    dims = {source: (splits or {}).get(source, {}) for source in by_source}
    tables: dict[str, list[Table]] = {}
    from_rollups = kept(by_source, frame, dims)
    for source, wanted in by_source.items():
        if source not in from_rollups:
            tables[source.key] = [counted_raw(source, wanted, frame, dims[source])]
            continue
        tables[source.key] = [from_rollups[source]]
        if (passing := source.passing_alone()) is not None:
            tables[source.key].append(counted_raw(passing, wanted, frame, dims[source]))
    return Tally(tables)


def by_sources(parts: Iterable[Part]) -> dict[Source, list[Part]]:
    """Each part once."""
    found: dict[Source, list[Part]] = {}
    for part in dict.fromkeys(parts):
        found.setdefault(part.source, []).append(part)
    return found


def counted_raw(source: Source, parts: list[Part], frame: Frame, dims: Mapping[str, Any]) -> Listed:
    """Asked when it is read, with all else that the frame collects."""
    names = {f"part{index}": part for index, part in enumerate(parts)}
    rows = (
        source.within(frame.window, frame.filters, frame.now, frame.before)
        .order_by()
        .annotate(in_period=_period(source, frame))
        .annotate(**{f"by_{name}": expression for name, expression in dims.items()})
        .values_list("in_period", *(f"by_{name}" for name in dims))
        .annotate(**{name: part.aggregate for name, part in names.items()})
    )

    def read(row: tuple[Any, ...]) -> Row:
        period, values, sums = row[0], row[1 : 1 + len(dims)], row[1 + len(dims) :]
        return Row(period, dict(zip(dims, values, strict=True)), dict(zip(parts, sums, strict=True)))

    return Listed(frame.together.put(rows, read))


def _period(source: Source, frame: Frame) -> Case | Value:
    if source.is_live:
        return Value(NOW)
    in_window = When(**{f"{source.clock}__gte": frame.window.start, "then": Value(NOW)})
    return Case(in_window, default=Value(BEFORE))
