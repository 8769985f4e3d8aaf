"""The overview's figures by DuckDB, on the same rows in tables of its own, with all cores.

Hours of day and buckets are of zones whole hours away from UTC: rows are grouped by the hour before anything is
turned into local time, which is far faster than to turn each row.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection

from analytics.metrics.patterns import peak
from tests.benchmarks.analytics.databases import World, switch
from tests.benchmarks.analytics.overview import ZONE, Answer

TABLES = {
    "conversations": ("escalations_conversation", "id, plan_id, timing, started_at"),
    "escalations": (
        "escalations_escalation",
        "id, conversation_id, previous_id, plan_id, timing, state, opened_at, first_response_at,"
        " first_response_seconds, first_response_due_at, resolved_at, resolution_seconds, last_resolved_at,"
        " full_resolution_seconds",
    ),
    "closings": ("escalations_escalationevent", "escalation_id, kind, at"),
    "intervals": ("escalations_handlinginterval", "escalation_id, ended_at, seconds, hourly_cost"),
    "messages": ("escalations_message", "conversation_id, author, sent_at"),
    "ratings": ("escalations_rating", "conversation_id, escalation_id, survey_sent_at, rated_at, csat"),
}
CASES = """
    CREATE VIEW cases AS SELECT e.*,
        coalesce(again.at <= e.last_resolved_at + INTERVAL 7 DAY, false) AS repeated,
        e.id IN (SELECT escalation_id FROM intervals WHERE hourly_cost IS NULL) AS uncosted
    FROM escalations e LEFT JOIN (
        SELECT previous_id, min(opened_at) AS at FROM escalations WHERE previous_id IS NOT NULL GROUP BY 1
    ) again ON again.previous_id = e.id
"""
SURVEYS = """
    CREATE VIEW surveys AS SELECT r.*, CASE WHEN e.id IS NULL THEN c.plan_id ELSE e.plan_id END AS plan_id
    FROM ratings r JOIN conversations c ON c.id = r.conversation_id
    LEFT JOIN escalations e ON e.id = r.escalation_id
    WHERE c.timing = 'measured'
"""
SPOKEN = "author IN ('customer', 'ai', 'agent')"
OPEN = "state IN ('waiting', 'assigned', 'active', 'pending')"
CLOSED_IN_TIME = """id IN (
    SELECT j.id FROM escalations j JOIN closings ON escalation_id = j.id
    WHERE kind IN ('cancelled', 'resolved') AND closings.at <= j.first_response_due_at)"""
JUDGED = f"""(first_response_at IS NOT NULL OR (NOT {OPEN} AND NOT {CLOSED_IN_TIME})
    OR ({OPEN} AND first_response_due_at < $now))"""
LOCAL = f"hour AT TIME ZONE 'UTC' AT TIME ZONE '{ZONE}'"
MET = "count(*) FILTER (first_response_at <= first_response_due_at)"
REPEATED = "count(*) FILTER (repeated), count(*) FILTER (NOT uncosted)"
HANDLED = "intervals JOIN cases ON cases.id = escalation_id"
# A message is of the last escalation opened before it.
SAID = """messages m ASOF JOIN (FROM escalations WHERE timing = 'measured') e
    ON m.conversation_id = e.conversation_id AND m.sent_at > e.opened_at"""
MEASURED, DATED = "timing = 'measured'", "timing IN ('measured', 'placed')"


def load(world: World, folder: Path) -> duckdb.DuckDBPyConnection:
    """A database file in ``folder``, filled through CSV."""
    switch(world.name)
    found = duckdb.connect(str(folder / f"{world.size}.duckdb"))
    for name, (table, columns) in TABLES.items():
        path = folder / f"{name}.csv"
        with connection.cursor() as cursor, path.open("wb") as file:
            cursor.execute("SET timezone = 'UTC'")
            types = _types(cursor, table, columns)
            with cursor.copy(f"COPY (SELECT {columns} FROM {table} ORDER BY id) TO STDOUT (FORMAT csv)") as copy:
                file.writelines(copy)
        listed = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        found.execute(f"CREATE TABLE {name} AS FROM read_csv('{path}', header = false, columns = {{{listed}}})")
        path.unlink()
    found.execute(CASES)
    found.execute(SURVEYS)
    return found


def _types(cursor: Any, table: str, columns: str) -> dict[str, str]:
    """Moments are UTC without saying so."""
    cursor.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [table])
    known = dict(cursor.fetchall())
    kinds = {"timestamp with time zone": "TIMESTAMP", "numeric": "DECIMAL(8, 2)", "character varying": "VARCHAR"}
    return {column: kinds.get(known[column], known[column]) for column in columns.split(", ")}


NOTHING = (0, 0, 0, 0)
# By period, the window or the one before: by metric its value and what it is of.
Figures = dict[str, dict[str, tuple[float | None, int]]]


class Duck:
    """Asks for what an ``answer`` of ours tells: its window, the one before and its buckets."""

    def __init__(self, database: duckdb.DuckDBPyConnection, answer: Answer, plan: int | None) -> None:
        self._database, self._step = database, answer["series"]["step"]
        moments = {**answer["window"], "before": answer["previous_window"]["from"]}
        self._moments = {name: _utc(moments[name]) for name in ("from", "to", "before")}
        self._plan = "" if plan is None else f" AND plan_id = {plan}"

    def figures(self) -> tuple[Figures, dict[str, tuple[int, int]]]:
        """The second: by bucket of the window, its conversations and those escalated."""
        buckets, hours, sums = self._buckets(), self._hours(), self._sums()
        found: Figures = {}
        for period, key in ((True, "now"), (False, "before")):
            of = {name: sums[name].get(period, NOTHING) for name in sums}
            started = [row[2:] for row in buckets if row[0] == period]
            opened = {row[1]: row[2:] for row in hours if row[0] == period}
            found[key] = _metrics(of, _added(started, 2), opened)
        return found, {row[1]: (row[2], row[3]) for row in buckets if row[0]}

    def _buckets(self) -> list[tuple[Any, ...]]:
        """Window or before, bucket, conversations, those escalated."""
        return self._rows(
            f"""SELECT period, strftime(date_trunc('{self._step}', {LOCAL}), '%Y-%m-%d'), sum(n), sum(escalated)
            FROM (SELECT started_at >= $from AS period, date_trunc('hour', started_at) AS hour, count(*) AS n,
                    count(*) FILTER (id IN (SELECT conversation_id FROM escalations)) AS escalated
                FROM conversations WHERE {DATED} AND {_within("started_at")}{self._plan} GROUP BY ALL)
            GROUP BY ALL"""
        )

    def _hours(self) -> list[tuple[Any, ...]]:
        """Window or before, hour of the day, escalations, those measured, open, settled."""
        return self._rows(
            f"""SELECT period, hour({LOCAL}), sum(n), sum(measured), sum(open), sum(settled)
            FROM (SELECT opened_at >= $from AS period, date_trunc('hour', opened_at) AS hour, count(*) AS n,
                    count(*) FILTER ({MEASURED}) AS measured,
                    count(*) FILTER ({MEASURED} AND {OPEN}) AS open,
                    count(*) FILTER ({MEASURED} AND state = 'resolved' AND NOT repeated) AS settled
                FROM cases WHERE {DATED} AND {_within("opened_at")}{self._plan} GROUP BY ALL)
            GROUP BY ALL"""
        )

    def _sums(self) -> dict[str, dict[bool, tuple[Any, ...]]]:
        measured, resolved = f"{MEASURED}{self._plan}", f"{MEASURED} AND state = 'resolved'{self._plan}"
        said = f"{SPOKEN} AND e.timing = 'measured'{self._plan}"
        human = "author = 'agent'"
        if self._plan:
            human += f" AND conversation_id IN (SELECT conversation_id FROM escalations WHERE true{self._plan})"
        asked = {
            "responded": ("first_response_at", "sum(first_response_seconds)", "cases", measured),
            "resolved_once": ("resolved_at", "sum(resolution_seconds)", "cases", measured),
            "resolved": ("last_resolved_at", f"sum(full_resolution_seconds), {REPEATED}", "cases", resolved),
            "judged": ("first_response_due_at", MET, "cases", f"{JUDGED} AND {measured}"),
            "rated": ("rated_at", "sum(csat), count(*) FILTER (csat >= 4)", "surveys", f"csat > 0{self._plan}"),
            "surveyed": (
                "survey_sent_at",
                "count(*) FILTER (rated_at IS NOT NULL)",
                "surveys",
                f"true{self._plan}",
            ),
            "costed": ("ended_at", "sum(seconds * hourly_cost)", HANDLED, f"NOT uncosted AND {measured}"),
            "human": ("sent_at", "0", "messages", human),
            "said": ("e.opened_at", "0", SAID, said),
        }
        return {name: self._by_period(*one) for name, one in asked.items()}

    def _by_period(self, clock: str, sums: str, rows: str, where: str) -> dict[bool, tuple[Any, ...]]:
        """The number of rows, and the sums, of the window and of the one before."""
        statement = f"""SELECT {clock} >= $from, count(*), {sums}
            FROM {rows} WHERE {where} AND {_within(clock)} GROUP BY 1"""
        return {row[0]: row[1:] for row in self._rows(statement)}

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._database.execute(statement, self._used_in(statement)).fetchall()

    def _used_in(self, statement: str) -> dict[str, datetime]:
        values = {**self._moments, "now": datetime.now(UTC).replace(tzinfo=None)}
        return {name: value for name, value in values.items() if f"${name}" in statement}


def told(answer: Answer) -> tuple[Figures, dict[str, tuple[int, int]]]:
    """Our answer as ``Duck.figures`` has it."""
    found: Figures = {"now": {}, "before": {}}
    for group in answer["metrics"].values():
        for key, row in group.items():
            found["now"][key] = row["value"], row["n"]
            found["before"][key] = row["previous"]["value"], row["previous"]["n"]
    points = {
        point["from"]: (point["conversations"], point["escalated_conversations"])
        for point in answer["series"]["points"]
        if point["conversations"]
    }
    return found, points


def _metrics(sums: dict[str, Any], started: list[int], opened: dict[int, Any]) -> dict[str, Any]:
    conversations, escalated = started
    escalations, measured, still_open, settled = _added(opened.values(), 4)
    top = peak({hour: row[1] for hour, row in opened.items()})
    n = {name: of[0] for name, of in sums.items()}
    resolutions = sums["resolved"][3]
    return {
        "conversations": (conversations, conversations),
        "escalated_conversations": (escalated, escalated),
        "escalation_rate": _quotient(escalated, conversations),
        "escalations": (escalations, escalations),
        "still_open": (still_open, still_open),
        "human_responses": (n["human"], n["human"]),
        "messages_per_escalation": _quotient(n["said"], measured),
        "peak_hours": (top.hour, top.n) if top else (None, 0),
        "csat": _quotient(sums["rated"][1], n["rated"]),
        "csat_satisfied": _quotient(sums["rated"][2], n["rated"]),
        "survey_response_rate": _quotient(sums["surveyed"][1], n["surveyed"]),
        "first_response_time": _quotient(sums["responded"][1], n["responded"]),
        "resolution_time": _quotient(sums["resolved_once"][1], n["resolved_once"]),
        "full_resolution_time": _quotient(sums["resolved"][1], n["resolved"]),
        "resolution_rate": _quotient(settled, measured),
        "reescalation_rate": _quotient(sums["resolved"][2], n["resolved"]),
        "sla_attainment": _quotient(sums["judged"][1], n["judged"]),
        "cost_per_resolution": _quotient(float(sums["costed"][1]) / 3600, resolutions),
    }


def _quotient(total: float, n: int) -> tuple[float | None, int]:
    return (total / n if n else None), n


def _added(rows: Any, width: int) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)] or [0] * width


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _within(clock: str) -> str:
    return f"{clock} >= $before AND {clock} < $to"
