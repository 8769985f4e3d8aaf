import pytest

from escalations.decisions.handoff import fill_in

KNOWN = {
    "customer_name": "Ada {plan}",
    "company": "Acme",
    "plan": "Enterprise",
    "topic": "Billing",
    "team": "Support",
}


@pytest.mark.parametrize(
    ("template", "known", "filled"),
    [
        ("I'm connecting you.", KNOWN, "I'm connecting you."),
        ("Hi {customer_name}!", KNOWN, "Hi Ada {plan}!"),
        ("Hi {customer_name}!", {}, "Hi there!"),
        ("{team} looks after {topic}.", {}, "our team looks after your question."),
        ("{company}, {plan}", {"company": "", "plan": " A\n  B "}, "your company, A B"),
        ("{{braces}}", KNOWN, "{braces}"),
        ("<b>{company}</b>", {"company": "A & B"}, "<b>A & B</b>"),
        ("never checked {name}", KNOWN, "never checked {name}"),
        ("never checked {", KNOWN, "never checked {"),
        ("never checked {plan.name}", KNOWN, "never checked {plan.name}"),
    ],
)
def test_fields_are_filled_in_as_plain_text(template, known, filled):
    assert fill_in(template, known) == filled


def test_a_long_name_stays_within_the_message():
    assert fill_in("Hi {customer_name}", {"customer_name": "A" * 500}) == "Hi " + "A" * 80
    assert len(fill_in("{customer_name}" * 33, {"customer_name": "A" * 80})) == 500
