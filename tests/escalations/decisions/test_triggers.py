"""The guide's "Automatic Escalation Rules" and "Topic-Based Escalation Rules", as installed, one row each."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.enums import Level
from escalations.decisions.triggers import (
    Facts,
    Signals,
    compile_condition,
    compile_rules,
    evaluate,
    fold,
    is_failed,
    plain_words,
    priority_for,
)
from escalations.enums import Priority
from escalations.models import TriggerRule

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Said:
    author: str = "customer"
    text: str = ""
    ai_confidence: float | None = None
    ai_failed: bool | None = None
    intent: str = ""
    sent_at: datetime | None = None
    response_ms: int | None = None
    sentiment: float | None = None


def ai(confidence=None, failed=None, intent=""):
    return Said("ai", "An answer", confidence, failed, intent)


def customer(text="", intent=""):
    return Said("customer", text, intent=intent)


def tell(*messages):
    signals = Signals()
    for message in messages:
        signals = fold(signals, message)
    return Facts(message=messages[-1], signals=signals)


@pytest.fixture
def rules(db):
    return compile_rules(TriggerRule.objects.for_evaluation())


@pytest.mark.parametrize(
    ("messages", "rule", "plan", "priority"),
    [
        ([ai(0.35), ai(0.39)], "Low AI confidence", "pro", Priority.MEDIUM),
        ([ai(0.9, failed=True), ai(0.39)], "Low AI confidence", "pro", Priority.MEDIUM),
        ([ai(0.19)], "Very low AI confidence", "pro", Priority.HIGH),
        ([customer("speak to human")], "Customer asks for a person", "pro", Priority.MEDIUM),
        ([customer("Can I TALK to an agent, please?")], "Customer asks for a person", "pro", Priority.MEDIUM),
        ([customer("I need human help!")], "Customer asks for a person", "pro", Priority.MEDIUM),
        ([customer("Money back", "refund_request")], "Billing and payments", "pro", Priority.HIGH),
        ([customer("Card declined", "payment_failure")], "Billing and payments", "pro", Priority.HIGH),
        ([ai(0.95, intent="plan_change")], "Billing and payments", "pro", Priority.HIGH),
        ([customer("500 again", "api_error")], "Technical support", "pro", Priority.MEDIUM),
        ([customer("500 again", "api_error")], "Technical support", "enterprise", Priority.HIGH),
        ([customer("Zapier", "integration_failure")], "Technical support", "starter", Priority.MEDIUM),
        ([ai(0.9, intent="complex_troubleshooting")], "Technical support", "agency", Priority.MEDIUM),
        ([customer("Delete me", "account_deletion")], "Account management", "pro", Priority.MEDIUM),
        ([customer("GDPR?", "compliance_question")], "Account management", "pro", Priority.MEDIUM),
        ([customer("Hacked!", "security_concern")], "Security concerns", "pro", Priority.HIGH),
    ],
)
def test_installed_rules_fire_as_the_guide_says(rules, messages, rule, plan, priority):
    fired = evaluate(rules, tell(*messages), NOW)

    assert fired is not None
    assert fired.rule.name == rule
    assert priority_for(fired.rule.rule, plan) == priority


CONFIRMS = "Let me connect you with a team member who can better assist you."
AT_ONCE = "I'm connecting you with a specialist right away."
OF_COURSE = "Of course! I'm connecting you with a team member now."


@pytest.mark.parametrize(
    ("name", "message", "priority", "level", "skill", "topic", "context"),
    [
        ("Low AI confidence", CONFIRMS, Priority.MEDIUM, None, None, None, []),
        ("Very low AI confidence", AT_ONCE, Priority.HIGH, Level.SENIOR, None, None, []),
        ("Customer asks for a person", OF_COURSE, Priority.MEDIUM, None, None, None, []),
        ("Billing and payments", "Let me connect you with a billing specialist.", Priority.HIGH, None, "billing",
            "billing", ["payment_history", "plan"]),
        ("Technical support", "Let me connect you with a technical specialist.", Priority.MEDIUM, None,
            "technical-support", "technical-support", ["technical_environment"]),
        ("Account management", "Let me connect you with an account manager.", Priority.MEDIUM, Level.SENIOR,
            "account-management", "account-management", ["account_history", "security_flags"]),
        ("Security concerns", AT_ONCE, Priority.HIGH, Level.SENIOR, "account-management", "account-management",
            ["account_history", "security_flags"]),
    ],
)  # fmt: skip
def test_installed_rules_ask_for_what_the_guide_says(rules, name, message, priority, level, skill, topic, context):
    rule = next(one.rule for one in rules if one.name == name)

    assert rule.handoff_message == message
    assert (rule.priority, rule.preferred_level) == (priority, level)
    assert (rule.preferred_skill and rule.preferred_skill.slug) == skill
    assert (rule.topic and rule.topic.slug) == topic
    assert rule.context == context


@pytest.mark.parametrize(
    ("confidence", "intent"),
    [
        (0.61, "refund_request"),
        (0.99, "payment_failure"),
        (0.99, "complex_troubleshooting"),
        (0.99, "security_concern"),
    ],
)
def test_what_is_to_be_escalated_is_so_however_sure_the_ai_is(rules, confidence, intent):
    assert evaluate(rules, tell(customer("Hello"), ai(confidence, intent=intent)), NOW) is not None


def test_even_if_the_ai_is_sure_can_be_said_as_a_condition(db):
    rule = TriggerRule.objects.get(name="Billing and payments")
    rule.conditions.create(field="last_confidence", operator="above", value=0.6)
    (compiled,) = compile_rules([rule])
    refund = customer("Refund, please", "refund_request")

    fired = [
        evaluate([compiled], tell(*said), NOW) is not None
        for said in ([refund], [ai(0.6), refund], [ai(0.61), refund], [refund, ai(0.95)])
    ]

    assert fired == [False, False, True, True]


@pytest.mark.parametrize(
    "messages",
    [
        [ai(0.39)],  # one failed attempt is not two
        [ai(0.39), ai(0.4)],  # at the threshold is not below it
        [ai(0.39), ai(0.95), ai(0.39)],  # not in a row
        [ai(0.2)],
        [customer("I am a human who wants to speak")],
        [ai(0.95)],
        [customer("hello", "greeting")],
        [Said("ai", "Would you like to speak to human?", 0.9)],  # the customer has to say it
    ],
)
def test_installed_rules_stay_silent(rules, messages):
    assert evaluate(rules, tell(*messages), NOW) is None


def test_because_names_rule_version_conditions_and_values(rules):
    fired = evaluate(rules, tell(ai(0.35), ai(0.31)), NOW)

    assert fired.because["text"] == (
        "Low AI confidence: AI confidence (this answer) 0.31 is below 0.4"
        " and Failed attempts in a row 2 is at least 2"
    )
    assert fired.because["rule"]["version"] == 1
    assert [(c["field"], c["actual"]) for c in fired.because["conditions"]] == [
        ("ai_confidence", 0.31),
        ("failed_attempts", 2),
    ]


def test_rule_outside_its_period_is_silent(db):
    TriggerRule.objects.exclude(name="Very low AI confidence").delete()
    TriggerRule.objects.update(valid_from=NOW.replace(hour=13), valid_to=NOW.replace(hour=14))
    rules = compile_rules(TriggerRule.objects.for_evaluation())

    hours = [hour for hour in range(11, 16) if evaluate(rules, tell(ai(0.1)), NOW.replace(hour=hour))]

    assert hours == [13]


def test_one_of_several_groups_is_enough(db):
    rule = TriggerRule.objects.get(name="Very low AI confidence")
    rule.conditions.create(group=2, field="intent", operator="one_of", value=["lost"])
    rules = compile_rules([rule])

    assert evaluate(rules, tell(ai(0.9, intent="lost")), NOW) is not None
    assert evaluate(rules, tell(ai(0.1)), NOW) is not None
    assert evaluate(rules, tell(ai(0.9)), NOW) is None


def test_rule_that_cannot_be_compiled_is_left_out_and_the_others_work(db, caplog):
    broken = TriggerRule.objects.get(name="Security concerns")
    broken.conditions.update(value="not a list")

    rules = compile_rules(TriggerRule.objects.for_evaluation())

    assert len(rules) == 6
    assert "Security concerns" in caplog.text
    assert evaluate(rules, tell(ai(0.1)), NOW).rule.name == "Very low AI confidence"


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [("ai_confidence", "below", "much"), ("intent", "one_of", "refund"), ("customer_text", "contains_phrase", [])],
)
def test_senseless_condition_is_refused(field, operator, value):
    with pytest.raises(ValueError):
        compile_condition(field, operator, value)


@pytest.mark.parametrize(
    ("message", "failed"),
    [
        (ai(0.39), True),
        (ai(0.4), False),
        (ai(), False),
        (ai(0.1, failed=False), False),
        (ai(0.9, failed=True), True),
    ],
)
def test_an_answer_failed_as_the_platform_says_otherwise_by_its_confidence(message, failed):
    assert is_failed(message) is failed


sentiments = st.none() | st.floats(-1, 1)
messages = st.lists(
    st.one_of(
        st.builds(ai, st.none() | st.floats(0, 1), st.none() | st.booleans(), st.sampled_from(["", "a", "b"])),
        st.builds(Said, text=st.text(max_size=5), intent=st.sampled_from(["", "a", "b"]), sentiment=sentiments),
    )
)


def ends_frustrated(heard):
    """Since the customer was last pleased: strongly negative once, or mildly negative twice running."""
    since = next((place for place in range(len(heard), 0, -1) if heard[place - 1] >= 0.3), 0)
    recent = heard[since:]
    twice = any(max(pair) <= -0.2 for pair in pairwise(recent))
    return any(one <= -0.5 for one in recent) or twice


@given(messages)
def test_folding_equals_looking_at_the_whole_conversation(said):
    signals = Signals()
    for message in said:
        signals = fold(signals, message)

    answers = [m for m in said if m.author == "ai" and (m.ai_confidence is not None or m.ai_failed is not None)]
    in_a_row = 0
    for answer in reversed(answers):
        if not is_failed(answer):
            break
        in_a_row += 1
    confidences = [answer.ai_confidence for answer in answers if answer.ai_confidence is not None]
    heard = [m.sentiment for m in said if m.author == "customer" and m.sentiment is not None]
    assert signals == Signals(
        customer_messages=sum(m.author == "customer" for m in said),
        failed_attempts=in_a_row,
        last_confidence=answers[-1].ai_confidence if answers else None,
        lowest_confidence=min(confidences, default=None),
        recent_confidences=tuple(confidences[-10:]),
        sentiment=heard[-1] if heard else None,
        frustrated=ends_frustrated(heard),
        intent=next((m.intent for m in reversed(said) if m.intent), ""),
    )


@given(messages)
def test_signals_survive_their_storage(said):
    signals = tell(*said).signals if said else Signals()

    assert Signals.from_json(signals.to_json()) == signals


def test_plain_words_drop_case_punctuation_and_articles():
    assert plain_words("  Speak to THE human—now! ") == " speak to human now "
