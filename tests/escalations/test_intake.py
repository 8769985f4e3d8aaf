from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from escalations.actions import appending
from escalations.actions.intake import close_conversation, post_message, rate_conversation, start_conversation
from escalations.actions.lifecycle import claim, resolve
from escalations.enums import EventKind, State
from escalations.models import Conversation, Escalation, EscalationEvent, Message, Rating
from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def conversation():
    return factories.make_conversation(started_at=NOW)


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def say(conversation, author="customer", text="Hello", *, seconds=0, now=None, **data):
    return post_message(
        conversation=conversation.public_id,
        source=conversation.source,
        data={"author": author, "text": text, "sent_at": at(seconds), **data},
        by=SYSTEM,
        now=now or at(seconds),
    )


def resolved(escalation, agent, seconds):
    claim(escalation=escalation, agent=agent, by=SYSTEM, now=at(seconds))
    return resolve(
        escalation=escalation,
        by=SYSTEM,
        now=at(seconds),
        category="fixed",
        quality="immediate",
        necessity="needed",
    )


def test_plain_message_is_stored_with_the_signals_it_gives(conversation):
    posted = say(conversation, "ai", "Under Settings", ai_confidence=0.9, intent="navigation", external_id="m-1")

    conversation.refresh_from_db()
    stored = Message.objects.get()
    assert (stored.pk, stored.sent_at, stored.ai_confidence) == (posted.message.pk, NOW, 0.9)
    assert (stored.external_id, stored.intent, stored.attributes) == ("m-1", "navigation", {})
    assert conversation.signals["last_confidence"] == 0.9
    assert conversation.last_message_at == NOW


def test_short_and_long_way_leave_the_same_rows(monkeypatch):
    def tell(conversation):
        say(conversation, "customer", "Where is it?", seconds=1, external_id="a")
        say(conversation, "ai", "Here", seconds=2, ai_confidence=0.35, response_ms=900)
        say(conversation, "ai", "There", seconds=3, ai_confidence=0.3, attributes={"model": "m"})
        say(conversation, "customer", "Hm", seconds=4)

    short, long = factories.make_conversation(started_at=NOW), factories.make_conversation(started_at=NOW)
    tell(short)
    monkeypatch.setattr("escalations.actions.intake._post_plain", lambda *args: None)
    tell(long)

    def rows(conversation):
        conversation.refresh_from_db()
        skipped = {"id", "public_id", "conversation_id", "_state"}
        messages = [
            {name: value for name, value in vars(message).items() if name not in skipped}
            for message in conversation.messages.all()
        ]
        return messages, conversation.signals, conversation.last_message_at, conversation.escalations.get().because

    assert rows(short) == rows(long)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the short way is PostgreSQL's")
def test_who_comes_second_on_the_short_way_looks_again(conversation, monkeypatch):
    from escalations.actions import intake

    append = intake.append_plain

    def append_after_another(*args):
        monkeypatch.setattr(intake, "append_plain", append)
        say(conversation, "ai", "First", seconds=1, ai_confidence=0.3)
        return append(*args)

    monkeypatch.setattr(intake, "append_plain", append_after_another)
    posted = say(conversation, "ai", "Second", seconds=2, ai_confidence=0.3)

    assert posted.escalation is not None
    assert Message.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the short way is PostgreSQL's")
def test_conversation_is_read_once_and_then_each_message_takes_one_statement(conversation, monkeypatch):
    statements, run = [], appending._rows

    def counted(statement, values):
        statements.append(statement)
        return run(statement, values)

    monkeypatch.setattr(appending, "_rows", counted)

    for seconds in range(3):
        say(conversation, "ai", "Under Settings", seconds=seconds, ai_confidence=0.9)

    assert statements == [appending.READ, appending.APPEND, appending.APPEND, appending.APPEND]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the short way is PostgreSQL's")
def test_what_another_process_took_in_is_judged_too(conversation, monkeypatch):
    say(conversation, "customer", "Where is it?", seconds=0)
    left = dict(appending._left)
    say(conversation, "ai", "Here", seconds=1, ai_confidence=0.3)
    monkeypatch.setattr(appending, "_left", left)

    posted = say(conversation, "ai", "There", seconds=2, ai_confidence=0.3)

    assert posted.escalation.because["rule"]["name"] == "Low AI confidence"


def test_message_told_again_is_stored_once(conversation):
    first = say(conversation, "ai", "Here", external_id="m-1", ai_confidence=0.9)
    again = say(conversation, "ai", "Here", external_id="m-1", ai_confidence=0.9)

    assert (again.message.pk, again.created) == (first.message.pk, False)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("handoff", [{}, {"handoff": {"summary": "Asked for a person"}}])
def test_escalation_knows_how_sure_the_ai_was_and_the_conversation_begins_afresh(conversation, handoff):
    say(conversation, "ai", "Under Settings", ai_confidence=0.7)
    escalation = say(conversation, text="talk to agent", seconds=5, **handoff).escalation

    conversation.refresh_from_db()
    assert escalation.ai_confidence == 0.7
    assert conversation.signals == {}


def test_only_one_escalation_is_open_at_a_time(conversation):
    first = say(conversation, text="talk to agent").escalation
    second = say(conversation, text="talk to agent!!", seconds=5).escalation

    assert first is not None
    assert second is None
    assert Escalation.objects.count() == 1
    assert EscalationEvent.objects.last().kind == EventKind.CUSTOMER_REPLIED


def test_late_message_takes_its_place_and_the_rules_see_it_there(conversation):
    say(conversation, "ai", "first", ai_confidence=0.35, seconds=0)
    late = say(conversation, "customer", "and?", seconds=20)
    posted = say(conversation, "ai", "second", ai_confidence=0.3, seconds=10, now=at(30))

    conversation.refresh_from_db()
    assert late.escalation is None
    assert posted.escalation.because["rule"]["name"] == "Low AI confidence"
    assert [m.text for m in conversation.messages.in_order()] == ["first", "second", "and?"]
    assert conversation.last_message_at == at(20)


def test_late_success_breaks_the_row_of_failures(conversation):
    say(conversation, "ai", "first", ai_confidence=0.35, seconds=0)
    say(conversation, "ai", "helped", ai_confidence=0.9, seconds=20)

    posted = say(conversation, "ai", "between", ai_confidence=0.6, seconds=10, now=at(30))

    conversation.refresh_from_db()
    assert posted.escalation is None
    assert "failed_attempts" not in conversation.signals
    assert conversation.signals["lowest_confidence"] == 0.35


def test_handoff_asked_for_by_the_chat(conversation):
    topic = factories.make_topic("integrations")
    posted = say(
        conversation,
        "ai",
        "One moment",
        handoff={"reason": "content_gap", "summary": "No article.", "topic": topic},
    )

    escalation = posted.escalation
    assert (escalation.reason, escalation.summary, escalation.topic) == ("content_gap", "No article.", topic)
    assert escalation.because["text"] == "The chat asked for a person."


def test_after_the_resolution_the_ai_starts_afresh_and_a_repeat_is_linked(conversation, agent):
    first = say(conversation, text="talk to agent").escalation
    resolved(first, agent, 60)
    quiet = say(conversation, "ai", "Anything else?", ai_confidence=0.35, seconds=70)
    again = say(conversation, text="talk to agent", seconds=80)

    assert quiet.escalation is None
    assert again.escalation.previous == first


def test_repeat_by_same_customer_and_topic_is_linked_within_seven_days_only(agent):
    customer, billing = factories.make_customer(), factories.make_topic("billing")

    def escalate(seconds):
        conversation = factories.make_conversation(customer=customer, topic=billing, started_at=at(seconds))
        return say(conversation, text="human help", seconds=seconds).escalation

    day = 86_400
    first = escalate(0)
    resolved(first, agent, 10)
    within = escalate(7 * day + 10)
    resolved(within, agent, 7 * day + 20)
    after = escalate(14 * day + 21)

    assert within.previous == first
    assert after.previous is None


def test_customer_message_after_the_close_opens_the_conversation_again(conversation):
    close_conversation(conversation=conversation, at=at(5), by=SYSTEM, now=at(5))
    say(conversation, seconds=10)

    conversation.refresh_from_db()
    assert (conversation.closed_at, conversation.reopened_at) == (None, at(10))


def test_closing_cancels_what_nobody_has_taken_up(conversation, agent):
    waiting = say(conversation, text="talk to agent").escalation
    held_conversation = factories.make_conversation(started_at=NOW)
    held = say(held_conversation, text="talk to agent").escalation
    claim(escalation=held, agent=agent, by=SYSTEM, now=at(1))

    for each in (conversation, held_conversation):
        close_conversation(conversation=each, at=at(5), by=SYSTEM, now=at(5))

    waiting.refresh_from_db()
    held.refresh_from_db()
    assert (waiting.state, held.state) == (State.CANCELLED, State.ACTIVE)


def test_conversation_is_idempotent_on_source_and_external_id():
    data = {"external_id": "x", "customer": {"external_id": "7", "name": "Ann"}, "subject": "Hi"}
    first, created = start_conversation(source="chat", data=data, now=NOW)
    again, again_created = start_conversation(source="chat", data=data, now=at(9))
    _, elsewhere_created = start_conversation(source="shop", data=data, now=NOW)

    assert (created, again_created, elsewhere_created) == (True, False, True)
    assert first == again
    with pytest.raises(Conflict):
        start_conversation(source="chat", data={**data, "subject": "Other"}, now=NOW)
    assert Conversation.objects.count() == 2
    assert first.customer.conversations.count() == 2


def test_rating_belongs_to_whoever_handled_it_when_the_survey_was_sent(conversation, agent):
    resolved(say(conversation, text="talk to agent").escalation, agent, 60)

    rating, _ = rate_conversation(conversation=conversation, data={"csat": 4}, by=SYSTEM, now=at(90))

    assert (rating.handler, rating.survey_sent_at, rating.rated_at) == (agent, at(60), at(90))


def test_rating_may_be_completed_but_not_changed(conversation):
    rate_conversation(conversation=conversation, data={"csat": 4}, by=SYSTEM, now=at(1))
    rating, changed = rate_conversation(
        conversation=conversation, data={"csat": 4, "nps": 9, "comment": "Quick"}, by=SYSTEM, now=at(2)
    )

    assert changed
    assert (rating.csat, rating.nps, rating.comment, rating.rated_at) == (4, 9, "Quick", at(1))
    with pytest.raises(Conflict):
        rate_conversation(conversation=conversation, data={"csat": 1}, by=SYSTEM, now=at(3))
    assert Rating.objects.get().csat == 4


def test_late_messages_end_in_one_state_whatever_their_order(conversation):
    import itertools

    told = [
        {"author": "customer", "text": "a", "seconds": 1},
        {"author": "ai", "text": "b", "ai_confidence": 0.7, "seconds": 2},
        {"author": "ai", "text": "c", "ai_confidence": 0.3, "seconds": 3},
        {"author": "customer", "text": "d", "intent": "other", "seconds": 4},
    ]
    ends = set()
    for order in itertools.permutations(told):
        one = factories.make_conversation(started_at=NOW)
        for message in order:
            say(one, now=at(100), **message)
        one.refresh_from_db()
        texts = tuple(one.messages.in_order().values_list("text", flat=True))
        ends.add((texts, str(sorted(one.signals.items())), one.last_message_at))

    assert len(ends) == 1
