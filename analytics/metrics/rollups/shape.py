"""Where each sum has its place in a rollup: which numbers of which source, in which order."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

import numpy as np
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.fields import DecimalField, IntegerField
from numpy.typing import NDArray

from analytics.metrics.filters import Filters
from analytics.metrics.frames import Part
from analytics.metrics.rollups.facts import CLOCKED, FACTS, Facts
from analytics.metrics.times import HourNumber
from escalations.enums import Reason
from escalations.models import Conversation, Escalation, EscalationEvent, HandlingInterval, Message, Rating
from quality.models import Review

# Raised when rollups are packed differently, so that those of before are built anew.
PACKING = 8
REASONS = ("", *Reason.values)
REASON_AT = {reason: place for place, reason in enumerate(REASONS)}
# What triggers watch. Sums that look at anything else would not hear of its changes: they are not kept.
WATCHED = {
    model._meta.db_table
    for model in (Conversation, Escalation, EscalationEvent, HandlingInterval, Message, Rating, Review)
}
ALWAYS = Q()
ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)

_held: dict[str, dict[Part, None]] = {}


def hold(parts: Iterable[Part]) -> None:
    """From now on rollups are to hold these, as far as they add up: counts and sums."""
    for part in parts:
        aggregate: Any = part.aggregate
        adds_up = type(aggregate) in (Count, Sum) and not aggregate.distinct and part.fold is sum
        if adds_up and part.source.key in FACTS:
            _held.setdefault(part.source.key, {})[part] = None
    for known in (_blocks, size, clocked_size):
        known.cache_clear()


@dataclass(frozen=True, eq=False)
class Block:
    """The places of one source, from ``first`` on: for each reason, where it is split by reason, its parts."""

    facts: Facts
    parts: tuple[Part, ...]
    first: int

    @property
    def reasons(self) -> int:
        return len(REASONS) if self.facts.by_reason else 1

    @cached_property
    def size(self) -> int:
        return self.reasons * len(self.parts)

    @property
    def places(self) -> slice:
        return slice(self.first, self.first + self.size)

    def places_of(self, parts: Sequence[Part]) -> NDArray[np.int64]:
        """Of these parts in the block, by reason and part."""
        numbers = [self.number_of[part] for part in parts]
        places: NDArray[np.int64] = np.arange(self.reasons)[:, None] * len(self.parts) + np.array(numbers)
        return places

    @cached_property
    def number_of(self) -> dict[Part, int]:
        return {part: number for number, part in enumerate(self.parts)}

    @cached_property
    def kinds(self) -> tuple[type, ...]:
        """int, Decimal or float: what each part is a number of."""
        query = self.facts_rows(columns=()).query
        return tuple(_kind(query.annotations[name].output_field) for name in self.names)

    @property
    def names(self) -> list[str]:
        return [f"part{number}" for number in range(len(self.parts))]

    def rows(self) -> QuerySet[Any]:
        source = self.facts.source
        rows: QuerySet[Any] = (source.for_good or source.rows)(Filters(), ANY_TIME)
        return rows.order_by()

    def facts_rows(self, within: Q = ALWAYS, columns: Sequence[str] | None = None) -> QuerySet[Any]:
        """Each row with its hour, its values of the dimensions ``columns`` and its own share of every part.

        A share is counted by the same aggregate that counts all rows.
        """
        of = self.facts.columns if columns is None else {name: self.facts.columns[name] for name in columns}
        values = {f"by_{name}": F(column) if isinstance(column, str) else column for name, column in of.items()}
        values = {"hour": HourNumber(self.facts.source.clock), **values}
        shares = {name: part.aggregate for name, part in zip(self.names, self.parts, strict=True)}
        known = ("pk", *values)
        rows: QuerySet[Any] = self.rows().filter(within).annotate(**values).values(*known).annotate(**shares)
        return rows.values_list(*known, *self.names)


def _kind(field: object) -> type:
    if isinstance(field, DecimalField):
        return Decimal
    return int if isinstance(field, IntegerField) else float


@cache
def _blocks() -> dict[str, Block]:
    return {block.facts.source.key: block for block in _laid_out()}


def _laid_out() -> Iterator[Block]:
    first = 0
    for key in sorted(_held, key=lambda key: (key not in CLOCKED, list(FACTS).index(key))):
        if parts := tuple(part for part in _held[key] if _tables(part) <= WATCHED):
            yield (block := Block(FACTS[key], parts, first))
            first += block.size


def _tables(part: Part) -> set[str]:
    """What the part is counted from."""
    rows = Block(FACTS[part.source.key], (part,), 0).facts_rows(columns=())
    return set(re.findall(r'(?:FROM|JOIN) "(\w+)"', str(rows.query)))


def blocks() -> dict[str, Block]:
    """By the key of the source."""
    return _blocks()


@cache
def size() -> int:
    """All places of a rollup."""
    return sum(block.size for block in blocks().values())


@cache
def clocked_size() -> int:
    """So many places at the beginning are kept by the hour of the day in every tier."""
    return sum(blocks()[key].size for key in CLOCKED if key in blocks())


@cache
def revision() -> str:
    """Another one for every change of what is counted, down to its SQL."""
    digest = hashlib.sha256(f"{PACKING} {REASONS}".encode())
    for key, block in blocks().items():
        sql, params = block.facts_rows().query.sql_with_params()
        digest.update(f"{key} {sql} {params}".encode())
    return digest.hexdigest()
