"""Occupancy and utilization against a ledger and shifts counted by hand. The window is 2026-03-10, a Tuesday."""

from datetime import date, time, timedelta

import pytest

from agents.enums import HoursChange, Status, Weekday
from agents.models import Presence, Shift, ShiftException
from helpninja.common.values import Value
from tests import factories
from tests.analytics.rows import END, NOON, START, before, escalation, held, value

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def ledger(agent, *changes):
    for at, status in changes:
        Presence.objects.create(agent=agent, at=at, status=status, actor="test")


def shift(agent, start=9, end=17, **fields):
    return Shift.objects.create(agent=agent, weekday=Weekday.TUESDAY, start=time(start), end=time(end), **fields)


@pytest.fixture
def worker():
    return factories.make_agent("Sarah", time_zone="UTC")


class TestOccupancy:
    def test_is_handling_over_available_or_handling(self, worker):
        ledger(
            worker,
            (NOON - 3 * HOUR, Status.AVAILABLE),
            (NOON - 2 * HOUR, Status.IN_CONVERSATION),
            (NOON - HOUR, Status.AVAILABLE),
            (NOON, Status.ON_BREAK),
            (NOON + HOUR, Status.AVAILABLE),
            (NOON + 2 * HOUR, Status.OFFLINE),
        )
        held(escalation(), worker, seconds=3600, ended=NOON - HOUR)

        assert value("occupancy") == Value(0.25, 1)

    def test_available_before_and_after_the_window_is_not_of_it(self, worker):
        ledger(worker, (START - HOUR, Status.AVAILABLE), (END - HOUR, Status.OFFLINE), (END, Status.AVAILABLE))
        held(escalation(), worker, seconds=3600)

        assert value("occupancy") == Value(1 / 24, 1)

    def test_a_window_that_runs_is_measured_until_now(self, worker):
        ledger(worker, (NOON - 3 * HOUR, Status.AVAILABLE))
        held(escalation(), worker, seconds=3600, ended=NOON - HOUR)

        assert value("occupancy", now=NOON) == Value(0.25, 1)

    def test_of_unknown_presence_the_handling_is_missing(self, worker):
        ledger(worker, (NOON - HOUR, Status.AVAILABLE), (NOON, Status.OFFLINE))
        held(escalation(), worker, seconds=3600)
        held(escalation(), factories.make_agent(), seconds=3600)

        assert value("occupancy") == Value(0.5, 1, missing=1)

    def test_the_window_before_has_its_own(self, worker):
        day = timedelta(days=1)
        ledger(worker, (NOON - day, Status.AVAILABLE), (NOON - day + HOUR, Status.OFFLINE))
        held(escalation(), worker, seconds=3600, ended=NOON - day)

        assert before("occupancy") == Value(0.5, 1)


class TestUtilization:
    def test_is_handling_over_planned_hours_with_their_breaks(self, worker):
        shift(worker).breaks.create(start=time(12), minutes=30)
        held(escalation(), worker, seconds=3600)

        assert value("utilization") == Value(1 / 8, 1)

    def test_hours_of_that_day_may_be_changed(self, worker):
        shift(worker)
        ShiftException.objects.create(
            agent=worker, date=date(2026, 3, 10), change=HoursChange.ADDED, start=time(18), end=time(20)
        )
        held(escalation(), worker, seconds=3600)

        assert value("utilization") == Value(0.1, 1)

    def test_a_shift_counts_as_far_as_it_is_in_the_window(self, worker):
        shift(worker, 20, 4)
        held(escalation(), worker, seconds=3600)

        assert value("utilization") == Value(0.25, 1)

    def test_without_a_plan_the_handling_is_missing(self, worker):
        held(escalation(), worker, seconds=3600)

        assert value("utilization") == Value(None, 0, missing=1)

    def test_of_one_person(self, worker):
        shift(worker)
        other = factories.make_agent()
        shift(other)
        held(escalation(), worker, seconds=7200)
        held(escalation(), other, seconds=3600)

        assert value("utilization", agent=worker.pk) == Value(0.25, 1)
        assert value("utilization") == Value(3 / 16, 2)


def test_workload_is_compared_among_those_who_handled_any():
    busy, calm = factories.make_agent(), factories.make_agent()
    factories.make_agent()
    for _ in range(3):
        held(escalation(), busy, seconds=60)
    case = escalation()
    held(case, calm, seconds=60)
    held(case, calm, seconds=60)

    assert value("workload_equity") == Value(0.5, 2)
