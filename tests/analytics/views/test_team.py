"""The team's page: six people's comparison, capacity and equity, to the digit, and who sees it."""

from datetime import time, timedelta

import pytest
import time_machine

from agents.enums import Status, Weekday
from agents.models import Agent, AgentSkill, Presence, Shift, Skill
from escalations.models import Topic
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.rows import LATER, NOON, START
from tests.analytics.team_rows import work
from tests.analytics.told import told

pytestmark = pytest.mark.django_db
URL = "/analytics/team/"
DAY = f"{URL}?window=custom&start=2026-03-10&end=2026-03-10&tz=UTC"
# Name, opened, settled of them, handled but opened before, seconds to the response, points of rating, skill.
SIX = (
    ("Sarah M.", 156, 147, 0, 126, 718, "Billing"),
    ("David K.", 142, 126, 0, 192, 611, "Technical support"),
    ("Lisa R.", 161, 147, 4, 168, 708, "Widget setup"),
    ("Tom S.", 137, 117, 1, 246, 575, "Data and reporting"),
    ("Mike P.", 140, 129, 9, 174, 630, ""),
    ("Jenny L.", 128, 115, 0, 210, 550, "Sales"),
)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(LATER, tick=False):
        yield LATER


@pytest.fixture
def leader(client):
    agent = factories.make_agent("Morgan", role=Role.SUPERVISOR)
    client.force_login(agent.user)
    return client


@pytest.fixture
def six():
    """Mike handles all topics, the others one each."""
    topics = list(Topic.objects.order_by("slug"))
    for name, opened, settled, earlier, seconds, points, skill in SIX:
        agent = factories.make_agent(name, time_zone="UTC")
        if skill:
            row, _ = Skill.objects.get_or_create(name=skill, defaults={"slug": skill.lower().replace(" ", "-")})
            AgentSkill.objects.create(agent=agent, skill=row, level=5)
        parts = topics if name == "Mike P." else topics[:1]
        _shared(agent, parts, opened, settled, points, seconds=seconds, earlier=earlier)


def _shared(agent, topics, opened, settled, points, *, earlier, **fields):
    """The work in as many equal parts as there are topics, the rest in the first."""
    n = len(topics)
    for place, topic in enumerate(topics):
        first = place == 0

        def part(total, first=first):
            return total // n + (total % n if first else 0)

        work(
            agent,
            part(opened),
            settled=part(settled),
            points=part(points),
            topic=topic,
            earlier=earlier if first else 0,
            **fields,
        )


def lines(response):
    names = [column.agent.name for column in response.context["columns"]]
    return {
        line["metric"].key: dict(zip(names, (figure.text for figure in line["figures"]), strict=True))
        for line in response.context["lines"]
    }


class TestBefore:
    """A day against the one before it: one agent, slower, and with more that stays resolved."""

    @pytest.fixture
    def sarah(self):
        agent = factories.make_agent("Sarah M.", time_zone="UTC")
        work(agent, 10, settled=9, seconds=180)
        work(agent, 10, settled=5, seconds=120, at=NOON - timedelta(days=1))
        return agent

    def test_figures_of_people_and_team_show_their_change(self, leader, sarah):
        response = leader.get(DAY)

        (column,) = response.context["columns"]
        cards = {figure.metric.key: figure for figure in response.context["cards"]}
        team = {line["metric"].key: line["team"] for line in response.context["lines"]}
        theirs = {figure.metric.key: figure for figure in column.figures}
        for figures in (theirs, team, cards):
            rate, wait = figures["resolution_rate"], figures["first_response_time"]
            assert (rate.text, rate.arrow, rate.change, rate.tone) == ("90.0%", "▲", "+40.0 points", "good")
            assert (wait.text, wait.arrow, wait.change, wait.tone) == ("3.0 min", "▲", "+1.0 min", "bad")
        assert "Changes are against Mar 9, 2026." in response.content.decode()

    def test_the_same_weekday_before(self, leader, sarah):
        work(sarah, 10, settled=10, seconds=240, at=NOON - timedelta(weeks=1))

        (column,) = leader.get(f"{DAY}&compare=weekdays").context["columns"]

        changes = {figure.metric.key: figure.change for figure in column.figures}
        assert (changes["resolution_rate"], changes["first_response_time"]) == ("−10.0 points", "−1.0 min")

    def test_the_same_date_last_year(self, leader, sarah):
        work(sarah, 10, settled=8, seconds=180, at=NOON - timedelta(days=365))

        (column,) = leader.get(f"{DAY}&compare=year").context["columns"]

        changes = {figure.metric.key: figure.change for figure in column.figures}
        assert (changes["resolution_rate"], changes["first_response_time"]) == ("+10.0 points", "unchanged")

    def test_nothing_is_compared_on_request(self, leader, sarah):
        (column,) = leader.get(f"{DAY}&compare=nothing").context["columns"]

        assert {figure.change for figure in column.figures} == {""}


class TestComparison:
    def test_six_people_beside_one_another(self, leader, six):
        response = leader.get(DAY)

        found = lines(response)
        assert found["first_response_time"] == {
            "Sarah M.": "2.1 min",
            "David K.": "3.2 min",
            "Lisa R.": "2.8 min",
            "Tom S.": "4.1 min",
            "Mike P.": "2.9 min",
            "Jenny L.": "3.5 min",
        }
        assert found["resolution_rate"] == {
            "Sarah M.": "94.2%",
            "David K.": "88.7%",
            "Lisa R.": "91.3%",
            "Tom S.": "85.4%",
            "Mike P.": "92.1%",
            "Jenny L.": "89.8%",
        }
        assert found["csat"] == {
            "Sarah M.": "4.6/5",
            "David K.": "4.3/5",
            "Lisa R.": "4.4/5",
            "Tom S.": "4.2/5",
            "Mike P.": "4.5/5",
            "Jenny L.": "4.3/5",
        }
        assert found["conversations_handled"] == {
            "Sarah M.": "156",
            "David K.": "142",
            "Lisa R.": "165",
            "Tom S.": "138",
            "Mike P.": "149",
            "Jenny L.": "128",
        }
        assert {column.agent.name: column.specialization for column in response.context["columns"]} == {
            "Sarah M.": "Billing",
            "David K.": "Technical support",
            "Lisa R.": "Widget setup",
            "Tom S.": "Data and reporting",
            "Mike P.": "General",
            "Jenny L.": "Sales",
        }

    def test_the_same_by_api_and_in_the_file(self, leader, six):
        found = lines(leader.get(DAY))
        ids = dict(Agent.objects.filter(name__in=found["csat"]).values_list("name", "public_id"))

        for metric in ("first_response_time", "csat", "conversations_handled"):
            assert told(metric, "agent") == found[metric]
        for name, text in found["resolution_rate"].items():
            assert told("resolution_rate", "day", agent=ids[name]) == {"Mar 10, 2026": text}

    def test_the_best_of_each_and_the_most_versatile(self, leader, six):
        top = {row["title"]: (row["who"], row["text"]) for row in leader.get(DAY).context["top"]}

        topics = Topic.objects.count()
        assert top == {
            "Best response time": ("Sarah M.", "2.1 min, n = 156"),
            "Highest resolution rate": ("Sarah M.", "94.2%, n = 156"),
            "Best satisfaction": ("Sarah M.", "4.6/5, n = 156"),
            "Most volume": ("Lisa R.", "165 conversations"),
            "Most versatile": ("Mike P.", f"{topics} topics with at least 5 escalations each"),
        }

    def test_opportunities_name_value_target_n_and_interval(self, leader, six):
        rows = leader.get(DAY).context["opportunities"]

        assert [(row["text"], row["is_sure"]) for row in rows if row["who"] == "Tom S."] == [
            ("Average response time 4.1 min (n = 137, 3.8 min to 4.4 min), the others 2.9 min.", True),
            ("Satisfaction (CSAT) 4.20 (n = 137, 4.13 to 4.26), the others 4.43.", True),
            (
                "Resolution rate 85.4% (n = 137, 78.5% to 90.3%), target > 90%; chance alone may explain it.",
                False,
            ),
        ]
        assert [row["text"] for row in rows if row["who"] in ("The team", "Sarah M.", "Mike P.", "Lisa R.")] == [
            "Satisfaction (CSAT) 4.39 (n = 864, 4.36 to 4.42), target > 4.4/5; chance alone may explain it."
        ]
        assert "Resolution rate 88.7% (n = 142, 82.5% to 92.9%), target > 90%; chance alone may explain it." in [
            row["text"] for row in rows if row["who"] == "David K."
        ]

    def test_the_team_is_held_against_its_own_target(self, leader, six):
        cards = {card.metric.key: card for card in leader.get(DAY).context["cards"]}

        assert (cards["csat"].text, cards["csat"].aim) == ("4.4/5", "> 4.4/5")
        assert cards["first_response_time"].is_met is True

    def test_each_number_opens_its_rows(self, leader, six):
        line = next(line for line in leader.get(DAY).context["lines"] if line["metric"].key == "resolution_rate")
        sarah = next(figure for figure in line["figures"] if figure.text == "94.2%")

        assert leader.get(sarah.link).context["page_of_rows"].paginator.count == 156


class TestEquity:
    def test_the_six_are_evenly_spread(self, leader, six):
        equity = leader.get(DAY).context["equity"]

        assert (equity["highest"], equity["lowest"], equity["spread"]) == (
            "Lisa R. (113% of the average)",
            "Jenny L. (87% of the average)",
            "8.2%",
        )
        assert equity["recommendation"].startswith("The work is evenly spread")

    def test_142_and_87_percent_with_a_deviation_of_18_3_percent(self, leader):
        counts = {"Lisa R.": 142, "Ann": 105, "Sarah M.": 100, "Mike P.": 90, "David K.": 88, "Tom S.": 88}
        for name, count in {**counts, "Jenny L.": 87}.items():
            work(factories.make_agent(name), count, settled=0)

        equity = leader.get(DAY).context["equity"]

        assert (equity["highest"], equity["lowest"], equity["spread"], equity["is_met"]) == (
            "Lisa R. (142% of the average)",
            "Jenny L. (87% of the average)",
            "18.3%",
            True,
        )
        assert equity["recommendation"] == (
            "Slight rebalancing needed: Lisa R. handled 42 more than the average, Jenny L. the fewest. "
            "Let the routing offer Jenny L. more of what Lisa R. gets."
        )


WEEK = f"{URL}?window=custom&start=2026-03-09&end=2026-03-15&tz=UTC"


class TestCapacity:
    @pytest.fixture
    def planned(self):
        """Six people with 40 hours a week, who work on 350 escalations for 12 minutes each."""
        agents = [factories.make_agent(f"Agent {n}", time_zone="UTC") for n in range(6)]
        for n, agent in enumerate(agents):
            for weekday in list(Weekday)[:5]:
                Shift.objects.create(agent=agent, weekday=weekday, start=time(9), end=time(17))
            Presence.objects.create(agent=agent, at=START, status=Status.OFFLINE, actor="test")
            Presence.objects.create(
                agent=agent, at=NOON, status=Status.AVAILABLE if n else Status.IN_CONVERSATION, actor="test"
            )
            Presence.objects.create(agent=agent, at=NOON + timedelta(hours=5), status=Status.OFFLINE, actor="test")
            work(agent, 60 if n else 50, settled=0, handling=720)

    def test_hours_of_a_week_and_what_the_work_takes_of_them(self, leader, planned):
        capacity = leader.get(WEEK).context["capacity"]

        assert {key: capacity[key] for key in ("hours", "people", "each", "escalations", "handling_time")} == {
            "hours": "240 h",
            "people": 6,
            "each": "40 h",
            "escalations": "350",
            "handling_time": "12.0 min",
        }
        assert (capacity["handling"], capacity["free"], capacity["share"]) == ("70 h", "170 h", "29.2%")
        assert (capacity["aim"], capacity["judged"].words) == ("25% to 35%", "In the target range")

    def test_each_one_s_shares_stand_beside_their_hours(self, leader, planned):
        rows = {row["agent"].name: row for row in leader.get(WEEK).context["hours"]}

        assert rows["Agent 1"]["utilization"] == {"text": "30.0%", "of": "12 h of 40 h"}
        assert rows["Agent 1"]["occupancy"] == {"text": "70.6%", "of": "12 h of 17 h"}
        assert rows["Agent 0"]["occupancy"] == {"text": "100.0%", "of": "10 h of 10 h"}

    def test_coverage_by_hour_against_what_was_planned(self, leader, planned):
        rows = leader.get(WEEK).context["coverage"]

        assert [(row["days"], row["hours"], row["planned"], row["present"]) for row in rows] == [
            ("Mon–Fri", "12 AM–9 AM", "0.0", "0.0"),
            ("Mon–Fri", "9 AM–5 PM", "6.0", "0.8"),
            ("Mon–Fri", "5 PM–12 AM", "0.0", "0.0"),
            ("Sat–Sun", "12 AM–12 AM", "0.0", "0.0"),
        ]
        assert (rows[1]["short"], rows[1]["escalations"]) == ("5.3", "8.8")

    def test_without_planned_hours_it_says_what_to_do(self, leader):
        work(factories.make_agent(), 5, settled=5)

        page = leader.get(DAY).content.decode()

        assert "Nobody&#x27;s hours are planned" in page or "Nobody's hours are planned" in page


class TestAccess:
    def test_an_agent_is_sent_to_the_own_page(self, client, agent):
        client.force_login(agent.user)

        assert client.get(URL, follow=True).redirect_chain[-1][0] == f"/analytics/agents/{agent.public_id}/"

    def test_leaders_see_their_own_teams_alone(self, client, six):
        other = factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team("Elsewhere")])
        client.force_login(other.user)

        assert client.get(DAY).context["columns"] == []

    def test_an_empty_window_says_what_to_do(self, leader):
        assert "Nobody handled anything in this window" in leader.get(URL).content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_queries_do_not_grow_with_the_people(leader, django_assert_max_num_queries, count):
    for n in range(count):
        work(factories.make_agent(f"Agent {n}"), 6, settled=6)

    with django_assert_max_num_queries(15):
        leader.get(DAY)
