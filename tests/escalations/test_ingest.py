import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalations.actions import lifecycle
from escalations.api import ingest
from escalations.api.serializers import CLOCK_TOLERANCE, MessageInput
from escalations.enums import State
from escalations.models import Conversation, Escalation, EscalationEvent, Message, Rating
from helpninja.common.actors import SYSTEM
from helpninja.common.parsing import MAX_BYTES, canonical
from helpninja.common.roles import Scope
from tests import factories

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
TYPE = "application/x-ndjson"


@pytest.fixture
def client(db, api):
    return api(factories.make_key(Scope.INGEST, source="chat"))


@pytest.fixture
def ingest_lines(client):
    """Posts lines (bytes as they are, all else as JSON) and returns the answers."""

    def ingest_lines(*lines) -> list[dict]:
        raw = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
        response = client.generic("POST", "/api/v1/ingest", raw, content_type=TYPE)
        assert response.status_code == 200, response.content
        assert not response.content or response["Content-Type"] == TYPE
        return [json.loads(line) for line in response.content.splitlines()]

    return ingest_lines


def conversation(external_id="c1", **more) -> dict:
    return {"type": "conversation", "external_id": external_id, **more}


def message(text="Hello", external_id="c1", author="customer", **more) -> dict:
    return {"type": "message", "conversation": external_id, "author": author, "text": text, **more}


def test_each_line_is_answered_and_the_good_ones_are_stored(ingest_lines):
    answers = ingest_lines(
        conversation(),
        message("One"),
        b"{oops",
        message("Two", author="robot"),
        b'["list"]',
        {"type": "party"},
        message("Lost", external_id="none"),
        {**message("Three"), "conversation": 3},
        message("Four", mood="x"),
        message("Five", ai_confidence=2),
        message("a\x00b"),
        b"",
        message("Last"),
    )

    assert [(answer["line"], answer["status"]) for answer in answers] == [
        (1, 201),
        (2, 201),
        (3, 400),
        (4, 400),
        (5, 400),
        (6, 400),
        (7, 404),
        (8, 400),
        (9, 400),
        (10, 400),
        (11, 400),
        (13, 201),
    ]
    assert list(answers[3]["errors"]) == ["author"]
    assert list(answers[5]["errors"]) == ["type"]
    assert list(answers[7]["errors"]) == ["conversation"]
    assert list(answers[8]["errors"]) == ["mood"]
    assert answers[0]["id"] == Conversation.objects.get().public_id
    assert answers[1]["id"] == Message.objects.get(text="One").public_id
    assert [row.text for row in Message.objects.order_by("id")] == ["One", "Last"]


def test_an_escalation_is_answered_on_its_line(ingest_lines):
    answers = ingest_lines(conversation(), message("Hi"), message("I want to speak to a human"), message("Hello?"))

    escalation = Escalation.objects.get()
    assert [answer.get("escalation") is not None for answer in answers] == [False, False, True, False]
    assert answers[2]["escalation"]["id"] == escalation.public_id
    assert answers[2]["escalation"]["reason"] == "customer_request"
    assert escalation.trigger_message.public_id == answers[2]["id"]
    assert list(escalation.events.values_list("kind", flat=True)) == ["opened", "customer_replied"]


def test_signals_add_up_over_lines_and_requests(ingest_lines):
    weak = message("Hm", author="ai", ai_confidence=0.3)

    ingest_lines(conversation(), message("Help"), weak)
    assert not Escalation.objects.exists()

    assert ingest_lines(weak)[0]["escalation"]["reason"] == "low_ai_confidence"


def test_the_same_line_again_gives_the_first_answer(ingest_lines):
    lines = [conversation(), message("Hi", external_id="c1") | {"external_id": "m1"}]
    lines.append(message("speak to human") | {"external_id": "m2"})

    first, second = ingest_lines(*lines), ingest_lines(*lines)

    assert [answer["status"] for answer in first] == [201, 201, 201]
    assert [answer["status"] for answer in second] == [200, 200, 200]
    assert [answer["id"] for answer in second] == [answer["id"] for answer in first]
    assert second[2]["escalation"]["id"] == first[2]["escalation"]["id"]
    assert Message.objects.count() == 2


def test_the_same_id_with_another_body_is_a_conflict(ingest_lines):
    answers = ingest_lines(
        conversation(),
        message("Hi") | {"external_id": "m1"},
        message("Hi") | {"external_id": "m1"},
        message("Ho") | {"external_id": "m1"},
        conversation(subject="Other"),
    )

    assert [answer["status"] for answer in answers] == [201, 201, 200, 409, 409]
    assert answers[2]["id"] == answers[1]["id"] == answers[3]["id"]
    assert Message.objects.get().text == "Hi"


def test_new_conversations_are_stored_together(ingest_lines, django_assert_max_num_queries):
    ingest_lines(conversation("warm"), message(external_id="warm"))

    with django_assert_max_num_queries(20) as few:
        ingest_lines(conversation("a"), message(external_id="a"))
    with django_assert_max_num_queries(len(few)):
        ingest_lines(*[line for name in "bcdef" for line in (conversation(name), message(external_id=name))])

    assert Conversation.objects.filter(messages__isnull=False).count() == 7


def test_lines_of_one_customer_keep_their_order(ingest_lines):
    ingest_lines(
        conversation("a", customer={"external_id": "u1", "name": "Ada", "plan": "trial"}),
        conversation("b", customer={"external_id": "u1", "name": "Ada L.", "plan": "pro"}),
    )

    first, second = Conversation.objects.order_by("external_id").select_related("customer", "plan")
    assert (first.plan.code, second.plan.code) == ("trial", "pro")
    assert first.customer == second.customer
    assert second.customer.name == "Ada L."


def test_conversations_of_other_sources_do_not_exist(ingest_lines):
    factories.make_conversation(source="other", external_id="c1")

    assert ingest_lines(message())[0]["status"] == 404


def test_a_line_may_not_be_larger_than_a_body(ingest_lines):
    answers = ingest_lines(conversation(), b'"' + b"x" * MAX_BYTES + b'"', message())

    assert [answer["status"] for answer in answers] == [201, 413, 201]


def test_lines_after_the_limit_are_said_not_to_be_stored(ingest_lines, monkeypatch):
    monkeypatch.setattr(ingest, "MAX_LINES", 3)
    monkeypatch.setattr(ingest, "BATCH", 2)

    answers = ingest_lines(conversation(), *[message()] * 4)

    assert [(answer["line"], answer["status"]) for answer in answers] == [(1, 201), (2, 201), (3, 201), (4, 413)]
    assert Message.objects.count() == 2


def test_an_empty_body_has_no_answers(ingest_lines):
    assert ingest_lines(b"") == []


@pytest.mark.parametrize(
    ("scopes", "content_type", "headers", "status"),
    [
        ((Scope.ESCALATIONS_READ,), TYPE, {}, 403),
        ((), TYPE, {}, 403),
        ((Scope.INGEST,), "application/json", {}, 415),
        ((Scope.INGEST,), TYPE, {"HTTP_IDEMPOTENCY_KEY": "k"}, 400),
    ],
)
def test_who_may_not_or_sends_something_else_is_refused(db, api, scopes, content_type, headers, status):
    client = api(factories.make_key(*scopes))

    response = client.generic(
        "POST", "/api/v1/ingest", json.dumps(conversation()), content_type=content_type, **headers
    )

    assert response.status_code == status
    assert response["Content-Type"].startswith("application/problem+json")
    assert not Conversation.objects.exists()


def test_people_and_strangers_may_not_ingest(db, api, agent):
    for client, status in ((api(user=agent.user), 403), (api(), 401)):
        response = client.generic("POST", "/api/v1/ingest", json.dumps(conversation()), content_type=TYPE)

        assert response.status_code == status
    assert not Conversation.objects.exists()


def test_plain_messages_cost_the_same_queries_however_many(ingest_lines, django_assert_max_num_queries):
    ingest_lines(conversation("a"), conversation("b"))
    ingest_lines(message(external_id="a"))  # the rules are compiled and the key is read

    with django_assert_max_num_queries(12) as few:
        ingest_lines(message(external_id="a"))
    with django_assert_max_num_queries(len(few)):
        ingest_lines(*[message(external_id=name) for name in "ab" * 20])


# The same as one by one


def at(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


EVENTS = [
    conversation("a", customer={"external_id": "u1", "plan": "enterprise"}, subject="Sync", started_at=at(-60)),
    conversation("b"),
    conversation("c", topic="billing"),
    message("Hi", "a", sent_at=at(-50)) | {"external_id": "a1"},
    message("Hello", "b", sent_at=at(-49)),
    message("Sure?", "a", author="ai", ai_confidence=0.35, sent_at=at(-48), response_ms=900),
    message("No", "a", sent_at=at(-40), intent="complaint"),
    message("Broken", "c", sent_at=at(-39), intent="refund_request") | {"external_id": "c1"},
    message("Perhaps", "a", author="ai", ai_confidence=0.3, sent_at=at(-30)),
    message("Anybody?", "c", sent_at=at(-29)),
    message("note", "c", author="system", sent_at=at(-28)),
    message("Well", "a", sent_at=at(-20)),
    message("earlier", "b", author="ai", ai_confidence=0.9, sent_at=at(-55)),
    message("earliest", "a", author="ai", ai_confidence=0.1, sent_at=at(-58)),
    {"type": "close", "conversation": "b", "at": at(-10)},
    message("tool", "b", author="tool", sent_at=at(-9), attributes={"name": "x"}),
    message("Me again", "b", sent_at=at(-8)),
    message("To a person", "b", author="ai", sent_at=at(-7), handoff={"reason": "content_gap", "summary": "S"}),
    message("Broken", "c", sent_at=at(-39), intent="refund_request") | {"external_id": "c1"},
    message("Other", "c", sent_at=at(-39)) | {"external_id": "c1"},
    {"type": "rating", "conversation": "a", "csat": 2, "comment": "Slow", "rated_at": at(-1)},
    {"type": "rating", "conversation": "a", "csat": 2, "rated_at": at(-1)},
    {"type": "close", "conversation": "a", "at": at(0)},
    conversation("b"),
]


def post_singly(client, events) -> list[int]:
    ids, statuses = {}, []
    for event in events:
        body = {name: value for name, value in event.items() if name not in ("type", "conversation")}
        if event["type"] == "conversation":
            response = client.post("/api/v1/conversations", body, format="json")
            ids[event["external_id"]] = response.json()["id"]
        else:
            step = {"message": "messages", "close": "close", "rating": "ratings"}[event["type"]]
            url = f"/api/v1/conversations/{ids[event['conversation']]}/{step}"
            response = client.post(url, body, format="json")
        statuses.append(response.status_code)
    return statuses


def final_rows(source: str) -> dict:
    """All that is stored of a source, without random ids, keys and what the source itself is called."""
    mine = {"conversation__source": source}
    told = ("conversation__external_id",)
    return {
        "conversations": list(
            Conversation.objects.filter(source=source)
            .order_by("external_id")
            .values_list(
                "external_id", "body_hash", "customer__external_id", "plan__code", "subject", "topic__slug",
                "started_at", "last_message_at", "closed_at", "reopened_at", "signals", "attributes", "timing",
            )
        ),
        "messages": list(
            Message.objects.filter(**mine)
            .order_by("conversation__external_id", "id")
            .values_list(
                *told, "external_id", "body_hash", "author", "text", "sent_at", "received_at", "ai_confidence",
                "ai_failed", "intent", "response_ms", "attributes", "agent",
            )
        ),
        "escalations": list(
            Escalation.objects.filter(**mine)
            .order_by("conversation__external_id", "id")
            .values_list(
                *told, "reason", "topic__slug", "priority", "state", "version", "subject", "summary", "because",
                "trigger_message__text", "handoff_message", "ai_confidence", "opened_at", "first_response_due_at",
                "plan__code",
            )
        ),
        "events": list(
            EscalationEvent.objects.filter(escalation__conversation__source=source)
            .order_by("escalation__conversation__external_id", "escalation", "version")
            .values_list("kind", "at", "version", "message__text", "data")
        ),
        "ratings": list(
            Rating.objects.filter(**mine).order_by("id").values_list(*told, "csat", "comment", "rated_at")
        ),
    }  # fmt: skip


@pytest.mark.parametrize("batch", [1, 5, 500])
def test_the_same_events_singly_and_in_bulk_leave_the_same_rows(db, api, monkeypatch, batch):
    monkeypatch.setattr(ingest, "BATCH", batch)
    singly, bulk = (api(factories.make_key(Scope.INGEST, source=name)) for name in ("singly", "bulk"))

    with time_machine.travel(START, tick=False):
        statuses = post_singly(singly, EVENTS)
        raw = "\n".join(map(json.dumps, EVENTS))
        response = bulk.generic("POST", "/api/v1/ingest", raw, content_type=TYPE)

    assert [json.loads(line)["status"] for line in response.content.splitlines()] == statuses
    assert final_rows("bulk") == final_rows("singly")
    assert Escalation.objects.filter(conversation__source="bulk").count() == 3


def test_a_message_to_people_who_wait_for_it_reaches_them(ingest_lines, agent):
    ingest_lines(conversation(), message("speak to human"))
    escalation = lifecycle.claim(escalation=Escalation.objects.get(), agent=agent, by=SYSTEM, now=START)
    lifecycle.pend(escalation=escalation, by=SYSTEM, now=START)

    ingest_lines(message("Here I am"))

    assert Escalation.objects.get().state == State.ACTIVE


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=9)
times = [at(0), "2025-03-03", "2025-03-03T09:00:00", "2999-01-01T00:00:00Z", "20250303T090000Z"]
numbers = st.integers(-2, 3) | st.floats(-1, 2)
odd = numbers | st.none() | st.booleans() | st.sampled_from(["", " x ", "x" * 81, [], {}])
bodies = st.fixed_dictionaries(
    {"author": st.sampled_from(["customer", "ai", "agent", "AI", None]) | odd, "text": texts | odd},
    optional={
        "external_id": st.sampled_from(["m1", "x" * 201]) | odd,
        "sent_at": st.sampled_from(times) | odd,
        "ai_confidence": odd,
        "ai_failed": st.sampled_from(["true", 1]) | odd,
        "intent": st.sampled_from(["refund_request"]) | odd,
        "response_ms": st.sampled_from([900, 2**31]) | odd,
        "attributes": st.sampled_from([{"a": [1]}]) | odd,
        "handoff": st.sampled_from([{}]) | odd,
        "mood": odd,
    },
)


# How long an example takes is the machine's business.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies)
def test_what_is_read_the_fast_way_is_what_the_serializer_reads(body):
    fast = ingest.read_plain_message(body, timezone.now() + CLOCK_TOLERANCE)

    if fast is not None:
        assert canonical(fast) == canonical(MessageInput().run_validation(body))


def test_the_fast_way_is_taken_by_usual_messages():
    body = {"author": "ai", "text": "Hi", "sent_at": at(0), "ai_confidence": 0.5, "ai_failed": None, "intent": "x"}

    assert ingest.read_plain_message(body, timezone.now()) == {**body, "sent_at": START}
