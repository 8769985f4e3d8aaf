"""People's figures beside one another are those that the filter by each person gives."""

from datetime import timedelta
from functools import partial

import pytest

from agents.enums import Status
from agents.models import Presence
from analytics.metrics.people import EQUITY, everybody, with_bounds
from analytics.metrics.registry import METRICS, measure
from helpninja.common.values import Value
from helpninja.common.windows import Comparison, Window
from tests import factories
from tests.analytics.rows import END, LATER, NOON, START, escalation, frame, held, rating, resolved

pytestmark = pytest.mark.django_db
PERSON_KEYS = (
    "first_response_time",
    "csat",
    "conversations_handled",
    "handling_time",
    "first_contact_resolution",
    "reescalation_rate",
    "resolution_rate",
    "occupancy",
    "utilization",
)


@pytest.fixture
def team():
    """Three who answer, hold and resolve one another's escalations in every combination."""
    agents = [factories.make_agent(f"Agent {n}", time_zone="UTC") for n in range(3)]
    for agent in agents[:2]:
        Presence.objects.create(agent=agent, at=START, status=Status.AVAILABLE, actor="test")
    for n, first in enumerate((*agents, None)):
        for m, resolver in enumerate((*agents, None)):
            for holder in (*agents, None):
                at = NOON + timedelta(minutes=n + m)
                answer = {}
                if first:
                    seconds = 60 + 7 * n + m
                    answer = {
                        "first_responder": first,
                        "first_response_at": at + timedelta(seconds=seconds),
                        "first_response_seconds": seconds,
                    }
                one = (
                    resolved(at, resolved_by=resolver, claim_count=1 + m % 2, **answer)
                    if resolver
                    else escalation(at, **answer)
                )
                if holder:
                    held(one, holder, seconds=100 + 10 * n)
                    held(one, holder, seconds=50)
                if resolver and first:
                    rating(1 + (n + 2 * m) % 5, of=one, handler=resolver)
    again = resolved(NOON, resolved_by=agents[0])
    escalation(NOON + timedelta(hours=1), previous=again, conversation=again.conversation)
    return agents


def test_each_one_s_are_those_of_the_filter_by_that_person(team):
    found = everybody(frame())

    assert set(found.people) == {agent.pk for agent in team}
    for agent in team:
        alone = measure((METRICS[key] for key in PERSON_KEYS), frame(agent=agent.pk, comparison=None))
        theirs = found.people[agent.pk].values
        for key in PERSON_KEYS:
            value = alone[key].now
            assert (theirs[key].value, theirs[key].n) == (value.value, value.n), key
            assert theirs[key].hits == value.hits, key


def test_the_total_is_that_of_the_whole(team):
    whole = measure((METRICS[key] for key in (*PERSON_KEYS, EQUITY)), frame(comparison=None))

    total = everybody(frame()).total.values

    assert {key: (value.value, value.n) for key, value in total.items()} == {
        key: (measured.now.value, measured.now.n) for key, measured in whole.items()
    }


@pytest.fixture(
    params=[
        (Comparison.PREVIOUS, timedelta(days=1)),
        (Comparison.WEEKDAYS, timedelta(weeks=1)),
        (Comparison.YEAR, timedelta(days=365)),
    ],
    ids=lambda param: param[0].value,
)
def compared(request, team):
    """A later day in which each held something, against that of the team's work."""
    comparison, later = request.param
    for agent in team:
        held(escalation(NOON + later), agent, seconds=60, ended=NOON + later)
    window = Window(START + later, END + later, "UTC")
    return partial(frame, now=LATER + timedelta(days=365), window=window, comparison=comparison)


def test_each_one_s_before_are_those_of_the_filter_by_that_person(team, compared):
    found = everybody(compared())

    for agent in team:
        alone = measure((METRICS[key] for key in PERSON_KEYS), compared(agent=agent.pk))
        theirs = found.people[agent.pk]
        for key in PERSON_KEYS:
            assert _numbers(theirs.before[key]) == _numbers(alone[key].before), key
            assert _numbers(theirs.values[key]) == _numbers(alone[key].now), key
    assert any(found.people[agent.pk].before["resolution_rate"].n for agent in team)


def test_the_total_before_is_that_of_the_whole(team, compared):
    whole = measure((METRICS[key] for key in (*PERSON_KEYS, EQUITY)), compared())

    total = everybody(compared()).total

    assert {key: _numbers(value) for key, value in total.before.items()} == {
        key: _numbers(measured.before) for key, measured in whole.items()
    }
    assert {key: _numbers(value) for key, value in total.values.items()} == {
        key: _numbers(measured.now) for key, measured in whole.items()
    }


def test_what_is_not_compared_has_no_before(team):
    found = everybody(frame(comparison=None))

    assert [work.before for work in (found.total, *found.people.values())] == [{}] * 4


def _numbers(value):
    return value.value, value.n, value.missing


def test_escalations_and_topics_are_counted_once_for_each_hand():
    sarah, tom = factories.make_agent(), factories.make_agent()
    billing = factories.make_topic()
    case = escalation(topic=billing)
    held(case, sarah, seconds=60)
    held(case, sarah, seconds=60)
    held(case, tom, seconds=60)
    held(escalation(), tom, seconds=60)

    found = everybody(frame())

    assert (found.people[sarah.pk].escalations, found.people[tom.pk].escalations) == (1, 2)
    assert found.total.escalations == 2
    assert found.people[tom.pk].topics == {billing.pk: 1, None: 1}


@pytest.mark.parametrize("comparison", [None, *Comparison])
@pytest.mark.parametrize("count", [1, 4])
def test_queries_do_not_grow_with_the_people(django_assert_num_queries, count, comparison):
    for n in range(count):
        agent = factories.make_agent(f"Agent {n}")
        held(resolved(resolved_by=agent), agent, seconds=60)

    with django_assert_num_queries(4):
        everybody(frame(comparison=comparison))


@pytest.mark.parametrize(
    ("numbers", "bounds"),
    [
        ([], None),
        ([4], None),
        ([3, 3, 3], (3.0, 3.0)),
        ([2, 3, 3, 4], (1.7008, 4.2992)),
        ([1, 2, 4, 5], (1.0, 5.0)),
    ],
)
def test_a_mean_s_interval_comes_from_the_squares(numbers, bounds):
    mean = Value.of_mean(sum(numbers), len(numbers))

    found = with_bounds("csat", mean, sum(number**2 for number in numbers)).bounds

    assert (tuple(round(bound, 4) for bound in found) if found else None) == bounds
