"""What Chatwoot's overview asks of its database, on our work in tables like its own, without its Ruby around it.

After its report builders (``app/builders/v2/reports/timeseries``), its ``db/schema.rb`` and the SQL that groupdate
writes: for each of five metrics the series by day, and the whole of the window and of the one before, from its
reporting events or, where it has them, from its daily rollups. Our plan stands for its inbox.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from tests.benchmarks.analytics.databases import World, switch
from tests.benchmarks.analytics.overview import ZONE, Answer

AVERAGES = ("first_response", "conversation_resolved", "reply_time")
EVENTS = {
    "first_response": ("first_response_seconds", "first_response_at", "first_responder_id"),
    "conversation_resolved": ("resolution_seconds", "last_resolved_at", "resolved_by_id"),
    "reply_time": ("first_response_seconds", "first_response_at", "first_responder_id"),
}
TABLES = """
    CREATE SCHEMA chatwoot;
    CREATE TABLE chatwoot.reporting_events (
        id bigserial PRIMARY KEY, name varchar, value float, account_id int, inbox_id int, user_id int,
        conversation_id int, created_at timestamp NOT NULL, updated_at timestamp NOT NULL,
        value_in_business_hours float, event_start_time timestamp, event_end_time timestamp);
    CREATE TABLE chatwoot.conversations (
        id bigserial PRIMARY KEY, account_id int, inbox_id int, status int, created_at timestamp NOT NULL);
    CREATE TABLE chatwoot.reporting_events_rollups (
        id bigserial PRIMARY KEY, account_id int, date date, dimension_type varchar, dimension_id bigint,
        metric varchar, count bigint, sum_value float, sum_value_business_hours float)
"""
INDEXES = {
    "reporting_events": (
        "account_id, name, created_at",
        "account_id, name, inbox_id, created_at",
        *("account_id", "conversation_id", "created_at", "inbox_id", "name", "user_id"),
    ),
    "conversations": ("account_id", "inbox_id", "created_at", "account_id, created_at"),
    "reporting_events_rollups": ("account_id, date, dimension_type, dimension_id, metric",),
}
DAY = f"date_trunc('day', created_at::timestamptz AT TIME ZONE '{ZONE}')::date"


def load(world: World) -> None:
    """Made where they are not yet."""
    switch(world.name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('chatwoot.whole')")
        if cursor.fetchone() != (None,):
            return
        cursor.execute("DROP SCHEMA IF EXISTS chatwoot CASCADE")
        cursor.execute(TABLES)
        for statement in _filling():
            cursor.execute(statement)
        for table, indexes in INDEXES.items():
            for columns in indexes:
                cursor.execute(f"CREATE INDEX ON chatwoot.{table} ({columns})")
            cursor.execute(f"VACUUM ANALYZE chatwoot.{table}")
        cursor.execute("CREATE TABLE chatwoot.whole ()")


def _filling() -> Iterator[str]:
    yield """INSERT INTO chatwoot.conversations (id, account_id, inbox_id, status, created_at)
        SELECT id, 1, plan_id, 1, started_at AT TIME ZONE 'UTC' FROM escalations_conversation ORDER BY id"""
    for name, (value, at, user) in EVENTS.items():
        yield f"""INSERT INTO chatwoot.reporting_events (name, value, value_in_business_hours, account_id,
                inbox_id, user_id, conversation_id, created_at, updated_at, event_start_time, event_end_time)
            SELECT '{name}', {value}, {value}, 1, plan_id, {user}, conversation_id, moment, moment,
                opened_at AT TIME ZONE 'UTC', moment
            FROM (SELECT *, {at} AT TIME ZONE 'UTC' AS moment FROM escalations_escalation) of
            WHERE {value} IS NOT NULL ORDER BY moment"""
    for kind, place in (("account", "account_id"), ("inbox", "inbox_id")):
        yield f"""INSERT INTO chatwoot.reporting_events_rollups (account_id, date, dimension_type, dimension_id,
                metric, count, sum_value, sum_value_business_hours)
            SELECT 1, {DAY}, '{kind}', {place}, name, count(*), sum(value), sum(value_in_business_hours)
            FROM chatwoot.reporting_events GROUP BY {place}, name, {DAY}"""


class Report:
    """Of the windows that our ``answer`` is of."""

    def __init__(self, world: World, answer: Answer, plan: int | None, *, from_rollups: bool) -> None:
        self._world, self._from_rollups = world, from_rollups
        now, before = answer["window"], answer["previous_window"]
        self._now, self._before = ((of["from"], of["to"]) for of in (now, before))
        self._inbox = "" if plan is None else f" AND inbox_id = {plan}"
        self._dimension = "account" if plan is None else "inbox"
        self._place = 1 if plan is None else plan

    def figures(self) -> dict[str, Any]:
        """Mean first response and resolution in seconds, resolutions and conversations of the window."""
        switch(self._world.name)
        with connection.cursor() as cursor:
            averages = {name: self._average(cursor, name) for name in AVERAGES}
            return {
                "first_response_time": averages["first_response"],
                "full_resolution_time": averages["conversation_resolved"],
                "resolved": self._count(cursor, "reporting_events", "conversation_resolved"),
                "conversations": self._count(cursor, "conversations"),
            }

    def _average(self, cursor: Any, name: str) -> float:
        if self._from_rollups:
            count, total = self._rolled_up(cursor, name)
            return total / float(count)
        return self._grouped(cursor, ("avg(value)", "count(*)"), "reporting_events", name)

    def _count(self, cursor: Any, table: str, name: str = "") -> int:
        if self._from_rollups and name:
            return int(self._rolled_up(cursor, name)[0])
        return self._grouped(cursor, ("count(*)",), table, name)

    def _grouped(self, cursor: Any, whats: tuple[str, ...], table: str, name: str) -> Any:
        """By day, and the first of them for the window before and the window itself, which is given."""
        for what in whats:
            self._series(cursor, what, table, name)
        self._whole(cursor, whats[0], table, name, self._before)
        return self._whole(cursor, whats[0], table, name, self._now)

    def _series(self, cursor: Any, what: str, table: str, name: str) -> None:
        where, values = self._within(name, self._now)
        cursor.execute(f"SELECT {DAY}, {what} FROM chatwoot.{table} WHERE {where} GROUP BY 1", values)
        cursor.fetchall()

    def _whole(self, cursor: Any, what: str, table: str, name: str, window: tuple[str, str]) -> Any:
        where, values = self._within(name, window)
        cursor.execute(f"SELECT {what} FROM chatwoot.{table} WHERE {where}", values)
        return cursor.fetchone()[0]

    def _within(self, name: str, window: tuple[str, str]) -> tuple[str, list[Any]]:
        where = f"account_id = 1{self._inbox} AND created_at >= %s AND created_at < %s"
        moments = [_utc(moment) for moment in window]
        return (f"{where} AND name = %s", [*moments, name]) if name else (where, moments)

    def _rolled_up(self, cursor: Any, name: str) -> tuple[Any, float]:
        """Each day, to be added up in the application; count and sum of the window before, and of the window."""
        cursor.execute(f"SELECT date, count, sum_value {ROLLED_UP}", self._days(name, self._now))
        cursor.fetchall()
        for window in (self._before, self._now):
            cursor.execute(f"SELECT sum(count), sum(sum_value) {ROLLED_UP}", self._days(name, window))
            found = cursor.fetchone()
        return found

    def _days(self, name: str, window: tuple[str, str]) -> list[Any]:
        first, last = (datetime.fromisoformat(moment).date() for moment in window)
        return [name, self._dimension, self._place, first, last]


ROLLED_UP = """FROM chatwoot.reporting_events_rollups
    WHERE account_id = 1 AND metric = %s AND dimension_type = %s AND dimension_id = %s
        AND date >= %s AND date < %s"""


def told(answer: Answer) -> dict[str, Any]:
    """Our answer as ``Report.figures`` has it."""
    groups = answer["metrics"]
    return {
        "first_response_time": groups["resolution_time"]["first_response_time"]["value"],
        "full_resolution_time": groups["resolution_time"]["full_resolution_time"]["value"],
        "resolved": groups["resolution_time"]["full_resolution_time"]["n"],
        "conversations": groups["volume"]["conversations"]["n"],
    }


def _utc(text: str) -> datetime:
    """As Rails keeps moments: of UTC, without saying so."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
