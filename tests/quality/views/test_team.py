from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from helpninja.common.roles import Role
from quality.actions import reviews
from quality.actions.review_answers import Draft, Noted, Said
from quality.enums import RemarkKind
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "/quality/"


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def elsewhere():
    """Leads another team."""
    return factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team("Elsewhere")])


def published(agent, count=1, *, days=2, **fields):
    for _ in range(count):
        factories.make_published_review(agent, now=NOW - timedelta(days=days), **{"csat": 5, **fields})


def opened(client, user, address=URL):
    client.force_login(user)
    return client.get(address)


def figures(response):
    return {row["agent"].name: row["score"] and row["score"].text for row in response.context["agents"]}


def test_scores_bands_change_and_spread(client, supervisor):
    tom, sarah = factories.make_agent("Tom S."), factories.make_agent("Sarah M.")
    published(tom, 5, accuracy=10)
    published(sarah, 5, accuracy=25)
    published(tom, 5, accuracy=15, days=40)
    published(sarah, 5, accuracy=20, days=40)

    response = opened(client, supervisor.user)

    context = response.context
    assert (context["team"].text, context["team"].band.name, context["team"].n) == ("92.5", "Excellent", 10)
    assert context["team"].change == "unchanged"
    assert (context["spread"].text, context["spread"].verdict) == ("7.5", "growing apart")
    assert figures(response) == {"Sarah M.": "100.0", "Tom S.": "85.0", supervisor.name: None}
    assert context["opportunity"]["name"] == "Technical accuracy"
    focus = context["focus"]
    assert (focus["name"], focus["weak"], focus["n"], focus["agents"]) == ("Technical accuracy", 5, 5, 1)
    assert "Very Good" in response.content.decode()


def test_under_five_reviews_are_too_few(client, supervisor):
    published(factories.make_agent("Tom S."), 4)

    response = opened(client, supervisor.user)

    assert figures(response)["Tom S."] == "Too few"
    assert response.context["team"].text == "Too few"
    assert response.context["criteria"][0]["share"] == "Too few"


def test_a_window_without_reviews_says_so(client, supervisor):
    response = opened(client, supervisor.user)

    assert "No published reviews in this window" in response.content.decode()


def test_a_wrong_address_names_the_field_and_works_nothing_out(client, supervisor):
    response = opened(client, supervisor.user, URL + "?window=custom&start=2026-11-01&end=later&team=nobody")

    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"end", "team"}
    assert "found" not in response.context


def test_supervisors_see_their_own_teams_and_others_all(client, supervisor, elsewhere):
    published(factories.make_agent("Tom S."))

    assert "Tom S." in figures(opened(client, supervisor.user))
    assert "Tom S." not in figures(opened(client, elsewhere.user))
    for role in (Role.QA_REVIEWER, Role.ANALYST, Role.ADMIN):
        assert "Tom S." in figures(opened(client, factories.make_user(role)))


def test_a_team_of_others_can_t_be_asked_for(client, elsewhere):
    assert opened(client, elsewhere.user, URL + "?team=support").status_code == 400


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT])
def test_agents_are_sent_to_their_own_figures(client, role):
    agent = factories.make_agent(role=role)

    assert opened(client, agent.user).headers["Location"] == f"/quality/agents/{agent.public_id}/"


class TestDrillDown:
    """A click on a number opens exactly the rows that it counted."""

    def listed(self, client, link):
        return len(client.get(link).context["cl"].result_list)

    def test_every_n_opens_its_reviews(self, client, supervisor):
        tom = factories.make_agent("Tom S.")
        published(tom, 5, accuracy=10)
        published(tom, 2, csat=None)
        published(factories.make_agent("Sarah M."), 6)
        published(tom, days=40)
        factories.make_published_review(tom, now=NOW - timedelta(days=2), team=factories.make_team())
        context = opened(client, supervisor.user).context

        found = {row["agent"].name: self.listed(client, row["link"]) for row in context["agents"]}
        assert found == {"Tom S.": 7, "Sarah M.": 6, supervisor.name: 0}
        assert self.listed(client, context["link"]) == context["team"].n == 13
        assert {row["name"]: row["n"] for row in context["criteria"]}["Customer satisfaction"] == 11
        assert all(self.listed(client, row["link"]) == row["n"] for row in context["criteria"])
        for card in (context["opportunity"], context["focus"]):
            assert self.listed(client, card["link"]) == card["n"]

    def test_analysts_have_no_way_to_reviews(self, client):
        published(factories.make_agent("Tom S."), 5)

        context = opened(client, factories.make_user(Role.ANALYST)).context

        assert {context["link"], *(row["link"] for row in (*context["agents"], *context["criteria"]))} == {""}


class TestExamples:
    @pytest.fixture(autouse=True)
    def _reviews(self):
        self.tom = factories.make_agent("Tom S.")
        published(factories.make_agent("Sarah M."), 4)
        review = factories.make_review(self.tom, now=NOW - timedelta(days=2), accuracy=10, csat=3)
        by = factories.Actor.of_user(review.reviewer)
        said = {one.key: Said(band=one.band, na=one.na) for one in review.answers.all()}
        remarks = (Noted(RemarkKind.TO_IMPROVE, "Asked for what was already said"),)
        reviews.save_draft(review=review, version=review.version, draft=Draft(said, remarks), by=by, now=NOW)
        reviews.submit(review=review, by=by, now=NOW)
        reviews.publish(review=review, by=by, now=NOW - timedelta(days=1))

    def test_the_best_and_the_most_instructive(self, client, supervisor):
        context = opened(client, supervisor.user).context

        assert [one["review"].total for one in context["best"]] == [100, 100, 100]
        assert [(one["review"].agent, one["remarks"]) for one in context["instructive"]] == [
            (self.tom, ["Asked for what was already said"])
        ]

    def test_analysts_read_figures_and_no_remarks(self, client):
        response = opened(client, factories.make_user(Role.ANALYST))

        assert response.context["team"].n == 5
        assert "Asked for what was already said" not in response.content.decode()
        assert response.context["instructive"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_agents_or_reviews(client, supervisor, django_assert_max_num_queries, count):
    for _ in range(count):
        published(factories.make_agent(), count)
    client.force_login(supervisor.user)
    client.get(URL)

    with django_assert_max_num_queries(26):
        client.get(URL)
