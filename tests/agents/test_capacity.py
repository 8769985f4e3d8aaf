import pytest

from agents.enums import Level
from agents.models import Agent, CapacityByLevel, capacity_of
from tests import factories

pytestmark = pytest.mark.django_db


def by_level(level, capacity):
    CapacityByLevel.objects.update_or_create(level=level, defaults={"capacity": capacity})


@pytest.mark.parametrize(
    ("own", "level", "capacity"),
    [
        (None, Level.AGENT, 3),  # as installed
        (None, Level.SPECIALIST, 2),
        (5, Level.SPECIALIST, 5),
        (0, Level.SPECIALIST, 0),
    ],
)
def test_ones_own_goes_before_that_of_the_level(own, level, capacity):
    by_level(Level.SPECIALIST, 2)
    agent = factories.make_agent(level=level, capacity=own)

    assert capacity_of(agent) == capacity
    assert Agent.objects.with_limit().get(pk=agent.pk).limit == capacity


def test_a_level_without_a_row_has_the_usual_one():
    CapacityByLevel.objects.all().delete()
    agent = factories.make_agent()

    assert capacity_of(agent) == 3
    assert Agent.objects.with_limit().get(pk=agent.pk).limit == 3


def test_with_limit_spares_the_query(django_assert_num_queries):
    factories.make_agent()
    agent = Agent.objects.with_limit().get()

    with django_assert_num_queries(0):
        assert capacity_of(agent) == 3
