"""The guide's "Dynamic Prioritization" as installed, one row for each entry, and the arithmetic by an oracle."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.decisions.priority import (
    Adjustment,
    Assessment,
    Policy,
    Situation,
    Trigger,
    assess,
    compile_adjustments,
    levels_for_wait,
    reassess,
    wait_steps,
)
from escalations.decisions.priority_rules import Condition, Content, Rule, compile_rules, flag_name, flags_of
from escalations.decisions.triggers import plain_words
from escalations.enums import AdjustmentKind, Priority, PriorityField
from escalations.models import PriorityAdjustment, PriorityRule

LOW, MEDIUM, HIGH, CRITICAL = Priority


def content(text="", *, plan="starter", topic="general-support", intents=(), flags=(), reason="customer_request"):
    return Content(plan, topic, reason, frozenset(intents), frozenset(flags), text)


@pytest.fixture
def installed(db):
    return Policy(
        compile_rules(PriorityRule.objects.for_evaluation()),
        compile_adjustments(PriorityAdjustment.objects.filter(active=True)),
    )


@pytest.mark.parametrize(
    ("entry", "given", "level", "rule"),
    [
        # Critical
        (
            "Enterprise customers with service-affecting issues",
            content("The API answers 500 to all of us", plan="enterprise", flags={"service_affecting"}),
            CRITICAL,
            "Enterprise: service affected",
        ),
        (
            "Security or data breach concerns",
            content("I think that my account has been hacked"),
            CRITICAL,
            "Security or data breach",
        ),
        (
            "Payment processing failures",
            content("Our checkout is down", intents={"payment_processing_failure"}),
            CRITICAL,
            "Payment processing failure",
        ),
        (
            "System-wide functionality issues",
            content("Is the widget down for everyone?"),
            CRITICAL,
            "System-wide problem",
        ),
        # High
        (
            "Pro plan customers with business-critical issues",
            content("This is business-critical for us", plan="pro"),
            HIGH,
            "Pro: business-critical",
        ),
        (
            "Integration failures affecting operations",
            content("Zapier stopped working", intents={"integration_failure"}),
            HIGH,
            "Integration failure affecting operations",
        ),
        ("Account access problems", content("I cannot log in to the dashboard"), HIGH, "Account access"),
        (
            "Billing disputes or payment issues",
            content("You charged me", topic="billing", intents={"billing_dispute"}),
            HIGH,
            "Billing dispute or payment issue",
        ),
        # Medium
        (
            "General technical support questions",
            content("How is a webhook verified?", topic="technical-support"),
            MEDIUM,
            "General technical support",
        ),
        (
            "Feature requests and consultation",
            content("Please add dark mode", intents={"feature_request"}),
            MEDIUM,
            "Feature request or consultation",
        ),
        (
            "Non-critical account management",
            content("Change our address", topic="account-management"),
            MEDIUM,
            "Account management",
        ),
        (
            "Standard billing inquiries",
            content("When is the next invoice?", topic="billing"),
            MEDIUM,
            "Standard billing inquiry",
        ),
        # Low
        (
            "Documentation questions",
            content("Where is the documentation of the API?", topic="technical-support"),
            LOW,
            "Documentation question",
        ),
        ("Training requests", content("Could you train our team?"), LOW, "Training request"),
        (
            "Non-urgent feature discussions",
            content("Dark mode would be nice to have", topic="feature-requests"),
            LOW,
            "Feature discussion without urgency",
        ),
        (
            "General product inquiries",
            content("What does it do?", intents={"product_inquiry"}),
            LOW,
            "General product inquiry",
        ),
    ],
)
def test_installed_rules_give_what_the_guide_lists(installed, entry, given, level, rule):
    assessment = assess(installed, given, Situation())

    assert (assessment.level, assessment.base.working["rule"]["name"]) == (level, rule), entry


@pytest.mark.parametrize(
    ("given", "level"),
    [
        (content("The API answers 500", plan="starter", flags={"service_affecting"}), MEDIUM),
        (content("This is business-critical", plan="starter"), MEDIUM),
        (content("Zapier says 401", intents={"integration_failure"}), MEDIUM),
        (content("How does payment processing work?"), MEDIUM),
        (content("Nobody can help me here"), MEDIUM),
        (content("Hello"), MEDIUM),
    ],
)
def test_what_is_near_an_entry_without_being_it_stays_medium(installed, given, level):
    assert assess(installed, given, Situation()).level == level


@pytest.mark.parametrize(
    ("entry", "situation", "before", "after"),
    [
        ("+1 for repeat issues", Situation(is_repeat=True), MEDIUM, HIGH),
        ("+1 for frustrated customers", Situation(is_frustrated=True), MEDIUM, HIGH),
        ("Standard priorities during business hours", Situation(is_open=True), MEDIUM, MEDIUM),
        ("All escalations elevated after hours", Situation(is_open=False), MEDIUM, HIGH),
        ("No calendar, no after hours", Situation(is_open=None), MEDIUM, MEDIUM),
        ("High traffic: what can wait gives way", Situation(waiting=11, available=2), MEDIUM, LOW),
        ("At the threshold is not above it", Situation(waiting=10, available=2), MEDIUM, MEDIUM),
        ("Nobody available counts as one", Situation(waiting=6), MEDIUM, LOW),
        ("High traffic spares what is urgent", Situation(waiting=11, available=2), HIGH, HIGH),
        ("Capped at critical", Situation(is_repeat=True, is_frustrated=True, is_open=False), HIGH, CRITICAL),
        ("Lowest is low", Situation(waiting=11), LOW, LOW),
        ("They cancel each other", Situation(is_repeat=True, waiting=11), MEDIUM, MEDIUM),
    ],
)
def test_installed_adjustments(installed, entry, situation, before, after):
    policy = Policy((), installed.adjustments)

    assert assess(policy, content(), situation, Trigger("Some rule", before)).level == after, entry


@pytest.mark.parametrize(("seconds", "levels"), [(0, 0), (299, 0), (300, 1), (3600, 1)])
def test_waiting_five_minutes_raises_in_the_queue(installed, seconds, levels):
    assert levels_for_wait(installed, timedelta(seconds=seconds)) == levels
    assert wait_steps(installed) == [(timedelta(minutes=5), 1)]


def test_waits_add_up_step_by_step():
    waits = [Adjustment(AdjustmentKind.WAIT, f"{m} min", n, m) for m, n in ((20, 2), (5, 1), (5.5, 1))]

    assert wait_steps(Policy((), tuple(waits))) == [
        (timedelta(minutes=5), 1),
        (timedelta(minutes=5.5), 2),
        (timedelta(minutes=20), 4),
    ]


def rule_for(flag, priority, number=1):
    return Rule(number, f"Rule {number}", 1, priority, ((Condition(PriorityField.FLAG, (flag,)),),))


@pytest.mark.parametrize(
    ("ruled", "asked", "level", "name"),
    [
        (HIGH, MEDIUM, HIGH, "“Rule 1” (flag x)"),
        (MEDIUM, HIGH, HIGH, "trigger rule “Refunds”"),
        (LOW, MEDIUM, MEDIUM, "trigger rule “Refunds”"),
        (HIGH, HIGH, HIGH, "“Rule 1” (flag x)"),
        (LOW, None, LOW, "“Rule 1” (flag x)"),
        (None, LOW, LOW, "trigger rule “Refunds”"),
        (None, None, MEDIUM, "default, as no rule applies"),
    ],
)
def test_the_base_is_the_higher_of_rule_and_trigger(ruled, asked, level, name):
    policy = Policy((rule_for("x", ruled),) if ruled else ())
    trigger = Trigger("Refunds", asked) if asked else None

    base = assess(policy, content(flags={"x"}), Situation(), trigger).base

    assert (base.level, base.name) == (level, name)
    assert (base.working["rule"] is None) == (ruled is None)
    assert base.working["trigger"] == ({"name": "Refunds", "level": asked.code} if asked else None)


def test_the_first_rule_in_order_decides_even_where_a_later_one_is_higher():
    policy = Policy((rule_for("x", LOW, 1), rule_for("x", CRITICAL, 2)))

    assert assess(policy, content(flags={"x"}), Situation()).level == LOW


def test_the_working_says_what_was_added_up_and_reads_back():
    adjustments = (
        Adjustment(AdjustmentKind.REPEAT, "Repeat escalation", 1),
        Adjustment(AdjustmentKind.LOAD, "More than 2 waiting per available agent", 1, 2),
    )
    assessment = assess(
        Policy((rule_for("x", HIGH),), adjustments),
        content(flags={"x"}),
        Situation(is_repeat=True, waiting=9, available=3),
        Trigger("Refunds", MEDIUM),
    )

    assert assessment.because == {
        "text": "Critical: High by “Rule 1” (flag x), +1 repeat escalation, "
        "+1 more than 2 waiting per available agent, at most critical",
        "level": "critical",
        "base": {
            "level": "high",
            "name": "“Rule 1” (flag x)",
            "rule": {"id": 1, "name": "Rule 1", "version": 1, "level": "high", "held": ["flag x"]},
            "trigger": {"name": "Refunds", "level": "medium"},
        },
        "adjustments": [
            {"kind": "repeat", "name": "Repeat escalation", "levels": 1, "inputs": {}},
            {
                "kind": "load",
                "name": "More than 2 waiting per available agent",
                "levels": 1,
                "inputs": {"waiting": 9, "available": 3},
            },
        ],
        "total": 5,
        "situation": {"is_repeat": True, "is_frustrated": False, "is_open": None, "waiting": 9, "available": 3},
    }
    assert Assessment.from_because(assessment.because) == assessment
    assert Assessment.from_because({}) is None


# The arithmetic against an oracle that is too simple to be wrong.

levels = st.sampled_from(Priority)
situations = st.builds(
    Situation,
    is_repeat=st.booleans(),
    is_frustrated=st.booleans(),
    is_open=st.sampled_from([None, True, False]),
    waiting=st.integers(0, 50),
    available=st.integers(0, 10),
)


@st.composite
def adjustments(draw):
    kind = draw(st.sampled_from(AdjustmentKind))
    by = draw(st.sampled_from([1, 2, 3] if kind == AdjustmentKind.WAIT else [-3, -2, -1, 1, 2, 3]))
    spares = draw(levels) if by < 0 else CRITICAL
    threshold = draw(st.integers(0, 9)) if kind in (AdjustmentKind.WAIT, AdjustmentKind.LOAD) else 0
    return Adjustment(kind, kind.label, by, threshold, spares)


def oracle(base, given, situation):
    level = int(base)
    for one in given:
        if base > one.only_up_to:
            continue
        if one.kind == "repeat" and situation.is_repeat:
            level += one.levels
        if one.kind == "frustrated" and situation.is_frustrated:
            level += one.levels
        if one.kind == "after_hours" and situation.is_open is False:
            level += one.levels
        per_agent = situation.waiting / situation.available if situation.available else situation.waiting
        if one.kind == "load" and per_agent > one.threshold:
            level += one.levels
    return 1 if level < 1 else 4 if level > 4 else level


def level_of(base, given, situation):
    return assess(Policy((), tuple(given)), content(), situation, Trigger("T", base)).level


@given(levels, st.lists(adjustments(), max_size=5), situations)
def test_it_is_the_oracles_sum(base, given, situation):
    assert level_of(base, given, situation) == oracle(base, given, situation)


@given(levels, levels, st.lists(adjustments(), max_size=5), situations)
def test_a_higher_base_never_gives_a_lower_level(one, other, given, situation):
    low, high = sorted((one, other))

    assert level_of(low, given, situation) <= level_of(high, given, situation)


@given(levels, st.lists(adjustments(), max_size=5), adjustments(), situations)
def test_what_raises_never_lowers_and_what_lowers_never_raises(base, given, more, situation):
    before, after = level_of(base, given, situation), level_of(base, [*given, more], situation)

    assert after >= before if more.levels > 0 else after <= before


@given(levels, st.lists(adjustments(), max_size=4), situations)
def test_the_order_of_adjustments_makes_no_difference(base, given, situation):
    assert len({level_of(base, order, situation) for order in permutations(given)}) <= 1


@given(st.lists(adjustments(), max_size=5), st.lists(st.floats(0, 20), min_size=2, max_size=2))
def test_a_longer_wait_never_raises_less(given, waits):
    short, long = sorted(timedelta(minutes=wait) for wait in waits)
    policy = Policy((), tuple(given))

    assert levels_for_wait(policy, short) <= levels_for_wait(policy, long)
    assert levels_for_wait(policy, long) == sum(
        one.levels for one in given if one.kind == "wait" and long >= timedelta(minutes=one.threshold)
    )


rules = st.lists(st.tuples(st.sampled_from("abc"), levels), max_size=4).map(
    lambda pairs: tuple(rule_for(flag, level, number) for number, (flag, level) in enumerate(pairs, 1))
)
contents = st.frozensets(st.sampled_from("abc")).map(lambda flags: content(flags=flags))


@given(rules, st.lists(adjustments(), max_size=4), situations, contents, st.lists(contents, max_size=3))
def test_a_reassessment_only_rises(rules, given, situation, first, later):
    policy = Policy(rules, tuple(given))
    assessment = assess(policy, first, situation)

    for said in later:
        before, assessment = assessment, reassess(policy, assessment, said, is_frustrated=False)
        assert assessment is before or assessment.level > before.level


def test_reassessing_with_what_is_known_changes_nothing():
    policy = Policy((rule_for("x", HIGH),), (Adjustment(AdjustmentKind.FRUSTRATED, "Frustrated customer", 1),))
    before = assess(policy, content(flags={"x"}), Situation())

    assert reassess(policy, before, content(flags={"x"}), is_frustrated=False) is before
    assert reassess(policy, before, content(), is_frustrated=True).level == CRITICAL


def test_a_base_that_rises_keeps_what_the_trigger_asked_for():
    policy = Policy((rule_for("x", HIGH),))
    before = assess(policy, content(), Situation(), Trigger("Refunds", MEDIUM))

    working = reassess(policy, before, content(flags={"x"}), is_frustrated=False).base.working

    assert (working["rule"]["name"], working["trigger"]["name"]) == ("Rule 1", "Refunds")


# What is read and how.


@pytest.mark.parametrize(
    ("attributes", "flags"),
    [
        ([{"flags": ["Service affecting", "system-wide"]}], {"service_affecting", "system_wide"}),
        ([{"security": True, "paid": False, "seats": 1, "name": "x"}], {"security"}),
        ([{"flags": ["a"]}, {"flags": ["b"], "c": True}], {"a", "b", "c"}),
        ([{"flags": "security"}, {"flags": [1, None, {}, "x" * 61, "  "]}, {}], set()),
    ],
)
def test_flags_of_attributes(attributes, flags):
    assert flags_of(*attributes) == flags


@given(st.text())
def test_a_flags_name_is_its_own_name(text):
    assert flag_name(flag_name(text)) == flag_name(text)


@given(st.text(max_size=30), st.lists(st.text("bcd", min_size=1), min_size=1, max_size=3), st.text(max_size=30))
def test_a_keyword_is_found_as_whole_words_whatever_stands_around_it(before, words, after):
    keyword = " ".join(words)
    condition = Condition(PriorityField.KEYWORD, (plain_words(keyword),))

    assert condition.met_by(content(f"{before}. The {keyword.upper()}! {after}")) == keyword
    assert condition.met_by(content(f"x{keyword}x")) is None
