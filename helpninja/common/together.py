"""Many queries in one statement: they are put first, and all are asked when the first answer is read."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property
from typing import Any, Generic, TypeVar, overload

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, Model, QuerySet

from helpninja.common.fixed import Fixed, Made, Row

# SQLite takes no more than 500 in one statement.
AT_ONCE = 100
# What the database calls the types of which any value has its place in the column of the other.
WIDEST = {"smallint": "bigint", "integer": "bigint", "varchar": "text", "char": "text"}

Query = QuerySet[Any, Any] | Fixed
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
M = TypeVar("M", bound=Model)
# A type, and which of a queryset's columns of that type.
Column = tuple[str, int]


class Answer(Sequence[T], Generic[T]):
    """What ``read`` makes of the rows of one queryset, in no certain order; reading it asks for it."""

    def __init__(self, together: "Together", read: Callable[[Row], T]) -> None:
        self._together, self._read = together, read
        self.rows: list[Row] | None = None

    @cached_property
    def _items(self) -> list[T]:
        if self.rows is None:
            self._together.ask()
        rows, self.rows = self.rows or [], None
        return [self._read(row) for row in rows]

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> list[T]: ...

    def __getitem__(self, place: int | slice) -> T | list[T]:
        return self._items[place]

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


class Later(Mapping[K, V], Generic[K, V]):
    """What ``read`` gives, which is called once somebody looks into it."""

    def __init__(self, read: Callable[[], Mapping[K, V]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> Mapping[K, V]:
        return self._read()

    def __getitem__(self, key: K) -> V:
        return self._found[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Together:
    """The queries of a page: what is put before the first answer is read costs one statement in all."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Query, Answer[Any]]] = []
        self._shared: dict[Any, Any] = {}
        self._around: list[Callable[[], AbstractContextManager[None]]] = []

    def shared(self, kind: "Callable[[Together], T]") -> T:
        """The one of its kind that the page has."""
        if kind not in self._shared:
            self._shared[kind] = kind(self)
        found: T = self._shared[kind]
        return found

    def around(self, asking: Callable[[], AbstractContextManager[None]]) -> None:
        """Whenever the page asks, it does so inside of this, which may put more before it yields."""
        self._around.append(asking)

    def put(self, rows: Query, read: Callable[[Row], T]) -> Answer[T]:
        """``rows`` are of ``values_list``, not flat; ``read`` takes each as the queryset alone would give it."""
        answer = Answer(self, read)
        self._waiting.append((rows, answer))
        return answer

    def put_objects(self, rows: QuerySet[M]) -> Answer[M]:
        """As the queryset alone would give them, with what it annotates."""
        names = [field.attname for field in rows.model._meta.concrete_fields]
        further = list(rows.query.annotation_select)

        def read(row: Row) -> M:
            found = rows.model.from_db(rows.db, names, row[: len(names)])
            for name, value in zip(further, row[len(names) :], strict=True):
                setattr(found, name, value)
            return found

        return self.put(rows.order_by().values_list(*names, *further), read)

    def ask(self) -> None:
        """For all that waits. Where that is one, as it is."""
        with ExitStack() as stack:
            for asking in self._around:
                stack.enter_context(asking())
            self._ask()

    def _ask(self) -> None:
        waiting, self._waiting = self._waiting, []
        for first in range(0, len(waiting), AT_ONCE):
            some = waiting[first : first + AT_ONCE]
            queries = [query for query, _ in some]
            found = [_rows(queries[0])] if len(some) == 1 else _asked(queries)
            for (_, answer), rows in zip(some, found, strict=True):
                answer.rows = rows


def _rows(query: Query) -> list[Row]:
    try:
        return query.rows() if isinstance(query, Fixed) else list(query)
    except EmptyResultSet:
        return []


def _asked(queries: Sequence[Query]) -> list[list[Row]]:
    connection = connections[queries[0].db]
    asked = list(_branches(queries, connection))
    found: list[list[Row]] = [[] for _ in queries]
    if not asked:
        return found
    columns = list(dict.fromkeys(column for branch in asked for column in branch.names))
    with _cursor(connection, columns) as cursor:
        cursor.execute(
            " UNION ALL ".join(branch.select(columns) for branch in asked),
            [param for branch in asked for param in branch.made.params],
        )
        for number, *values in cursor.fetchall():
            found[number].append(values)
    for branch in asked:
        found[branch.number] = branch.read(found[branch.number], columns)
    return found


def _branches(queries: Sequence[Query], connection: Any) -> "Iterator[_Branch]":
    """Without those that can find nothing."""
    for number, query in enumerate(queries):
        try:
            if isinstance(query, Fixed):
                made = query.made(aliased=True)
            else:
                made = Made.of(query.query, connection, aliased=True)
        except EmptyResultSet:
            continue
        yield _Branch(number, made, connection)


def _cursor(connection: Any, columns: Sequence[Column]) -> Any:
    types = {of_type for of_type, _ in columns}
    return connection.binary_cursor() if "bytea" in types and "jsonb" not in types else connection.cursor()


class _Branch:
    """One queryset of the statement. Its columns share those of the statement with others' of the same type."""

    def __init__(self, number: int, made: Made, connection: Any) -> None:
        self.number, self.made, self._connection = number, made, connection
        self.names: dict[Column, str] = {}
        often: Counter[str] = Counter()
        for expression, name in made.selected:
            of_type = _type(expression, connection)
            self.names[of_type, often[of_type]] = connection.ops.quote_name(name)
            often[of_type] += 1

    def select(self, columns: Sequence[Column]) -> str:
        shown = [self._shown(self.names.get(column, "NULL"), column[0]) for column in columns]
        return f"SELECT {self.number}, {', '.join(shown)} FROM ({self.made.sql}) AS asked"

    def read(self, rows: list[Row], columns: Sequence[Column]) -> list[Row]:
        places = [columns.index(column) for column in self.names]
        return self.made.read(([row[place] for place in places] for row in rows), self._connection)

    def _shown(self, name: str, of_type: str) -> str:
        """Without a plus SQLite would say that all rows of the column are of the type of the first branch's."""
        return f"CAST({name} AS {of_type})" if of_type else f"+{name}"


def _type(expression: Expression, connection: Any) -> str:
    """Empty on SQLite, where columns have none."""
    if connection.vendor == "sqlite":
        return ""
    name = (expression.output_field.cast_db_type(connection) or "").partition("(")[0]
    return WIDEST.get(name, name)
