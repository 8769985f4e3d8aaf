"""Triggers that mark what changed, in the transaction that changes it, whoever writes: action, admin, import, SQL.

A trigger writes whose case changed and where a row lay before; which hours those are is looked up when they are
counted anew, so that what others commit meanwhile is found too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from analytics.metrics.rollups import marks
from analytics.models import Mark
from escalations.enums import EventKind
from escalations.models import (
    Conversation,
    Escalation,
    EscalationEvent,
    HandlingInterval,
    Message,
    Rating,
    Topic,
)
from quality.models import Review

PREFIX = "analytics_mark_"
NOTHING, NEVER = "CAST(NULL AS bigint)", "CAST(NULL AS timestamp with time zone)"
OPERATIONS = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Watch:
    """``refs`` are kind and column of what is marked; changes of ``idle`` columns alone are not.

    ``where`` is a condition on the row, which ``{row}`` stands for.
    """

    model: type[Model]
    refs: tuple[tuple[str, str], ...]
    clocks: marks.Clocks
    idle: tuple[str, ...] = ()
    where: str = ""
    operations: tuple[str, ...] = OPERATIONS

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> list[str]:
        fields = self.model._meta.concrete_fields
        return [str(field.column) for field in fields if field.name not in self.idle and not field.primary_key]


WATCHES = (
    Watch(
        Conversation,
        ((Mark.CONVERSATION, "id"),),
        marks.OF_CONVERSATION,
        idle=("last_message_at", "signals", "subject", "attributes", "body_hash"),
    ),
    Watch(
        Escalation,
        ((Mark.CONVERSATION, "conversation_id"), (Mark.ESCALATION, "previous_id")),
        marks.OF_ESCALATION,
        idle=(
            *(
                "version",
                "raised",
                "queue_level",
                "next_dispatch_at",
                "offer_only",
                "due_metric",
                "due_at",
                "warn_at",
            ),
            *("assignee", "subject", "summary", "because", "priority_because", "context", "handoff_message"),
            *("resolution_note", "sentiment", "frustrated", "flags"),
        ),
    ),
    Watch(Rating, ((Mark.CONVERSATION, "conversation_id"),), marks.OF_RATING, idle=("comment",)),
    Watch(HandlingInterval, ((Mark.ESCALATION, "escalation_id"),), marks.OF_INTERVAL),
    Watch(Review, ((Mark.ESCALATION, "escalation_id"),), marks.OF_REVIEW, idle=("summary", "version")),
    Watch(
        Message,
        ((Mark.TALK, "conversation_id"),),
        marks.OF_MESSAGE,
        idle=("text", "attributes", "body_hash"),
        where="{row}.author IN ('customer', 'ai', 'agent')",
    ),
    Watch(
        EscalationEvent,
        ((Mark.ESCALATION, "escalation_id"),),
        {},
        idle=("dispatched", "data", "actor"),
        where=f"{{row}}.kind IN ('{EventKind.CANCELLED}', '{EventKind.RESOLVED}')",
    ),
    # Which team untouched conversations belong to.
    Watch(
        Topic,
        ((Mark.TOPIC, "id"),),
        {},
        idle=tuple(field.name for field in Topic._meta.concrete_fields if field.name != "team"),
        operations=("UPDATE",),
    ),
)


def install(using: str) -> None:
    """Puts the triggers in their place, those of an older version replaced."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        remove(using)
        tables = set(connection.introspection.table_names(cursor))
        if Mark._meta.db_table in tables:
            for watch in WATCHES:
                for statement in _statements(watch, connection) if watch.table in tables else ():
                    cursor.execute(statement)


def remove(using: str) -> None:
    """SQLite can't make a table anew while a trigger names it; ``install`` follows."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in _removals(cursor, connection.vendor):
            cursor.execute(statement)


def _removals(cursor: Any, vendor: str) -> list[str]:
    if vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{PREFIX}%"])
        return [f'DROP TRIGGER "{name}"' for (name,) in cursor.fetchall()]
    cursor.execute(
        "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE %s",
        [f"{PREFIX}%"],
    )
    return [f'DROP TRIGGER "{name}" ON "{table}"' for name, table in cursor.fetchall()]


def _statements(watch: Watch, connection: BaseDatabaseWrapper) -> Iterator[str]:
    is_sqlite = connection.vendor == "sqlite"
    for operation in watch.operations:
        name = f"{PREFIX}{watch.table}_{operation.lower()}"
        body = _body(watch, operation, is_sqlite)
        when = _when(watch, operation, is_sqlite)
        head = f'CREATE TRIGGER "{name}" AFTER {operation} ON "{watch.table}" FOR EACH ROW {when}'
        if is_sqlite:
            yield f"{head} BEGIN {body}; END"
            continue
        yield (
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN {body}; RETURN NULL; END $$"
        )
        yield f'{head} EXECUTE FUNCTION "{name}"()'


def _when(watch: Watch, operation: str, is_sqlite: bool) -> str:
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[operation]
    conditions = []
    if watch.where:
        conditions.append(" OR ".join(watch.where.format(row=row) for row in rows))
    if operation == "UPDATE":
        conditions.append(" OR ".join(_differs(column, is_sqlite) for column in watch.columns))
    return f"WHEN (({') AND ('.join(conditions)}))" if conditions else ""


def _differs(column: str, is_sqlite: bool) -> str:
    return f'OLD."{column}" {"IS NOT" if is_sqlite else "IS DISTINCT FROM"} NEW."{column}"'


def _body(watch: Watch, operation: str, is_sqlite: bool) -> str:
    marked = []
    for kind, column in watch.refs:
        rows = [row for row in ("OLD", "NEW") if row != {"INSERT": "OLD", "DELETE": "NEW"}.get(operation)]
        for row in rows:
            moved = f" AND {_differs(column, is_sqlite)}" if len(rows) == 2 and row == "OLD" else ""
            marked.append(
                f'SELECT \'{kind}\', {row}."{column}", {NEVER} WHERE {row}."{column}" IS NOT NULL{moved}'
            )
    if operation != "INSERT":
        for column, of in watch.clocks.items():
            moved = f" AND {_differs(column, is_sqlite)}" if operation == "UPDATE" else ""
            for source in of:
                past = (
                    f'SELECT \'{source.key}\', {NOTHING}, OLD."{column}" WHERE OLD."{column}" IS NOT NULL{moved}'
                )
                marked.append(past)
    return f'INSERT INTO "{Mark._meta.db_table}" (kind, ref, at) {" UNION ALL ".join(marked)}'
