"""The short way of message intake (PostgreSQL): one statement appends to where conversations were left.

Written out and prepared, because every message passes here: putting these together by the ORM and planning them
anew takes longer than running them. A process remembers where it left the conversations of late; another process
may have gone on since, so a message is appended only to the very row version that was judged.

Most of what a message costs is the round trip and its commit, so the threads of a process share them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

import psycopg
from django.db import connection

from escalations.actions.together import Together
from escalations.decisions.triggers import Signals
from escalations.enums import OPEN_STATES
from escalations.models import Conversation, Message

OPEN = ", ".join(f"'{state.value}'" for state in OPEN_STATES)
IS_HANDED_OVER = (
    f"EXISTS (SELECT FROM escalations_escalation e WHERE e.conversation_id = c.id AND e.state IN ({OPEN}))"
)
# xmin and ctid together name one version of a row: whatever changes it changes them.
READ = f"""
SELECT
    c.id, COALESCE(t.slug, ''), c.signals::text, c.last_message_at, c.xmin::text, c.ctid::text,
    c.closed_at IS NULL AND NOT {IS_HANDED_OVER}
FROM escalations_conversation c LEFT JOIN escalations_topic t ON t.id = c.topic_id
WHERE c.public_id = %s AND c.source = %s
"""

COLUMNS = {
    "conversation_id": "bigint",
    "public_id": "text",
    "external_id": "text",
    "body_hash": "text",
    "author": "text",
    "text": "text",
    "sent_at": "timestamptz",
    "received_at": "timestamptz",
    "ai_confidence": "float8",
    "ai_failed": "boolean",
    "intent": "text",
    "response_ms": "integer",
    "sentiment": "float8",
    "attributes": "jsonb",
}
TOLD = ", ".join(f"{name} {type}" for name, type in COLUMNS.items())
# A conversation that somebody else holds is passed over, so that the others need not wait for it. LATERAL and ANY
# have each looked up by its place: joined, the planner, who expects a hundred, would read through all there are.
APPEND = f"""
WITH told AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%s::json) AS t(xmin_left xid, ctid_left tid, signals jsonb, {TOLD})
), held AS (
    SELECT one.id FROM told t CROSS JOIN LATERAL (
        SELECT c.id FROM escalations_conversation c
        WHERE c.id = t.conversation_id AND c.xmin = t.xmin_left AND c.ctid = t.ctid_left AND NOT {IS_HANDED_OVER}
        AND NOT EXISTS (
            SELECT FROM escalations_message m WHERE m.conversation_id = c.id AND m.external_id = t.external_id
        )
        FOR NO KEY UPDATE SKIP LOCKED
    ) one
), moved AS (
    UPDATE escalations_conversation c SET (signals, last_message_at) = (
        SELECT t.signals, t.sent_at FROM told t WHERE t.conversation_id = c.id
    )
    WHERE c.id = ANY (ARRAY(SELECT id FROM held))
    RETURNING c.id, c.xmin::text AS xmin_now, c.ctid::text AS ctid_now
), stored AS (
    INSERT INTO escalations_message ({", ".join(COLUMNS)})
    SELECT {", ".join(COLUMNS)} FROM told JOIN moved ON moved.id = told.conversation_id
    RETURNING id, conversation_id
)
SELECT moved.id, stored.id, moved.xmin_now, moved.ctid_now
FROM moved JOIN stored ON stored.conversation_id = moved.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one conversation at one version of its row. ``is_plain``: open, and with the AI."""

    pk: int
    topic: str
    signals: Signals
    last_message_at: datetime | None
    version: tuple[str, str]
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Plain:
    """A message to append where its conversation was left, and the signals that then hold."""

    public_id: str
    source: str
    left: Standing
    message: Message
    signals: Signals

    @property
    def row(self) -> dict[str, Any]:
        xmin, ctid = self.left.version
        values = dict(zip(COLUMNS, values_of(self.message), strict=True))
        return {"xmin_left": xmin, "ctid_left": ctid, "signals": self.signals.to_json(), **values}

    def standing(self, version: tuple[str, str]) -> Standing:
        """Once it is appended."""
        return Standing(self.left.pk, self.left.topic, self.signals, self.message.sent_at, version, True)


REMEMBERED_AT_MOST = 10_000
_left: dict[tuple[str, str], Standing] = {}
values_of = attrgetter(*COLUMNS)
as_json = json.JSONEncoder(default=str).encode  # made once: json.dumps would make one for each write


def find_standing(public_id: str, source: str) -> Standing:
    """As this process left it, which may be the past; otherwise as it is. Raises Conversation.DoesNotExist."""
    return _left.get((source, public_id)) or _remember(public_id, source, _read(public_id, source))


def append_plain(public_id: str, source: str, standing: Standing, message: Message, signals: Signals) -> bool:
    """Stores the message and the signals that now hold; the threads outside of transactions do so together.

    False where the conversation stands elsewhere by now, which ``find_standing`` then tells, or is held by
    somebody, or has a message of that external id. Raises IntegrityError or DataError where the database refuses
    this message or one of those stored with it.
    """
    plain = Plain(public_id, source, standing, message, signals)
    return _append([plain])[0] if connection.in_atomic_block else _together.write(plain)


def forget_standings() -> None:
    """Where rows that a standing was read from beside the conversation's own have changed."""
    _left.clear()


def _remember(public_id: str, source: str, standing: Standing) -> Standing:
    """Only what may go on this way: when people give a conversation back, nobody would tell us."""
    _left.pop((source, public_id), None)
    if len(_left) >= REMEMBERED_AT_MOST:
        _left.clear()
    if standing.is_plain:
        _left[source, public_id] = standing
    return standing


def _read(public_id: str, source: str) -> Standing:
    rows = _rows(READ, [public_id, source])
    if not rows:
        raise Conversation.DoesNotExist
    pk, topic, signals, last_message_at, xmin, ctid, is_plain = rows[0]
    return Standing(pk, topic, Signals.from_json(json.loads(signals)), last_message_at, (xmin, ctid), is_plain)


def _append(plain: Sequence[Plain]) -> list[bool]:
    """Whether each is stored. Of several for one conversation only the first can be: it leaves it elsewhere."""
    first = {one.left.pk: one for one in reversed(plain)}
    rows = _rows(APPEND, [as_json([one.row for one in first.values()])])
    for one in first.values():
        _left.pop((one.source, one.public_id), None)
    for conversation, key, xmin, ctid in rows:
        one = first[conversation]
        one.message.pk = key
        _remember(one.public_id, one.source, one.standing((xmin, ctid)))
    return [one.message.pk is not None for one in plain]


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What the statement returns; prepared on the server, which Django otherwise leaves off for the connection."""
    connection.ensure_connection()
    raw = connection.connection
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        raw.prepare_threshold = 0
        try:
            cursor.execute(statement, values, prepare=True)
        finally:
            raw.prepare_threshold = None
        return cursor.fetchall()


def _connect() -> None:
    """Looking whether the pool's connection is alive lets other threads go on."""
    connection.ensure_connection()


_together = Together(_append, prepare=_connect)
