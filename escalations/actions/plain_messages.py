"""Many messages at once, without a model instance for each: which are stored, and storing them."""

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from escalations.models import Message
from helpninja.common.ids import public_id


@dataclass(slots=True)
class PlainMessage:
    """A Message in all but name: making 10,000 of those takes longer than storing them."""

    conversation_id: int
    author: str
    text: str
    sent_at: datetime
    received_at: datetime
    external_id: str | None = None
    body_hash: str = ""
    ai_confidence: float | None = None
    ai_failed: bool | None = None
    intent: str = ""
    response_ms: int | None = None
    sentiment: float | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    public_id: str = field(default_factory=partial(public_id, "msg"))


STORED = """
SELECT m.id FROM unnest(%s::bigint[], %s::text[]) AS asked(conversation, external_id) CROSS JOIN LATERAL (
    SELECT id FROM escalations_message m
    WHERE m.conversation_id = asked.conversation AND m.external_id = asked.external_id
    LIMIT 1
) m
"""


def stored_messages(asked: list[tuple[int, str]]) -> QuerySet[Message]:
    """Messages by their conversation and external id, which PostgreSQL looks up pair by pair: mostly none is."""
    conversations, ids = map(list, zip(*asked, strict=True))
    if connection.vendor != "postgresql":
        return Message.objects.filter(conversation__in=conversations, external_id__in=ids)
    with connection.cursor() as cursor:
        cursor.execute(STORED, [conversations, ids])
        return Message.objects.filter(pk__in=[key for (key,) in cursor.fetchall()])


def store_messages(messages: list[PlainMessage]) -> None:
    if not messages:
        return
    if connection.vendor == "postgresql":
        _copy(messages)
    else:
        Message.objects.bulk_create([Message(**asdict(message)) for message in messages])


COLUMNS = tuple(column.name for column in fields(PlainMessage) if column.name != "attributes")
COPY = f"COPY escalations_message ({', '.join(COLUMNS)}, attributes) FROM STDIN"
values_of = attrgetter(*COLUMNS)


def _copy(messages: list[PlainMessage]) -> None:
    """A third of the time of INSERT; the rows' keys are not needed."""
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for message in messages:
            attributes = json.dumps(message.attributes) if message.attributes else "{}"
            copy.write_row((*values_of(message), attributes))
