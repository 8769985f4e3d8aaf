"""Counts stretches of time anew, from the rows themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, pairwise
from typing import Any

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from analytics.metrics.rollups.facts import MIX, MIXED, TOTAL, Mix, mix_text, text_of, united
from analytics.metrics.rollups.shape import REASON_AT, Block
from analytics.metrics.times import Within
from helpninja.common.together import Together

HOUR = 3600
# So many stretches at most in one query.
AT_ONCE = 200

Stretch = tuple[datetime, datetime]


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
    """Whole hours from 1970, in UTC."""
    return int(at.timestamp() // HOUR)


def moment_of(hour: int) -> datetime:
    """When that hour begins, in UTC."""
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


def count(
    block: Block, when: Sequence[Stretch], dimension: str | None = None, together: Together | None = None
) -> Iterator[Cells]:
    """``dimension`` leaves out the others. Asked at once or, given queries that go ``together``, with these."""
    some = (when[at : at + AT_ONCE] for at in range(0, len(when), AT_ONCE))
    return chain.from_iterable([_Count(block, stretches, dimension, together) for stretches in some])


class _Count:
    """Cells of some stretches: put among queries when it is made, and told apart when it is gone through."""

    def __init__(
        self, block: Block, when: Sequence[Stretch], dimension: str | None, together: Together | None
    ) -> None:
        self._block, self._dimension, facts = block, dimension, block.facts
        dated = Q(Within(facts.source.clock, when))
        wanted = {*facts.columns, *facts.also} if dimension is None else {dimension}
        wanted |= {*MIXED} if dimension == MIX else set()
        self._names = [name for name in facts.columns if name in wanted | {"reason"}]
        self._rows = (together or Together()).put(block.facts_rows(dated, self._names), tuple)
        self._several: Sequence[tuple[Any, ...]] = ()
        if facts.several is not None and wanted & {*facts.also}:
            self._several = (together or Together()).put(facts.several.find(block.rows().filter(dated)), tuple)

    def __iter__(self) -> Iterator[Cells]:
        if not self._rows:
            return
        pks, hours, *columns = zip(*self._rows, strict=True)
        values = dict(zip(self._names, columns, strict=False))
        reasons = (
            np.array([REASON_AT[reason or ""] for reason in values["reason"]]) if "reason" in values else None
        )
        # None, the sum of nothing, reads as NaN.
        shares = np.nan_to_num(np.array(columns[len(self._names) :], np.float64))
        table = _Table(np.array(hours, np.int64), reasons, shares)
        for name, paired in self._paired(values, pks):
            if self._dimension in (None, name):
                yield from table.cells(name, paired)

    def _paired(self, values: Mapping[str, Sequence[Any]], pks: Sequence[int]) -> "Iterator[tuple[str, _Paired]]":
        """By dimension; others than that one may be among them."""
        everywhere = np.arange(len(pks))
        yield TOTAL, _Paired(everywhere, np.zeros(len(pks), np.int64), [""])
        found = {name: _Paired.of(everywhere, of) for name, of in values.items()}
        yield from found.items()
        if found.keys() >= set(MIXED):
            yield MIX, _Paired.of_mixes([found[name] for name in MIXED])
        yield from self._paired_several(pks)

    def _paired_several(self, pks: Sequence[int]) -> "Iterator[tuple[str, _Paired]]":
        """No pair occurs twice."""
        place_of = {pk: place for place, pk in enumerate(pks)}
        found: dict[str, dict[tuple[int, Any], None]] = {}
        several = self._block.facts.several
        for name, pk, value in chain.from_iterable(several.pairs(row) for row in self._several) if several else ():
            if pk in place_of:
                found.setdefault(name, {})[place_of[pk], value] = None
        for name, of in found.items():
            if name == MIX:
                yield name, _united(of)
            else:
                yield name, _Paired.of(np.array([place for place, _ in of]), [value for _, value in of])


@dataclass(frozen=True)
class _Paired:
    """Places of rows, the number of the value that each is paired with, and the values' texts.

    ``often`` says how often each pair counts; None: once.
    """

    places: NDArray[np.int64]
    numbers: NDArray[np.int64]
    texts: list[str]
    often: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, places: NDArray[np.int64], values: Sequence[Any]) -> "_Paired":
        number_of: dict[Any, int] = {}
        numbers = np.array([number_of.setdefault(value, len(number_of)) for value in values], np.int64)
        texts = [text_of(value) for value in number_of]
        distinct = list(dict.fromkeys(texts))
        return cls(places, np.array([distinct.index(text) for text in texts])[numbers], distinct)

    @classmethod
    def of_mixes(cls, columns: "Sequence[_Paired]") -> "_Paired":
        """Each row with its values of all columns."""
        shape = [len(column.texts) for column in columns]
        rows = np.ravel_multi_index([column.numbers for column in columns], shape)
        mixes, numbers = np.unique(rows, return_inverse=True)
        each = zip(*np.unravel_index(mixes, shape), strict=True)
        texts = [mix_text([column.texts[at] for column, at in zip(columns, of, strict=True)]) for of in each]
        return cls(columns[0].places, numbers, texts)


def _united(pairs: Iterable[tuple[int, Mix]]) -> _Paired:
    """Of places and the mixes of each."""
    mixes_of: dict[int, list[Mix]] = {}
    for place, mix in pairs:
        mixes_of.setdefault(place, []).append(mix)
    found = [(place, *of) for place, mixes in mixes_of.items() for of in united(mixes).items()]
    places, mixes, often = zip(*found, strict=True)
    paired = _Paired.of(np.array(places), [mix_text(mix) for mix in mixes])
    return replace(paired, often=np.array(often))


@dataclass(frozen=True)
class _Table:
    """By row: its hour, and the number of its reason where sums are kept apart; ``shares`` are by part and row."""

    hours: NDArray[np.int64]
    reasons: NDArray[np.int64] | None
    shares: NDArray[np.float64]

    def cells(self, dimension: str, paired: _Paired) -> Iterator[Cells]:
        first = int(self.hours.min())
        span = int(self.hours.max()) - first + 1
        keys, groups = np.unique(paired.numbers * span + self.hours[paired.places] - first, return_inverse=True)
        sums = self._sums(groups, paired, len(keys))
        edges = np.searchsorted(keys, np.arange(len(paired.texts) + 1) * span)
        for value, (start, end) in zip(paired.texts, pairwise(edges), strict=True):
            if start < end:
                yield Cells(dimension, value, first + keys[start:end] % span, sums[start:end])

    def _sums(self, groups: NDArray[np.int64], paired: _Paired, size: int) -> NDArray[np.float64]:
        """By group, and place in the block."""
        reasons, shares = 1, self.shares[:, paired.places]
        if self.reasons is not None:
            reasons = len(REASON_AT)
            groups = groups * reasons + self.reasons[paired.places]
        if paired.often is not None:
            shares = shares * paired.often
        columns = [np.bincount(groups, share, size * reasons) for share in shares]
        return np.stack(columns, -1).reshape(size, -1).astype(np.float64)
