from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from helpninja.common.actors import Actor
from helpninja.common.roles import Role
from helpninja.navigation import sidebar
from quality.actions import disputes
from quality.models import Review
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tom():
    return factories.make_agent("Tom S.")


def published(agent, count=1, *, days=2, **fields):
    for _ in range(count):
        factories.make_published_review(agent, now=NOW - timedelta(days=days), **{"csat": 5, **fields})


def opened(client, user, agent, address=""):
    client.force_login(user)
    return client.get(f"/quality/agents/{agent.public_id}/{address}")


def test_score_strengths_and_what_there_is_to_grow(client, tom, supervisor):
    published(tom, 5, accuracy=15, csat=5)
    published(factories.make_agent("Sarah M."), 5, accuracy=25, csat=4)

    context = opened(client, supervisor.user, tom).context

    assert (context["score"].text, context["score"].band.name, context["score"].n) == ("90.0", "Excellent", 5)
    assert [(one["name"], one["difference"]) for one in context["strengths"]] == [
        ("Customer satisfaction", "20.0")
    ]
    assert [(one["name"], one["difference"]) for one in context["growth"]] == [("Technical accuracy", "40.0")]


def test_an_agent_reads_the_own_figures_without_the_others_numbers(client, tom):
    published(tom, 5, accuracy=15)
    published(factories.make_agent("Sarah M."), 5, accuracy=25)

    text = opened(client, tom.user, tom).content.decode()

    assert "below the team" in text
    assert "Sarah" not in text
    assert "the others' 100" not in text


def test_the_short_address_leads_to_the_own_page_with_what_became_of_disputes(client, tom):
    published(tom, accuracy=20)
    review = Review.objects.get()
    by = Actor.of_user(tom.user)
    disputes.open_dispute(review=review, agent=tom, key="", text="It was right.", by=by, now=NOW)
    client.force_login(tom.user)

    response = client.get("/quality/mine/", follow=True)

    assert response.redirect_chain == [(f"/quality/agents/{tom.public_id}/", 302)]
    assert [row["reviewer"] for row in response.context["reviews"]] == ["Quinn Reyes"]
    assert "It was right." in response.content.decode()
    (active,) = [one for group in sidebar(response.wsgi_request) for one in group["items"] if one["active"]]
    assert active["title"] == "My quality"


def test_a_supervisor_reads_the_own_page_whatever_team_the_work_was_of(client):
    lead = factories.make_agent(role=Role.SUPERVISOR, teams=[])
    published(lead)

    assert opened(client, lead.user, lead).context["score"].n == 1


def test_disputes_are_shown_to_nobody_else(client, tom, supervisor):
    published(tom)
    disputes.open_dispute(
        review=Review.objects.get(), agent=tom, key="", text="Mine.", by=Actor.of_user(tom.user), now=NOW
    )

    assert "Mine." not in opened(client, supervisor.user, tom).content.decode()


def test_reviews_lead_to_their_pages_but_not_for_analysts(client, tom, supervisor):
    published(tom)

    assert len(opened(client, supervisor.user, tom).context["reviews"]) == 1
    assert len(opened(client, tom.user, tom).context["reviews"]) == 1
    assert opened(client, factories.make_user(Role.ANALYST), tom).context["reviews"] == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT])
def test_a_colleague_finds_nothing(client, tom, role):
    published(tom)

    assert opened(client, factories.make_agent(role=role).user, tom).status_code == 404


def test_a_supervisor_of_another_team_finds_nothing(client, tom, outsider):
    assert opened(client, outsider.user, tom).status_code == 404


def test_nobody_is_no_agent(client, supervisor):
    client.force_login(supervisor.user)

    assert client.get("/quality/agents/agt_nobody/").status_code == 404
    assert client.get("/quality/agents/a%00b/").status_code == 404


def test_an_agent_without_reviews(client, tom):
    response = opened(client, tom.user, tom)

    assert response.context["score"].text == "–"
    assert "None published in this window" in response.content.decode()


def test_a_wrong_window_is_refused(client, tom):
    response = opened(client, tom.user, tom, "?window=12")

    assert response.status_code == 400
    assert "window" in response.context["form"].errors


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_reviews(client, tom, django_assert_max_num_queries, count):
    published(tom, count)
    client.force_login(tom.user)
    client.get(f"/quality/agents/{tom.public_id}/")

    with django_assert_max_num_queries(20):
        client.get(f"/quality/agents/{tom.public_id}/")
