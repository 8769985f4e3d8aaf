from datetime import timedelta

import pytest
from django.utils import timezone

from agents.enums import Level
from escalations.actions import lifecycle
from escalations.actions.events import append_event
from escalations.enums import Author, EventKind, Priority, State, Tier
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.roles import Role
from tests import factories


@pytest.fixture
def as_agent(client, agent):
    client.force_login(agent.user)
    return client


def snapshot(client, escalation):
    answer = client.get(f"/queue/{escalation.public_id}/snapshot")
    assert answer.status_code == 200
    return answer.json()


def told(desk, *types):
    return [item for item in desk["timeline"] if item["type"] in types]


def test_page_embeds_its_snapshot_and_the_choices_of_its_forms(as_agent):
    escalation = factories.make_escalation(subject="Cannot log in")

    page = as_agent.get(f"/queue/{escalation.public_id}/")

    assert page.context["desk"]["row"]["id"] == escalation.public_id
    assert b"Refund or billing correction" in page.content
    assert b'id="hn-desk"' in page.content


@pytest.mark.parametrize("path", ["", "snapshot"])
def test_what_may_not_be_seen_does_not_exist(client, outsider, path):
    escalation = factories.make_escalation()
    client.force_login(outsider.user)

    hidden = client.get(f"/queue/{escalation.public_id}/{path}")
    unknown = client.get(f"/queue/esc_unknown/{path}")

    assert (hidden.status_code, unknown.status_code) == (404, 404)


def test_nul_in_the_address_is_not_found(as_agent):
    assert as_agent.get("/queue/esc%00x/").status_code == 404


def test_transcript_with_confidence_and_the_handoff_where_it_happened(as_agent):
    conversation, now = factories.make_conversation(), timezone.now()
    factories.make_message(conversation, "Refund please", sent_at=now - timedelta(minutes=3))
    trigger = factories.make_message(
        conversation, "I don't know", author=Author.AI, ai_confidence=0.31, sent_at=now - timedelta(minutes=2)
    )
    factories.make_message(conversation, "Anybody?", sent_at=now - timedelta(minutes=1))
    escalation = factories.make_escalation(
        conversation=conversation,
        trigger_message=trigger,
        opened_at=now - timedelta(minutes=2),
        because={"text": "Low AI confidence"},
    )

    timeline = snapshot(as_agent, escalation)["timeline"]

    assert [item["type"] for item in timeline] == ["message", "message", "handoff", "message"]
    assert (timeline[1]["confidence"], timeline[1]["failed"]) == (0.31, True)
    assert timeline[0]["confidence"] is None
    assert timeline[2]["because"] == "Low AI confidence"


def test_messages_without_times_keep_their_order_around_the_handoff(as_agent):
    conversation = factories.make_conversation()
    texts = ["one", "two", "three"]
    messages = [factories.make_message(conversation, text, sent_at=None) for text in texts]
    escalation = factories.make_escalation(conversation=conversation, trigger_message=messages[1])

    timeline = snapshot(as_agent, escalation)["timeline"]

    assert [item.get("text", item["type"]) for item in timeline] == ["one", "two", "handoff", "three"]


def test_long_conversation_shows_its_newest_messages(as_agent, monkeypatch):
    monkeypatch.setattr("escalations.views.desk.MESSAGES_SHOWN", 2)
    conversation, now = factories.make_conversation(), timezone.now()
    for number in range(3):
        factories.make_message(conversation, str(number), sent_at=now + timedelta(seconds=number))
    escalation = factories.make_escalation(conversation=conversation)

    desk = snapshot(as_agent, escalation)

    assert [item["text"] for item in told(desk, "message")] == ["1", "2"]
    assert desk["earlier"] is True


def test_timeline_tells_steps_waits_and_notes(as_agent, agent):
    now = timezone.now()
    by = Actor.of_user(agent.user)
    escalation = factories.make_escalation(opened_at=now - timedelta(minutes=5))
    append_event(escalation, EventKind.OPENED, by=SYSTEM, at=escalation.opened_at)
    lifecycle.claim(escalation=escalation, agent=agent, by=by, now=now - timedelta(minutes=3))
    lifecycle.add_note(escalation=escalation, text="VIP", by=by, now=now - timedelta(minutes=2))
    lifecycle.release(escalation=escalation, reason="End of shift", by=by, now=now)

    desk = snapshot(as_agent, escalation)

    claimed, note, released = told(desk, "event", "note")
    assert claimed["text"] == "Sarah Mitchell claimed it"
    assert claimed["waited"] == {"word": "after waiting", "seconds": 120}
    assert (note["type"], note["text"]) == ("note", "VIP")
    assert released["more"] == "End of shift"


def test_every_kind_of_event_has_words(agent):
    from escalations.timeline import describe

    escalation = factories.make_escalation()
    for kind in EventKind:
        escalation.version += 1
        event = append_event(escalation, kind, by=SYSTEM, at=timezone.now(), agent=agent)
        assert describe(event)


def test_steps_that_are_refused_say_why(as_agent, agent):
    holder = factories.make_agent("David Kim")
    held = factories.make_escalation(state=State.ACTIVE, assignee=holder)
    mine = factories.make_escalation(state=State.ACTIVE, assignee=agent)
    waiting = factories.make_escalation()

    assert snapshot(as_agent, held)["refused"]["claim"] == "David Kim has it."
    assert snapshot(as_agent, held)["refused"]["resolve"] == "David Kim has it."
    assert snapshot(as_agent, mine)["refused"].keys() == {
        "claim",
        "decline",
        "resume",
        "flags",
        "priority",
        "reopen",
    }
    assert snapshot(as_agent, waiting)["refused"]["reply"] == "Claim it first."
    assert "claim" not in snapshot(as_agent, waiting)["refused"]


def test_offer_is_for_the_one_it_was_made_to(client, agent):
    offered = factories.make_escalation(state=State.ASSIGNED, assignee=agent)

    client.force_login(agent.user)
    assert "claim" not in snapshot(client, offered)["refused"]
    client.force_login(factories.make_agent("David Kim").user)
    assert snapshot(client, offered)["refused"]["claim"] == "It is offered to Sarah Mitchell."


def test_tier_above_the_agents_level_can_not_be_claimed(as_agent, client):
    escalation = factories.make_escalation(tier=Tier.SPECIALIST)

    assert "specialist" in snapshot(as_agent, escalation)["refused"]["claim"]
    client.force_login(factories.make_agent(level=Level.SPECIALIST).user)
    assert "claim" not in snapshot(client, escalation)["refused"]


def test_reviewer_reads_only(client, db):
    resolved = factories.make_escalation(state=State.RESOLVED, opened_at=timezone.now() - timedelta(hours=1))
    client.force_login(factories.make_user(Role.QA_REVIEWER))

    refused = snapshot(client, resolved)["refused"]

    assert {"claim", "reply", "note", "resolve", "reopen", "priority", "transfer"} <= refused.keys()


def test_contact_is_for_who_handles_it(client, agent):
    escalation = factories.make_escalation(state=State.ACTIVE, assignee=agent)

    client.force_login(agent.user)
    assert snapshot(client, escalation)["customer"]["contact"]["email"] == escalation.customer.email
    client.force_login(factories.make_agent().user)
    assert snapshot(client, escalation)["customer"]["contact"] is None
    assert escalation.customer.email not in client.get(f"/queue/{escalation.public_id}/").content.decode()


def test_context_asked_for_comes_from_the_chat_or_says_that_it_is_missing(as_agent):
    customer = factories.make_customer(attributes={"payment_history": ["paid"]}, monthly_value="99.00")
    conversation = factories.make_conversation(
        customer=customer, attributes={"technical_environment": {"browser": "Safari"}}
    )
    escalation = factories.make_escalation(
        conversation=conversation, context=["payment_history", "plan", "technical_environment", "security_flags"]
    )

    asked = {item["kind"]: item["value"] for item in snapshot(as_agent, escalation)["context"]}

    assert asked == {
        "payment_history": ["paid"],
        "plan": "Pro, $99.00 a month",
        "technical_environment": {"browser": "Safari"},
        "security_flags": None,
    }


def test_history_holds_the_customers_other_escalations_that_the_actor_may_see(as_agent):
    customer = factories.make_customer()
    opened_at = timezone.now() - timedelta(days=2)
    earlier, current, hidden = (
        factories.make_escalation(
            conversation=factories.make_conversation(customer=customer), state=state, opened_at=opened_at, **fields
        )
        for state, fields in (
            (State.RESOLVED, {}),
            (State.WAITING, {}),
            (State.WAITING, {"team": factories.make_team("Elsewhere")}),
        )
    )

    history = snapshot(as_agent, current)["history"]

    assert [row["id"] for row in history] == [earlier.public_id]
    assert hidden.public_id not in str(history)


def test_draft_is_there_for_the_next_owner(as_agent, agent):
    escalation = factories.make_escalation(state=State.ACTIVE, assignee=agent)
    lifecycle.save_draft(escalation=escalation, text="Dear Ann", by=Actor.of_user(agent.user), now=timezone.now())

    draft = snapshot(as_agent, escalation)["draft"]

    assert draft["text"] == "Dear Ann"


def test_unknown_customer_is_no_error(as_agent):
    escalation = factories.make_escalation(conversation=factories.make_conversation(customer=None))

    assert snapshot(as_agent, escalation)["customer"] is None


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_conversation(as_agent, agent, count, django_assert_max_num_queries):
    escalation = factories.make_escalation(state=State.ACTIVE, assignee=agent, priority=Priority.HIGH)
    for _ in range(count):
        factories.make_message(escalation.conversation, author=Author.AGENT, agent=factories.make_agent())
        factories.make_escalation(conversation=factories.make_conversation(customer=escalation.customer))
    snapshot(as_agent, escalation)

    with django_assert_max_num_queries(14):
        snapshot(as_agent, escalation)
