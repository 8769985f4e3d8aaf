import pytest
from django.core.exceptions import ValidationError

from escalations.validators import (
    validate_condition,
    validate_context,
    validate_event_kinds,
    validate_priority_by_plan,
)


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("ai_confidence", "below", 0.4),
        ("ai_confidence", "at_least", 1),
        ("failed_attempts", "at_least", 2),
        ("customer_text", "contains_phrase", ["speak to human"]),
        ("intent", "one_of", ["refund_request"]),
        ("topic", "one_of", ["billing"]),
    ],
)
def test_what_goes_together_passes(field, operator, value):
    validate_condition(field, operator, value)


@pytest.mark.parametrize(
    ("field", "operator", "value", "wrong", "message"),
    [
        ("ai_confidence", "below", 40, "value", "AI confidence (this answer): give a number from 0 to 1."),
        ("ai_confidence", "below", "low", "value", "AI confidence (this answer): give a number."),
        ("ai_confidence", "below", True, "value", "AI confidence (this answer): give a number."),
        ("failed_attempts", "at_least", 1.5, "value", "Failed attempts in a row: give a whole number, 1 or more."),
        ("failed_attempts", "at_least", 0, "value", "Failed attempts in a row: give a whole number, 1 or more."),
        ("intent", "one_of", [], "value", "Intent: give at least one text, one a line."),
        ("intent", "one_of", "refund", "value", "Intent: give at least one text, one a line."),
        ("topic", "one_of", ["?!"], "value", "Topic: each text needs a letter or a digit."),
        ("intent", "below", 3, "operator",
            "Intent goes with “is one of”, “is none of”, “is known”, “is not known”."),
        ("ai_confidence", "one_of", 1, "operator",
            "AI confidence (this answer) goes with “is below”, “is at most”, “is at least”, “is above”."),
    ],
)  # fmt: skip
def test_what_does_not_is_refused_by_name(field, operator, value, wrong, message):
    with pytest.raises(ValidationError) as refused:
        validate_condition(field, operator, value)

    assert refused.value.message_dict == {wrong: [message]}


def test_priorities_by_plan_name_known_plans_and_priorities():
    validate_priority_by_plan({"enterprise": "high"}, {"enterprise"})

    for wrong in ({"gold": "high"}, {"enterprise": "urgent"}, ["enterprise"]):
        with pytest.raises(ValidationError):
            validate_priority_by_plan(wrong, {"enterprise"})


def test_context_and_event_kinds_are_of_the_known_ones():
    validate_context(["plan"])
    validate_event_kinds(["opened"])

    with pytest.raises(ValidationError):
        validate_context(["shoe_size"])
    with pytest.raises(ValidationError):
        validate_event_kinds("opened")
