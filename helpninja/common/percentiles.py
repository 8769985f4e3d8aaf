"""Percentiles in the database, on PostgreSQL and SQLite alike."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import Aggregate, FloatField
from django.db.models.expressions import Combinable


class Percentile(Aggregate):
    """The value below which the share ``at`` (0 to 1) of a numeric field lies; None over no rows.

    Linear interpolation between the two nearest, as ``percentile_cont`` of the SQL standard and numpy's default.
    """

    name = "Percentile"
    arity = 1
    output_field = FloatField()
    template = "PERCENTILE_CONT(%(expressions)s, %(at)s)"

    def __init__(self, expression: str | Combinable, at: float, **extra: Any) -> None:
        if not 0 <= at <= 1:
            raise ValueError("A percentile lies between 0 and 1.")
        super().__init__(expression, **extra)
        self.at = float(at)
        self.extra["at"] = repr(self.at)

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        ordered = self.copy()
        ordered.template = "PERCENTILE_CONT(%(at)s) WITHIN GROUP (ORDER BY %(expressions)s)"
        return ordered.as_sql(compiler, connection)


def interpolated(ordered: Sequence[float], at: float) -> float | None:
    """The percentile of numbers in ascending order."""
    if not ordered:
        return None
    place = at * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


class _Percentile:
    """As SQLite calls an aggregate: each row, then once for the answer."""

    def __init__(self) -> None:
        self._values: list[float] = []
        self._at = 0.5

    def step(self, value: float | None, at: float) -> None:
        self._at = at
        if value is not None:
            self._values.append(value)

    def finalize(self) -> float | None:
        return interpolated(sorted(self._values), self._at)


def teach_percentiles(connection: Any, **_: Any) -> None:
    """SQLite has none of its own."""
    if connection.vendor == "sqlite":
        connection.connection.create_aggregate("PERCENTILE_CONT", 2, _Percentile)


connection_created.connect(teach_percentiles)
