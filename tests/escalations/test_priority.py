"""Priority in the database: assessed at the opening, risen by what is said, set by people, raised by waiting."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.enums import Status
from agents.models import Calendar
from escalations.actions import lifecycle
from escalations.actions.intake import post_message
from escalations.actions.priority import current_policy, forget_policy, publish, retire
from escalations.enums import EventKind, Priority, State
from escalations.models import (
    Escalation,
    EscalationEvent,
    PriorityAdjustment,
    PriorityCondition,
    PriorityRevision,
    PriorityRule,
    TriggerRule,
)
from escalations.rows import priority_lines
from helpninja.common import compiled
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Scope
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday, 7 AM in New York
MORGAN = Actor("person", "Morgan Blake")
LOW, MEDIUM, HIGH, CRITICAL = Priority


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def say(conversation, text="speak to human", *, author="customer", seconds=0, **data):
    return post_message(
        conversation=conversation.public_id,
        source=conversation.source,
        data={"author": author, "text": text, "sent_at": at(seconds), **data},
        by=SYSTEM,
        now=at(seconds),
    ).escalation


def escalate(text="speak to human", *, plan="pro", **data):
    customer = factories.make_customer(plan=plan)
    return say(factories.make_conversation(started_at=NOW, customer=customer, subject=""), text, **data)


def changes(escalation):
    kinds = (EventKind.PRIORITY_CHANGED, EventKind.PRIORITY_RAISED)
    return [
        (event.kind, event.data["from"], event.data["to"]) for event in escalation.events.filter(kind__in=kinds)
    ]


# At the opening


@pytest.mark.parametrize(
    ("text", "data", "level", "name"),
    [
        ("Can I speak to human?", {}, MEDIUM, "trigger rule “Customer asks for a person”"),
        (
            "I was hacked, speak to human",
            {},
            CRITICAL,
            "“Security or data breach” (the customer wrote “was hacked”)",
        ),
        (
            "Card",
            {"intent": "payment_failure"},
            HIGH,
            "“Billing dispute or payment issue” (intent payment_failure)",
        ),
        ("A person!", {"handoff": {}}, MEDIUM, "default, as no rule applies"),
        ("Do you do a webinar?", {"handoff": {}}, LOW, "“Training request” (the customer wrote “webinar”)"),
        ("Help", {"handoff": {"flags": ["system-wide"]}}, CRITICAL, "“System-wide problem” (flag system_wide)"),
        (
            "Help",
            {"handoff": {}, "attributes": {"security": True}},
            CRITICAL,
            "“Security or data breach” (flag security)",
        ),
    ],
)
def test_the_opening_is_assessed_and_says_by_what(text, data, level, name):
    escalation = escalate(text, **data)

    because = escalation.priority_because
    assert (escalation.priority, escalation.first_response_due_at) == (
        level,
        at({4: 60, 3: 180, 2: 300, 1: 600}[level]),
    )
    assert (because["base"]["name"], because["text"]) == (name, f"{level.label}: {level.label} by {name}")
    assert escalation.events.get().data["priority"] == level.code


def test_attributes_of_customer_and_conversation_are_flags():
    customer = factories.make_customer(plan="enterprise", attributes={"flags": ["service affecting"]})
    conversation = factories.make_conversation(customer=customer, attributes={"vip": True, "seats": 3})

    escalation = say(conversation)

    assert (escalation.flags, escalation.priority) == (["service_affecting", "vip"], CRITICAL)


def test_what_the_customer_said_before_counts_what_an_earlier_escalation_was_about_does_not(agent):
    conversation = factories.make_conversation(started_at=NOW)
    say(conversation, "I cannot log in")
    say(conversation, "Under Settings", author="ai", seconds=1)
    first = say(conversation, "speak to human", seconds=2)
    lifecycle.claim(escalation=first, agent=agent, by=SYSTEM, now=at(3))
    done = {"category": "fixed", "quality": "immediate", "necessity": "needed"}
    lifecycle.resolve(escalation=first, by=SYSTEM, now=at(4), **done)
    second = say(conversation, "talk to agent", seconds=5)

    assert first.priority_because["text"] == "High: High by “Account access” (the customer wrote “cannot log in”)"
    assert second.priority_because["text"] == (
        "High: Medium by trigger rule “Customer asks for a person”, +1 repeat escalation"
    )


def test_the_triggers_own_priority_is_the_least():
    TriggerRule.objects.filter(name="Customer asks for a person").update(priority=CRITICAL)

    escalation = escalate("I cannot log in. speak to human")

    working = escalation.priority_because["base"]
    assert escalation.priority == CRITICAL
    assert working["trigger"] == {"name": "Customer asks for a person", "level": "critical"}
    assert (working["rule"]["name"], working["rule"]["level"]) == ("Account access", "high")


def test_after_hours_goes_by_the_teams_calendar():
    team = factories.support()
    team.calendar = Calendar.objects.get(name="Office hours")
    team.save()

    before, during = escalate(), escalate(seconds=3 * 3600)

    assert (before.priority, during.priority) == (HIGH, MEDIUM)
    assert before.priority_because["situation"]["is_open"] is False


def test_load_counts_those_waiting_for_the_team_per_agent_online():
    factories.make_agent(status=Status.AVAILABLE)
    factories.make_agent(status=Status.IN_CONVERSATION)
    factories.make_agent(status=Status.AWAY)
    for _ in range(11):
        factories.make_escalation()

    escalation = escalate()

    assert escalation.priority == LOW
    assert escalation.priority_because["adjustments"] == [
        {
            "kind": "load",
            "name": "More than 5 waiting per available agent",
            "levels": -1,
            "inputs": {"waiting": 11, "available": 2},
        }
    ]


def test_an_adjustment_that_is_switched_off_asks_nothing():
    def queries():
        escalate()  # so that the rules are compiled
        conversation = factories.make_conversation()
        with CaptureQueriesContext(connection) as context:
            say(conversation)
        return len(context)

    with_load = queries()
    PriorityAdjustment.objects.filter(kind="load").update(active=False)
    forget_policy()

    assert with_load - queries() == 2


# When more is known


def test_a_message_that_says_more_raises_and_brings_the_deadline_nearer():
    escalation = escalate()

    say(escalation.conversation, "It says unauthorized access now", seconds=20)

    escalation.refresh_from_db()
    assert (escalation.priority, escalation.queue_level) == (CRITICAL, CRITICAL)
    assert escalation.first_response_due_at == at(60)
    assert changes(escalation) == [("priority_changed", "medium", "critical")]
    assert escalation.events.last().data["because"] == escalation.priority_because["text"]


def test_what_was_said_before_and_what_is_said_now_count_together():
    escalation = escalate("It says 401", intent="integration_failure")

    say(escalation.conversation, "It is in production", seconds=20)

    escalation.refresh_from_db()
    assert escalation.priority_because["text"] == (
        "High: High by “Integration failure affecting operations” "
        "(intent integration_failure, the customer wrote “in production”)"
    )


def test_a_customer_who_becomes_frustrated_raises_it():
    escalation = escalate()

    say(escalation.conversation, "This is the worst service ever, I hate it!!!", seconds=20)

    escalation.refresh_from_db()
    assert (escalation.frustrated, escalation.priority) == (True, HIGH)
    assert escalation.priority_because["text"].endswith("+1 frustrated customer")


def test_a_frustrated_customer_counts_at_the_opening():
    assert escalate("I hate this, it is terrible and useless. Talk to agent!").priority == HIGH


@pytest.mark.parametrize("text", ["Where is the documentation?", "Thanks, that's all", ""])
def test_a_message_that_says_less_changes_nothing(text):
    escalation = escalate("I cannot log in, talk to agent")

    say(escalation.conversation, text, seconds=20)

    before = (escalation.priority, escalation.priority_because, escalation.first_response_due_at)
    escalation.refresh_from_db()
    assert (escalation.priority, escalation.priority_because, escalation.first_response_due_at) == before
    assert changes(escalation) == []


def test_flags_of_a_message_are_kept():
    escalation = escalate(plan="enterprise")

    say(escalation.conversation, "Still", seconds=5, attributes={"service_affecting": True})

    escalation.refresh_from_db()
    assert (escalation.flags, escalation.priority) == (["service_affecting"], CRITICAL)


def test_setting_flags_raises_taking_them_away_lowers_nothing():
    escalation = escalate()

    lifecycle.set_flags(escalation=escalation, flags=["Security"], by=MORGAN, now=at(5))
    lifecycle.set_flags(escalation=escalation, flags=[], by=MORGAN, now=at(6))

    escalation.refresh_from_db()
    assert (escalation.flags, escalation.priority) == ([], CRITICAL)
    assert list(escalation.events.values_list("kind", "data__flags")) == [
        ("opened", None),
        ("flagged", ["security"]),
        ("priority_changed", None),
        ("flagged", []),
    ]


def test_setting_the_same_flags_again_is_refused():
    escalation = escalate()
    lifecycle.set_flags(escalation=escalation, flags=["vip"], by=MORGAN, now=at(5))

    with pytest.raises(Conflict):
        lifecycle.set_flags(escalation=escalation, flags=["VIP"], by=MORGAN, now=at(6))

    assert escalation.events.count() == 2


def test_an_imported_escalation_without_assessment_is_left_alone():
    escalation = factories.make_escalation(opened_at=NOW)

    say(escalation.conversation, "I was hacked", seconds=5)

    escalation.refresh_from_db()
    assert (escalation.priority, escalation.priority_because) == (MEDIUM, {})


# Set by people


def override(escalation, priority, reason="", seconds=5):
    return lifecycle.change_priority(
        escalation=escalation, priority=priority, reason=reason, by=MORGAN, now=at(seconds)
    )


def test_what_somebody_sets_says_who_and_why():
    escalation = override(escalate(), LOW, "a known bug")

    because = escalation.priority_because
    assert (because["override"]["level"], because["override"]["by"]) == ("low", "Morgan Blake")
    assert because["text"] == (
        "Low: set by Morgan Blake (a known bug); "
        "assessed as Medium: Medium by trigger rule “Customer asks for a person”"
    )
    assert escalation.first_response_due_at == at(300)


def test_what_somebody_sets_stays_until_more_is_known_than_they_knew():
    escalation = override(escalate("I cannot log in, talk to agent"), LOW)

    say(escalation.conversation, "I still cannot log in", seconds=20)
    escalation.refresh_from_db()
    assert (escalation.priority, escalation.priority_because["override"]["by"]) == (LOW, "Morgan Blake")

    say(escalation.conversation, "and now there is a data breach", seconds=30)
    escalation.refresh_from_db()
    assert escalation.priority == CRITICAL
    assert "override" not in escalation.priority_because
    assert changes(escalation)[1:] == [("priority_changed", "low", "critical")]


def test_an_assessment_below_what_somebody_set_is_noted_and_changes_no_level():
    escalation = override(escalate(), CRITICAL)

    say(escalation.conversation, "I cannot log in", seconds=20)

    escalation.refresh_from_db()
    assert (escalation.priority, escalation.priority_because["level"]) == (CRITICAL, "high")
    assert escalation.priority_because["text"].startswith("Critical: set by Morgan Blake; assessed as High:")
    assert len(changes(escalation)) == 1


# Raised by waiting


def test_five_minutes_of_waiting_raise_once_in_the_queue_alone():
    escalation = escalate()

    assert [lifecycle.raise_waiting(now=at(s)) for s in (0, 299, 300, 300, 3600)] == [0, 0, 1, 0, 0]

    escalation.refresh_from_db()
    assert (escalation.priority, escalation.raised, escalation.queue_level) == (MEDIUM, 1, HIGH)
    assert escalation.first_response_due_at == at(300)
    assert changes(escalation) == [("priority_raised", "medium", "high")]
    event = escalation.events.get(kind=EventKind.PRIORITY_RAISED)
    assert (event.at, event.data["because"]) == (at(300), "It has waited for 5 min.")
    assert escalation.priority_because["waited"]["text"] == "+1 in the queue after waiting for 5 min"


def test_steps_missed_meanwhile_are_each_taken():
    PriorityAdjustment.objects.create(kind="wait", threshold=15, levels=1)
    escalation = escalate()

    assert lifecycle.raise_waiting(now=at(3600)) == 2

    assert changes(escalation) == [("priority_raised", "medium", "high"), ("priority_raised", "high", "critical")]


def test_what_is_critical_is_raised_without_a_word_and_keeps_it_when_lowered():
    escalation = escalate("been hacked, talk to agent")

    assert lifecycle.raise_waiting(now=at(400)) == 0
    override(escalation, LOW, seconds=500)

    escalation.refresh_from_db()
    assert (escalation.queue_level, changes(escalation)) == (MEDIUM, [("priority_changed", "critical", "low")])


@pytest.mark.parametrize("state", [State.ACTIVE, State.PENDING, State.RESOLVED])
def test_only_those_who_wait_are_raised(state):
    factories.make_escalation(state=state, opened_at=NOW)

    assert lifecycle.raise_waiting(now=at(3600)) == 0


def test_a_wait_that_is_not_known_is_none():
    factories.make_escalation(opened_at=NOW, timing="unknown")

    assert lifecycle.raise_waiting(now=at(3600)) == 0


def test_without_a_wait_among_the_adjustments_nothing_is_raised():
    PriorityAdjustment.objects.filter(kind="wait").update(active=False)
    escalate()

    assert lifecycle.raise_waiting(now=at(3600)) == 0


def test_the_sweep_reads_only_who_is_due(django_assert_num_queries):
    for _ in range(3):
        factories.make_escalation(opened_at=NOW)
    lifecycle.raise_waiting(now=at(301))

    with django_assert_num_queries(1):
        lifecycle.raise_waiting(now=at(302))

    assert EscalationEvent.objects.count() == 3


# Rules that change


def test_a_published_rule_holds_for_the_next_escalation():
    assert escalate().priority == MEDIUM
    rule = PriorityRule.objects.create(name="Shouting", order=1, priority=CRITICAL, version=0)
    PriorityCondition.objects.create(rule=rule, field="keyword", values=["speak to human"])
    publish(row=rule, by=MORGAN, now=NOW)
    forget_policy()  # as the end of the transaction does

    because = escalate().priority_because

    assert (because["level"], because["base"]["rule"]["version"]) == ("critical", 1)
    assert AuditEntry.objects.get().action == "priority_rule.published"


def test_the_end_of_the_transaction_makes_a_change_hold_here(django_capture_on_commit_callbacks):
    current_policy()

    with django_capture_on_commit_callbacks(execute=True):
        retire(rows=PriorityAdjustment.objects.filter(kind="wait"), by=MORGAN, now=NOW)

    assert current_policy().waits == []


def test_a_change_of_another_process_holds_within_a_second(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(compiled.time, "monotonic", lambda: clock[0])
    before = current_policy()
    PriorityRule.objects.all().delete()
    PriorityRevision.objects.update(number=2)

    assert current_policy() is before
    clock[0] += 1
    assert current_policy().rules == ()


def test_the_policy_is_compiled_once_for_each_revision(monkeypatch, django_assert_num_queries):
    clock = [100.0]
    monkeypatch.setattr(compiled.time, "monotonic", lambda: clock[0])
    before = current_policy()
    clock[0] += 1

    with django_assert_num_queries(1):
        assert current_policy() is before


# The order of the queue


def test_queue_order_is_level_then_deadline_then_age():
    given = [
        (MEDIUM, 0, 100),
        (HIGH, 0, 400),
        (MEDIUM, 1, 300),
        (LOW, 0, 1),
        (MEDIUM, 0, 100),
        (CRITICAL, 2, None),
    ]
    rows = [
        factories.make_escalation(
            priority=Priority(level),
            raised=raised,
            opened_at=NOW,
            first_response_due_at=None if due is None else at(due),
        )
        for level, raised, due in given
    ]

    found = list(Escalation.objects.waiting().in_queue_order())

    assert found == [rows[n] for n in (5, 2, 1, 0, 4, 3)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL explains it in these words")
def test_indexes_serve_the_queues_order_its_later_pages_and_the_sweep():
    row = factories.make_escalation(opened_at=NOW)
    waiting = Escalation.objects.waiting()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")

    first = waiting.in_queue_order()[:100].explain()
    later = waiting.behind(row.queue_level, row.first_response_due_at, row.pk).in_queue_order()[:100].explain()
    due = Escalation.objects.due_to_rise(1, at(0)).explain()

    assert "Index Scan using escalations_queue_order" in first
    assert "Sort" not in first + later
    assert "Index Cond: (queue_level <=" in later
    assert "escalations_wait" in due


# What people and programs are shown


def test_the_api_gives_the_level_in_the_queue_and_the_whole_working(api):
    escalation = escalate("I cannot log in, talk to agent")
    lifecycle.raise_waiting(now=at(300))
    key = api(factories.make_key(Scope.ESCALATIONS_READ))

    shown = key.get(f"/api/v1/escalations/{escalation.public_id}").json()

    assert (shown["priority"]["code"], shown["queue_level"]["code"]) == ("high", "critical")
    assert shown["raised_because"] == "+1 in the queue after waiting for 5 min"
    assert shown["priority_because"]["base"]["rule"]["name"] == "Account access"
    assert shown["flags"] == []


def test_flags_are_set_by_the_api(api):
    escalation = escalate()
    key = api(factories.make_key(Scope.ESCALATIONS_READ, Scope.ESCALATIONS_WRITE))

    answer = key.post(
        f"/api/v1/escalations/{escalation.public_id}/flags", {"flags": ["System wide"]}, format="json"
    )

    assert answer.json()["flags"] == ["system_wide"]
    assert answer.json()["priority"]["code"] == "critical"


def test_those_waiting_are_listed_in_queue_order_page_by_page(api, django_assert_max_num_queries):
    places = [(2, 0, 100), (3, 0, 400), (2, 1, 300), (1, 0, 1), (2, 0, 100), (4, 2, None), (2, 0, None)]
    rows = [
        factories.make_escalation(
            priority=Priority(level), raised=raised, opened_at=NOW, first_response_due_at=due and at(due)
        )
        for level, raised, due in places
    ]
    factories.make_escalation(state=State.ACTIVE)
    client, found = api(factories.make_key(Scope.ESCALATIONS_READ)), []

    address = "/api/v1/escalations?state=waiting&page_size=2"
    while address:
        with django_assert_max_num_queries(5):
            page = client.get(address).json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]

    assert found == [rows[n].public_id for n in (5, 2, 1, 0, 4, 6, 3)]


@pytest.mark.parametrize("cursor", ["x", "4", "NCBlc2NfeCA=", "%00", "ÿ", "eCB5IHo="])
def test_a_cursor_that_nobody_made_is_not_found(api, cursor):
    client = api(factories.make_key(Scope.ESCALATIONS_READ))

    assert client.get("/api/v1/escalations", {"state": "waiting", "cursor": cursor}).status_code == 404


def test_people_read_the_working_line_by_line():
    factories.make_agent(status=Status.AVAILABLE)
    for _ in range(6):
        factories.make_escalation()
    TriggerRule.objects.filter(name="Customer asks for a person").update(priority=LOW)
    escalation = escalate("A webinar? talk to agent", attributes={"vip": True})
    lifecycle.raise_waiting(now=at(300))
    override(escalation, HIGH, "a promise", seconds=301)
    escalation.refresh_from_db()

    assert [(line["label"], line["text"]) for line in priority_lines(escalation)] == [
        ("Set", "High: set by Morgan Blake (a promise)"),
        ("Rule", "Low: Training request, version 1 (the customer wrote “webinar”)"),
        ("Trigger", "Low: Customer asks for a person"),
        ("-1", "More than 5 waiting per available agent (6 waiting, 1 available)"),
        ("Kept", "at least Low"),
        ("Queue", "+1 in the queue after waiting for 5 min"),
        ("Flags", "vip"),
    ]


def test_the_timeline_tells_each_change_with_its_reason(client, supervisor):
    escalation = escalate()
    lifecycle.raise_waiting(now=at(300))
    say(escalation.conversation, "We were hacked: was hacked", seconds=301)
    lifecycle.set_flags(escalation=escalation, flags=["vip"], by=MORGAN, now=at(302))
    override(escalation, LOW, "a false alarm", seconds=303)
    client.force_login(supervisor.user)

    desk = client.get(f"/queue/{escalation.public_id}/snapshot").json()

    kinds = ("priority_changed", "priority_raised", "flagged")
    told = [(item["text"], item["more"]) for item in desk["timeline"] if item.get("kind") in kinds]
    assert told[:2] == [
        ("Moved up in the queue from medium to high", "It has waited for 5 min."),
        ("The priority rose from medium to critical", told[1][1]),
    ]
    assert told[1][1].startswith("Critical: Critical by “Security or data breach”")
    assert told[2:] == [
        ("Morgan Blake set the flags: vip", ""),
        ("Morgan Blake changed the priority from critical to low", "a false alarm"),
    ]
    assert desk["row"]["queue_level"]["code"] == "medium"
    assert desk["priority"][0]["text"] == "Low: set by Morgan Blake (a false alarm)"
