from datetime import timedelta

import pytest

from analytics.models import Target
from escalations.enums import Tier
from helpninja.common.roles import Role, Scope
from tests import factories
from tests.analytics.rows import conversation, escalation, resolved

pytestmark = pytest.mark.django_db
URL = "/analytics/flow/"
DAY = timedelta(days=1)


@pytest.fixture
def month(now):
    """Four of the AI alone; of people one resolved, one by specialists, one still open, one escalated again."""
    at = now - 10 * DAY
    for _ in range(4):
        conversation(at, closed_at=at + DAY)
    resolved(at)
    resolved(at, tier=Tier.SPECIALIST)
    first = resolved(at)
    escalation(first.last_resolved_at + DAY, previous=first, conversation=first.conversation)
    escalation(at)


def steps(response, key="all"):
    (shown,) = (one for one in response.context["flows"] if one.key == key)
    return {(step.source, step.target): (step.count, step.share) for step in shown.steps}


def test_each_step_has_its_number_and_share(analyst, month):
    assert steps(analyst.get(URL)) == {
        ("Conversations", "AI alone"): ("4", "50.0%"),
        ("Conversations", "Frontline"): ("4", "50.0%"),
        ("AI alone", "Resolved by the AI"): ("4", "100.0%"),
        ("Frontline", "Specialist"): ("1", "25.0%"),
        ("Frontline", "Resolved by people"): ("1", "25.0%"),
        ("Frontline", "Still open"): ("1", "25.0%"),
        ("Frontline", "Re-escalated"): ("1", "25.0%"),
        ("Specialist", "Resolved by people"): ("1", "100.0%"),
        ("Re-escalated", "Cause not said yet"): ("1", "100.0%"),
    }


def test_every_band_opens_exactly_its_conversations(analyst, month):
    for shown in analyst.get(URL).context["flows"]:
        for step in shown.steps:
            opened = analyst.get(step.link)
            assert str(opened.context["page_of_rows"].paginator.count) == step.count, step.text


def test_what_came_to_people_is_drawn_alone_too(analyst, month):
    response = analyst.get(URL)

    assert {source for source, _ in steps(response, "people")} == {"Frontline", "Specialist", "Re-escalated"}
    assert response.content.decode().count('<svg class="fl"') == 2
    assert "Frontline to Specialist: 1 conversations, 25.0%" in response.content.decode()


def test_programs_are_told_the_same_routes(api, month):
    asked = {
        "metrics": ["conversations"],
        "group_by": ["route"],
        "start_date": "2026-02-08",
        "end_date": "2026-03-10",
    }

    answer = api(factories.make_key(Scope.ANALYTICS_READ)).post(
        "/api/v1/escalations/analytics", asked, format="json"
    )

    assert {
        row["by"]["route"]["code"]: row["metrics"]["conversations"]["n"] for row in answer.json()["groups"]
    } == {
        "ai:ai_resolved": 4,
        "frontline:resolved": 1,
        "frontline:open": 1,
        "frontline:again:unsaid": 1,
        "specialist:resolved": 1,
    }


def test_nothing_there_says_what_to_do(analyst):
    assert "No conversations in this window yet" in analyst.get(URL).content.decode()


def test_the_ai_alone_has_no_second_drawing(analyst, now):
    conversation(now - DAY, closed_at=now)

    assert [shown.key for shown in analyst.get(URL).context["flows"]] == ["all"]


def test_leaders_see_conversations_of_their_teams_only(client, now):
    resolved(now - DAY)
    resolved(now - DAY, team=factories.make_team("Elsewhere"))
    client.force_login(factories.make_agent(role=Role.SUPERVISOR).user)

    assert steps(client.get(URL))["Conversations", "Frontline"] == ("1", "100.0%")


def test_figures_show_their_targets(analyst, month):
    Target.objects.create(metric="escalation_rate", value=0.3)
    Target.objects.create(metric="escalated_conversations", value=4)

    figures = {figure.metric.key: figure for figure in analyst.get(URL).context["figures"]}

    assert {key: (figure.text, figure.aim, figure.is_met) for key, figure in figures.items()} == {
        "conversations": ("8", "", None),
        "escalated_conversations": ("4", "at most 4", True),
        "escalation_rate": ("50.0%", "< 30%", False),
    }
    assert figures["conversations"].change == "too few to compare"
    for figure in figures.values():
        assert analyst.get(figure.link).context["page_of_rows"].paginator.count == figure.n


def test_one_person_s_conversations_are_not_held_against_those_of_the_ai(client, now):
    agent = factories.make_agent(role=Role.AGENT)
    resolved(now - DAY, resolved_by=agent)
    client.force_login(agent.user)

    figures = client.get(URL).context["figures"]

    assert [(figure.metric.key, figure.n) for figure in figures] == [("conversations", 1)]


def test_queries_do_not_grow_with_rows(analyst, month, django_assert_max_num_queries):
    analyst.get(URL)

    with django_assert_max_num_queries(12):
        analyst.get(URL)
