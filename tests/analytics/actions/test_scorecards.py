from datetime import timedelta

import pytest

from agents.models import Scorecard
from analytics.actions.scorecards import write_scorecards
from analytics.tasks import write_scorecards as task
from tests import factories
from tests.analytics.rows import NOON, answered, held, rating, resolved

pytestmark = pytest.mark.django_db

NOW = NOON + timedelta(days=10)


@pytest.fixture
def sarah():
    return factories.make_agent("Sarah M.")


def card(agent, topic=""):
    return Scorecard.objects.get(agent=agent, topic=topic)


def test_figures_over_all_topics_and_by_topic(sarah):
    billing, apis = factories.make_topic("billing"), factories.make_topic("integrations")
    first = resolved(resolved_by=sarah, topic=billing, claim_count=1)
    resolved(resolved_by=sarah, topic=apis, claim_count=2)
    rating(5, of=first, handler=sarah)
    rating(2, handler=sarah)
    answered(seconds=60, first_responder=sarah, topic=billing)
    answered(seconds=120, first_responder=sarah, topic=apis)
    held(first, sarah, seconds=300)
    held(first, sarah, seconds=100, ended=NOON + timedelta(hours=1))

    assert write_scorecards(now=NOW) == 3

    overall, on_billing = card(sarah), card(sarah, "billing")
    assert (overall.resolved, overall.lasting, overall.first_contact) == (2, 2, 1)
    assert (overall.ratings, overall.csat) == (2, 3.5)
    assert (overall.responses, overall.response_seconds) == (2, 90)
    assert (overall.handled, overall.handling_seconds) == (1, 400)
    assert (on_billing.resolved, on_billing.csat, on_billing.response_seconds) == (1, 5, 60)


def test_what_came_back_within_a_week_did_not_last(sarah):
    mine = resolved(resolved_by=sarah, claim_count=1)
    resolved(NOON + timedelta(days=2), previous=mine)

    write_scorecards(now=NOW)

    assert (card(sarah).resolved, card(sarah).lasting, card(sarah).first_contact) == (1, 0, 0)


def test_quality_is_the_mean_of_published_reviews(sarah):
    billing = factories.make_topic("billing")
    factories.make_published_review(sarah, now=NOON, accuracy=25, csat=5, topic=billing)
    factories.make_published_review(sarah, now=NOON, accuracy=15, csat=5)
    factories.make_review(sarah, now=NOON, accuracy=10, csat=5)

    write_scorecards(now=NOW)

    assert (card(sarah).reviews, card(sarah).quality_score) == (2, 95)
    assert (card(sarah, "billing").reviews, card(sarah, "billing").quality_score) == (1, 100)


def test_a_new_agent_has_a_card_of_nothing(sarah):
    write_scorecards(now=NOW)

    assert (card(sarah).resolved, card(sarah).csat, card(sarah).handling_seconds) == (0, None, None)


def test_only_the_last_30_days_and_only_active_agents_count(sarah):
    gone = factories.make_agent("Gone", user=factories.make_user(factories.Role.AGENT, is_active=False))
    resolved(NOW - timedelta(days=31), resolved_by=sarah)
    resolved(resolved_by=gone)

    write_scorecards(now=NOW)

    assert [one.agent for one in Scorecard.objects.all()] == [sarah]
    assert card(sarah).resolved == 0


def test_written_again_nothing_is_doubled(sarah):
    resolved(resolved_by=sarah, topic=factories.make_topic("billing"))
    write_scorecards(now=NOW)
    write_scorecards(now=NOW + timedelta(days=60))

    assert Scorecard.objects.count() == 1
    task()
    assert Scorecard.objects.count() == 1


@pytest.mark.parametrize("agents", [1, 3])
def test_queries_do_not_grow_with_the_agents(django_assert_num_queries, agents):
    for _ in range(agents):
        resolved(resolved_by=factories.make_agent(), topic=factories.make_topic("billing"))

    with django_assert_num_queries(10):  # two of them are the savepoint's
        write_scorecards(now=NOW)
