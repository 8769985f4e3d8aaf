"""Counts stretches of time anew, from the rows themselves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from analytics.metrics.rollups.facts import TOTAL, Pairs
from analytics.metrics.rollups.shape import REASON_AT, Block

HOUR = 3600
# So many stretches at most in one query.
AT_ONCE = 200

Stretch = tuple[datetime, datetime]
# Places of rows, and a value for each.
Paired = tuple[NDArray[np.int64], Sequence[Any]]


@dataclass(frozen=True)
class Cells:
    """What some hours have of one value of a dimension: ``sums`` by hour, and place in the block.

    ``hours`` count from 1970, and rise.
    """

    dimension: str
    value: str
    hours: NDArray[np.int64]
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


def count(block: Block, when: Sequence[Stretch], dimension: str | None = None) -> Iterator[Cells]:
    """``dimension`` leaves out the others."""
    for at in range(0, len(when), AT_ONCE):
        yield from _count(block, when[at : at + AT_ONCE], dimension)


def _count(block: Block, when: Sequence[Stretch], dimension: str | None) -> Iterator[Cells]:
    facts, clock = block.facts, block.facts.source.clock
    dated = Q()
    for start, end in when:
        dated |= Q(**{f"{clock}__gte": start, f"{clock}__lt": end})
    names = [name for name in facts.columns if dimension in (None, name) or name == "reason"]
    rows = list(block.facts_rows(dated, names))
    if not rows:
        return
    pks, hours, *columns = zip(*rows, strict=True)
    values = dict(zip(names, columns, strict=False))
    table = _Table(
        np.array(hours, np.int64),
        np.array([REASON_AT[reason or ""] for reason in values["reason"]]) if facts.by_reason else None,
        np.nan_to_num(np.array(columns[len(names) :], np.float64)),  # None, the sum of nothing, reads as NaN
    )
    paired: dict[str, Paired] = {TOTAL: (np.arange(len(pks)), [""] * len(pks))}
    paired |= {name: (np.arange(len(pks)), of) for name, of in values.items()}
    if facts.several is not None and dimension in (None, *facts.also):
        paired |= _several(facts.several(block.rows().filter(dated)), pks)
    for name, (places, of) in paired.items():
        if dimension in (None, name):
            yield from table.cells(name, places, of)


def _several(pairs: Pairs, pks: Sequence[int]) -> dict[str, Paired]:
    """By dimension: places of rows, and the value that each is paired with; no pair occurs twice."""
    place_of = {pk: place for place, pk in enumerate(pks)}
    found: dict[str, dict[tuple[int, Any], None]] = {}
    for name, pk, value in pairs:
        if pk in place_of:
            found.setdefault(name, {})[place_of[pk], value] = None
    return {name: (np.array([place for place, _ in of]), [value for _, value in of]) for name, of in found.items()}


def _numbered(values: Sequence[Any]) -> tuple[NDArray[np.int64], list[str]]:
    """A number for each value, and the texts that the numbers stand for; nothing reads as the empty text."""
    number_of: dict[Any, int] = {}
    numbers = np.array([number_of.setdefault(value, len(number_of)) for value in values], np.int64)
    texts = ["" if value is None else str(value) for value in number_of]
    distinct = list(dict.fromkeys(texts))
    return np.array([distinct.index(text) for text in texts])[numbers], distinct


@dataclass(frozen=True)
class _Table:
    """By row: its hour, and the number of its reason where sums are kept apart; ``shares`` are by part and row."""

    hours: NDArray[np.int64]
    reasons: NDArray[np.int64] | None
    shares: NDArray[np.float64]

    def cells(self, dimension: str, places: NDArray[np.int64], values: Sequence[Any]) -> Iterator[Cells]:
        numbers, texts = _numbered(values)
        first = int(self.hours.min())
        span = int(self.hours.max()) - first + 1
        keys, groups = np.unique(numbers * span + self.hours[places] - first, return_inverse=True)
        sums = self._sums(groups, places, len(keys))
        edges = np.searchsorted(keys, np.arange(len(texts) + 1) * span)
        for value, (start, end) in zip(texts, pairwise(edges), strict=True):
            yield Cells(dimension, value, first + keys[start:end] % span, sums[start:end])

    def _sums(self, groups: NDArray[np.int64], places: NDArray[np.int64], size: int) -> NDArray[np.float64]:
        """By group, and place in the block."""
        reasons = 1
        if self.reasons is not None:
            reasons = len(REASON_AT)
            groups = groups * reasons + self.reasons[places]
        columns = [np.bincount(groups, share[places], size * reasons) for share in self.shares]
        return np.stack(columns, -1).reshape(size, -1).astype(np.float64)
