from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.enums import CostKind
from billing.models import SharedCost
from escalations.enums import Timing
from helpninja.common.values import Value
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.rows import END, NOON, START, before, escalation, held, resolved, value

pytestmark = pytest.mark.django_db
KEY = "cost_per_resolution"


def share(month: date, amount: str, name: str = "Tools"):
    SharedCost.objects.create(month=month, kind=CostKind.INFRASTRUCTURE, name=name, amount=Decimal(amount))


def test_handling_and_the_month_s_share_over_the_resolved(agent):
    """(30 min at $60 + 15 min at $40 + 2/4 of $100) / 2 resolved = (30 + 10 + 50) / 2."""
    first, second = resolved(), resolved()
    held(first, agent, seconds=1800)
    held(second, agent, seconds=900, hourly_cost="40.00")
    escalation(START - timedelta(days=2))
    escalation(START - timedelta(days=3))
    share(date(2026, 3, 1), "70.00")
    share(date(2026, 3, 1), "30.00", "Management")
    share(date(2026, 2, 1), "999.00")

    assert value(KEY) == Value(45.0, 2)


def test_handling_belongs_to_the_window_of_its_end(agent):
    of = resolved()
    held(of, agent, seconds=3600, ended=START)
    held(of, agent, seconds=3600, ended=END)

    assert value(KEY) == Value(60.0, 1)
    assert before(KEY) == Value(None, 0)


def test_unknown_cost_is_left_out_with_its_resolution_and_not_taken_for_nothing(agent):
    known, unknown = resolved(), resolved()
    held(known, agent, seconds=3600)
    held(unknown, agent, seconds=3600, hourly_cost=None)
    held(unknown, agent, seconds=3600)
    escalation(timing=Timing.PLACED)

    assert value(KEY) == Value(60.0, 1, missing=2)


def test_filters_leave_each_its_share_of_the_month(agent):
    topic = factories.make_topic("billing")
    held(resolved(topic=topic), agent, seconds=3600)
    held(resolved(), agent, seconds=36_000)
    share(date(2026, 3, 1), "10.00")

    assert value(KEY, topics=(topic.pk,)) == Value(65.0, 1)


def test_a_window_over_two_months_takes_from_both(agent):
    window = Window(START - timedelta(days=20), END, "UTC")
    resolved()
    escalation(START - timedelta(days=15))  # in February
    share(date(2026, 2, 1), "7.00")
    share(date(2026, 3, 1), "5.00")

    assert value(KEY, window=window) == Value(12.0, 1)


def test_one_agent_s_handling_and_resolutions(agent):
    other = factories.make_agent()
    held(resolved(resolved_by=agent), agent, seconds=3600)
    held(resolved(resolved_by=other), other, seconds=36_000)

    assert value(KEY, agent=agent.pk) == Value(60.0, 1)
    assert value(KEY).value == pytest.approx(330.0)


def test_nothing_resolved_has_no_cost(agent):
    held(escalation(NOON), agent, seconds=3600)

    assert value(KEY) == Value(None, 0)
