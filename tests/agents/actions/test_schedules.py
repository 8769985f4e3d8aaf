from datetime import UTC, date, datetime, time, timedelta

import pytest

from agents.actions.schedules import availability_of, schedules_of
from agents.decisions.availability import ChangedHours, Pause, Schedule, Span, WeeklyHours
from agents.enums import HoursChange, LeaveKind, Weekday
from agents.models import OnCall, Shift, ShiftBreak, ShiftException, TimeOff
from tests import factories

pytestmark = pytest.mark.django_db

# A Wednesday, 10:00 in New York.
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
TODAY = date(2026, 11, 25)


def plan(agent):
    shift = Shift.objects.create(agent=agent, weekday=Weekday.WEDNESDAY, start=time(9), end=time(17))
    ShiftBreak.objects.create(shift=shift, start=time(12), minutes=45)
    ShiftException.objects.create(agent=agent, date=TODAY, change=HoursChange.ADDED, start=time(18), end=time(20))
    TimeOff.objects.create(
        agent=agent, first_day=TODAY, last_day=TODAY, from_time=time(15), kind=LeaveKind.SICK, approved=True
    )
    TimeOff.objects.create(agent=agent, first_day=TODAY, last_day=TODAY)
    OnCall.objects.create(agent=agent, first_day=TODAY, last_day=TODAY, from_time=time(20))


def test_every_kind_of_row_is_found(agent):
    plan(agent)
    ShiftException.objects.create(agent=agent, date=TODAY - timedelta(days=30))

    assert schedules_of([agent.pk], now=NOW) == {
        agent.pk: Schedule(
            "America/New_York",
            (WeeklyHours(2, time(9), time(17), (Pause(time(12), 45),)),),
            (ChangedHours(TODAY, HoursChange.ADDED, time(18), time(20)),),
            (Span(TODAY, TODAY, time(15), None, LeaveKind.SICK),),
            (Span(TODAY, TODAY, time(20), None),),
        )
    }


def test_who_has_no_rows_has_no_schedule(agent, outsider):
    plan(agent)

    found = availability_of([agent.pk, outsider.pk, 0], now=NOW)

    assert found[agent.pk].reason == "on shift until 17:00"
    assert found[outsider.pk].reason == "no schedule: available whenever present"
    assert found.keys() == {agent.pk, outsider.pk}


@pytest.mark.parametrize("number", [1, 3])
def test_one_query_for_any_number(django_assert_num_queries, number):
    agents = [factories.make_agent() for _ in range(number)]
    for one in agents:
        plan(one)

    with django_assert_num_queries(1):
        assert len(availability_of([one.pk for one in agents], now=NOW)) == number


def test_nobody_asked_for_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert availability_of([], now=NOW) == {}
