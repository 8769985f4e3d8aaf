"""Counts and sums over sources, from rollups where they hold them, else by a grouped query for each source."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db.models import Case, Value, When

from analytics.metrics.frames import BEFORE, NOW, Frame, Part, Splits
from analytics.metrics.rollups.asking import asked
from analytics.metrics.rollups.reading import Rollups
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

    All that the frame collects is asked at once, when a number is read.
    """
    by_source = by_sources(parts)
    dims = {source: (splits or {}).get(source, {}) for source in by_source}
    return Tally(
        {source.key: _tables(source, wanted, frame, dims[source]) for source, wanted in by_source.items()}
    )


def _tables(source: Source, parts: list[Part], frame: Frame, dims: Mapping[str, Any]) -> list[Table]:
    rollups = frame.together.shared(Rollups)
    question = None if rollups.are_missing else asked(source, parts, dims, frame)
    if question is None:
        return [counted_raw(source, parts, frame, dims)]
    for_good, passing = source.apart()
    found: list[Table] = [rollups.put(question, partial(counted_raw, for_good, parts, frame, dims))]
    return [*found, counted_raw(passing, parts, frame, dims)] if passing else found


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
