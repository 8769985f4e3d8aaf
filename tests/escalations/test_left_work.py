"""What those hold who are gone goes back to the queue, with an event that says why."""

from datetime import UTC, datetime, time, timedelta

import pytest

from agents.actions import heartbeats
from agents.actions.departures import note_departures
from agents.actions.presence import set_presence
from agents.enums import CONNECTION_LOST, Status, Weekday
from agents.models import Shift
from escalations.actions import lifecycle
from escalations.actions.left_work import release_left_work
from escalations.enums import EventKind, State
from escalations.models import EscalationEvent
from helpninja.common.actors import SYSTEM
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)  # presence follows the work after commit

# A Wednesday, 10:00 in New York.
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
MINUTE = 60


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def sweep(start, end, every=15):
    for seconds in range(start, end + 1, every):
        note_departures(now=at(seconds))
        release_left_work(now=at(seconds))


def do(step, escalation, seconds, **more):
    return step(escalation=escalation, by=SYSTEM, now=at(seconds), **more)


def claimed(agent, seconds=0):
    return do(lifecycle.claim, factories.make_escalation(opened_at=NOW), seconds, agent=agent)


def states(*escalations):
    for one in escalations:
        one.refresh_from_db()
    return [one.state for one in escalations]


@pytest.fixture
def present(agent):
    set_presence(agent=agent, status=Status.AVAILABLE, by=SYSTEM, now=NOW)
    heartbeats.keep(agent_ids=[agent.pk], now=NOW)
    note_departures(now=NOW)
    return agent


def test_who_disconnects_loses_it_after_the_grace_period_with_an_event(present):
    escalation = claimed(present)

    sweep(15, 5 * MINUTE + 45)
    assert states(escalation) == [State.ACTIVE]
    sweep(6 * MINUTE, 6 * MINUTE)

    assert states(escalation) == [State.WAITING]
    assert escalation.assignee is None
    event = EscalationEvent.objects.get(kind=EventKind.RELEASED)
    assert (event.actor, event.agent) == (SYSTEM.label, present)
    assert event.data["reason"] == "Sarah Mitchell has been without connection for 5 min."
    assert event.data["because"] == {
        "text": event.data["reason"],
        "cause": "connection_lost",
        "since": "2026-11-25T15:01:00+00:00",
        "grace_seconds": 300,
    }


def test_who_comes_back_in_time_keeps_it_and_is_in_conversation_again(present):
    escalation = claimed(present)
    sweep(15, 4 * MINUTE)

    heartbeats.keep(agent_ids=[present.pk], now=at(4 * MINUTE + 5))
    sweep(4 * MINUTE + 15, 5 * MINUTE)

    assert states(escalation) == [State.ACTIVE]
    present.refresh_from_db()
    assert present.status == Status.IN_CONVERSATION


def test_whoever_comes_back_too_late_is_available(present):
    first, second = claimed(present), claimed(present)
    sweep(15, 6 * MINUTE)
    assert states(first, second) == [State.WAITING, State.WAITING]
    present.refresh_from_db()
    assert (present.status, present.status_reason) == (Status.OFFLINE, CONNECTION_LOST)

    heartbeats.keep(agent_ids=[present.pk], now=at(7 * MINUTE))

    present.refresh_from_db()
    assert present.status == Status.AVAILABLE


def test_offers_go_back_and_what_waits_for_the_customer_stays(present):
    offered = do(lifecycle.offer, factories.make_escalation(opened_at=NOW), 0, agent=present)
    pending = do(lifecycle.pend, claimed(present), 1)

    sweep(15, 6 * MINUTE)

    assert states(offered, pending) == [State.WAITING, State.PENDING]


def test_once_the_customer_writes_it_goes_to_somebody_who_is_there(present):
    pending = do(lifecycle.pend, claimed(present), 1)
    sweep(15, 10 * MINUTE)
    message = factories.make_message(pending.conversation)

    do(lifecycle.record_customer_reply, pending, 11 * MINUTE, message=message)
    sweep(11 * MINUTE, 11 * MINUTE)

    assert states(pending) == [State.WAITING]
    present.refresh_from_db()
    assert present.status == Status.OFFLINE


def test_a_deactivated_agent_keeps_nothing(present):
    active, pending = claimed(present), do(lifecycle.pend, claimed(present), 1)
    present.user.is_active = False
    present.user.save()

    sweep(15, 5 * MINUTE + 15)

    assert states(active, pending) == [State.WAITING, State.WAITING]
    reasons = EscalationEvent.objects.filter(kind=EventKind.RELEASED).values_list("data__reason", flat=True)
    assert set(reasons) == {"Sarah Mitchell was deactivated."}
    present.refresh_from_db()
    assert (present.status, present.status_reason) == (Status.OFFLINE, "Deactivated")


def test_off_shift_goes_back_after_a_quarter_of_an_hour(agent):
    Shift.objects.create(agent=agent, weekday=Weekday.WEDNESDAY, start=time(9), end=time(10, 15))
    escalation = claimed(agent)

    sweep(0, 28 * MINUTE, every=MINUTE)
    sweep(29 * MINUTE, 29 * MINUTE + 45)
    assert states(escalation) == [State.ACTIVE]
    sweep(30 * MINUTE, 30 * MINUTE)

    assert states(escalation) == [State.WAITING]
    event = EscalationEvent.objects.get(kind=EventKind.RELEASED)
    assert event.data["reason"] == "Sarah Mitchell has been off shift for 15 min."


def test_whoever_works_on_after_the_shift_keeps_what_they_work_on(agent):
    Shift.objects.create(agent=agent, weekday=Weekday.WEDNESDAY, start=time(9), end=time(10, 15))
    answered, left = claimed(agent), claimed(agent)
    do(lifecycle.reply, answered, 20 * MINUTE, text="One moment", agent=agent)

    sweep(0, 34 * MINUTE, every=MINUTE)

    assert states(answered, left) == [State.ACTIVE, State.WAITING]


def test_who_goes_offline_has_the_grace_period_too(agent):
    escalation = claimed(agent)
    agent.refresh_from_db()
    set_presence(agent=agent, status=Status.OFFLINE, by=SYSTEM, now=at(1))

    sweep(15, 5 * MINUTE)
    assert states(escalation) == [State.ACTIVE]
    sweep(5 * MINUTE + 15, 5 * MINUTE + 15)

    assert states(escalation) == [State.WAITING]
    agent.refresh_from_db()
    assert agent.status == Status.OFFLINE


def test_what_an_absent_agent_is_offered_has_its_own_grace_period(agent):
    assert agent.status == Status.OFFLINE
    sweep(59 * MINUTE, 60 * MINUTE)
    offered = do(lifecycle.offer, factories.make_escalation(opened_at=NOW), 60 * MINUTE, agent=agent)

    sweep(61 * MINUTE, 64 * MINUTE)
    assert states(offered) == [State.ASSIGNED]
    sweep(65 * MINUTE, 65 * MINUTE)

    assert states(offered) == [State.WAITING]


def test_whoever_works_by_the_api_alone_keeps_everything(agent):
    escalation = claimed(agent)

    sweep(0, 60 * MINUTE, every=MINUTE)

    assert states(escalation) == [State.ACTIVE]


def test_running_twice_releases_once(present):
    claimed(present)
    sweep(15, 6 * MINUTE)

    assert release_left_work(now=at(6 * MINUTE)) == 0
    assert EscalationEvent.objects.filter(kind=EventKind.RELEASED).count() == 1


def test_what_somebody_else_has_meanwhile_is_left_alone(present, supervisor, monkeypatch):
    escalation = claimed(present)
    sweep(15, 5 * MINUTE + 45)
    stale = type(escalation).objects.select_related("assignee__departure").filter(pk=escalation.pk)
    list(stale)
    do(lifecycle.transfer, escalation, 5 * MINUTE + 50, agent=supervisor)
    monkeypatch.setattr("escalations.actions.left_work.left_work", lambda now: stale)

    assert release_left_work(now=at(6 * MINUTE)) == 0
    assert states(escalation) == [State.ASSIGNED]
