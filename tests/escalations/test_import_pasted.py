import json
from datetime import UTC, datetime

import pytest

from escalations.importers.pasted import PastedLine, read_pasted
from helpninja.common.parsing import Refused

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(text):
    return read_pasted(text if isinstance(text, str) else json.dumps(text), latest=NOW)


def test_plain_lines_name_who_spoke_and_what_is_known_of_it():
    pasted = read(
        "Customer: My bag is lost: where is it?\n\nAI (0.31, failed): I can't find it.\n"
        "customer (baggage_question): Look\n    again, please\nAgent: I do\nai (ok): Fine\n"
    )

    assert pasted.lines == (
        PastedLine("customer", "My bag is lost: where is it?"),
        PastedLine("ai", "I can't find it.", ai_confidence=0.31, ai_failed=True),
        PastedLine("customer", "Look\nagain, please", intent="baggage_question"),
        PastedLine("agent", "I do"),
        PastedLine("ai", "Fine", ai_failed=False),
    )


def test_json_is_read_as_the_api_takes_it():
    message = {
        "author": "ai",
        "text": "No",
        "ai_confidence": 0.2,
        "response_ms": 900,
        "sent_at": "2026-03-02T10:00:00Z",
    }

    alone = read([message])
    within = read({"topic": "billing", "customer": {"plan": "pro", "region": "EU"}, "messages": [message]})

    assert alone.lines == within.lines
    assert alone.lines[0].sent_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert within.about == {"topic": "billing", "customer": {"plan": "pro", "region": "EU"}}


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("", "", "There is no message in it."),
        ("Customer: Hello\nHello?", "line 2", "Begin it with one of Customer:, AI:, Agent:"),
        ("Robot: Hello", "line 1", "Begin it with one of"),
        ("AI (1.5): Hello", "line 1", "between 0 and 1"),
        ("AI (nan): Hello", "line 1", "between 0 and 1"),
        ("Customer: Hi\n\nCustomer (0.5): Hello", "line 3", "Only the AI has a confidence"),
        ("Customer (what is it): Hello", "line 1", "is no confidence, failed, ok or intent"),
        ("{", "", "Not valid JSON"),
        ({"topic": "billing"}, "messages", "A list of messages is needed"),
        ([{"author": "ai"}], "messages[0].text", "required"),
        ([{"author": "robot", "text": "Hi"}], "messages[0].author", "not a valid choice"),
        ([{"author": "ai", "text": "Hi", "confidence": 0.2}], "messages[0].confidence", "no such field"),
        ([{"author": "ai", "text": "Hi", "ai_confidence": 2}], "messages[0].ai_confidence", "between 0 and 1"),
        ({"messages": [], "customer": {"plan": 3}}, "customer.plan", "A text is needed"),
        ({"messages": [], "colour": "red"}, "colour", "no such field"),
        (["Hello"], "messages[0]", "A message is an object."),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_place(text, field, message):
    with pytest.raises(Refused, match=message) as refused:
        read(text)

    assert refused.value.field == field


def test_too_much_is_refused():
    with pytest.raises(Refused, match="At most 500 messages"):
        read("Customer: Hello\n" * 501)
    with pytest.raises(Refused, match="At most 200,000 characters"):
        read("Customer: " + "x" * 200_000)
