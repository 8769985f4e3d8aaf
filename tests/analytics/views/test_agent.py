"""One person's page: Sarah Mitchell's figures to the digit, and who sees whom."""

from datetime import date

import pytest
import time_machine

from agents.models import Agent
from helpninja.common.actors import Actor
from helpninja.common.roles import Role
from quality.actions import coaching
from quality.enums import CoachingKind
from tests import factories
from tests.analytics.rows import LATER
from tests.analytics.team_rows import work
from tests.analytics.told import told, total_by_api

pytestmark = pytest.mark.django_db
DAY = "?window=custom&start=2026-03-10&end=2026-03-10&tz=UTC"
# Topic, conversations, settled, re-escalated, seconds of handling, points of rating.
SARAH = (
    ("technical-support", 45, 41, 1, 492, 198),
    ("billing", 62, 61, 1, 246, 291),
    ("general-support", 34, 32, 0, 348, 156),
    ("feature-requests", 15, 13, 0, 738, 68),
)
# Conversations, resolution rate, satisfaction and handling time.
TOPICS = {
    "Billing": ("62", "98.4%", "4.7/5", "4.1 min"),
    "Technical support": ("45", "91.1%", "4.4/5", "8.2 min"),
    "General support": ("34", "94.1%", "4.6/5", "5.8 min"),
    "Feature requests": ("15", "86.7%", "4.5/5", "12.3 min"),
}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(LATER, tick=False):
        yield LATER


def url(agent):
    return f"/analytics/agents/{agent.public_id}/{DAY}"


@pytest.fixture
def sarah():
    agent = factories.make_agent("Sarah Mitchell")
    messages = 967
    for topic, n, settled, again, handling, points in SARAH:
        fields = {"settled": settled, "again": again, "handling": handling, "points": points, "seconds": 126}
        work(agent, n, topic=factories.make_topic(topic), messages=messages, **fields)
        messages = 0
    return agent


@pytest.fixture
def leader(client):
    client.force_login(factories.make_agent("Morgan", role=Role.SUPERVISOR).user)
    return client


class TestSarahMitchell:
    def test_the_overview_with_its_words(self, leader, sarah):
        cards = {card.metric.key: card for card in leader.get(url(sarah)).context["cards"]}

        assert {key: (card.text, card.note) for key, card in cards.items()} == {
            "conversations_handled": ("156", ""),
            "first_response_time": ("2.1 min", "Excellent"),
            "resolution_rate": ("94.2%", "Above target"),
            "csat": ("4.6/5", "Excellent"),
            "messages_per_escalation": ("6.2", ""),
            "reescalation_rate": ("1.3%", "Excellent"),
            "handling_time": ("6.4 min", ""),
            "first_contact_resolution": ("98.7%", ""),
            "quality_score": ("–", ""),
        }
        assert cards["resolution_rate"].aim == "> 90%"
        assert cards["reescalation_rate"].aim == "< 5%"

    def test_the_same_figures_by_api_and_in_the_file(self, leader, sarah):
        work(factories.make_agent("Tom"), 40, settled=20, seconds=246, points=120, messages=40)
        cards = leader.get(url(sarah)).context["cards"]
        texts = {card.metric.key: card.text for card in cards}

        assert total_by_api(*texts, agent=sarah.public_id) == texts
        for metric, text in texts.items():
            if text != "–":
                assert told(metric, "day", agent=sarah.public_id) == {"Mar 10, 2026": text}

    def test_the_topics_by_api_and_in_the_file(self, leader, sarah):
        work(factories.make_agent("Tom"), 40, settled=20, topic=factories.make_topic("billing"))

        for place, metric in enumerate(("conversations_handled", "resolution_rate", "csat", "handling_time")):
            by_topic = told(metric, "topic", agent=sarah.public_id)
            assert by_topic == {topic: texts[place] for topic, texts in TOPICS.items()}

    def test_the_breakdown_by_topic(self, leader, sarah):
        topics = leader.get(url(sarah)).context["topics"]

        assert {row["label"]: tuple(figure.text for figure in row["figures"]) for row in topics} == TOPICS
        assert [row["share"] for row in topics] == ["39.7%", "28.8%", "21.8%", "9.6%"]

    def test_strengths_and_growth_areas_have_their_evidence(self, leader, sarah):
        context = leader.get(url(sarah)).context

        assert [(row["topic"], row["text"]) for row in context["strengths"] if row["is_sure"]] == [
            ("", "Average response time 2.1 min (n = 156, 1.8 min to 2.4 min), excellent from 2.5 min."),
            ("Billing", "Satisfaction (CSAT) 4.69 (n = 62, 4.58 to 4.81), excellent from 4.50."),
        ]
        assert ("Billing", "Resolution rate 98.4% (n = 62, 91.4% to 99.7%)") in [
            (row["topic"], row["text"].partition(", excellent")[0]) for row in context["strengths"]
        ]
        assert [(row["topic"], row["text"]) for row in context["growth"]] == [
            (
                "Feature requests",
                "Resolution rate 86.7% (n = 15, 62.1% to 96.3%), target > 90%; chance alone may explain it.",
            )
        ]

    def test_the_trend_has_an_entry_for_each_step(self, leader, sarah):
        steps = leader.get(url(sarah)).context["steps"]

        assert len(steps) == 24
        assert [
            (row["label"], [cell["text"] for cell in row["cells"]]) for row in steps if row["cells"][0]["n"]
        ] == [("12 PM", ["2.1 min", "–"])]

    def test_a_number_opens_its_rows(self, leader, sarah):
        context = leader.get(url(sarah)).context
        links = {card.metric.key: (card.link, card.n) for card in context["cards"] if card.link}
        billing = context["topics"][0]["figures"][1]

        for link, n in (*links.values(), (billing.link, 62)):
            assert leader.get(link).context["page_of_rows"].paginator.count == n

    def test_goals_and_training_come_from_the_coaching_plan(self, leader, sarah, now):
        coach = Agent.objects.get(name="Morgan").user
        by = Actor.of_user(coach)
        plan = coaching.open_plan(agent=sarah, coach=coach, by=by, now=now)
        coaching.set_goal(plan=plan, metric="quality", target=90, due=date(2026, 6, 30), by=by, now=now)
        text = "Advanced API troubleshooting workshop"
        coaching.add_action(plan=plan, kind=CoachingKind.WORKSHOP, text=text, by=by)

        page = leader.get(url(sarah)).content.decode()

        assert text in page
        assert f"/quality/plans/{plan.public_id}/" in page


class TestOthers:
    def test_slower_than_the_rest_of_the_team_is_a_growth_area(self, leader):
        tom, sarah = factories.make_agent("Tom"), factories.make_agent("Sarah")
        work(tom, 40, settled=40, seconds=246)
        work(sarah, 40, settled=40, seconds=126)

        growth = leader.get(url(tom)).context["growth"]

        assert [row["text"] for row in growth] == [
            "Average response time 4.1 min (n = 40, 3.6 min to 4.6 min), the others 2.1 min."
        ]

    def test_without_evidence_nothing_is_said(self, leader):
        tom = factories.make_agent("Tom")
        work(tom, 4, settled=0, seconds=900)

        context = leader.get(url(tom)).context

        assert (context["strengths"], context["growth"]) == ([], [])


class TestAccess:
    def test_an_agent_sees_the_own_page_only(self, client, agent):
        colleague = factories.make_agent()
        client.force_login(agent.user)

        assert client.get(url(agent)).status_code == 200
        assert client.get(url(colleague)).status_code == 404

    def test_leaders_see_those_of_their_teams(self, leader):
        outsider = factories.make_agent(teams=[factories.make_team("Elsewhere")])

        assert leader.get(url(factories.make_agent())).status_code == 200
        assert leader.get(url(outsider)).status_code == 404

    def test_rows_of_somebody_unseen_are_missing(self, leader):
        outsider = factories.make_agent(teams=[factories.make_team("Elsewhere")])

        answer = leader.get(f"/analytics/rows/?metric=escalations&agent={outsider.public_id}")

        assert answer.status_code == 404


def test_queries_do_not_grow_with_the_work(leader, django_assert_max_num_queries):
    agent = factories.make_agent()
    for topic in ("billing", "integrations", "widget-setup"):
        work(agent, 6, settled=5, points=26, messages=20, topic=factories.make_topic(topic))

    with django_assert_max_num_queries(15):
        leader.get(url(agent))
