from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Presence
from escalations.actions import backtests, stored
from escalations.actions.backtests import (
    ATTEMPTS,
    LOST_AFTER,
    QUEUED_FOR,
    cancel_backtest,
    lost_backtests,
    request_backtest,
    run_backtest,
)
from escalations.decisions.triggers import needs_of
from escalations.enums import Author, State
from escalations.models import Backtest, Escalation, HandlingInterval, TriggerCondition, TriggerRule
from escalations.models.backtest import BacktestState
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, tzinfo=UTC)
END = START + timedelta(days=7)
NOW = END + timedelta(days=1)


@pytest.fixture
def by(supervisor):
    return Actor.of_user(supervisor.user)


@pytest.fixture
def rule():
    """A draft: not active, beside the installed rules."""
    rule = TriggerRule.objects.create(name="Lost bags", active=False, reason="content_gap", order=500)
    TriggerCondition.objects.create(
        rule=rule, field="customer_text", operator="contains_phrase", value=["lost bag", "bag is lost"]
    )
    return rule


def ask(rule, by, *, teams=None, **fields):
    teams = [factories.support()] if teams is None else teams
    window = {"start": START, "end": END, "time_zone": "UTC", "now": NOW}
    return request_backtest(rule=rule, teams=teams, by=by, **{**window, **fields})


def results_of(backtest):
    assert run_backtest(backtest_id=backtest.pk, clock=lambda: NOW)
    backtest.refresh_from_db()
    assert backtest.state == BacktestState.DONE, backtest.error
    return backtest.results


def talk(*said, day=0, handed_over_at=None, **fields):
    """A conversation that began on that day at noon, a minute a message; ``said`` by customer and AI in turns."""
    begun = START + timedelta(days=day, hours=12)
    conversation = factories.make_conversation(started_at=begun)
    messages = [
        factories.make_message(
            conversation,
            text,
            author=Author.AI if place % 2 else Author.CUSTOMER,
            sent_at=begun + timedelta(minutes=place),
        )
        for place, text in enumerate(said)
    ]
    if handed_over_at is not None:
        message = messages[handed_over_at]
        fields.setdefault("state", State.RESOLVED)
        factories.make_escalation(
            conversation=conversation, trigger_message=message, opened_at=message.sent_at, **fields
        )
    return conversation


def handle_all(agent, *hourly_costs):
    """Ten minutes on each escalation, at these costs."""
    for escalation, cost in zip(Escalation.objects.all(), hourly_costs, strict=True):
        HandlingInterval.objects.create(
            escalation=escalation,
            agent=agent,
            started_at=escalation.opened_at,
            ended_at=escalation.opened_at + timedelta(minutes=10),
            seconds=600,
            hourly_cost=cost,
        )


def test_what_the_rule_would_have_added_is_counted_against_what_happened(rule, by):
    added = talk("My bag is lost", "Where?")
    talk("Hello", "Hello", "my bag is LOST!", "Sorry", "Hm", day=1, handed_over_at=4, necessity="too_late")
    talk("My bag is lost", "Sorry", day=2, handed_over_at=0, necessity="needed")
    talk("Hello", "Hello", "A person", "Yes", "My bag is lost", day=3, handed_over_at=2)
    talk("Hello", "Hello")
    talk("My bag is lost", day=-1)
    talk("My bag is lost", day=7)

    results = results_of(ask(rule, by))

    outcomes = {name: n for name, n in results["outcomes"].items() if n}
    assert (results["conversations"], results["messages"]) == (5, 13)
    assert outcomes == {"added": 1, "earlier": 1, "same": 1, "untouched": 2}
    assert results["days"] == [
        ["2026-03-02", 1, 0],
        ["2026-03-03", 1, 1],
        ["2026-03-04", 1, 1],
        ["2026-03-05", 0, 1],
    ]
    assert results["verdicts"] == {"needed": 1, "unneeded": 0, "too_late": 1, "unknown": 0}
    assert [example["conversation"] for example in results["examples"]["added"]] == [added.pk]


def test_an_edit_is_replayed_beside_the_saved_version(rule, by):
    talk("My bag is lost")
    talk("My suitcase is lost", day=1)
    edited = [{"group": 1, "field": "customer_text", "operator": "contains_phrase", "value": ["suitcase"]}]

    backtest = ask(rule, by, conditions=edited)
    results = results_of(backtest)

    assert backtest.is_edit
    assert results["current"] == {"count": 1, "only_tested": 1, "only_current": 1}
    assert results["days"] == [["2026-03-02", 0, 1, 0], ["2026-03-03", 1, 0, 0]]
    assert rule.conditions.get().value == ["lost bag", "bag is lost"]


def test_what_this_rule_had_handed_over_and_the_edit_would_not_is_removed(rule, by):
    gone = talk("My bag is lost", handed_over_at=0, trigger_rule=rule, necessity="unneeded")
    talk("My bag is lost, a human please: speak to human", handed_over_at=0, trigger_rule=rule)
    edited = [{"group": 1, "field": "customer_text", "operator": "contains_phrase", "value": ["suitcase"]}]

    results = results_of(ask(rule, by, conditions=edited))

    assert (results["outcomes"]["removed"], results["outcomes"]["otherwise"]) == (1, 1)
    assert results["removed_verdicts"]["unneeded"] == 1
    assert [example["conversation"] for example in results["examples"]["removed"]] == [gone.pk]


def test_overlap_says_which_active_rules_fire_too_and_which_decides(rule, by):
    talk("My bag is lost, I want to speak to a human")
    talk("My bag is lost", "Sorry", "speak to human")
    talk("speak to human")

    results = results_of(ask(rule, by))

    overlap = {row["name"]: row for row in results["overlap"]}
    asks = overlap["Customer asks for a person"]
    assert (asks["fires"], asks["both"], asks["first"]) == (3, 2, 1)
    assert results["tested"] == {"count": 2, "decided": 1}
    assert "Lost bags" not in overlap


def test_periods_of_validity_do_not_matter_to_the_past(rule, by):
    TriggerRule.objects.filter(pk=rule.pk).update(valid_from=NOW + timedelta(days=30))
    rule.refresh_from_db()
    talk("My bag is lost")

    assert results_of(ask(rule, by))["tested"]["count"] == 1


def test_hours_and_cost_come_from_comparable_escalations(rule, by, agent):
    for day in range(5):
        talk("Hello", day=day, handed_over_at=0, reason="content_gap")
    handle_all(agent, None, *[Decimal(30)] * 4)
    talk("My bag is lost")
    talk("My bag is lost", day=1)

    work = results_of(ask(rule, by))["work"]

    assert (work["basis"], work["seconds"]) == ("of the same reason", {"value": 600.0, "n": 5, "missing": 0})
    assert work["cost"] == {"value": 5.0, "n": 4, "missing": 1}
    assert work["added_hours"] == pytest.approx(1 / 3)
    assert work["added_cost"] == pytest.approx(10)


def test_the_response_target_is_estimated_where_the_staffing_is_known(rule, by, agent):
    Presence.objects.create(agent=agent, at=START + timedelta(hours=8), status="available", actor="x")
    Presence.objects.create(agent=agent, at=START + timedelta(hours=18), status="offline", actor="x")
    for day in range(2):
        answered_at = START + timedelta(days=day, hours=12, seconds=30)
        talk("Hello", day=day, handed_over_at=0, first_response_at=answered_at, first_response_seconds=30)
    handle_all(agent, Decimal(30), Decimal(30))
    talk("My bag is lost")
    talk("My bag is lost", day=1)

    target = results_of(ask(rule, by))["target"]

    assert (target["hours"], target["hours_missing"], target["n"]) == (1, 1, 2)
    assert target["measured"] == {"value": 1.0, "n": 2}
    assert 0.9 < target["after"] < target["before"] <= 1


def test_work_of_other_teams_is_left_out_and_what_the_ai_did_alone_is_not(rule, by):
    elsewhere = factories.make_team("Elsewhere")
    talk("My bag is lost", handed_over_at=0, team=elsewhere)
    talk("My bag is lost", handed_over_at=0)
    talk("My bag is lost")

    ours, theirs = results_of(ask(rule, by)), results_of(ask(rule, by, teams=[elsewhere]))
    everybody = results_of(ask(rule, by, teams=[elsewhere, factories.support()]))

    assert [found["conversations"] for found in (ours, theirs, everybody)] == [2, 2, 3]


def test_pages_give_every_conversation_once_with_as_many_queries_as_pages(rule, by, monkeypatch):
    monkeypatch.setattr(stored, "PAGE", 2)
    for day in (0, 0, 0, 1, 2):
        talk("My bag is lost", day=day)

    conversations = stored.conversations_of(START, END, frozenset())
    with CaptureQueriesContext(connection) as queries:
        found = [one.id for page in stored.pages(conversations, needs_of([])) for one in page]

    assert len(found) == len(set(found)) == 5
    assert len(queries) == 3 * 3  # heads, messages and handovers of three pages


# The job


def test_a_job_is_done_once_however_often_it_is_sent(rule, by):
    talk("My bag is lost")
    backtest = ask(rule, by)

    assert run_backtest(backtest_id=backtest.pk, clock=lambda: NOW)
    assert not run_backtest(backtest_id=backtest.pk, clock=lambda: NOW)

    backtest.refresh_from_db()
    assert (backtest.state, backtest.attempt, backtest.done, backtest.total) == (BacktestState.DONE, 1, 1, 1)


def test_one_that_no_job_took_up_is_found_and_one_that_is_alive_is_not(rule, by):
    queued = ask(rule, by, now=NOW - QUEUED_FOR - timedelta(seconds=1))
    ask(rule, by, now=NOW)
    silent, alive = ask(rule, by), ask(rule, by)
    for backtest, since in ((silent, LOST_AFTER + timedelta(seconds=1)), (alive, LOST_AFTER)):
        Backtest.objects.filter(pk=backtest.pk).update(state=BacktestState.RUNNING, progress_at=NOW - since)

    assert lost_backtests(now=NOW) == [queued.pk, silent.pk]


def test_a_job_that_was_taken_over_writes_nothing_more(rule, by, monkeypatch):
    talk("My bag is lost")
    backtest = ask(rule, by)
    real = backtests.effect

    def taken_over_meanwhile(*args):
        Backtest.objects.filter(pk=backtest.pk).update(attempt=2)
        return real(*args)

    monkeypatch.setattr(backtests, "effect", taken_over_meanwhile)
    run_backtest(backtest_id=backtest.pk, clock=lambda: NOW)

    backtest.refresh_from_db()
    assert (backtest.state, backtest.results) == (BacktestState.RUNNING, None)


def test_cancelling_stops_the_job_at_its_next_sign_of_life(rule, by, monkeypatch):
    monkeypatch.setattr(backtests, "PROGRESS_EVERY", 0)
    monkeypatch.setattr(stored, "PAGE", 1)
    for day in range(3):
        talk("My bag is lost", day=day)
    backtest = ask(rule, by)
    told = []

    def clock():
        told.append(1)
        if len(told) == 4:  # taken up, compared, the first page, the second
            cancel_backtest(backtest=backtest, by=by, now=NOW)
        return NOW

    run_backtest(backtest_id=backtest.pk, clock=clock)

    backtest.refresh_from_db()
    assert (backtest.state, backtest.done, backtest.results) == (BacktestState.CANCELLED, 1, None)
    with pytest.raises(Conflict):
        cancel_backtest(backtest=backtest, by=by, now=NOW)


def test_a_failure_is_kept_with_its_error(rule, by, monkeypatch):
    backtest = ask(rule, by)
    monkeypatch.setattr(backtests, "effect", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run_backtest(backtest_id=backtest.pk, clock=lambda: NOW)

    backtest.refresh_from_db()
    assert (backtest.state, backtest.error) == (BacktestState.FAILED, "ZeroDivisionError: division by zero")


def test_one_that_is_lost_again_and_again_is_given_up(rule, by):
    backtest = ask(rule, by)
    Backtest.objects.filter(pk=backtest.pk).update(attempt=ATTEMPTS)

    assert not run_backtest(backtest_id=backtest.pk, clock=lambda: NOW)

    backtest.refresh_from_db()
    assert (backtest.state, backtest.error) == (BacktestState.FAILED, "Its job was lost 3 times.")


def test_conditions_that_can_not_be_evaluated_are_refused_before_anything_is_stored(rule, by):
    with pytest.raises(ValueError, match="can't be evaluated"):
        ask(rule, by, conditions=[{"group": 1, "field": "intent", "operator": "below", "value": "x"}])

    assert not Backtest.objects.exists()


def test_asking_and_cancelling_are_audited(rule, by):
    cancel_backtest(backtest=ask(rule, by), by=by, now=NOW)

    assert [entry.action for entry in AuditEntry.objects.order_by("id")] == [
        "rule.backtested",
        "rule.backtest_cancelled",
    ]


def test_figures_of_several_teams_are_for_those_who_belong_to_all(rule, by, outsider):
    elsewhere = outsider.teams.get()
    of_support, of_both = ask(rule, by), ask(rule, by, teams=[factories.support(), elsewhere])
    both = factories.make_agent(role=Role.SUPERVISOR, teams=[factories.support(), elsewhere])
    senior = factories.make_agent(role=Role.SENIOR_AGENT)
    people = (both.user, senior.user, factories.make_user(Role.ADMIN), factories.make_agent().user, outsider.user)

    seen = [set(Backtest.objects.visible_to(Actor.of_user(user))) for user in people]

    assert seen == [{of_support, of_both}, {of_support}, {of_support, of_both}, set(), set()]


def test_a_rule_that_fails_is_named_with_its_error_and_left_out(rule, by, monkeypatch):
    talk("My bag is lost")
    talk("My bag is lost", day=1)
    real = backtests.compile_rules

    def failing(rules):
        compiled = real(rules)
        checks = [replace(check, holds=lambda facts: 1 / 0) for check in compiled[0].groups[0]]
        return (replace(compiled[0], groups=(tuple(checks),)), *compiled[1:])

    monkeypatch.setattr(backtests, "compile_rules", failing)
    results = results_of(ask(rule, by))

    assert results["errors"]["Lost bags"] == "ZeroDivisionError: division by zero"
    assert results["conversations"] == 2
