"""Who is found gone and back by sweeps, with what it does to their presence."""

from datetime import UTC, datetime, time, timedelta

import pytest

from agents.actions import heartbeats
from agents.actions.departures import note_departures
from agents.actions.presence import set_presence
from agents.enums import CONNECTION_LOST, DepartureCause, Status, Weekday
from agents.models import AgentHeartbeat, Departure, Shift
from helpninja.common.actors import SYSTEM
from helpninja.common.models import Heartbeat
from tests import factories

pytestmark = pytest.mark.django_db

# A Wednesday, 10:00 in New York.
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def sweep(start, end):
    """As the scheduler does, every 15 s."""
    for seconds in range(start, end + 1, 15):
        note_departures(now=at(seconds))


def be(agent, status, seconds=0, **more):
    set_presence(agent=agent, status=status, by=SYSTEM, now=at(seconds), **more)


def shown(agent):
    agent.refresh_from_db()
    return agent.status, agent.status_reason


@pytest.fixture
def present(agent):
    """With a live page whose last sign of life was at 0."""
    be(agent, Status.AVAILABLE)
    heartbeats.keep(agent_ids=[agent.pk], now=NOW)
    note_departures(now=NOW)
    return agent


def test_missed_heartbeats_make_away(present):
    sweep(15, 45)
    assert shown(present) == (Status.AVAILABLE, "")

    sweep(60, 60)

    assert shown(present) == (Status.AWAY, CONNECTION_LOST)
    assert present.presences.first().actor == SYSTEM.label
    assert (present.departure.cause, present.departure.since) == (DepartureCause.CONNECTION_LOST, at(60))


def test_the_next_heartbeat_brings_back(present):
    sweep(15, 90)

    heartbeats.keep(agent_ids=[present.pk], now=at(100))

    assert shown(present) == (Status.AVAILABLE, "")
    assert not Departure.objects.exists()


def test_away_for_the_grace_period_is_offline_and_still_comes_back(present):
    sweep(15, 60 + 300)
    assert shown(present) == (Status.OFFLINE, CONNECTION_LOST)

    heartbeats.keep(agent_ids=[present.pk], now=at(80_000))

    assert shown(present) == (Status.AVAILABLE, "")


def test_a_break_that_was_chosen_stays_what_it_is(present):
    be(present, Status.ON_BREAK, reason="Lunch", until=at(1800))

    sweep(15, 600)
    assert shown(present) == (Status.ON_BREAK, "Lunch")
    assert present.departure.cause == DepartureCause.CONNECTION_LOST

    heartbeats.keep(agent_ids=[present.pk], now=at(700))
    assert shown(present) == (Status.ON_BREAK, "Lunch")


def test_who_never_had_a_live_page_is_not_missed(agent):
    be(agent, Status.AVAILABLE)

    sweep(0, 600)

    assert shown(agent) == (Status.AVAILABLE, "")
    assert not Departure.objects.exists()


def test_a_request_is_a_sign_of_life_while_a_page_is_open(present):
    heartbeats.note_request(user_id=present.user_id, now=at(40))

    sweep(45, 90)

    assert shown(present) == (Status.AVAILABLE, "")


def test_a_request_watches_nobody(agent):
    heartbeats.note_request(user_id=agent.user_id, now=NOW)

    assert not AgentHeartbeat.objects.exists()


def test_who_goes_on_by_requests_alone_is_back_and_watched_no_longer(present):
    sweep(15, 90)

    heartbeats.note_request(user_id=present.user_id, now=at(100))
    sweep(105, 600)

    assert shown(present) == (Status.AVAILABLE, "")


def test_requests_are_looked_at_once_in_a_while(present, django_assert_num_queries):
    heartbeats.note_request(user_id=present.user_id, now=NOW)

    with django_assert_num_queries(0):
        heartbeats.note_request(user_id=present.user_id, now=NOW)


def test_after_a_gap_of_the_sweeps_everybody_has_the_full_time(present):
    sweep(1000, 1045)
    assert shown(present) == (Status.AVAILABLE, "")

    sweep(1060, 1060)
    assert shown(present) == (Status.AWAY, CONNECTION_LOST)


def test_a_gap_brings_nobody_back_who_is_gone(present):
    sweep(15, 60)

    sweep(1000, 1015)

    assert shown(present) == (Status.OFFLINE, CONNECTION_LOST)


def test_off_shift_is_gone_without_a_change_of_status(agent):
    Shift.objects.create(agent=agent, weekday=Weekday.WEDNESDAY, start=time(9), end=time(10, 1))
    be(agent, Status.AVAILABLE)

    sweep(0, 45)
    assert not Departure.objects.exists()
    sweep(60, 60)

    assert (agent.departure.cause, shown(agent)) == (DepartureCause.OFF_SHIFT, (Status.AVAILABLE, ""))


def test_off_shift_then_the_page_is_closed(present):
    Shift.objects.create(agent=present, weekday=Weekday.WEDNESDAY, start=time(9), end=time(10))

    sweep(15, 60)

    departure = Departure.objects.get()
    assert (departure.cause, departure.since) == (DepartureCause.CONNECTION_LOST, at(15))
    assert shown(present) == (Status.AWAY, CONNECTION_LOST)


def test_the_deactivated_are_offline(present):
    present.user.is_active = False
    present.user.save()

    sweep(15, 15)

    assert shown(present) == (Status.OFFLINE, "Deactivated")
    assert Departure.objects.get().cause == DepartureCause.DEACTIVATED


def test_who_is_back_is_no_longer_gone(agent):
    be(agent, Status.AVAILABLE)
    be(agent, Status.OFFLINE, 1)
    sweep(15, 15)
    assert Departure.objects.get().cause == DepartureCause.OFFLINE

    be(agent, Status.AVAILABLE, 20)
    sweep(30, 30)

    assert not Departure.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_a_sweep_costs_the_same_for_any_number(django_assert_num_queries, number):
    for _ in range(number):
        be(factories.make_agent(), Status.AVAILABLE)
    note_departures(now=NOW)

    with django_assert_num_queries(7):
        note_departures(now=at(15))


@pytest.mark.parametrize("number", [1, 3])
def test_heartbeats_cost_the_same_for_any_number(django_assert_num_queries, number):
    agents = [factories.make_agent().pk for _ in range(number)]

    with django_assert_num_queries(2):
        heartbeats.keep(agent_ids=agents, now=NOW)

    assert AgentHeartbeat.objects.filter(at=NOW).count() == number


def test_the_sweep_says_that_it_runs(db):
    note_departures(now=NOW)

    assert Heartbeat.objects.get(name=Heartbeat.PRESENCE).at == NOW
