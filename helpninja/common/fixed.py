"""Queries without anything that changes: to make their SQL takes longer than to ask them, and is done once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.models import Expression, QuerySet

Row = tuple[Any, ...]
# So begin comments in the SQL that stand for what is filled in.
HOLE = "/*hole"


@dataclass(frozen=True)
class Made:
    """SQL, its parameters, and what it selects by which name."""

    query: Any
    sql: str
    params: tuple[Any, ...]
    selected: tuple[tuple[Expression, str], ...]

    @classmethod
    def of(cls, query: Any, connection: Any, *, aliased: bool) -> "Made":
        """``aliased`` gives every column a name of its own. Raises EmptyResultSet where nothing can be found."""
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql(with_col_aliases=aliased)
        selected = compiler.select[: compiler.col_count]
        return cls(query, sql, tuple(params), tuple((expression, name) for expression, _, name in selected))

    def read(self, rows: Any, connection: Any) -> list[Row]:
        """What the database gave, as the queryset would give it."""
        compiler = self.query.get_compiler(connection=connection)
        converters = compiler.get_converters([expression for expression, _ in self.selected])
        return [tuple(row) for row in compiler.apply_converters(rows, converters)]


class Fixed:
    """Of a queryset of ``values_list``, not flat."""

    def __init__(self, rows: QuerySet[Any, Row]) -> None:
        self._query: Any = rows.query
        self._made: dict[bool, Made] = {}
        self.db = rows.db

    def made(self, *, aliased: bool = False) -> Made:
        if aliased not in self._made:
            self._made[aliased] = Made.of(self._query, connections[self.db], aliased=aliased)
        return self._made[aliased]

    def rows(self) -> list[Row]:
        """Asked anew."""
        made, connection = self.made(), connections[self.db]
        with connection.cursor() as cursor:
            cursor.execute(made.sql, made.params)
            return made.read(cursor.fetchall(), connection)

    def filled(self, values: Mapping[Any, Any]) -> "Filled":
        """With parameters exchanged, and of texts those that begin with ``HOLE`` wherever the SQL has them."""
        return Filled(self, values)


class Filled(Fixed):
    """A fixed query with other values in some of its places."""

    def __init__(self, fixed: Fixed, values: Mapping[Any, Any]) -> None:
        self._fixed, self._values, self.db = fixed, values, fixed.db

    def made(self, *, aliased: bool = False) -> Made:
        made, connection = self._fixed.made(aliased=aliased), connections[self.db]
        values = {_adapted(key, connection): _adapted(value, connection) for key, value in self._values.items()}
        sql = made.sql
        for key, value in values.items():
            if isinstance(key, str) and key.startswith(HOLE):
                sql = sql.replace(key, value)
        return replace(made, sql=sql, params=tuple(values.get(param, param) for param in made.params))


def _adapted(value: Any, connection: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
