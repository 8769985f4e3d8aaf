import io
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.enums import Author, EventKind, Priority, Reason, State, Timing
from escalations.models import Conversation, Escalation, EscalationEvent, Message, Rating
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Scope
from tests import factories

AIRLINE = settings.BASE_DIR.parent / "shared/data/tau_bench/historical_trajectories_gpt-4o-airline.json"
CHAT = ("--format", "openai-chat", "--handoff-tool", "hand_over")


@pytest.fixture
def airline() -> Path:
    if not AIRLINE.exists():
        if os.environ.get("HELPNINJA_REQUIRE_SERVICES") == "1":
            pytest.fail(f"{AIRLINE} is missing.")
        pytest.skip("The shared data set is not beside this repository.")
    return AIRLINE


@pytest.fixture
def run(tmp_path):
    """Imports what it is given (a value as JSON, a list of values as lines) and returns the report."""

    def run(content, *options: str) -> dict:
        if isinstance(content, Path):
            path = content
        else:
            path = tmp_path / "history"
            lines = content if isinstance(content, list) else [content]
            texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
            path.write_text("\n".join(texts))
        out = io.StringIO()
        call_command("import_conversations", str(path), "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    return run


def added(report: dict) -> tuple[int, ...]:
    return tuple(report[name] for name in ("conversations", "messages", "escalations", "ratings", "rejected"))


def call(tool: str = "hand_over", **arguments) -> dict:
    function = {"name": tool, "arguments": json.dumps(arguments)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "1", "type": "function", "function": function}],
    }


def chat(*entries, **more) -> dict:
    return {"messages": [{"role": "user", "content": "My bag is lost"}, *entries], **more}


# Chat logs


def test_the_airline_log_is_imported_once(db, run, airline):
    options = ("--format", "openai-chat", "--handoff-tool", "transfer_to_human_agents")

    first, second = run(airline, *options), run(airline, *options)

    assert added(first) == (200, 5308, 48, 0, 0)
    assert added(second) == (0, 0, 0, 0, 0)
    assert Escalation.objects.exclude(summary="").count() == 48
    assert not Escalation.objects.open().exists()
    assert not EscalationEvent.objects.filter(dispatched=False).exists()


def test_a_dry_run_counts_the_same_and_stores_nothing(db, run, airline):
    report = run(airline, "--format", "openai-chat", "--handoff-tool", "transfer_to_human_agents", "--dry-run")

    assert added(report) == (200, 5308, 48, 0, 0)
    assert not Conversation.objects.exists()
    assert not AuditEntry.objects.exists()


def test_each_entry_becomes_a_message_with_all_that_the_log_says(db, run):
    answer = {"role": "tool", "tool_call_id": "1", "name": "find_bag", "content": "In Oslo"}
    parts = [{"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {"url": "data:x"}}]

    run(
        chat(
            {"role": "system", "content": "Be kind"}, call("find_bag"), answer, {"role": "user", "content": parts}
        ),
        *CHAT,
    )

    messages = list(Message.objects.order_by("id"))
    assert [(message.author, message.text) for message in messages] == [
        (Author.CUSTOMER, "My bag is lost"),
        (Author.SYSTEM, "Be kind"),
        (Author.AI, ""),
        (Author.TOOL, "In Oslo"),
        (Author.CUSTOMER, "Look:"),
    ]
    assert messages[2].attributes["tool_calls"][0]["function"]["name"] == "find_bag"
    assert messages[3].attributes == {"tool_call_id": "1", "name": "find_bag"}
    assert messages[4].attributes == {"parts": [parts[1]]}
    assert list(Message.objects.in_order()) == messages


@pytest.mark.parametrize(
    ("answers", "failed"),
    [
        ((), None),
        (("In Oslo",), False),
        (("Error: no such bag",), True),
        (("In Oslo", "Error: no such bag"), True),
    ],
)
def test_an_answer_fails_when_a_tool_that_it_called_does(db, run, answers, failed):
    told = [{"role": "tool", "tool_call_id": "1", "content": answer} for answer in answers]

    run(chat(call("find_bag"), *told, {"role": "assistant", "content": "Error: is what I say"}), *CHAT)

    answered = Message.objects.filter(author=Author.AI).order_by("id").values_list("ai_failed", flat=True)
    assert list(answered) == [failed, None]


def test_a_call_of_the_handoff_tool_is_an_escalation_that_is_over(db, run):
    report = run(chat(call(summary="Bag lost in Oslo")), *CHAT)

    escalation = Escalation.objects.get()
    assert added(report) == (1, 2, 1, 0, 0)
    assert escalation.summary == "Bag lost in Oslo"
    assert escalation.subject == "My bag is lost"
    assert escalation.state == State.CANCELLED
    assert escalation.timing == Timing.UNKNOWN
    assert escalation.priority == Priority.MEDIUM
    assert escalation.first_response_due_at is None
    assert escalation.trigger_message.author == Author.AI
    event = escalation.events.get()
    assert (event.kind, event.dispatched, event.version) == (EventKind.IMPORTED, True, escalation.version)
    assert event.data["text"] == "Imported from history: what the person did is not in the log."


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Could you connect me with a human agent?", Reason.CUSTOMER_REQUEST),
        ("Let me SPEAK to a human!", Reason.CUSTOMER_REQUEST),
        ("I want a refund", Reason.LOW_AI_CONFIDENCE),
    ],
)
def test_the_reason_is_inferred_by_a_stated_rule(db, run, said, reason):
    run(chat({"role": "user", "content": said}, call(summary="x")), *CHAT)

    escalation = Escalation.objects.get()
    assert escalation.reason == reason
    assert escalation.because["reason_inferred"] is True
    assert escalation.because["text"].startswith("The AI called hand_over.")


def test_what_the_customer_says_after_the_handoff_is_not_its_reason(db, run):
    run(chat(call(summary="x"), {"role": "user", "content": "Thanks, a real person!"}), *CHAT)

    assert Escalation.objects.get().reason == Reason.LOW_AI_CONFIDENCE


@pytest.mark.parametrize("arguments", ['{"summary": ', "[]", '{"summary": 3}', None])
def test_a_handoff_with_unreadable_arguments_is_still_a_handoff(db, run, arguments):
    entry = call()
    entry["tool_calls"][0]["function"]["arguments"] = arguments

    report = run(chat(entry), *CHAT)

    assert report["escalations"] == 1
    assert Escalation.objects.get().summary == ""


def test_a_second_call_of_the_tool_is_the_same_escalation(db, run):
    report = run(chat(call(summary="first"), call(summary="second")), *CHAT)

    assert report["escalations"] == 1
    assert Escalation.objects.get().summary == "first"


def test_times_that_the_log_lacks_stay_unknown(db, run):
    run(chat(), *CHAT)

    conversation = Conversation.objects.get()
    assert conversation.timing == Timing.UNKNOWN
    assert conversation.last_message_at is None
    assert conversation.messages.get().sent_at is None


def test_start_places_what_has_no_time_of_its_own(db, run):
    run(
        [chat(call()), chat(id="b", created_at="2024-05-01T10:00:00Z")],
        *CHAT,
        "--start",
        "2024-03-01T00:00:00+01:00",
    )

    placed, timed = Conversation.objects.order_by("id")
    assert (placed.timing, placed.started_at) == (Timing.PLACED, datetime(2024, 2, 29, 23, tzinfo=UTC))
    assert placed.escalations.get().timing == Timing.PLACED
    assert placed.messages.first().sent_at is None
    assert (timed.timing, timed.started_at) == (Timing.MEASURED, datetime(2024, 5, 1, 10, tzinfo=UTC))


def test_times_of_the_messages_are_taken(db, run):
    run(chat({"role": "assistant", "content": "Hi", "timestamp": 1714557600}), *CHAT)

    conversation = Conversation.objects.get()
    assert conversation.started_at == conversation.last_message_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert conversation.messages.get(author=Author.AI).sent_at == datetime(2024, 5, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"text": "no list"}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": [3]}, "messages[0]"),
        ({"messages": [{"role": "robot", "content": ""}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 3}]}, "messages[0].content"),
        ({"traj": [{"role": "assistant", "tool_calls": "x"}]}, "traj[0].tool_calls"),
        ({"messages": [{"role": "user", "content": "", "timestamp": "soon"}]}, "messages[0].timestamp"),
        ({"messages": [{"role": "user", "content": ""}], "created_at": "2999-01-01T00:00:00Z"}, "created_at"),
        ({"messages": [{"role": "user", "content": "a\x00b"}]}, "messages[0].content"),
        ({"id": "x" * 201, "messages": [{"role": "user", "content": ""}]}, "id"),
        ("text", ""),
    ],
)
def test_a_bad_record_is_reported_by_number_and_field_and_the_rest_is_kept(db, run, record, field):
    report = run([chat(id=1), json.dumps(record), chat(id=3)], *CHAT)

    assert added(report) == (2, 2, 0, 0, 1)
    assert [(error["number"], error["field"]) for error in report["errors"]] == [(2, field)]


def test_the_same_content_twice_in_a_file_is_two_conversations_however_often_it_is_read(db, run):
    first, second = run([chat(), chat()], *CHAT), run([chat(), chat()], *CHAT)

    assert added(first) == (2, 2, 0, 0, 0)
    assert added(second) == (0, 0, 0, 0, 0)


def test_the_same_id_with_another_content_is_rejected(db, run):
    report = run([chat(id="a"), chat(id="a"), chat({"role": "assistant", "content": "?"}, id="a")], *CHAT)

    assert added(report) == (1, 1, 0, 0, 1)
    assert report["errors"][0] == {
        "number": 3,
        "field": "id",
        "message": "This id is stored with another content.",
    }


def test_another_source_is_another_history(db, run):
    run(chat(id="a"), *CHAT, "--source", "one")

    assert added(run(chat(id="a"), *CHAT, "--source", "two")) == (1, 1, 0, 0, 0)


def test_an_import_is_in_the_audit_log(db, run):
    run(chat(id="a"), *CHAT, "--source", "old-chat")
    run(chat(id="a"), *CHAT, "--source", "old-chat")

    entry = AuditEntry.objects.get()
    assert entry.action == "conversations.imported"
    assert entry.details == {"source": "old-chat", "file": "history"}


def test_a_batch_costs_the_same_number_of_queries_for_one_and_for_three(db, run):
    counts = []
    for ids in (["a"], ["b", "c", "d"]):
        with CaptureQueriesContext(connection) as captured:
            run([chat(call(summary="x"), id=id) for id in ids], *CHAT)
        counts.append(len(captured))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "options", [("--source", "a b"), ("--start", "soon"), ("--start", "2999-01-01T00:00:00Z"), ("--format", "xml")]
)
def test_bad_options_are_refused(db, run, options):
    with pytest.raises(CommandError):
        run(chat(), *options)


def test_a_missing_file_is_said(db, tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        call_command("import_conversations", str(tmp_path / "none"))


def test_imported_escalations_are_listed_with_their_summaries_and_wait_for_nobody(db, run, api):
    run(chat(call(summary="Bag lost in Oslo")), *CHAT)
    client = api(factories.make_key(Scope.ESCALATIONS_READ))

    listed = client.get("/api/v1/escalations").json()["results"]
    waiting = client.get("/api/v1/escalations?state=waiting").json()["results"]

    assert [(row["state"], row["summary"]) for row in listed] == [("cancelled", "Bag lost in Oslo")]
    assert waiting == []


# Killed in the middle

KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from escalations.actions import importing
batches = 0
append = importing.append_imported_events
def kill_in_second_batch(*args):
    global batches
    batches += 1
    if batches == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    append(*args)
importing.append_imported_events = kill_in_second_batch
call_command("import_conversations", *sys.argv[1:], "--source=killed")
"""
AGAIN = """
import io, json, sys
import django
django.setup()
from django.core.management import call_command
from escalations.models import Conversation, Escalation, Message
def run(source):
    out = io.StringIO()
    call_command("import_conversations", *sys.argv[1:], "--source=" + source, "--json", stdout=out)
    return json.loads(out.getvalue())
def rows(source):
    of = {"conversation__source": source}
    return [
        list(Conversation.objects.filter(source=source).order_by("external_id").values_list(
            "external_id", "body_hash", "subject", "timing", "attributes")),
        list(Message.objects.filter(**of).order_by("conversation__external_id", "id").values_list(
            "conversation__external_id", "author", "text", "sent_at", "attributes")),
        list(Escalation.objects.filter(**of).order_by("conversation__external_id").values_list(
            "conversation__external_id", "summary", "reason", "state", "version", "because", "events__kind",
            "trigger_message__text")),
    ]
print(json.dumps({
    "half": rows("killed"), "again": run("killed"), "killed": rows("killed"),
    "whole": run("whole"), "uninterrupted": rows("whole"),
}))
"""


def test_killed_in_the_middle_and_run_again_it_leaves_the_same_rows(migrated, tmp_path):
    log = tmp_path / "log.json"
    log.write_text(json.dumps([chat(call(summary=f"Bag {n}"), trial=n) for n in range(150)]))
    arguments = (str(log), *CHAT)

    with migrated.copy() as database_url:
        environment = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "helpninja.settings"}
        killed, again = (
            subprocess.run(
                [sys.executable, "-c", program, *arguments],
                env=environment,
                cwd=settings.BASE_DIR,
                capture_output=True,
                text=True,
            )
            for program in (KILLED, AGAIN)
        )

    assert killed.returncode == -signal.SIGKILL
    after = json.loads(again.stdout)
    assert len(after["half"][0]) == 100
    assert added(after["again"]) == (50, 100, 50, 0, 0)
    assert added(after["whole"]) == (150, 300, 150, 0, 0)
    assert after["killed"] == after["uninterrupted"]


# Events a line

HISTORY = [
    {
        "type": "conversation",
        "external_id": "c1",
        "customer": {"external_id": "u1", "name": "Ada", "plan": "pro", "region": "EU"},
        "subject": "Invoice",
        "topic": "billing",
        "started_at": "2024-05-01T10:00:00Z",
    },
    {
        "type": "message",
        "conversation": "c1",
        "author": "customer",
        "text": "ok",
        "sent_at": "2024-05-01T10:00:05Z",
    },
    {"type": "message", "conversation": "c1", "author": "ai", "text": "Hm", "ai_confidence": 0.1},
    {
        "type": "escalation",
        "conversation": "c1",
        "at": "2024-05-01T10:01:00Z",
        "reason": "billing_account",
        "priority": "high",
        "summary": "Wrong sum",
        "first_response_at": "2024-05-01T10:02:30Z",
        "resolved_at": "2024-05-01T10:11:00Z",
        "category": "money",
        "quality": "immediate",
        "necessity": "needed",
    },
    {"type": "close", "conversation": "c1", "at": "2024-05-01T10:12:00Z"},
    {"type": "rating", "conversation": "c1", "csat": 5, "comment": "Fast", "rated_at": "2024-05-02T00:00:00Z"},
]


def test_events_are_imported_with_their_true_times(db, run):
    report = run(HISTORY)

    escalation = Escalation.objects.get()
    assert added(report) == (1, 2, 1, 1, 0)
    assert (escalation.state, escalation.timing, escalation.reason) == (
        State.RESOLVED,
        Timing.MEASURED,
        Reason.BILLING_ACCOUNT,
    )
    assert (escalation.first_response_seconds, escalation.resolution_seconds) == (90, 600)
    assert escalation.priority == Priority.HIGH
    assert escalation.plan.code == "pro"
    assert escalation.topic.slug == "billing"
    assert escalation.conversation.customer.name == "Ada"
    assert escalation.conversation.closed_at == datetime(2024, 5, 1, 10, 12, tzinfo=UTC)
    assert escalation.rating.csat == 5
    assert not EscalationEvent.objects.exclude(kind=EventKind.IMPORTED, dispatched=True).exists()


def test_no_rule_is_asked_for_history(db, run):
    run(HISTORY[:3])

    assert not Escalation.objects.exists()


def test_events_twice_add_nothing(db, run):
    run(HISTORY)

    assert added(run(HISTORY)) == (0, 0, 0, 0, 0)


def test_an_interrupted_history_is_completed(db, run):
    run(HISTORY[:4])

    assert added(run(HISTORY)) == (0, 0, 0, 1, 0)
    assert Conversation.objects.get().closed_at is not None


def test_the_same_message_said_twice_is_two_messages_however_often_it_is_read(db, run):
    lines = [*HISTORY[:2], HISTORY[1]]

    first, second = run(lines), run(lines)

    assert first["messages"] == 2
    assert second["messages"] == 0


def test_an_escalation_without_a_resolution_is_cancelled(db, run):
    run(
        [
            HISTORY[0],
            {"type": "escalation", "conversation": "c1", "at": "2024-05-01T10:01:00Z", "reason": "content_gap"},
        ]
    )

    assert Escalation.objects.get().state == State.CANCELLED


def test_an_escalation_after_a_resolved_one_repeats_it(db, run):
    later = {**HISTORY[3], "at": "2024-05-02T10:00:00Z", "first_response_at": None, "resolved_at": None}

    run([*HISTORY, later])

    first, second = Escalation.objects.order_by("opened_at")
    assert second.previous == first


def test_an_agent_is_named_by_address(db, run, agent):
    message = {
        "type": "message",
        "conversation": "c1",
        "author": "agent",
        "text": "Hello",
        "agent": agent.user.email,
    }

    run([HISTORY[0], message, {**HISTORY[3], "agent": agent.public_id}, HISTORY[5]])

    assert Message.objects.get().agent == agent
    assert Escalation.objects.get().resolved_by == agent
    assert Rating.objects.get().handler == agent


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"type": "party"}, "type"),
        ({"type": "message", "conversation": "none", "author": "ai", "text": ""}, "conversation"),
        ({"type": "message", "conversation": "c1", "author": "robot", "text": ""}, "author"),
        ({"type": "message", "conversation": "c1", "author": "ai"}, "text"),
        ({"type": "message", "conversation": "c1", "author": "ai", "text": 3}, "text"),
        ({"type": "message", "conversation": "c1", "author": "ai", "text": "", "mood": "x"}, "mood"),
        (
            {"type": "message", "conversation": "c1", "author": "ai", "text": "", "ai_confidence": 2},
            "ai_confidence",
        ),
        ({"type": "message", "conversation": "c1", "author": "ai", "text": "", "agent": "a@b.c"}, "agent"),
        ({"type": "message", "conversation": "c1", "author": "agent", "text": "", "agent": "a@b.c"}, "agent"),
        (
            {"type": "message", "conversation": "c1", "author": "ai", "text": "", "sent_at": "2024-05-01"},
            "sent_at",
        ),
        ({"type": "message", "conversation": "c1", "author": "ai", "text": "", "response_ms": -1}, "response_ms"),
        ({"type": "close", "conversation": "c1", "at": "2024-04-01T00:00:00Z"}, "at"),
        ({"type": "close", "conversation": "c1"}, "at"),
        ({"type": "rating", "conversation": "c1", "rated_at": "2024-05-02T00:00:00Z"}, "csat"),
        ({"type": "rating", "conversation": "c1", "csat": 6, "rated_at": "2024-05-02T00:00:00Z"}, "csat"),
        ({**HISTORY[3], "resolved_at": "2024-05-01T09:00:00Z"}, "resolved_at"),
        ({**HISTORY[3], "topic": "weather"}, "topic"),
        ({**HISTORY[3], "priority": "urgent"}, "priority"),
        ({**HISTORY[3], "tier": ""}, "tier"),
        ({**HISTORY[0], "external_id": "c2", "customer": {"email": "x"}}, "customer.email"),
        ({**HISTORY[0], "external_id": "c2", "customer": {"plan": "gold"}}, "customer.plan"),
        ({**HISTORY[0], "subject": "Other"}, "external_id"),
        ([], ""),
    ],
)
def test_a_bad_line_is_reported_by_number_and_field_and_the_rest_is_kept(db, run, line, field):
    report = run([HISTORY[0], json.dumps(line), HISTORY[1]])

    assert added(report) == (1, 1, 0, 0, 1)
    assert [(error["number"], error["field"]) for error in report["errors"]] == [(2, field)]


def test_people_read_the_report_as_text(db, tmp_path):
    path = tmp_path / "history"
    path.write_text("\n".join(map(json.dumps, [*HISTORY, {"type": "x"}])))
    out, err = io.StringIO(), io.StringIO()

    call_command("import_conversations", str(path), stdout=out, stderr=err)

    assert (
        out.getvalue()
        == "Added 1 conversations, 2 messages, 1 escalations, 1 ratings; 1 rejected, 0 stored before.\n"
    )
    assert err.getvalue().startswith("Record 7, type: One of conversation")
