"""One message in one statement (PostgreSQL)."""

from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from escalations.enums import OPEN_STATES
from escalations.models import Conversation, Message

# The conversation moves on only from the state that was read: who comes second changes nothing and looks again.
APPEND = f"""
WITH moved AS (
    UPDATE escalations_conversation c SET signals = %s, last_message_at = %s
    WHERE c.id = %s AND c.signals = %s AND c.last_message_at IS NOT DISTINCT FROM %s AND c.closed_at IS NULL
    AND NOT EXISTS (
        SELECT FROM escalations_escalation e
        WHERE e.conversation_id = c.id AND e.state IN ({", ".join(["%s"] * len(OPEN_STATES))})
    )
    RETURNING c.id
)
INSERT INTO escalations_message (
    conversation_id, public_id, external_id, body_hash, author, text, sent_at, received_at,
    ai_confidence, ai_failed, intent, response_ms, attributes
)
SELECT id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM moved
RETURNING id
"""


def append_plain(conversation: Conversation, message: Message, signals: dict[str, Any]) -> bool:
    """Stores the message and the signals that now hold; False where the conversation had changed since.

    Raises IntegrityError where its external id came in between.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            APPEND,
            [
                Jsonb(signals),
                message.sent_at,
                conversation.pk,
                Jsonb(conversation.signals),
                conversation.last_message_at,
                *OPEN_STATES,
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
        row = cursor.fetchone()
    if row is None:
        return False
    message.pk = row[0]
    return True
