"""Routing against the database: what is gathered, decided, kept, and decided again."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.enums import Level, Status
from agents.models import AgentSkill, OnCall, Presence, Scorecard, Shift, Skill, TimeOff
from escalations.actions.routing import decide_for, decide_many
from escalations.decisions.routing import replay
from escalations.enums import Requirement, State
from escalations.models import RoutingDecision, RoutingWeights
from helpninja.common.actors import SYSTEM
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
HANDLING = {"handled": 10, "handling_seconds": 900}
RESPONSES = {"responses": 10, "response_seconds": 60}


def make_agent(name, *, skills=(), **fields):
    agent = factories.make_agent(name, **{"status": Status.AVAILABLE, "status_since": NOW, **fields})
    for slug, level in skills:
        AgentSkill.objects.create(agent=agent, skill=Skill.objects.get(slug=slug), level=level)
    return agent


def make_card(agent, topic="", **figures):
    return Scorecard.objects.create(agent=agent, topic=topic, computed_at=NOW, **figures)


def decided(escalation, **more):
    return decide_for(escalation=escalation, by=SYSTEM, now=NOW, **more)


@pytest.fixture
def escalation():
    return factories.make_escalation(topic=factories.make_topic("integrations"), opened_at=NOW)


def test_the_most_able_agent_is_chosen_and_the_next_is_the_backup(escalation):
    lisa = make_agent("Lisa R.", skills=[("integrations", 5)])
    david = make_agent("David K.", skills=[("integrations", 3)])
    make_agent("Sarah M.", skills=[("billing", 5)])

    decision = decided(escalation)

    assert (decision.choice, decision.backup) == (lisa, david)
    assert decision.score > decision.backup_score
    assert [one["name"] for one in decision.candidates] == ["Lisa R.", "David K.", "Sarah M."]
    assert decision.because["text"].startswith("Lisa R. ")


def test_each_exclusion_has_all_its_reasons(escalation):
    elsewhere = [factories.make_team("Elsewhere")]
    make_agent("Tom", status=Status.AWAY, teams=elsewhere)
    full = make_agent("Mike", capacity=1)
    factories.make_escalation(state=State.ACTIVE, assignee=full)

    decision = decided(escalation)

    assert (decision.choice, decision.score) == (None, None)
    assert {one["name"]: one["because"] for one in decision.exclusions} == {
        "Mike": "at capacity (1 of 1)",
        "Tom": "away or offline, not in the team",
    }
    assert decision.failed == {Requirement.PRESENT: 1, Requirement.CAPACITY: 1, Requirement.TEAM: 1}
    assert decision.because["text"] == "Nobody can take it: 1 away or offline, 1 at capacity, 1 not in the team."


def test_plans_exclude_those_off_shift_on_leave_or_on_a_break(escalation):
    off, away, pausing, on_call = (make_agent(name) for name in ("Off", "On leave", "Pausing", "On call"))
    for agent, start, end in ((off, 18, 22), (away, 8, 18), (pausing, 8, 18), (on_call, 18, 22)):
        Shift.objects.create(agent=agent, weekday=NOW.weekday(), start=time(start), end=time(end))
    pausing.shifts.get().breaks.create(start=time(10), minutes=30)
    today = {"first_day": NOW.date(), "last_day": NOW.date()}
    TimeOff.objects.create(agent=away, approved=True, **today)
    OnCall.objects.create(agent=on_call, **today)

    decision = decided(escalation)

    assert decision.choice == on_call
    assert {one["name"]: one["because"] for one in decision.exclusions} == {
        "Off": "off shift",
        "On leave": "on leave",
        "Pausing": "on a break",
    }


def test_level_skill_and_having_been_asked_exclude():
    escalation = factories.make_escalation(
        required_level=Level.SPECIALIST, required_skill=Skill.objects.get(slug="apis")
    )
    junior = make_agent("Junior", skills=[("billing", 5)])
    asked = make_agent("Asked", level=Level.SPECIALIST, skills=[("apis", 1)])

    decision = decided(escalation, asked=[asked.pk])

    assert {one["agent"]: one["failed"] for one in decision.exclusions} == {
        junior.pk: [Requirement.SKILL, Requirement.LEVEL],
        asked.pk: [Requirement.NOT_ASKED],
    }


def test_whoever_has_no_role_or_is_no_longer_active_is_not_considered(escalation):
    make_agent("Gone", user=factories.make_user(factories.Role.AGENT, is_active=False))
    make_agent("No role", user=factories.make_user())

    decision = decided(escalation)

    assert (decision.candidates, decision.exclusions) == ([], [])
    assert decision.because["text"] == "Nobody can take it: there are no agents."


def test_everything_known_is_gathered(escalation):
    agent = make_agent("Lisa R.", skills=[("integrations", 4)], languages=["en"], time_zone="Europe/Berlin")
    make_card(agent, resolved=10, lasting=9, first_contact=8, **HANDLING, **RESPONSES, ratings=4, csat=4.5)
    make_card(agent, "integrations", resolved=5, lasting=4, first_contact=4)
    Presence.objects.create(agent=agent, status=Status.AVAILABLE, at=NOW - timedelta(hours=2), actor="Lisa R.")
    customer = escalation.customer
    customer.language, customer.time_zone, customer.monthly_value = "en-GB", "Europe/London", 500
    customer.save()
    factories.make_escalation(
        state=State.RESOLVED, conversation=factories.make_conversation(customer=customer), resolved_by=agent
    )
    in_hand = factories.make_escalation(state=State.ACTIVE, assignee=agent)
    in_hand.handling_intervals.create(agent=agent, started_at=NOW - timedelta(minutes=5))

    parts = decided(escalation).candidates[0]["parts"]

    assert parts == {
        "skill_level": 0.8,
        "certification": 0,
        "experience": 0.25,  # 5 of 20
        "success_rate": 0.7143,  # (4 + 1) / (5 + 2)
        "seniority": 1,
        "open_work": 0.6667,  # 1 of 3
        "time_to_finish": 0.8333,  # 900 s - 300 s of 3600 s
        "hours_on_duty": 0.8,  # 2 of 10
        "plan": 0.5,  # pro, the third of five, with an agent of the first level
        "account_value": 0.875,  # 1 - 0.5 * (1 - 0.75)
        "earlier_success": 0.6667,  # (1 + 1) / (1 + 2)
        "language": 1,
        "zone": 0.9167,  # an hour apart
        "satisfaction": 0.75,  # (4 * 0.875 + 1) / (4 + 2)
        "response_time": 0.8333,  # (10 * 0.9 + 1) / (10 + 2)
        "first_contact": 0.75,  # (8 + 1) / (10 + 2)
        "quality": None,
        "status": 1,
        "time_to_pause": None,
        "local_hour": 1,
    }


def test_a_harder_case_is_more_work(escalation):
    agent = make_agent("Lisa R.")
    previous = factories.make_escalation(state=State.RESOLVED)
    factories.make_escalation(state=State.ACTIVE, assignee=agent, tier="specialist", previous=previous)

    assert decided(escalation).inputs["agents"]["load"] == [2]


def test_a_team_s_own_weights_go_before_those_for_all(escalation):
    make_agent("Lisa R.")
    RoutingWeights.objects.create(
        team=escalation.team, specialization=100, workload=0, customer=0, performance=0, availability=0
    )

    decision = decided(escalation)

    assert decision.weights["specialization"] == 100
    assert decision.score == decision.candidates[0]["factors"]["specialization"]


@pytest.mark.parametrize("agents", [1, 200])
def test_a_decision_takes_six_queries_at_most(escalation, agents):
    for number in range(agents):
        make_card(make_agent(f"Agent {number}", skills=[("integrations", 3)]), resolved=1, lasting=1)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        decided(escalation)

    assert len(queries) <= 6


def test_stored_rows_replay_to_the_same_answer(escalation):
    for number in range(5):
        agent = make_agent(f"Agent {number}", skills=[("integrations", number + 1)])
        make_card(agent, resolved=number, lasting=number, first_contact=number)
    make_agent("Away", status=Status.AWAY)
    decided(escalation)
    decided(escalation, asked=[agent.pk])
    decided(factories.make_escalation(required_level=Level.MANAGER))

    for row in RoutingDecision.objects.all():
        again = replay(row.inputs).to_json()
        assert again == {name: getattr(row, name) for name in again}


def test_many_are_assigned_together(escalation):
    lisa = make_agent("Lisa R.", skills=[("integrations", 5)], capacity=1)
    david = make_agent("David K.", skills=[("integrations", 4), ("billing", 5)], capacity=1)
    other = factories.make_escalation(topic=factories.make_topic("billing"), opened_at=NOW)

    assigned = decide_many(escalations=[escalation, other], now=NOW)

    assert {one.item: one.agent for one in assigned} == {escalation.pk: lisa.pk, other.pk: david.pk}
