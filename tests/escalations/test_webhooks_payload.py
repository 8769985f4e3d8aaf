import json
from datetime import UTC, datetime, timedelta

import pytest

from escalations.enums import Author, EventKind, Priority, State, Timing
from escalations.integrations.webhooks.payload import RELATED, payload_of
from escalations.models import EscalationEvent
from tests import factories

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _payload(escalation, kind, *, at=NOW, **fields):
    event = EscalationEvent.objects.create(
        escalation=escalation, kind=kind, at=at, version=escalation.version, actor="test", **fields
    )
    return payload_of(EscalationEvent.objects.select_related(*RELATED).get(pk=event.pk))


def _escalation(**fields):
    customer = factories.make_customer("Acme", plan="enterprise", email="ann@acme.test", phone="+1 555 0100")
    conversation = factories.make_conversation(
        customer=customer, topic=factories.make_topic(), external_id="chat-7", subject="Refund"
    )
    return factories.make_escalation(
        conversation=conversation, priority=Priority.HIGH, opened_at=NOW - timedelta(seconds=42), **fields
    )


def test_an_opened_escalation_is_the_new_escalation_of_the_guide():
    escalation = _escalation()

    payload = _payload(escalation, EventKind.OPENED)

    assert payload == {
        "type": "new_escalation",
        "timestamp": "2026-03-02T12:00:00Z",
        "data": {
            "id": escalation.public_id,
            "version": 1,
            "event": {"kind": "opened", "version": 1, "at": "2026-03-02T12:00:00Z"},
            "conversation": {
                "id": escalation.conversation.public_id,
                "external_id": "chat-7",
                "source": "chat",
            },
            "priority": "high",
            "topic": escalation.topic.slug,
            "reason": "low_ai_confidence",
            "state": "waiting",
            "subject": "Refund",
            "customer": {"name": "Acme", "plan": "enterprise"},
            "agent": None,
            "waitTime": 42,
        },
    }


def test_an_agents_reply_brings_the_message_to_the_chat_platform():
    agent = factories.make_agent("Sarah Mitchell")
    escalation = _escalation(state=State.ACTIVE, assignee=agent)
    message = factories.make_message(
        escalation.conversation, "Done – see “Billing”.", author=Author.AGENT, agent=agent, sent_at=NOW
    )

    payload = _payload(escalation, EventKind.REPLIED, agent=agent, message=message)

    assert payload["type"] == "escalation_replied"
    assert payload["data"]["agent"] == {"name": "Sarah Mitchell"}
    assert payload["data"]["message"] == {
        "id": message.public_id,
        "text": "Done – see “Billing”.",
        "sent_at": "2026-03-02T12:00:00Z",
        "agent": {"name": "Sarah Mitchell"},
    }


def test_a_resolution_says_how_long_it_took():
    escalation = _escalation(state=State.RESOLVED, category="fixed", quality="immediate")

    payload = _payload(escalation, EventKind.RESOLVED)

    assert payload["type"] == "escalation_resolved"
    assert payload["data"]["resolution"] == {"category": "fixed", "quality": "immediate", "seconds": 600}


def test_a_rating_brings_its_figures():
    payload = _payload(_escalation(), EventKind.RATED, data={"csat": 5, "nps": None})

    assert payload["type"] == "escalation_rated"
    assert payload["data"]["rating"] == {"csat": 5, "nps": None}


@pytest.mark.parametrize("kind", EventKind.values)
def test_no_event_tells_the_customers_address_or_words(kind):
    escalation = _escalation()
    message = factories.make_message(escalation.conversation, "my secret")

    text = json.dumps(_payload(escalation, kind, message=None if kind == "replied" else message))

    for private in ("ann@acme.test", "555 0100", "my secret"):
        assert private not in text


def test_the_wait_ends_with_the_first_response():
    escalation = _escalation(first_response_at=NOW - timedelta(seconds=12), first_response_seconds=30)

    assert _payload(escalation, EventKind.NOTED, at=NOW + timedelta(hours=1))["data"]["waitTime"] == 30


def test_an_unknown_wait_is_not_zero():
    escalation = _escalation(timing=Timing.UNKNOWN)

    assert _payload(escalation, EventKind.OPENED)["data"]["waitTime"] is None


def test_a_conversation_without_customer_or_topic_has_nulls():
    escalation = factories.make_escalation(conversation=factories.make_conversation(customer=None))

    data = _payload(escalation, EventKind.OPENED)["data"]

    assert (data["customer"], data["topic"]) == ({"name": None, "plan": None}, None)
