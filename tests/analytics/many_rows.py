"""Hundreds of rows at once, for shares and rates that only many rows can have."""

from collections.abc import Iterable
from datetime import datetime

from billing.models import Customer
from escalations.enums import Author, Priority, Reason
from escalations.models import Conversation, Escalation, Message, Topic
from tests import factories


def conversations(
    moments: Iterable[datetime], *, customer: Customer | None = None, **fields
) -> list[Conversation]:
    """One at each moment, all of one customer."""
    customer = customer or factories.make_customer()
    known = Conversation.objects.count()
    return Conversation.objects.bulk_create(
        Conversation(
            source="chat",
            external_id=f"many-{known + number}",
            customer=customer,
            started_at=at,
            **{"plan": customer.plan, **fields},
        )
        for number, at in enumerate(moments)
    )


def escalations(moments: Iterable[datetime], *, topic: Topic | None = None, **fields) -> list[Escalation]:
    """One at each moment, with a conversation that starts with it."""
    moments = list(moments)
    return escalated(conversations(moments, topic=topic), topic=topic, **fields)


def escalated(of: Iterable[Conversation], **fields) -> list[Escalation]:
    """Each of the conversations, at its start."""
    fields = {
        "team": factories.support(),
        "reason": Reason.LOW_AI_CONFIDENCE,
        "priority": Priority.MEDIUM,
        **fields,
    }
    return Escalation.objects.bulk_create(
        Escalation(
            **{
                "conversation": one,
                "customer": one.customer,
                "plan": one.plan,
                "region": one.region,
                "channel": one.channel,
                "opened_at": one.started_at,
                **fields,
            }
        )
        for one in of
    )


def answers(of: Iterable[Conversation], response_ms: int | None, *, after=None) -> list[Message]:
    """One by the AI in each of the conversations, at its start or so long after it."""
    return Message.objects.bulk_create(
        Message(
            conversation=one,
            author=Author.AI,
            text="Let me see.",
            sent_at=one.started_at + after if after else one.started_at,
            response_ms=response_ms,
        )
        for one in of
    )
