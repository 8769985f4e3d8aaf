"""The short way of message intake (PostgreSQL): one statement reads where the conversation stands, one appends.

Written out and prepared, because every message passes here: putting these together by the ORM and planning them
anew takes longer than running them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.json import Jsonb

from escalations.enums import OPEN_STATES
from escalations.models import Conversation, Message

OPEN = ", ".join(f"'{state.value}'" for state in OPEN_STATES)

READ = f"""
SELECT c.id, COALESCE(t.slug, ''), c.signals::text, c.last_message_at,
    c.closed_at IS NULL
    AND NOT EXISTS (SELECT FROM escalations_escalation e WHERE e.conversation_id = c.id AND e.state IN ({OPEN}))
    AND NOT EXISTS (SELECT FROM escalations_message m WHERE m.conversation_id = c.id AND m.external_id = %s)
FROM escalations_conversation c LEFT JOIN escalations_topic t ON t.id = c.topic_id
WHERE c.public_id = %s AND c.source = %s
"""

# The conversation moves on only from the state that was read: who comes second changes nothing and looks again.
APPEND = f"""
WITH moved AS (
    UPDATE escalations_conversation c SET signals = %s, last_message_at = %s
    WHERE c.id = %s AND c.signals = %s::jsonb AND c.last_message_at IS NOT DISTINCT FROM %s AND c.closed_at IS NULL
    AND NOT EXISTS (SELECT FROM escalations_escalation e WHERE e.conversation_id = c.id AND e.state IN ({OPEN}))
    RETURNING c.id
)
INSERT INTO escalations_message (
    conversation_id, public_id, external_id, body_hash, author, text, sent_at, received_at,
    ai_confidence, ai_failed, intent, response_ms, attributes
)
SELECT id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM moved
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one conversation. ``is_plain``: open, with the AI, and without a message of that external id."""

    pk: int
    topic: str
    signals: str
    last_message_at: datetime | None
    is_plain: bool

    def signals_json(self) -> dict[str, Any]:
        return json.loads(self.signals)  # type: ignore[no-any-return]


def read_standing(public_id: str, source: str, external_id: str) -> Standing:
    """Raises Conversation.DoesNotExist."""
    row = _one(READ, [external_id, public_id, source])
    if row is None:
        raise Conversation.DoesNotExist
    return Standing(*row)


def append_plain(standing: Standing, message: Message, signals: dict[str, Any]) -> bool:
    """Stores the message and the signals that now hold; False where the conversation had changed since.

    Raises IntegrityError where its external id came in between.
    """
    row = _one(
        APPEND,
        [
            Jsonb(signals),
            message.sent_at,
            standing.pk,
            standing.signals,
            standing.last_message_at,
            message.public_id,
            message.external_id,
            message.body_hash,
            message.author,
            message.text,
            message.sent_at,
            message.received_at,
            message.ai_confidence,
            message.ai_failed,
            message.intent,
            message.response_ms,
            Jsonb(message.attributes),
        ],
    )
    if row is None:
        return False
    message.pk = row[0]
    return True


def _one(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The statement's row; prepared on the server, which Django otherwise leaves off for the connection."""
    connection.ensure_connection()
    raw = connection.connection
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        raw.prepare_threshold = 0
        try:
            cursor.execute(statement, values, prepare=True)
        finally:
            raw.prepare_threshold = None
        return cursor.fetchone()
