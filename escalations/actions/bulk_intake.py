"""Many live events at once, with the same result as telling them one by one.

A message by which nothing happens but that it is stored goes the short way: rows of many conversations in one
statement. Whatever does more (a rule fires, people have the conversation, it is late, was closed or handed over,
or is no message at all) goes to the ordinary action, in its place among the lines of its conversation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from psycopg.types.json import Jsonb

from billing.models import Customer
from escalations.actions import intake
from escalations.actions.judging import ActiveRules, active_rules, circumstances_of, judge
from escalations.actions.plain_messages import PlainMessage, store_messages, stored_messages
from escalations.decisions.sentiment import sentiment_said
from escalations.decisions.triggers import UNKNOWN, Circumstances, Facts, Signals, fold
from escalations.enums import OPEN_STATES, Author
from escalations.models import Conversation, Escalation, Message
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict


@dataclass(frozen=True, slots=True)
class Line:
    """``conversation`` is the external id; ``data`` is valid, as the action for this ``type`` takes it."""

    number: int
    type: str
    conversation: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a line: ``error`` where nothing was stored. Ids are public ones."""

    line: Line
    created: bool = False
    id: str = ""
    conversation: str = ""
    escalation: Escalation | None = None
    error: Exception | None = None


@dataclass(slots=True)
class _Thread:
    """A conversation during one round, its row locked. ``pk``: the row's, which Django looks up at each asking."""

    pk: int
    row: Any
    signals: Signals
    topic: str
    about: Circumstances = UNKNOWN
    stored: list[PlainMessage] = field(default_factory=list)


# By the conversation's key and the message's external id.
Known = dict[tuple[int, str], Message | PlainMessage]


def take_in(*, lines: Sequence[Line], source: str, by: Actor, now: datetime) -> list[Told]:
    """What came of each line, in their order. Each line is stored for itself: a bad one stops no other."""
    told: dict[int, Told] = {}
    rest = list(lines)
    while rest:
        stopped, rest = _take_plain(rest, source, now, told)
        for line in stopped:
            told[line.number] = _take_one(line, source, by, now)
    return [told[line.number] for line in lines]


def _take_plain(
    lines: list[Line], source: str, now: datetime, told: dict[int, Told]
) -> tuple[list[Line], list[Line]]:
    """Stores what goes the short way. Returns each conversation's first line that does not, and those after it."""
    stopped: dict[str, Line] = {}
    rest: list[Line] = []
    active = active_rules()
    with transaction.atomic():
        threads = _threads(lines, source)
        _start_conversations(lines, threads, source, now, told)
        known = _known_messages(lines, threads)
        about = circumstances_of([thread.pk for thread in threads.values()], active.needs, now)
        for one in threads.values():
            one.about = about.get(one.pk, UNKNOWN)
        for line in lines:
            if line.number in told:
                continue
            if line.conversation in stopped:
                rest.append(line)
                continue
            thread = threads.get(line.conversation)
            done = _told_plain(line, thread, known, active, now) if thread else None
            if done is None:
                stopped[line.conversation] = line
            else:
                told[line.number] = done
        _write([thread for thread in threads.values() if thread.stored])
    return list(stopped.values()), rest


def _threads(lines: list[Line], source: str) -> dict[str, _Thread]:
    """Locked in the order of their keys, so that two of us can't wait for each other."""
    opened = Escalation.objects.filter(conversation=OuterRef("pk"), state__in=OPEN_STATES)
    rows = (
        Conversation.objects.filter(source=source, external_id__in={line.conversation for line in lines})
        .annotate(has_escalation=Exists(opened))
        .select_related("topic")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    return {row.external_id: _thread(row, Signals.from_json(row.signals)) for row in rows}


def _thread(row: Any, signals: Signals) -> _Thread:
    return _Thread(row.pk, row, signals, row.topic.slug if row.topic else "")


def _start_conversations(
    lines: list[Line], threads: dict[str, _Thread], source: str, now: datetime, told: dict[int, Told]
) -> None:
    """Those that begin here, in one statement. Where somebody else starts one of them now, all go the long way."""
    first: dict[str, Line] = {}
    for line in lines:
        first.setdefault(line.conversation, line)
    new = [line for name, line in first.items() if line.type == "conversation" and name not in threads]
    _lock_customers([line.data.get("customer") or {} for line in new])
    try:
        with transaction.atomic():
            rows = [
                Conversation(
                    source=source, external_id=line.conversation, **intake.conversation_fields(line.data, now)
                )
                for line in new
            ]
            Conversation.objects.bulk_create(rows)
    except IntegrityError:
        return
    for line, row in zip(new, rows, strict=True):
        row.has_escalation = False  # type: ignore[attr-defined]
        threads[line.conversation] = _thread(row, Signals())
        told[line.number] = Told(line, True, row.public_id, row.public_id)


def _lock_customers(customers: list[dict[str, Any]]) -> None:
    """In the order of their keys, like the conversations: so that two of us can't wait for each other."""
    named = Q(external_id__in=[customer["external_id"] for customer in customers if customer.get("external_id")])
    written = Q(email__in=[customer["email"] for customer in customers if customer.get("email")])
    list(Customer.objects.filter(named | written).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _known_messages(lines: list[Line], threads: dict[str, _Thread]) -> Known:
    asked = [
        (threads[line.conversation].pk, line.data["external_id"])
        for line in lines
        if line.type == "message" and line.conversation in threads and line.data.get("external_id")
    ]
    rows = stored_messages(asked) if asked else Message.objects.none()
    return {
        (message.conversation_id, message.external_id or ""): message
        for message in rows.only("conversation_id", "external_id", "body_hash", "public_id").prefetch_related(
            "opened_escalations__topic"
        )
    }


def _told_plain(
    line: Line,
    thread: _Thread,
    known: Known,
    active: ActiveRules,
    now: datetime,
) -> Told | None:
    """What comes of a line where no more need be done than to store a message, if that; otherwise None."""
    row, data = thread.row, line.data
    if line.type == "conversation":
        return _started_before(line, row)
    if line.type != "message":
        return None
    external_id = data.get("external_id")
    before = known.get((thread.pk, external_id)) if external_id else None
    if before is not None:
        return _told_before(line, row, before)
    if not _is_plain(data, row, now):
        return None
    message = _message(thread.pk, data, now)
    signals = fold(thread.signals, message)
    if row.has_escalation:
        signals = Signals()
    elif judge(active, Facts(message, signals, thread.topic, thread.about), now) is not None:
        return None
    thread.signals = signals
    thread.stored.append(message)
    row.last_message_at = message.sent_at
    if external_id:
        known[thread.pk, external_id] = message
    return Told(line, True, message.public_id, row.public_id)


def _started_before(line: Line, row: Conversation) -> Told:
    if row.body_hash != intake.hash_body(line.data):
        error = Conflict("This source has another conversation under this external id.", id=row.public_id)
        return Told(line, error=error)
    return Told(line, False, row.public_id, row.public_id)


def _is_plain(data: dict[str, Any], row: Any, now: datetime) -> bool:
    """Not handed over, not late, and nobody to tell: people who have it, or a close that it undoes."""
    if data.get("handoff") is not None:
        return False
    if data["author"] == Author.CUSTOMER and (row.has_escalation or row.closed_at is not None):
        return False
    return row.last_message_at is None or (data.get("sent_at") or now) >= row.last_message_at


def _message(conversation_id: int, data: dict[str, Any], now: datetime) -> PlainMessage:
    sentiment = sentiment_said(author=data["author"], text=data["text"], given=data.get("sentiment"))
    values = {**data, "sent_at": data.get("sent_at") or now, "sentiment": sentiment}
    values.pop("handoff", None)
    body_hash = intake.hash_body(data) if data.get("external_id") else ""
    return PlainMessage(conversation_id=conversation_id, body_hash=body_hash, received_at=now, **values)


def _told_before(line: Line, row: Any, before: Message | PlainMessage) -> Told:
    if before.body_hash != intake.hash_body(line.data):
        error = Conflict("This conversation has another message under this external id.", id=before.public_id)
        return Told(line, error=error)
    escalations = before.opened_escalations.all() if isinstance(before, Message) else ()
    return Told(line, False, before.public_id, row.public_id, next(iter(escalations), None))


def _write(threads: list[_Thread]) -> None:
    messages = [message for thread in threads for message in thread.stored]
    for thread in threads:
        thread.row.signals = thread.signals.to_json()
    store_messages(messages)
    if connection.vendor == "postgresql":
        _move_on(threads)
    else:
        Conversation.objects.bulk_update([thread.row for thread in threads], ["signals", "last_message_at"])


MOVE_ON = """
UPDATE escalations_conversation c SET signals = v.signals, last_message_at = v.at
FROM unnest(%s::bigint[], %s::jsonb[], %s::timestamptz[]) AS v(id, signals, at) WHERE c.id = v.id
"""


def _move_on(threads: list[_Thread]) -> None:
    if not threads:
        return
    rows = [thread.row for thread in threads]
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE_ON,
            [
                [thread.pk for thread in threads],
                [Jsonb(row.signals) for row in rows],
                [row.last_message_at for row in rows],
            ],
        )


def _take_one(line: Line, source: str, by: Actor, now: datetime) -> Told:
    """By the ordinary action, in a transaction of its own."""
    try:
        with transaction.atomic():
            return _by_action(line, source, by, now)
    except (Conflict, ValidationError, ObjectDoesNotExist) as error:
        return Told(line, error=error)


def _by_action(line: Line, source: str, by: Actor, now: datetime) -> Told:
    if line.type == "conversation":
        conversation, created = intake.start_conversation(source=source, data=line.data, now=now)
        return Told(line, created, conversation.public_id, conversation.public_id)
    conversation = Conversation.objects.get(source=source, external_id=line.conversation)
    match line.type:
        case "message":
            posted = intake.post_message(
                conversation=conversation.public_id, source=source, data=line.data, by=by, now=now
            )
            return Told(line, posted.created, posted.message.public_id, conversation.public_id, posted.escalation)
        case "close":
            at = line.data.get("at") or now
            intake.close_conversation(conversation=conversation, at=at, by=by, now=now)
            return Told(line, False, conversation.public_id, conversation.public_id)
        case "rating":
            _, changed = intake.rate_conversation(conversation=conversation, data=line.data, by=by, now=now)
            return Told(line, changed, conversation.public_id, conversation.public_id)
    raise ValueError(line.type)
