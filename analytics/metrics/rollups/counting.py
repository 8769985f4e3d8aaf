"""Counts stretches of time anew, from the rows themselves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db.models import F, Q, QuerySet
from numpy.typing import NDArray

from analytics.metrics.rollups.facts import TOTAL
from analytics.metrics.rollups.shape import REASON_AT, Block

HOUR = 3600
# So many stretches at most in one query.
AT_ONCE = 200

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Cell:
    """What one hour has of one value of a dimension. ``hour`` counts from 1970; ``sums`` is as the block is."""

    dimension: str
    value: str
    hour: int
    sums: NDArray[np.float64]


def hour_of(at: datetime) -> int:
    return int(at.timestamp() // HOUR)


def moment_of(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR, UTC)


def stretches(hours: Iterable[int]) -> list[Stretch]:
    """Adjoining hours in one."""
    found: list[list[int]] = []
    for hour in sorted(hours):
        if found and found[-1][1] == hour:
            found[-1][1] += 1
        else:
            found.append([hour, hour + 1])
    return [(moment_of(first), moment_of(end)) for first, end in found]


def count(block: Block, when: Sequence[Stretch], dimension: str | None = None) -> Iterator[Cell]:
    """``dimension`` leaves out the others."""
    for at in range(0, len(when), AT_ONCE):
        yield from _count(block, when[at : at + AT_ONCE], dimension)


def _count(block: Block, when: Sequence[Stretch], dimension: str | None) -> Iterator[Cell]:
    facts, clock = block.facts, block.facts.source.clock
    dated = Q()
    for start, end in when:
        dated |= Q(**{f"{clock}__gte": start, f"{clock}__lt": end})
    columns = [name for name in facts.columns if dimension in (None, name) or name == "reason"]
    rows = _rows(block, dated, columns)
    if not rows:
        return
    pks, clocks, *values = zip(*(row[: 2 + len(columns)] for row in rows), strict=True)
    parts = np.array([[part or 0 for part in row[2 + len(columns) :]] for row in rows], np.float64)
    table = _Table(np.array([hour_of(at) for at in clocks]), _reasons(facts.by_reason, columns, values), parts)
    if dimension in (None, TOTAL):
        yield from table.cells(block, TOTAL, np.arange(len(rows)), [""] * len(rows))
    for name, (places, texts) in _pairs(block, dated, dimension, columns, pks, values).items():
        yield from table.cells(block, name, np.array(places), texts)


def _rows(block: Block, dated: Q, columns: list[str]) -> list[tuple[Any, ...]]:
    expressions = {f"by_{name}": _expression(block.facts.columns[name]) for name in columns}
    rows: QuerySet[Any] = block.rows().filter(dated).annotate(**expressions)
    clock = block.facts.source.clock
    aggregates = {name: part.aggregate for name, part in zip(block.names, block.parts, strict=True)}
    return list(
        rows.values("pk", clock, *expressions)
        .annotate(**aggregates)
        .values_list("pk", clock, *expressions, *block.names)
    )


def _expression(column: Any) -> Any:
    return F(column) if isinstance(column, str) else column


def _reasons(by_reason: bool, columns: list[str], values: list[Any]) -> Any:
    if not by_reason:
        return 0
    return np.array([REASON_AT[reason or ""] for reason in values[columns.index("reason")]])


def _pairs(
    block: Block, dated: Q, dimension: str | None, columns: list[str], pks: Sequence[int], values: list[Any]
) -> dict[str, tuple[list[int], list[str]]]:
    """By dimension: places of rows, and the value that each is paired with; no pair occurs twice."""
    found: dict[str, dict[tuple[int, str], None]] = {}
    for name, column in zip(columns, values, strict=True):
        if dimension in (None, name):
            found[name] = dict.fromkeys((place, text_of(value)) for place, value in enumerate(column))
    if block.facts.several is not None and dimension != TOTAL:
        place_of = {pk: place for place, pk in enumerate(pks)}
        for name, pk, value in block.facts.several(block.rows().filter(dated)):
            if dimension in (None, name) and pk in place_of:
                found.setdefault(name, {})[place_of[pk], text_of(value)] = None
    return {name: ([place for place, _ in pairs], [text for _, text in pairs]) for name, pairs in found.items()}


def text_of(value: Any) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True)
class _Table:
    hours: NDArray[np.int64]
    reasons: Any
    parts: NDArray[np.float64]

    def cells(self, block: Block, dimension: str, places: NDArray[np.int64], texts: list[str]) -> Iterator[Cell]:
        number_of: dict[str, int] = {}
        numbers = np.array([number_of.setdefault(text, len(number_of)) for text in texts], np.int64)
        if not len(numbers):
            return
        values, first = list(number_of), int(self.hours.min())
        span = int(self.hours.max()) - first + 1
        keys, groups = np.unique(numbers * span + self.hours[places] - first, return_inverse=True)
        reasons = self.reasons if isinstance(self.reasons, int) else self.reasons[places]
        sums = np.zeros((len(keys), block.reasons, self.parts.shape[1]))
        np.add.at(sums, (groups, reasons), self.parts[places])
        for key, its in zip(keys, sums.reshape(len(keys), -1), strict=True):
            yield Cell(dimension, values[key // span], first + int(key % span), its)
