from datetime import UTC, date, datetime, timedelta

import pytest

from agents.actions.presence_hours import hours_of
from agents.enums import Status
from agents.models import Presence
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def be(agent, status, hour, day=TODAY):
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    Presence.objects.create(agent=agent, at=at, status=status, actor="test")


def today(agents):
    found = hours_of([agent.pk for agent in agents], zone="UTC", first=TODAY, last=TODAY, now=NOW)
    return [found[agent.pk][0] for agent in agents]


def test_what_held_before_the_day_holds_on_it(agent):
    be(agent, Status.OFFLINE, 1, TODAY - timedelta(days=30))
    be(agent, Status.AVAILABLE, 8, TODAY - timedelta(days=20))
    be(agent, Status.IN_CONVERSATION, 9)

    (hours,) = today([agent])

    assert (hours.available, hours.busy, hours.unknown) == (9 * HOUR, 3 * HOUR, timedelta())


def test_a_change_at_midnight_counts_from_there(agent):
    be(agent, Status.AVAILABLE, 8, TODAY - timedelta(days=1))
    be(agent, Status.AWAY, 0)

    (hours,) = today([agent])

    assert (hours.available, hours.away) == (timedelta(), 12 * HOUR)


def test_each_has_their_own(agent, outsider):
    be(agent, Status.AVAILABLE, 6)

    mine, theirs = today([agent, outsider])

    assert (mine.available, mine.unknown) == (6 * HOUR, 6 * HOUR)
    assert theirs.unknown == 12 * HOUR


@pytest.mark.parametrize("number", [1, 3])
def test_one_query_for_any_number(django_assert_num_queries, number):
    agents = [factories.make_agent() for _ in range(number)]
    for one in agents:
        be(one, Status.AVAILABLE, 8)

    with django_assert_num_queries(1):
        assert [hours.available for hours in today(agents)] == [4 * HOUR] * number
