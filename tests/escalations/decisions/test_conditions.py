"""Every field that a condition may look at, with every operator that goes with it."""

import operator as compare
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.decisions.triggers import (
    Candidates,
    Check,
    Circumstances,
    CompiledRule,
    Facts,
    Held,
    Needs,
    Signals,
    compile_condition,
    evaluate,
    evaluate_all,
    needs_of,
)
from escalations.enums import Author, ConditionField, Operator
from escalations.validators import FIELDS, NUMBERS, PATTERNS, WITHOUT_VALUE, validate_condition

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Said:
    author: str = "customer"
    text: str = ""
    ai_confidence: float | None = None
    ai_failed: bool | None = None
    intent: str = ""
    sent_at: datetime | None = NOW
    response_ms: int | None = None
    sentiment: float | None = None


def facts(*, topic="", signals=None, about=None, **said):
    return Facts(Said(**said), Signals(**(signals or {})), topic, Circumstances(**(about or {})))


def held(condition, given_facts):
    """By one condition alone, as a rule would ask it."""
    rule = CompiledRule(1, "Rule", 1, ((compile_condition(*condition),),))
    fired = evaluate([rule], given_facts, NOW)
    return fired.held[0] if fired else None


NUMBER_OF = {
    "ai_confidence": lambda value: facts(author="ai", ai_confidence=value),
    "last_confidence": lambda value: facts(signals={"last_confidence": value}),
    "lowest_confidence": lambda value: facts(signals={"lowest_confidence": value}),
    "mean_confidence": lambda value: facts(signals={"recent_confidences": (0.9, value, value)}),
    "failed_attempts": lambda value: facts(signals={"failed_attempts": value}),
    "response_seconds": lambda value: facts(author="ai", response_ms=value * 1000),
    "customer_messages": lambda value: facts(signals={"customer_messages": value}),
    "sentiment": lambda value: facts(signals={"sentiment": value}),
    "minutes": lambda value: facts(about={"started_at": NOW - timedelta(minutes=value)}),
    "customer_age": lambda value: facts(about={"signed_up_on": NOW.date() - timedelta(days=value)}),
    "monthly_value": lambda value: facts(about={"monthly_value": value}),
    "customer_attribute": lambda value: facts(about={"customer_attributes": {"seats": value}}),
    "conversation_attribute": lambda value: facts(about={"attributes": {"seats": value}}),
    "earlier_escalations": lambda value: facts(about={"earlier": (NOW - timedelta(days=1),) * value}),
}
ARGUMENTS = {
    "mean_confidence": "2",
    "customer_attribute": "seats",
    "conversation_attribute": "seats",
    "earlier_escalations": "30",
}
COUNTS = {"failed_attempts", "customer_messages"}  # always known
UNKNOWN = {
    "ai_confidence": facts(author="ai"),
    "response_seconds": facts(author="ai"),
    "mean_confidence": facts(signals={"recent_confidences": (0.1,)}),
    "minutes": facts(about={"started_at": NOW}, sent_at=None),
    "customer_attribute": facts(about={"customer_attributes": {"seats": "many"}}),
}
TEXT_OF = {
    "language": lambda value: facts(about={"language": value}),
    "intent": lambda value: facts(signals={"intent": value}),
    "topic": lambda value: facts(topic=value),
    "plan": lambda value: facts(about={"plan": value}),
    "region": lambda value: facts(about={"region": value}),
    "channel": lambda value: facts(about={"channel": value}),
    "customer_attribute": lambda value: facts(about={"customer_attributes": {"seats": value or None}}),
    "conversation_attribute": lambda value: facts(about={"attributes": {"seats": value or None}}),
}
COMPARISONS = {"below": compare.lt, "at_most": compare.le, "at_least": compare.ge, "above": compare.gt}


def test_the_tables_here_name_every_field():
    others = {ConditionField.CUSTOMER_TEXT, ConditionField.FRUSTRATED}

    assert set(NUMBER_OF) == {name for name, spec in FIELDS.items() if set(NUMBERS) <= set(spec.operators)}
    assert set(TEXT_OF) == {name for name, spec in FIELDS.items() if Operator.ONE_OF in spec.operators}
    assert set(NUMBER_OF) | set(TEXT_OF) | others == set(ConditionField.values) == set(FIELDS)


@pytest.mark.parametrize(("field", "operator"), list(product(NUMBER_OF, NUMBERS)))
def test_a_number_is_compared_with_the_limit(field, operator):
    limit, argument = (0.5 if "confidence" in field or field == "sentiment" else 2), ARGUMENTS.get(field, "")
    values = (0.25, 0.5, 0.75) if limit == 0.5 else (1, 2, 3)

    found = [held((field, operator, limit, argument), NUMBER_OF[field](value)) for value in values]

    assert [one is not None for one in found] == [COMPARISONS[operator](value, limit) for value in values]
    assert [one.actual for one in found if one] == [v for v in values if COMPARISONS[operator](v, limit)]


@pytest.mark.parametrize(("field", "operator"), list(product(sorted(NUMBER_OF.keys() - COUNTS), NUMBERS)))
def test_a_number_that_is_not_known_meets_no_limit(field, operator):
    assert held((field, operator, 1, ARGUMENTS.get(field, "")), UNKNOWN.get(field, facts())) is None


@pytest.mark.parametrize("field", TEXT_OF)
def test_a_text_is_one_of_those_named_or_none_of_them(field):
    argument, given_facts = ARGUMENTS.get(field, ""), TEXT_OF[field]("Gold")

    asked = [(operator, value) for operator in ("one_of", "none_of") for value in (["silver", "gold"], ["silver"])]
    found = [held((field, operator, value, argument), given_facts) for operator, value in asked]

    assert [one is not None for one in found] == [True, False, False, True]
    assert found[0].actual == found[3].actual == "Gold"


@pytest.mark.parametrize("field", TEXT_OF)
def test_a_text_that_is_not_known_is_neither_one_of_them_nor_none(field):
    unknown, argument = TEXT_OF[field](""), ARGUMENTS.get(field, "")

    assert held((field, "one_of", ["gold"], argument), unknown) is None
    assert held((field, "none_of", ["gold"], argument), unknown) is None


@pytest.mark.parametrize("field", [name for name, spec in FIELDS.items() if "is_known" in spec.operators])
def test_whether_it_is_known_can_be_asked(field):
    known = TEXT_OF[field]("x") if field in TEXT_OF else NUMBER_OF[field](3)
    unknown = TEXT_OF[field]("") if field in TEXT_OF else facts()
    argument = ARGUMENTS.get(field, "")

    for operator, given_facts, holds in (
        ("is_known", known, True),
        ("is_known", unknown, False),
        ("is_unknown", known, False),
        ("is_unknown", unknown, True),
    ):
        assert (held((field, operator, None, argument), given_facts) is not None) is holds


@pytest.mark.parametrize(
    ("operator", "value", "text", "found"),
    [
        ("contains_phrase", ["speak to human"], "Can I SPEAK to a human?!", "speak to human"),
        ("contains_phrase", ["x", "refund"], "a refund, please", "refund"),
        ("contains_phrase", ["refund"], "no refunding", None),
        ("contains_phrase", ["don't"], "I don’t know", "don't"),
        ("lacks_phrases", ["refund"], "hello", ""),
        ("lacks_phrases", ["refund"], "the refund", None),
        ("contains_words", ["subscription", "cancel"], "Cancel my subscription", ["subscription", "cancel"]),
        ("contains_words", ["cancel the", "now"], "now, the plan: cancel", ["cancel the", "now"]),
        ("contains_words", ["subscription", "cancel"], "cancel it", None),
        ("matches", r"\bcharge\s?back\b", "A CHARGE BACK!", "CHARGE BACK"),
        ("matches", r"^\d{4}$", "12345", None),
        ("matches", "退款", "我要退款", "退款"),
        ("matches_not", "please", "now", ""),
        ("matches_not", "please", "Please", None),
    ],
)
def test_words_that_the_customer_wrote(operator, value, text, found):
    one = held(("customer_text", operator, value), facts(text=text))

    assert (one and one.actual) == found


def test_what_the_ai_wrote_is_not_the_customers_message():
    for operator, value in (("contains_phrase", ["refund"]), ("lacks_phrases", ["x"]), ("matches_not", "x")):
        assert held(("customer_text", operator, value), facts(author="ai", text="A refund")) is None


@pytest.mark.parametrize(
    ("value", "operator", "wanted", "holds"),
    [
        (True, "is_true", None, True),
        (False, "is_true", None, False),
        (False, "is_false", None, True),
        (None, "is_false", None, False),
        ("true", "is_true", None, False),
        (True, "one_of", ["TRUE"], True),
        (5, "one_of", ["5"], True),
        (5.0, "one_of", ["5"], True),
        ("12", "at_least", 12, True),
        ("a dozen", "at_least", 0, False),
        (True, "at_least", 0, False),
        (["red", "blue"], "one_of", ["Blue"], True),
        (["red", "blue"], "none_of", ["green"], True),
        (["red", ["blue"]], "none_of", ["blue"], False),
        ({"a": 1}, "one_of", ["a"], False),
        ([], "is_unknown", None, True),
        ({"a": 1}, "is_known", None, True),
    ],
)
def test_a_custom_attribute_may_be_anything(value, operator, wanted, holds):
    for field, about in (("customer_attribute", "customer_attributes"), ("conversation_attribute", "attributes")):
        found = held((field, operator, wanted, "seats"), facts(about={about: {"seats": value}}))

        assert (found is not None) is holds


def test_frustration_is_true_or_not():
    frustrated, calm = facts(signals={"frustrated": True}), facts()

    assert held(("frustrated", "is_true", None), frustrated).text == "the customer is frustrated"
    assert held(("frustrated", "is_false", None), calm).text == "the customer is not frustrated"
    assert held(("frustrated", "is_false", None), frustrated) is None


def test_a_language_is_as_stated_before_it_is_as_detected():
    both = facts(about={"language": "pt-BR"}, signals={"language": "es"})

    assert held(("language", "one_of", ["pt"]), both).text == "Language is “pt-BR”"
    assert held(("language", "one_of", ["pt-br"]), both) is not None
    assert held(("language", "one_of", ["pt-PT"]), both) is None
    assert held(("language", "one_of", ["es"]), facts(signals={"language": "es"})) is not None


@pytest.mark.parametrize(
    ("opened", "days", "count"),
    [
        ([0], 1, 0),  # this very moment is not earlier
        ([1, 24], 1, 2),
        ([25], 1, 0),
        ([24 * 30, 24 * 30 + 1], 30, 1),
    ],
)
def test_earlier_escalations_are_counted_back_from_the_message(opened, days, count):
    about = {"earlier": tuple(NOW - timedelta(hours=hours) for hours in opened)}

    assert facts(about=about).escalations_within(days) == count


def test_a_customer_of_the_future_has_no_age():
    assert facts(about={"signed_up_on": date(2026, 3, 3)}).customer_days is None
    assert facts(about={"signed_up_on": date(2026, 3, 2)}).customer_days == 0


SAMPLES = {
    **dict.fromkeys(NUMBERS, 0.5),
    **dict.fromkeys(PATTERNS, r"a|\d+"),
    **dict.fromkeys(WITHOUT_VALUE),
}


def all_conditions():
    for field, spec in FIELDS.items():
        for operator in spec.operators:
            value = SAMPLES.get(operator, ["a", "0"])
            if operator in NUMBERS and spec.whole:
                value = 1
            yield field, operator, value, ARGUMENTS.get(field, "")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(
    said=st.builds(
        Said,
        author=st.sampled_from(Author.values),
        text=st.text(max_size=40),
        ai_confidence=st.none() | st.floats(0, 1),
        response_ms=st.none() | st.integers(0, 2**31 - 1),
        sent_at=st.none() | st.just(NOW),
    ),
    about=st.builds(
        Circumstances,
        plan=st.text(max_size=5),
        language=st.text(max_size=5),
        started_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        signed_up_on=st.none() | st.dates(),
        monthly_value=st.none() | st.floats(0, 1e12),
        customer_attributes=st.fixed_dictionaries({"seats": json_values}),
        attributes=st.dictionaries(st.just("seats"), json_values),
        earlier=st.none() | st.just((NOW,)),
    ),
)
def test_no_condition_ever_fails_whatever_it_is_told(said, about):
    rules = [
        CompiledRule(number, "Rule", 1, ((compile_condition(*condition),),))
        for number, condition in enumerate(all_conditions())
    ]
    errors = {}

    evaluate_all(rules, Facts(said, Signals(), "billing", about), NOW, errors)

    assert errors == {}


def test_every_condition_that_passes_the_validator_can_be_compiled():
    for field, operator, value, argument in all_conditions():
        validate_condition(field, operator, value, argument)
        assert isinstance(compile_condition(field, operator, value, argument), Check)


words = st.sampled_from(["a", "the", "to", "speak", "human", "now"])
texts = st.lists(words, max_size=8)


@given(texts, st.lists(st.lists(words, min_size=1, max_size=3), min_size=1, max_size=3))
def test_phrases_are_found_as_by_sliding_them_along_the_text(text, phrases):
    def plain(sequence):
        return [word for word in sequence if word not in ("a", "the")]

    def slides(phrase):
        told, wanted = plain(text), plain(phrase)
        starts = range(len(told) - len(wanted) + 1)
        return bool(wanted) and any(told[at : at + len(wanted)] == wanted for at in starts)

    value = [" ".join(phrase) for phrase in phrases]
    found = held(("customer_text", "contains_phrase", value), facts(text=" ".join(text)))
    lacking = held(("customer_text", "lacks_phrases", value), facts(text=" ".join(text)))

    assert (found and found.actual) == next((" ".join(phrase) for phrase in phrases if slides(phrase)), None)
    assert (lacking is None) == any(map(slides, phrases))


text_conditions = st.tuples(
    st.just("customer_text"),
    st.sampled_from(["contains_phrase", "lacks_phrases", "contains_words"]),
    st.lists(words, min_size=1, max_size=3),
)
conditions = text_conditions | st.just(("ai_confidence", "below", 0.5)) | st.just(("intent", "one_of", ["now"]))


@given(
    st.lists(st.lists(st.lists(conditions, max_size=2), max_size=2), max_size=6),
    st.sampled_from(Author.values),
    texts,
    st.sampled_from(["", "now"]),
)
def test_rules_that_are_no_candidates_would_not_fire(shapes, author, text, intent):
    rules = [
        CompiledRule(number, "Rule", 1, tuple(tuple(compile_condition(*one) for one in group) for group in groups))
        for number, groups in enumerate(shapes)
    ]
    told = facts(author=author, text=" ".join(text), ai_confidence=0.3, signals={"intent": intent})

    candidates = Candidates(rules).at(told.message)

    assert evaluate_all(candidates, told, NOW) == evaluate_all(rules, told, NOW)


def test_of_rules_that_wait_for_words_only_those_whose_word_is_said_are_candidates():
    human, refund, confidence = (
        CompiledRule(number, "Rule", 1, ((compile_condition(*condition),),))
        for number, condition in enumerate(
            [
                ("customer_text", "contains_phrase", ["to a human", "to a person"]),
                ("customer_text", "contains_words", ["a", "refund"]),
                ("last_confidence", "below", 0.4),
            ]
        )
    )
    candidates = Candidates([human, refund, confidence])

    assert list(candidates.at(Said(text="Good morning"))) == [confidence]
    assert list(candidates.at(Said(text="A person, please"))) == [human, confidence]
    assert list(candidates.at(Said(author="ai", text="A person, please"))) == [confidence]


def check(number, holds, author):
    return Check(
        ConditionField.INTENT,
        lambda _: Held("intent", "one_of", [], number, str(number)) if holds else None,
        author,
    )


checks = st.tuples(st.booleans(), st.sampled_from([None, Author.AI, Author.CUSTOMER]))


@given(
    st.lists(st.lists(st.lists(checks, max_size=3), max_size=3), max_size=4), st.sampled_from(["ai", "customer"])
)
def test_a_rule_fires_when_all_of_one_of_its_groups_hold(shapes, author):
    rules = [
        CompiledRule(
            number, "Rule", 1, tuple(tuple(check(n, *one) for n, one in enumerate(group)) for group in groups)
        )
        for number, groups in enumerate(shapes)
    ]

    def fires(groups):
        return any(group and all(holds and of in (None, author) for holds, of in group) for group in groups)

    expected = [number for number, groups in enumerate(shapes) if fires(groups)]
    fired = evaluate_all(rules, facts(author=author), NOW)
    first = evaluate(rules, facts(author=author), NOW)

    assert [one.rule.id for one in fired] == expected
    assert (first.rule.id if first else None) == (expected[0] if expected else None)


def test_a_rule_is_asked_only_where_it_could_fire():
    asked = []
    reads_text = replace(compile_condition("customer_text", "matches_not", "x"), holds=asked.append)
    rule = CompiledRule(1, "Rule", 1, ((reads_text,),))

    evaluate([rule], facts(author="ai"), NOW)

    assert asked == []


@pytest.mark.parametrize(
    ("condition", "needs"),
    [
        (("customer_text", "contains_phrase", ["x"]), Needs()),
        (("topic", "one_of", ["x"]), Needs()),
        (("sentiment", "below", 0), Needs()),
        (("plan", "one_of", ["x"]), Needs(circumstances=True)),
        (("language", "one_of", ["x"]), Needs(circumstances=True)),
        (("minutes", "above", 5), Needs(circumstances=True)),
        (("earlier_escalations", "above", 5, "14"), Needs(earlier_days=14)),
    ],
)
def test_what_a_rule_needs_is_known_from_its_conditions(condition, needs):
    rule = CompiledRule(1, "Rule", 1, ((compile_condition(*condition),),))

    assert needs_of([rule]) == needs
    assert bool(needs_of([rule])) == (needs != Needs())
    assert needs_of([replace(rule, cooldown=timedelta(minutes=1))]) == replace(needs, cooldown=True)


@pytest.mark.parametrize(("seconds", "quiet"), [(0, True), (599, True), (600, False)])
def test_a_rule_cools_down_after_the_last_escalation(seconds, quiet):
    rule = CompiledRule(
        1, "Rule", 1, ((compile_condition("frustrated", "is_false", None),),), cooldown=timedelta(minutes=10)
    )
    ended = facts(about={"escalation_ended_at": NOW - timedelta(seconds=seconds)})

    assert (evaluate([rule], ended, NOW) is None) is quiet
    assert evaluate([rule], facts(), NOW) is not None


def test_a_rule_that_errs_is_passed_over_and_told_of():
    def fail(_):
        raise ZeroDivisionError("no reason")

    broken = CompiledRule(1, "Broken", 1, ((Check(ConditionField.INTENT, fail),),))
    whole = CompiledRule(2, "Whole", 1, ((compile_condition("frustrated", "is_false", None),),))
    errors = {}

    fired = evaluate([broken, whole], facts(), NOW, errors)

    assert fired.rule == whole
    assert errors == {1: "ZeroDivisionError: no reason"}
    assert evaluate([broken], facts(), NOW) is None
