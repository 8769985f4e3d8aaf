"""What chat platforms tell: conversations, their messages, their end, and how they were rated.

Told twice, everything is stored once: the first answer is given again, another body under the same id is a
Conflict. Late messages take their place by the time they were said, and the rules see them in that place.
"""

import hashlib
import itertools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import OuterRef, Subquery

from billing.actions.customers import upsert_customer
from escalations.actions import lifecycle
from escalations.actions.appending import append_plain, find_standing
from escalations.actions.judging import active_rules, circumstances_of, judge
from escalations.actions.opening import Handoff, open_escalation
from escalations.decisions.sentiment import sentiment_said
from escalations.decisions.triggers import UNKNOWN, Facts, Fired, Signals, fold
from escalations.enums import Author, State
from escalations.models import Conversation, Escalation, Message, Rating
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.parsing import canonical


@dataclass(frozen=True)
class Posted:
    """``created`` is False where the same message had been posted before."""

    message: Message
    escalation: Escalation | None
    created: bool


@transaction.atomic
def start_conversation(*, source: str, data: dict[str, Any], now: datetime) -> tuple[Conversation, bool]:
    """The conversation and whether it is new. ``data`` is a valid ConversationSerializer's.

    Idempotent on source and external id; Conflict where they came with another body before.
    """
    body_hash = hash_body(data)
    known = Conversation.objects.filter(source=source, external_id=data["external_id"]).first()
    if known is None:
        fields = conversation_fields(data, now)
        known, created = Conversation.objects.get_or_create(
            source=source, external_id=data["external_id"], defaults=fields
        )
        if created:
            return known, True
    if known.body_hash != body_hash:
        raise Conflict("This source has another conversation under this external id.", id=known.public_id)
    return known, False


def conversation_fields(data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What a new conversation is made of; its customer's row is created or brought up to date."""
    customer_data = dict(data.get("customer") or {})
    customer = upsert_customer(plan=customer_data.pop("plan", None), data=customer_data)
    return {
        "body_hash": hash_body(data),
        "customer": customer,
        "plan": customer.plan if customer else None,
        "region": customer.region if customer else "",
        "topic": data.get("topic"),
        "subject": data.get("subject", ""),
        "channel": data.get("channel") or "web",
        "started_at": data.get("started_at") or now,
        "attributes": data.get("attributes") or {},
    }


def post_message(*, conversation: str, source: str, data: dict[str, Any], by: Actor, now: datetime) -> Posted:
    """Stores one message of the conversation with that public id and says at once whether it escalated.

    ``data`` is a valid MessageSerializer's. Raises Conversation.DoesNotExist, also for one of another source.
    """
    return _post_plain(conversation, source, data, now) or _post(conversation, source, data, by, now)


def _post_plain(public_id: str, source: str, data: dict[str, Any], now: datetime) -> Posted | None:
    """The common case in one round trip: nobody has it, nothing fires, nothing is late or repeated.

    None where anything else is the case: then the long way decides. Where another process has gone on with the
    conversation, the second attempt sees it. What the database refuses may be somebody else's message, stored
    together with this one; the long way tells.
    """
    if connection.vendor != "postgresql" or data.get("handoff") is not None:
        return None
    message, active = None, active_rules()
    for _ in range(2):
        standing = find_standing(public_id, source)
        if not standing.is_plain or _is_late(standing.last_message_at, data, now):
            return None
        message = message or _new_message(standing.pk, data, now)
        signals = fold(standing.signals, message)
        about = circumstances_of([standing.pk], active.needs, now).get(standing.pk, UNKNOWN)
        if judge(active, Facts(message, signals, standing.topic, about), now) is not None:
            return None
        try:
            if append_plain(public_id, source, standing, message, signals):
                return Posted(message, None, True)
        except (IntegrityError, DataError):
            return None
    return None


@transaction.atomic
def _post(public_id: str, source: str, data: dict[str, Any], by: Actor, now: datetime) -> Posted:
    current = _conversation_of(public_id, source, data.get("external_id", ""))
    if current.duplicate is not None:
        return _posted_before(current.duplicate, data)
    message = _new_message(current.pk, data, now)
    message.save(force_insert=True)
    fired = _take_in(
        current,
        message,
        is_late=_is_late(current.last_message_at, data, now),
        is_handoff=data.get("handoff") is not None,
        now=now,
    )
    escalation = None
    if current.open_escalation is not None:
        _tell_people(current.open_escalation, message, by, now)
    elif data.get("handoff") is not None:
        escalation = open_escalation(
            conversation=current, message=message, handoff=Handoff.by_chat(data["handoff"]), by=by, now=now
        )
    elif fired is not None:
        handoff = Handoff.by_rule(fired, current)
        escalation = open_escalation(conversation=current, message=message, handoff=handoff, by=by, now=now)
    return Posted(message, escalation, True)


def _conversation_of(public_id: str, source: str, external_id: str) -> Any:
    """The conversation, locked, with ``open_escalation`` and ``duplicate`` (the message of that external id)."""
    opened = Escalation.objects.open().filter(conversation=OuterRef("pk"))
    same = Message.objects.filter(conversation=OuterRef("pk"), external_id=external_id)
    rows = Conversation.objects.annotate(
        open_escalation=Subquery(opened.values("pk")[:1]), duplicate=Subquery(same.values("pk")[:1])
    )
    return rows.select_for_update(no_key=True).get(public_id=public_id, source=source)


def _is_late(last: datetime | None, data: dict[str, Any], now: datetime) -> bool:
    return last is not None and (data.get("sent_at") or now) < last


def _new_message(conversation_id: int, data: dict[str, Any], now: datetime) -> Message:
    return Message(
        conversation_id=conversation_id,
        body_hash=hash_body(data) if data.get("external_id") else "",
        sent_at=data.get("sent_at") or now,
        received_at=now,
        sentiment=sentiment_said(author=data["author"], text=data["text"], given=data.get("sentiment")),
        **{name: value for name, value in data.items() if name not in ("sent_at", "sentiment", "handoff")},
    )


@transaction.atomic
def close_conversation(*, conversation: Conversation, at: datetime, by: Actor, now: datetime) -> Conversation:
    """The customer left or was helped. Nobody need answer any more what nobody has taken up."""
    current = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if current.closed_at is None:
        current.closed_at = max(at, current.started_at)
        current.save(update_fields=["closed_at"])
        unclaimed = Escalation.objects.waiting().filter(conversation=current).first()
        if unclaimed is not None:
            lifecycle.cancel(escalation=unclaimed, reason="The conversation was closed.", by=by, now=now)
    return current


@transaction.atomic
def rate_conversation(
    *, conversation: Conversation, data: dict[str, Any], by: Actor, now: datetime
) -> tuple[Rating, bool]:
    """The customer's answer and whether it is new; what is missing may follow, what was said stays said.

    It goes to the latest escalation that was resolved or is open, and without one to the AI alone.
    """
    Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    escalation = (
        Escalation.objects.filter(conversation=conversation)
        .exclude(state=State.CANCELLED)
        .order_by("-opened_at", "-id")
        .first()
    )
    rating, _ = Rating.objects.get_or_create(
        conversation=conversation,
        escalation=escalation,
        defaults={"handler": escalation.assignee if escalation else None},
    )
    changed = _fill_in(rating, data)
    if not changed:
        return rating, False
    rating.rated_at = rating.rated_at or data.get("rated_at") or now
    rating.save(update_fields=["rated_at", *changed])
    if escalation is not None:
        lifecycle.record_rating(escalation=escalation, rating=rating, by=by, now=now)
    return rating, True


def hash_body(data: dict[str, Any]) -> str:
    """Of validated data, so that the order of names and unset defaults make no difference."""
    return hashlib.sha256(canonical(data)).hexdigest()


def _posted_before(message_id: int, data: dict[str, Any]) -> Posted:
    message = Message.objects.get(pk=message_id)
    if message.body_hash != hash_body(data):
        raise Conflict("This conversation has another message under this external id.", id=message.public_id)
    return Posted(message, message.opened_escalations.first(), False)


def _take_in(
    conversation: Any, message: Message, *, is_late: bool, is_handoff: bool, now: datetime
) -> Fired | None:
    """Folds the message into the conversation, and says which rule fires where nobody has it yet."""
    if is_late:
        signals, fired = _retell(conversation, message, now)
    else:
        signals = fold(Signals.from_json(conversation.signals), message)
        fired = _judge(conversation, [(message, signals)], now)
        conversation.last_message_at = message.sent_at
    conversation.signals = signals.to_json()
    # Stored empty once people have it, so that afterwards the AI begins afresh.
    handed_over = is_handoff or fired is not None or conversation.open_escalation is not None
    changes: dict[str, Any] = {
        "signals": Signals().to_json() if handed_over else conversation.signals,
        "last_message_at": conversation.last_message_at,
    }
    if conversation.closed_at is not None and message.author == Author.CUSTOMER:
        changes |= {"closed_at": None, "reopened_at": message.sent_at}
    Conversation.objects.filter(pk=conversation.pk).update(**changes)
    return fired


def _judge(conversation: Any, told: list[tuple[Message, Signals]], now: datetime) -> Fired | None:
    """Of messages with the signals that include them, what fires first; nothing where people have it already."""
    if conversation.open_escalation is not None:
        return None
    active, topic = active_rules(), conversation.topic.slug if conversation.topic else ""
    about = circumstances_of([conversation.pk], active.needs, now).get(conversation.pk, UNKNOWN)
    verdicts = (judge(active, Facts(message, signals, topic, about), now) for message, signals in told)
    return next((fired for fired in verdicts if fired is not None), None)


def _retell(conversation: Any, late: Message, now: datetime) -> tuple[Signals, Fired | None]:
    """A message came after later ones: fold them all again in the order in which they were said."""
    told = conversation.messages.in_order()
    last = conversation.escalations.order_by("-opened_at").values_list("opened_at", flat=True).first()
    if last is not None:
        told = told.filter(sent_at__gt=last)
    said = list(told)
    folded = list(itertools.accumulate(said, fold, initial=Signals()))[1:]
    anew = itertools.dropwhile(lambda pair: pair[0].pk != late.pk, zip(said, folded, strict=True))
    return folded[-1] if folded else Signals(), _judge(conversation, list(anew), now)


def _tell_people(escalation_id: int, message: Message, by: Actor, now: datetime) -> None:
    if message.author == Author.CUSTOMER:
        escalation = Escalation.objects.get(pk=escalation_id)
        lifecycle.record_customer_reply(escalation=escalation, message=message, by=by, now=now)


def _fill_in(rating: Rating, data: dict[str, Any]) -> list[str]:
    """Sets what was not said before and returns its names. Raises Conflict where it was said otherwise."""
    changed = []
    for name in ("csat", "nps", "comment"):
        value, known = data.get(name), getattr(rating, name)
        if value in (None, "") or value == known:
            continue
        if known not in (None, ""):
            raise Conflict(f"It was rated before with another {name}.", **{name: known})
        setattr(rating, name, value)
        changed.append(name)
    return changed
