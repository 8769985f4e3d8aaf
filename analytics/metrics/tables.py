"""What was counted, group by group: the tables that a tally is read from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

from analytics.metrics.frames import NOW, Part
from analytics.metrics.sources import Source

Dims = Mapping[str, Any]


class Table(Protocol):
    """The numbers of one source. Only what occurs is a group: one without a row has none."""

    @property
    def rows(self) -> "Sequence[Row]": ...

    def numbers(self, part: Part, period: int, dims: Dims) -> Iterator[Any]:
        """Of all the groups with these values; what is unknown is left out."""

    def split(self, part: Part, dim: str, period: int) -> Mapping[Any, Any]: ...

    def by(self, dims: tuple[str, ...]) -> "Mapping[tuple[Any, ...], Table]": ...


@dataclass(frozen=True)
class Row:
    """The sums of one group: of one period, and of one value of each dimension that its source was split by."""

    period: int
    dims: Dims
    sums: Mapping[Part, Any]


@dataclass(frozen=True)
class Listed:
    """A table of rows as the database grouped them."""

    rows: Sequence[Row] = ()

    def numbers(self, part: Part, period: int, dims: Dims) -> Iterator[Any]:
        return (
            row.sums[part]
            for row in self.rows
            if row.period == period
            and row.sums[part] is not None
            and all(row.dims[name] == value for name, value in dims.items())
        )

    def split(self, part: Part, dim: str, period: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for row in self.rows:
            if row.period == period:
                found[row.dims[dim]] = found.get(row.dims[dim], 0) + (row.sums[part] or 0)
        return found

    def by(self, dims: tuple[str, ...]) -> "dict[tuple[Any, ...], Listed]":
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.rows:
            if not row.dims.keys() >= set(dims):
                continue
            groups.setdefault(tuple(row.dims[name] for name in dims), []).append(row)
        return {values: Listed(rows) for values, rows in groups.items()}


class Awaited:
    """Stands for a table that is ``found`` once ``ask`` was called, which happens when somebody looks into it."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self.found: Table | None = None

    @property
    def _table(self) -> Table:
        if self.found is None:
            self._ask()
        assert self.found is not None
        return self.found

    @property
    def rows(self) -> Sequence[Row]:
        return self._table.rows

    def numbers(self, part: Part, period: int, dims: Dims) -> Iterator[Any]:
        return self._table.numbers(part, period, dims)

    def split(self, part: Part, dim: str, period: int) -> Mapping[Any, Any]:
        return self._table.split(part, dim, period)

    def by(self, dims: tuple[str, ...]) -> Mapping[tuple[Any, ...], Table]:
        return self._table.by(dims)


@dataclass(frozen=True)
class Tally:
    """``tables`` by source; where there are several, their numbers belong together."""

    tables: Mapping[str, list[Table]] = field(default_factory=dict)

    @property
    def rows(self) -> dict[str, list[Row]]:
        """By source, group by group; a group may be in several rows, which add up."""
        return {key: [row for table in tables for row in table.rows] for key, tables in self.tables.items()}

    def sum(self, part: Part, period: int = NOW, **dims: Any) -> Any:
        """What the part's ``fold`` makes of nothing where no row was found: 0 for sums."""
        tables = self.tables[part.source.key]
        return part.fold(chain.from_iterable(table.numbers(part, period, dims) for table in tables))

    def only(self, *sources: Source) -> "Tally":
        return Tally({source.key: self.tables[source.key] for source in sources})

    def by(self, dims: Iterable[str]) -> "dict[tuple[Any, ...], Tally]":
        """A tally for each combination of the dimensions' values that occurs; what lacks them is left out."""
        dims = tuple(dims)
        groups: dict[tuple[Any, ...], dict[str, list[Table]]] = {}
        for source, tables in self.tables.items():
            for values, table in chain.from_iterable(table.by(dims).items() for table in tables):
                groups.setdefault(values, {key: [] for key in self.tables})[source].append(table)
        return {values: Tally(group) for values, group in groups.items()}

    def split(self, part: Part, dim: str, period: int = NOW) -> dict[Any, Any]:
        """The part by the values of a dimension."""
        found: dict[Any, Any] = {}
        for table in self.tables[part.source.key]:
            for value, number in table.split(part, dim, period).items():
                found[value] = found.get(value, 0) + number
        return found
