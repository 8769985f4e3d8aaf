"""Queries without anything that changes: to make their SQL takes longer than to ask them, and is done once."""

from functools import cached_property
from typing import Any

from django.db import connections
from django.db.models import QuerySet


class Fixed:
    """Of a queryset of ``values_list``, not flat."""

    def __init__(self, rows: QuerySet[Any, tuple[Any, ...]]) -> None:
        self._query: Any = rows.query
        self._db = rows.db

    def rows(self) -> list[tuple[Any, ...]]:
        """Asked anew, and as the queryset would give them."""
        sql, params, expressions = self._made
        compiler = self._compiler()
        with connections[self._db].cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(found, compiler.get_converters(expressions))]

    @cached_property
    def _made(self) -> tuple[str, tuple[Any, ...], list[Any]]:
        compiler = self._compiler()
        sql, params = compiler.as_sql()
        return sql, params, [expression for expression, *_ in compiler.select[: compiler.col_count]]

    def _compiler(self) -> Any:
        """A new one: connections are of a thread."""
        return self._query.get_compiler(connection=connections[self._db])
