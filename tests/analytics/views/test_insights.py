from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from escalations.models import Topic
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.many_rows import conversations, escalated
from tests.analytics.rows import conversation

pytestmark = pytest.mark.django_db

URL = "/analytics/insights/"
TOP = "/analytics/insights/top"
NOW = datetime(2026, 3, 30, 16, tzinfo=UTC)
WEEKS = timedelta(weeks=4)
FOUR_WEEKS = {"window": "custom", "start": "2026-03-02", "end": "2026-03-29", "tz": "UTC"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


def talks(before, now, **fields):
    """(conversations, escalated ones) of the four weeks before and of these."""
    start = datetime(2026, 3, 2, tzinfo=UTC)
    for at, (n, handed_over) in ((start - WEEKS, before), (start, now)):
        rows = conversations([at + WEEKS / n * number for number in range(n)], **fields)
        escalated(rows[:handed_over], topic=fields.get("topic"))


def history():
    conversation(NOW - 4 * WEEKS)


def test_sentences_with_their_evidence_and_their_rows(analyst):
    history()
    talks((400, 60), (400, 100), region="EU")

    response = analyst.get(URL, FOUR_WEEKS)
    first = response.context["insights"][0]
    page = response.content.decode()

    assert "Escalation rate rose from 15.0% to 25.0%, by 10.0 points (95 % interval 4.5 to 15.5 points" in page
    assert "worse" in page
    assert "Changes are against Feb 2, 2026 to Mar 1, 2026." in page
    assert analyst.get(first["rows"]).context["page_of_rows"].paginator.count == first["insight"].now.n == 400
    assert analyst.get(first["view"]).status_code == 200


def test_without_findings_it_says_so(analyst):
    history()
    talks((400, 60), (400, 61))

    assert "Nothing changed beyond chance" in analyst.get(URL, FOUR_WEEKS).content.decode()


def test_a_window_that_lies_ahead_has_none(analyst):
    response = analyst.get(URL, {"window": "custom", "start": "2026-05-01", "end": "2026-05-02"})

    assert response.status_code == 200
    assert response.context["insights"] == []


def test_the_overview_asks_for_the_first_three(analyst):
    history()
    for number, topic in enumerate(Topic.objects.all()[:4]):
        talks((200, 20), (200, 60 + 30 * number), topic=topic)

    response = analyst.get(TOP, FOUR_WEEKS)

    assert response.status_code == 200
    assert response.content.decode().count('class="an-insight-said"') == 3
    assert "<html" not in response.content.decode()
    assert f"{TOP}?window=custom" in analyst.get("/analytics/", FOUR_WEEKS).content.decode()


def test_leaders_see_their_teams_only(client, supervisor):
    history()
    talks((400, 60), (400, 100))
    client.force_login(supervisor.user)
    elsewhere = factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team()])

    assert client.get(URL, FOUR_WEEKS).context["insights"]
    client.force_login(elsewhere.user)
    assert client.get(URL, FOUR_WEEKS).context["insights"] == []


@pytest.mark.parametrize("groups", [1, 3])
def test_at_most_15_queries_whatever_the_groups(analyst, groups, django_assert_max_num_queries):
    history()
    plans = ("pro", "trial", "agency")
    for number, topic in enumerate(Topic.objects.all()[:groups]):
        talks((60, 6), (60, 40 + number), topic=topic, customer=factories.make_customer(plan=plans[number]))
    analyst.get(URL, FOUR_WEEKS)

    with django_assert_max_num_queries(15):
        assert analyst.get(URL, FOUR_WEEKS).context["insights"]
