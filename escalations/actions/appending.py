"""The short way of message intake (PostgreSQL): one statement appends to where the conversation was left.

Written out and prepared, because every message passes here: putting these together by the ORM and planning them
anew takes longer than running them. A process remembers where it left the conversations of late; another process
may have gone on since, so a message is appended only to the very row version that was judged.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from escalations.decisions.triggers import Signals
from escalations.enums import OPEN_STATES
from escalations.models import Conversation, Message

OPEN = ", ".join(f"'{state.value}'" for state in OPEN_STATES)
IS_HANDED_OVER = (
    f"EXISTS (SELECT FROM escalations_escalation e WHERE e.conversation_id = c.id AND e.state IN ({OPEN}))"
)
# xmin and ctid together name one version of a row: whatever changes it changes them.
STANDING = f"""
    c.id, COALESCE(t.slug, ''), c.signals::text, c.last_message_at, c.xmin::text, c.ctid::text,
    c.closed_at IS NULL AND NOT {IS_HANDED_OVER}
"""

READ = f"""
SELECT {STANDING}
FROM escalations_conversation c LEFT JOIN escalations_topic t ON t.id = c.topic_id
WHERE c.public_id = %s AND c.source = %s
"""

APPEND = f"""
WITH moved AS (
    UPDATE escalations_conversation c SET signals = %s::jsonb, last_message_at = %s
    WHERE c.id = %s AND c.xmin = %s::xid AND c.ctid = %s::tid AND NOT {IS_HANDED_OVER}
    AND NOT EXISTS (SELECT FROM escalations_message m WHERE m.conversation_id = c.id AND m.external_id = %s)
    RETURNING c.id, c.xmin::text AS xmin_now, c.ctid::text AS ctid_now
), stored AS (
    INSERT INTO escalations_message (
        conversation_id, public_id, external_id, body_hash, author, text, sent_at, received_at,
        ai_confidence, ai_failed, intent, response_ms, sentiment, attributes
    )
    SELECT id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb FROM moved
    RETURNING id
)
SELECT stored.id, moved.xmin_now, moved.ctid_now, {STANDING}
FROM escalations_conversation c LEFT JOIN escalations_topic t ON t.id = c.topic_id
    LEFT JOIN moved ON true LEFT JOIN stored ON true
WHERE c.id = %s
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


REMEMBERED_AT_MOST = 10_000
_left: dict[tuple[str, str], Standing] = {}


def find_standing(public_id: str, source: str) -> Standing:
    """As this process left it, which may be the past; otherwise as it is. Raises Conversation.DoesNotExist."""
    return _left.get((source, public_id)) or _remember(public_id, source, _read(public_id, source))


def append_plain(public_id: str, source: str, standing: Standing, message: Message, signals: Signals) -> bool:
    """Stores the message and the signals that now hold; False where the conversation stands elsewhere by now,

    which ``find_standing`` then tells, or has a message of that external id. Raises IntegrityError where that
    came in between.
    """
    pk, xmin, ctid, *before = _append(standing, message, signals)
    if pk is None:
        _remember(public_id, source, _standing(before))
        return False
    message.pk = pk
    _remember(
        public_id, source, Standing(standing.pk, standing.topic, signals, message.sent_at, (xmin, ctid), True)
    )
    return True


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
    row = _one(READ, [public_id, source])
    if row is None:
        raise Conversation.DoesNotExist
    return _standing(row)


def _append(standing: Standing, message: Message, signals: Signals) -> tuple[Any, ...]:
    """The message's key and the row's new version, or three Nones; then where the conversation stood before."""
    row = _one(
        APPEND,
        [
            json.dumps(signals.to_json()),
            message.sent_at,
            standing.pk,
            *standing.version,
            message.external_id,
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
            message.sentiment,
            json.dumps(message.attributes),
            standing.pk,
        ],
    )
    if row is None:  # the conversation is gone
        raise Conversation.DoesNotExist
    return row


def _standing(row: Sequence[Any]) -> Standing:
    pk, topic, signals, last_message_at, xmin, ctid, is_plain = row
    return Standing(pk, topic, Signals.from_json(json.loads(signals)), last_message_at, (xmin, ctid), is_plain)


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
