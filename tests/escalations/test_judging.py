"""What the active rules make of live messages: beside what each is told, and what becomes of one that fails."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Skill
from escalations.actions import bulk_intake
from escalations.actions.bulk_intake import Line
from escalations.actions.intake import post_message
from escalations.actions.judging import forget_rules
from escalations.actions.lifecycle import cancel, claim, resolve
from escalations.actions.rules import publish
from escalations.decisions.triggers import Facts
from escalations.models import Escalation, Message, TriggerRule
from helpninja.common.actors import SYSTEM
from helpninja.common.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def conversation():
    customer = factories.make_customer(
        name="Ada Lovelace",
        plan="enterprise",
        company="Acme",
        language="de-AT",
        signed_up_on=date(2026, 2, 20),
        monthly_value=1200,
        attributes={"seats": 40, "beta": True},
    )
    return factories.make_conversation(
        customer=customer, started_at=NOW, region="EMEA", channel="chat", attributes={"shop": "north"}
    )


def say(conversation, text="Hello", author="customer", *, seconds=0, now=None, **data):
    return post_message(
        conversation=conversation.public_id,
        source=conversation.source,
        data={"author": author, "text": text, "sent_at": at(seconds), **data},
        by=SYSTEM,
        now=now or at(seconds),
    )


def make_rule(*conditions, **fields):
    """Published, before all others. Conditions: (field, operator, value) and, where it needs one, an argument."""
    fields = {"name": "Ours", "reason": "customer_request", "order": 1, "version": 0, **fields}
    rule = TriggerRule.objects.create(**fields)
    for field, operator, value, *argument in conditions:
        rule.conditions.create(field=field, operator=operator, value=value, argument="".join(argument))
    publish(rule=rule, by=SYSTEM, now=NOW)
    forget_rules()
    return rule


def resolved(escalation, seconds):
    claim(escalation=escalation, agent=factories.make_agent(), by=SYSTEM, now=at(seconds))
    resolve(
        escalation=escalation,
        by=SYSTEM,
        now=at(seconds),
        category="fixed",
        quality="immediate",
        necessity="needed",
    )


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (("plan", "one_of", ["enterprise"]), "Plan is “enterprise”"),
        (("region", "none_of", ["APAC"]), "Region is none of those named: it is “EMEA”"),
        (("channel", "one_of", ["CHAT"]), "Channel is “chat”"),
        (("language", "one_of", ["de"]), "Language is “de-AT”"),
        (("customer_age", "below", 30), "Days since the customer signed up 10 is below 30"),
        (("monthly_value", "at_least", 1000), "Customer's monthly value 1,200 is at least 1,000"),
        (("customer_attribute", "above", 39, "seats"), "Customer's custom attribute “seats” 40 is above 39"),
        (("customer_attribute", "is_true", None, "beta"), "Customer's custom attribute “beta” is true"),
        (
            ("conversation_attribute", "one_of", ["North"], "shop"),
            "Conversation's custom attribute “shop” is “north”",
        ),
        (("minutes", "at_least", 2), "Minutes since the start 2.5 is at least 2"),
        (("earlier_escalations", "below", 1, "30"), "Customer's earlier escalations in 30 days 0 is below 1"),
    ],
)
@pytest.mark.parametrize("way", ["alone", "late", "bulk"])
def test_each_way_in_tells_the_rules_the_circumstances(conversation, condition, said, way):
    make_rule(condition)

    match way:
        case "alone":
            escalation = say(conversation, seconds=150).escalation
        case "late":
            Message.objects.create(
                conversation=conversation, author="system", text="", sent_at=at(600), received_at=at(600)
            )
            conversation.last_message_at = at(600)
            conversation.save()
            escalation = say(conversation, seconds=150, now=at(700)).escalation
        case "bulk":
            data = {"author": "customer", "text": "Hello", "sent_at": at(150)}
            line = Line(1, "message", conversation.external_id, data)
            (told,) = bulk_intake.take_in(lines=[line], source="chat", by=SYSTEM, now=at(150))
            escalation = told.escalation

    assert escalation.because["text"] == f"Ours: {said}"


def test_rules_that_look_at_nothing_else_cost_no_query(conversation):
    say(conversation)
    with CaptureQueriesContext(
        connection,
    ) as before:
        say(conversation, seconds=1)
    make_rule(("plan", "one_of", ["trial"]))
    say(conversation, seconds=2)
    with CaptureQueriesContext(connection) as after:
        say(conversation, seconds=3)

    assert len(after) == len(before) + 1


def test_earlier_escalations_are_the_customers_of_the_last_days(conversation):
    other = factories.make_conversation(customer=conversation.customer)
    for days in (3, 29, 31):
        factories.make_escalation(
            conversation=factories.make_conversation(customer=conversation.customer),
            opened_at=NOW - timedelta(days=days),
        )
    factories.make_escalation(opened_at=NOW)  # another customer's
    make_rule(("earlier_escalations", "at_least", 2, "30"))

    condition = say(other).escalation.because["conditions"][0]

    assert (condition["actual"], condition["argument"]) == (2, "30")


def test_a_customer_who_is_not_known_has_no_count_of_escalations():
    make_rule(("earlier_escalations", "below", 1, "30"))

    assert say(factories.make_conversation(customer=None, started_at=NOW)).escalation is None


@pytest.mark.parametrize("ending", ["resolved", "cancelled"])
def test_a_rule_is_quiet_for_its_cool_down_after_the_end(conversation, ending):
    make_rule(("intent", "one_of", ["lost"]), cooldown_minutes=10)
    escalation = say(conversation, intent="lost").escalation
    if ending == "resolved":
        resolved(escalation, 60)
    else:
        cancel(escalation=escalation, reason="No need", by=SYSTEM, now=at(60))

    quiet = say(conversation, intent="lost", seconds=659)
    fires = say(conversation, intent="lost", seconds=660)

    assert quiet.escalation is None
    assert fires.escalation.because["rule"]["name"] == "Ours"


def test_a_cool_down_is_the_conversations_own(conversation):
    make_rule(("intent", "one_of", ["lost"]), cooldown_minutes=10)
    resolved(say(conversation, intent="lost").escalation, 60)
    other = factories.make_conversation(customer=conversation.customer, started_at=NOW)

    assert say(other, intent="lost", seconds=70).escalation is not None


def test_a_rule_that_makes_no_sense_is_marked_and_stops_nothing(conversation):
    rule = make_rule(("intent", "one_of", ["x"]))
    rule.conditions.update(operator="below", value="much")
    forget_rules()

    posted = say(conversation, "I want human help")

    rule.refresh_from_db()
    assert posted.escalation.because["rule"]["name"] == "Customer asks for a person"
    assert rule.error == "Intent does not go with “is below”"
    assert rule.failing_since is not None
    assert AuditEntry.objects.get(action="rule.failing").details["error"] == rule.error


def test_a_rule_that_fails_at_a_message_is_marked_once_and_tried_on(conversation, monkeypatch):
    rule = make_rule(("minutes", "at_least", 0))

    def fail(facts):
        raise RuntimeError("out of order")

    with monkeypatch.context() as broken:
        broken.setattr(Facts, "minutes", property(fail))
        posted = say(conversation, "human help")
        other = say(factories.make_conversation(started_at=NOW))
    again = say(factories.make_conversation(started_at=NOW))

    rule.refresh_from_db()
    assert posted.escalation.because["rule"]["name"] == "Customer asks for a person"
    assert other.escalation is None
    assert again.escalation.because["rule"]["name"] == "Ours"
    assert (rule.error, rule.failing_since) == ("RuntimeError: out of order", NOW)
    assert AuditEntry.objects.filter(action="rule.failing").count() == 1


def test_publishing_takes_the_mark_off():
    rule = make_rule(("intent", "one_of", ["lost"]))
    TriggerRule.objects.filter(pk=rule.pk).update(error="Out of order", failing_since=NOW)

    publish(rule=rule, by=SYSTEM, now=NOW)

    rule.refresh_from_db()
    assert (rule.error, rule.failing_since, rule.version) == ("", None, 2)


def test_what_the_rule_asks_for_is_kept_on_the_escalation(conversation):
    skill = Skill.objects.get(slug="billing")
    make_rule(
        ("intent", "one_of", ["lost"]),
        required_skill=skill,
        handoff_message="Hi {customer_name} of {company}: someone looks after {topic} on {plan} now.",
    )

    escalation = say(conversation, intent="lost").escalation

    assert escalation.required_skill == skill
    assert escalation.handoff_message == (
        "Hi Ada Lovelace of Acme: someone looks after your question on Enterprise now."
    )


def test_sentiment_is_kept_on_the_message_and_told_to_people(conversation):
    make_rule(("frustrated", "is_true", None))

    calm = say(conversation, "Where is my invoice?")
    angry = say(conversation, "This is unacceptable, I am furious!", seconds=1)

    assert (calm.message.sentiment, calm.escalation) == (None, None)
    assert angry.message.sentiment < -0.5
    assert angry.escalation.because["text"] == "Ours: the customer is frustrated"
    assert (angry.escalation.sentiment, angry.escalation.frustrated) == (angry.message.sentiment, True)


def test_the_platforms_own_score_wins(conversation):
    posted = say(conversation, "This is unacceptable, I am furious!", sentiment=0.4)

    assert Message.objects.get(pk=posted.message.pk).sentiment == 0.4
    conversation.refresh_from_db()
    assert conversation.signals["sentiment"] == 0.4


def test_only_customers_have_a_sentiment_that_is_read(conversation):
    posted = say(conversation, "This is terrible", "ai", ai_confidence=0.9)

    conversation.refresh_from_db()
    assert posted.message.sentiment is None
    assert "sentiment" not in conversation.signals


def test_what_the_customer_says_later_changes_their_mood(conversation):
    escalation = say(conversation, "human help please").escalation

    say(conversation, "This is ridiculous, I am furious!", seconds=10)
    angry = Escalation.objects.get(pk=escalation.pk)
    say(conversation, "Order 12", seconds=20)
    neutral = Escalation.objects.get(pk=escalation.pk)
    say(conversation, "That's perfect, thank you so much!", seconds=30)
    pleased = Escalation.objects.get(pk=escalation.pk)

    assert [one.frustrated for one in (escalation, angry, neutral, pleased)] == [False, True, True, False]
    assert neutral.sentiment == angry.sentiment < -0.5
    assert pleased.sentiment > 0.5
