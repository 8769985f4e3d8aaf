"""Puts rows into the database fast: without their indexes and triggers, which are made again afterwards."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from escalations.models import Conversation, Escalation, EscalationEvent, HandlingInterval, Message, Rating
from tests.benchmarks.analytics.history import Rows

MODELS = (Conversation, Escalation, EscalationEvent, HandlingInterval, Message, Rating)
TABLES = tuple(model._meta.db_table for model in MODELS)


def load(chunks: Iterable[list[Rows]]) -> None:
    with connection.cursor() as cursor, _without_upkeep(cursor):
        for rows in (rows for chunk in chunks for rows in chunk):
            _insert(cursor, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in TABLES:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
        else:
            cursor.execute("ANALYZE")


def _insert(cursor: Any, rows: Rows) -> None:
    table = rows.model._meta.db_table
    names = ", ".join((*rows.columns, *rows.same))
    lists = [column.tolist() for column in rows.columns.values()]
    if connection.vendor == "postgresql":
        same = "\t".join("\\N" if value is None else f"{value}" for value in rows.same.values())
        template = "\t".join(["%s"] * len(lists)) + f"\t{same}\n"
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            copy.write("".join([template % row for row in zip(*lists, strict=True)]))
        return
    marks = ", ".join(["%s"] * (len(lists) + len(rows.same)))
    same_values = tuple(str(value) if isinstance(value, str) else value for value in rows.same.values())
    every = ((*row, *same_values) for row in zip(*lists, strict=True))
    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", every)


@contextmanager
def _without_upkeep(cursor: Any) -> Iterator[None]:
    is_postgresql = connection.vendor == "postgresql"
    if is_postgresql:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint)",
            [list(TABLES)],
        )
    else:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA synchronous = OFF")
        names = ", ".join(f"'{table}'" for table in TABLES)
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
            f" AND tbl_name IN ({names}) ORDER BY type"
        )
    upkeep = cursor.fetchall()
    for name, sql in upkeep:
        cursor.execute(f'DROP {"TRIGGER" if sql.startswith("CREATE TRIGGER") else "INDEX"} "{name}"')
    yield
    for _, sql in upkeep:
        cursor.execute(sql)
    if is_postgresql:
        cursor.execute("RESET session_replication_role")
    else:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = NORMAL")
