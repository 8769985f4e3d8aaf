"""The work itself: talking with the customer, waiting for them, and what colleagues should know."""

from datetime import datetime

from django.db import transaction

from agents.models import Agent
from escalations.actions import deadlines
from escalations.actions.lifecycle.moves import (
    change,
    lock,
    move,
    owner_facts,
    record,
)
from escalations.actions.lifecycle.prioritizing import learn_from
from escalations.decisions.deadlines import whole_seconds
from escalations.enums import (
    HELD_STATES,
    Author,
    EventKind,
    State,
)
from escalations.models import Conversation, Escalation, Message, Note, ReplyDraft
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict


@transaction.atomic
def reply(*, escalation: Escalation, text: str, agent: Agent | None, by: Actor, now: datetime) -> Escalation:
    """A human message to the customer; the first one stops the response clock. The draft is used up."""
    Conversation.objects.select_for_update(no_key=True).get(pk=escalation.conversation_id)
    current = lock(escalation)
    if current.state not in HELD_STATES:
        raise Conflict("Claim it before you reply.", state=current.state, **owner_facts(current))
    message = Message.objects.create(
        conversation_id=current.conversation_id,
        author=Author.AGENT,
        agent=agent,
        text=text,
        sent_at=now,
        attributes={} if agent else {"sent_by": by.label},
    )
    Conversation.objects.filter(pk=current.conversation_id).update(last_message_at=now)
    if current.first_response_at is None:
        change(
            current,
            first_response_at=max(now, current.opened_at),
            first_response_seconds=whole_seconds(current.opened_at, now),
            first_responder=agent,
        )
    deadlines.answered(escalation=current, now=now)
    ReplyDraft.objects.filter(escalation=current).delete()
    record(current, EventKind.REPLIED, by=by, now=now, agent=agent, message=message)
    return current


@transaction.atomic
def record_customer_reply(*, escalation: Escalation, message: Message, by: Actor, now: datetime) -> Escalation:
    """The customer wrote while people have it; what was waiting for them goes on."""
    current = lock(escalation)
    deadlines.customer_wrote(escalation=current, message=message, now=now)
    if current.state == State.PENDING:
        move(
            current,
            EventKind.RESUMED,
            State.ACTIVE,
            by=by,
            now=now,
            agent=current.assignee,
            data={"because": "The customer wrote."},
        )
    record(current, EventKind.CUSTOMER_REPLIED, by=by, now=now, message=message)
    learn_from(message, escalation=current, by=by, now=now)
    return current


@transaction.atomic
def pend(*, escalation: Escalation, by: Actor, now: datetime, reason: str = "") -> Escalation:
    """Waiting for the customer: nobody's handling time runs; their next message resumes it."""
    current = lock(escalation)
    data = {"reason": reason} if reason else None
    move(current, EventKind.PENDED, State.PENDING, by=by, now=now, agent=current.assignee, data=data)
    return current


@transaction.atomic
def resume(*, escalation: Escalation, by: Actor, now: datetime) -> Escalation:
    """Back to work on it, by the agent who holds it or because the customer wrote."""
    current = lock(escalation)
    move(current, EventKind.RESUMED, State.ACTIVE, by=by, now=now, agent=current.assignee)
    return current


@transaction.atomic
def add_note(*, escalation: Escalation, text: str, by: Actor, now: datetime) -> Note:
    """For colleagues; the customer never sees it."""
    current = lock(escalation)
    note = Note.objects.create(escalation=current, author=by.label, text=text, at=now)
    record(current, EventKind.NOTED, by=by, now=now, data={"note": note.pk})
    return note


@transaction.atomic
def mark_repeated(*, escalation: Escalation, by: Actor, now: datetime) -> Escalation:
    """The customer had to tell their story again: the context was lost on the way."""
    current = lock(escalation)
    if not current.customer_repeated:
        change(current, customer_repeated=True)
        record(current, EventKind.REPEAT_MARKED, by=by, now=now, agent=current.assignee)
    return current


@transaction.atomic
def save_draft(*, escalation: Escalation, text: str, by: Actor, now: datetime) -> None:
    """The unsent reply, shared by all who work on it; an empty one is removed."""
    if text:
        ReplyDraft.objects.update_or_create(
            escalation=escalation, defaults={"text": text, "author": by.label, "updated_at": now}
        )
    else:
        ReplyDraft.objects.filter(escalation=escalation).delete()
