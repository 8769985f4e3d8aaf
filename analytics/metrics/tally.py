"""Counts and sums over sources, from rollups where they hold them, else by a grouped query for each source."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from analytics.metrics.filters import Filters
from analytics.metrics.frames import BEFORE, NOW, Frame, Part, Splits
from analytics.metrics.rollups.asking import asked
from analytics.metrics.rollups.reading import Rollups
from analytics.metrics.sources import Source
from analytics.metrics.tables import Listed, Row, Table, Tally
from helpninja.common.fixed import Fixed
from helpninja.common.together import Query
from helpninja.common.windows import Window

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
    return [*found, _counted_now(passing, parts, frame, dims)] if passing else found


def by_sources(parts: Iterable[Part]) -> dict[Source, list[Part]]:
    """Each part once."""
    found: dict[Source, list[Part]] = {}
    for part in dict.fromkeys(parts):
        found.setdefault(part.source, []).append(part)
    return found


def counted_raw(source: Source, parts: Sequence[Part], frame: Frame, dims: Mapping[str, Any]) -> Listed:
    """Asked when it is read, with all else that the frame collects."""
    return _listed(_counted(source, parts, frame, dims), parts, frame, dims)


def _counted_now(source: Source, parts: Sequence[Part], frame: Frame, dims: Mapping[str, Any]) -> Listed:
    """The same by a query that is made once: every page asks it, whatever the window, and finds almost nothing."""
    window, before = frame.window, frame.before
    meets = None if before is None else before.end == window.start
    fixed = _fixed(source, tuple(parts), tuple(dims.items()), frame.filters, meets)
    moments = (frame.now, window.start, window.end, *((before.start, before.end) if before else ()))
    return _listed(fixed.filled(dict(zip(_places(meets), moments, strict=False))), parts, frame, dims)


@lru_cache(maxsize=256)
def _fixed(
    source: Source,
    parts: tuple[Part, ...],
    dims: tuple[tuple[str, Any], ...],
    filters: Filters,
    meets: bool | None,
) -> Fixed:
    now, start, end, earlier, earlier_end = _places(meets)
    before = None if meets is None else Window(earlier, earlier_end, "UTC")
    frame = Frame(Window(start, end, "UTC"), filters, now, before)
    return Fixed(_counted(source, parts, frame, dict(dims)))


def _places(meets: bool | None) -> tuple[datetime, ...]:
    """Moments that stand for those of a question: now, the window's ends and those of the one before."""
    now, start, end, earlier, earlier_end = (datetime(1, 1, day, tzinfo=UTC) for day in (9, 5, 7, 1, 3))
    return now, start, end, earlier, start if meets else earlier_end


def _counted(source: Source, parts: Sequence[Part], frame: Frame, dims: Mapping[str, Any]) -> QuerySet[Any, Any]:
    counted: QuerySet[Any, Any] = (
        source.within(frame.window, frame.filters, frame.now, frame.before)
        .order_by()
        .annotate(in_period=_period(source, frame), **{f"by_{name}": of for name, of in dims.items()})
        .values_list("in_period", *(f"by_{name}" for name in dims))
        .annotate(**{f"part{number}": part.aggregate for number, part in enumerate(parts)})
    )
    return counted


def _listed(query: Query, parts: Sequence[Part], frame: Frame, dims: Mapping[str, Any]) -> Listed:
    def read(row: tuple[Any, ...]) -> Row:
        period, values, sums = row[0], row[1 : 1 + len(dims)], row[1 + len(dims) :]
        return Row(period, dict(zip(dims, values, strict=True)), dict(zip(parts, sums, strict=True)))

    return Listed(frame.together.put(query, read))


def _period(source: Source, frame: Frame) -> Case | Value:
    if source.is_live:
        return Value(NOW)
    in_window = When(**{f"{source.clock}__gte": frame.window.start, "then": Value(NOW)})
    return Case(in_window, default=Value(BEFORE))
