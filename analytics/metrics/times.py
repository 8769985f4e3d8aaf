"""Stretches of time as expressions that a query can group by, and as the moments at which they begin."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Case, Func, IntegerField, Value, When
from django.db.models.sql.compiler import SQLCompiler


class Since(Case):
    """The number, counted from 0, of the latest of the ``starts`` that the moment is not before."""

    def __init__(self, clock: str, starts: Sequence[datetime]) -> None:
        self.clock, self.starts = clock, starts
        latest_first = reversed(list(enumerate(starts)))
        super().__init__(
            *(When(**{f"{clock}__gte": start, "then": Value(number)}) for number, start in latest_first),
            output_field=IntegerField(),
        )


@lru_cache(maxsize=256)
def since(clock: str, starts: tuple[datetime, ...]) -> Since:
    """Remembered, since making it takes longer than most of what is done with it."""
    return Since(clock, starts)


class Within(Func):
    """Whether the moment is in one of some stretches, which end before their second moments.

    As conditions of their own hundreds of these would take longer than the query.
    """

    output_field = BooleanField()

    def __init__(self, clock: str, stretches: Iterable[tuple[datetime, datetime]]) -> None:
        super().__init__(clock)
        self.stretches = tuple(stretches)

    def as_sql(  # type: ignore[override]  # it takes no template
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> Any:
        clock, params = compiler.compile(self.get_source_expressions()[0])
        adapted = connection.ops.adapt_datetimefield_value
        one = f"({clock} >= %s AND {clock} < %s)"
        given = [(*params, adapted(start), *params, adapted(end)) for start, end in self.stretches]
        return f"({' OR '.join(one for _ in given)})", tuple(chain.from_iterable(given))


class HourNumber(Func):
    """The whole hours that passed from 1970, in UTC, to the moment: read in a tenth of the time that it takes."""

    template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 3600)::bigint"
    output_field = IntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        seconds = "CAST(STRFTIME('%%%%s', %(expressions)s) AS integer) / 3600"
        return self.as_sql(compiler, connection, template=seconds, **extra)
