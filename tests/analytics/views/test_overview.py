from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from escalations.enums import State
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.rows import answered, conversation, escalation, held, rating, resolved

pytestmark = pytest.mark.django_db
URL = "/analytics/"
PANEL = "/analytics/team-today"


@pytest.fixture(autouse=True)
def now():
    """Noon in New York, and it stays noon."""
    noon = datetime(2026, 3, 10, 16, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        yield noon


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


def cards(response) -> dict:
    return {card.metric.key: card for card in response.context["indicators"]}


class TestAccess:
    def test_a_stranger_is_sent_to_sign_in(self, client):
        response = client.get(URL)

        assert response.status_code == 302
        assert response["Location"].startswith(reverse("admin:login"))

    @pytest.mark.parametrize("role", [Role.QA_REVIEWER, None])
    def test_others_are_refused(self, client, role):
        client.force_login(factories.make_user(role))

        assert client.get(URL).status_code == 403

    @pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR])
    def test_working_roles_without_an_agent_are_refused(self, client, role):
        client.force_login(factories.make_user(role))

        assert client.get(URL).status_code == 403

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN])
    def test_analyst_and_admin_see_all(self, client, role, now):
        escalation(now - timedelta(days=1), team=factories.make_team())
        client.force_login(factories.make_user(role))

        assert cards(client.get(URL))["resolution_rate"].n == 1

    @pytest.mark.parametrize("role", [Role.SENIOR_AGENT, Role.SUPERVISOR])
    def test_leaders_see_their_teams_only(self, client, role, now):
        elsewhere = factories.make_team("Elsewhere")
        escalation(now - timedelta(days=1))
        resolved(now - timedelta(days=1), team=elsewhere)
        client.force_login(factories.make_agent(role=role).user)

        response = client.get(URL)

        assert (cards(response)["resolution_rate"].n, cards(response)["resolution_rate"].text) == (1, "0.0%")
        assert "Elsewhere" not in response.content.decode()
        assert client.get(URL, {"team": "elsewhere"}).status_code == 400

    def test_an_agent_sees_their_own_figures_and_is_told_so(self, client, agent, now):
        resolved(now - timedelta(days=1), resolved_by=agent)
        escalation(now - timedelta(days=1))
        client.force_login(agent.user)

        response = client.get(URL)

        assert "Your own figures" in response.content.decode()
        assert (cards(response)["resolution_rate"].n, cards(response)["resolution_rate"].text) == (1, "100.0%")
        assert cards(response)["escalation_rate"].note == "Not measured for one person"
        assert response.context["waiting"] == []

    def test_only_reading_is_allowed(self, analyst):
        assert analyst.post(URL).status_code == 405


class TestPage:
    def test_numbers_with_n_definition_and_change(self, analyst, now):
        for days in (1, 40):
            for n in range(5):
                answered(now - timedelta(days=days), seconds=60 * days + n)

        response = analyst.get(URL)
        card = cards(response)["first_response_time"]
        text = response.content.decode()

        assert (card.text, card.counts) == ("1.0 min", "n = 5")
        assert (card.arrow, card.tone, card.verdict, card.change) == ("▼", "good", "better", "−39.0 min")
        assert "Mean of first human message to the customer - escalation opened." in text
        assert "▼" in text
        assert "better" in text

    def test_few_rows_are_not_compared(self, analyst, now):
        answered(now - timedelta(days=1), seconds=60)

        assert cards(analyst.get(URL))["first_response_time"].change == "too few to compare"

    def test_filters_and_window_come_from_the_address(self, analyst, now):
        conversation(now - timedelta(days=2), region="EU", channel="web")
        conversation(now - timedelta(days=2), region="US", channel="web")
        conversation(now - timedelta(days=20), region="EU", channel="web")

        response = analyst.get(URL, {"window": "7", "region": "EU", "channel": "web", "plan": "pro", "team": ""})

        assert cards(response)["escalation_rate"].n == 1
        assert '<option value="EU" selected>' in response.content.decode()

    def test_custom_dates_are_days_of_the_zone(self, analyst):
        query = {"window": "custom", "start": "2026-03-08", "end": "2026-03-08", "tz": "America/New_York"}

        response = analyst.get(URL, query)

        assert response.status_code == 200
        assert response.context["window_text"] == "Mar 8, 2026"
        assert response.context["before_text"] == "Mar 7, 2026"

    def test_nothing_there_says_what_to_do(self, analyst):
        text = analyst.get(URL).content.decode()

        assert "No conversations in this window yet" in text
        assert "POST /api/v1/conversations" in text

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"window": "fortnight"}, "window"),
            ({"window": "custom"}, "start"),
            ({"window": "custom", "start": "2026-02-30", "end": "2026-03-01"}, "start"),
            ({"window": "custom", "start": "0001-01-01", "end": "2026-03-01"}, "start"),
            ({"window": "custom", "start": "2026-03-02", "end": "2026-03-01"}, "end"),
            ({"window": "custom", "start": "2010-03-02", "end": "2026-03-01"}, "end"),
            ({"team": "nobody"}, "team"),
            ({"plan": "gold"}, "plan"),
            ({"topic": "'--"}, "topic"),
            ({"region": "\x00"}, "region"),
            ({"channel": "x" * 41}, "channel"),
            ({"tz": "Mars/Olympus"}, "tz"),
            ({"tz": "../../etc/passwd"}, "tz"),
        ],
    )
    def test_what_is_unknown_is_named_and_refused(self, analyst, query, field):
        response = analyst.get(URL, query)

        assert response.status_code == 400
        assert list(response.context["form"].errors) == [field] or field in response.context["form"].errors
        assert f"({field})" in response.content.decode()

    def test_text_of_the_address_is_escaped(self, analyst):
        text = analyst.get(URL, {"region": "<script>x()</script>"}).content.decode()

        assert "<script>x()" not in text

    def test_queries_do_not_grow_with_rows(self, analyst, agent, now, django_assert_max_num_queries):
        for _ in range(3):
            held(resolved(now - timedelta(days=1)), agent, seconds=60, ended=now - timedelta(hours=1))
            rating(5, at=now - timedelta(hours=1))
        analyst.get(URL)

        with django_assert_max_num_queries(15):
            analyst.get(URL)


class TestTeamToday:
    def test_each_agent_s_day(self, client, agent, now):
        midnight = now - timedelta(hours=12)
        client.force_login(agent.user)
        colleague = factories.make_agent()
        with_time = answered(now - timedelta(seconds=30), seconds=30, first_responder=agent)
        held(with_time, agent, seconds=1, ended=now)
        held(with_time, agent, seconds=2, ended=now)
        rating(4, at=now, of=with_time, handler=agent)
        rating(5, at=midnight, handler=agent)
        rating(1, at=midnight - timedelta(microseconds=1), handler=agent)

        agents = client.get(PANEL).json()["agents"]

        assert agents[agent.public_id] == {
            "conversations": 1,
            "first_response_seconds": 30.0,
            "first_response_n": 1,
            "csat": 4.5,
            "csat_n": 2,
        }
        assert agents[colleague.public_id]["conversations"] == 0
        assert agents[colleague.public_id]["csat"] is None

    def test_only_one_s_own_teams(self, client, agent, outsider):
        client.force_login(outsider.user)

        assert list(client.get(PANEL).json()["agents"]) == [outsider.public_id]

    def test_admin_sees_every_team(self, client, agent, outsider):
        client.force_login(factories.make_user(Role.ADMIN))

        assert set(client.get(PANEL).json()["agents"]) == {agent.public_id, outsider.public_id}

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.QA_REVIEWER, Role.AGENT, None])
    def test_who_has_no_queue_is_refused(self, client, role):
        client.force_login(factories.make_user(role))

        assert client.get(PANEL).status_code == 403

    def test_a_stranger_is_sent_to_sign_in(self, client):
        assert client.get(PANEL).status_code == 302

    def test_four_queries_then_none_for_a_second(self, client, agent, django_assert_num_queries):
        escalation(state=State.ACTIVE, assignee=agent)
        client.force_login(agent.user)

        # Session, user, roles, agent, teams, then the four.
        with django_assert_num_queries(9):
            client.get(PANEL)
        with django_assert_num_queries(5):
            client.get(PANEL)
