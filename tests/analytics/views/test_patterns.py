from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from agents.actions.calendars import publish
from agents.models import Calendar
from analytics.models import Target
from escalations.models import Topic
from helpninja.common.actors import SYSTEM
from helpninja.common.roles import Role
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.many_rows import answers, conversations, escalated, escalations
from tests.analytics.told import of_page, told, total_by_api

pytestmark = pytest.mark.django_db

URL = "/analytics/patterns/"
EASTERN = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 3, 9, tzinfo=EASTERN)
WEEK_ASKED = Window.of_days(date(2026, 3, 9), date(2026, 3, 15), "America/New_York")
MARCH_ASKED = Window.of_days(date(2026, 3, 1), date(2026, 3, 31), "America/New_York")
WEEK, MARCH = of_page(WEEK_ASKED), of_page(MARCH_ASKED)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(datetime(2026, 4, 20, 16, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


@pytest.fixture
def office_hours():
    """From 9 AM to 5 PM on weekdays."""
    support = factories.support()
    support.calendar = Calendar.objects.get(name="Office hours")
    support.save()


def findings(response) -> dict:
    return {one.label: one.text for one in response.context["findings"]}


def opened(client, link) -> int:
    """How many rows the link of a number opens."""
    response = client.get(link)
    assert response.status_code == 200
    return response.context["page_of_rows"].paginator.count


def hours_of_a_day() -> list[int]:
    """Of 100 escalations 23 from 2 to 4 PM, and no other two hours with as many."""
    others = [hour for hour in range(24) if hour not in (14, 15)]
    return [*[14] * 12, *[15] * 11, *others * 3, *others[:11]]


class TestTargets:
    def test_of_a_kind_of_customers(self, analyst):
        Target.objects.create(metric="escalation_rate_enterprise", value=0.3)
        enterprise = factories.make_customer(plan="enterprise")
        conversations([MONDAY] * 4, customer=enterprise)
        escalated(conversations([MONDAY], customer=enterprise))

        response = analyst.get(URL, WEEK)

        figures = {one["figure"].metric.key: one["figure"] for one in response.context["segments"]}
        of_enterprise = figures["escalation_rate_enterprise"]
        assert (of_enterprise.text, of_enterprise.aim, of_enterprise.is_met) == ("20.0%", "< 30%", True)
        assert {figure.aim for key, figure in figures.items() if key != "escalation_rate_enterprise"} == {""}
        assert "Target &lt; 30%, met" in response.content.decode()

    def test_of_all_escalations_and_their_rate(self, analyst):
        Target.objects.create(metric="escalations", value=1, up_to=2)
        Target.objects.create(metric="escalation_rate", value=0.3)
        escalations([MONDAY] * 3)

        text = analyst.get(URL, WEEK).content.decode()

        assert "Target 1 to 2, missed" in text
        assert "The target of all conversations' rate: &lt; 30%." in text


class TestFigures:
    def test_peak_hours(self, analyst):
        escalations(MONDAY + timedelta(hours=hour) for hour in hours_of_a_day())

        response = analyst.get(URL, WEEK)

        assert findings(response)["Peak hours"] == "2–4 PM, 23.0%"
        assert "23 of n = 100" in response.content.decode()
        hours = told("escalations", "hour", window=WEEK_ASKED)
        assert (hours["2 PM"], hours["3 PM"], sum(map(int, hours.values()))) == ("12", "11", 100)
        assert total_by_api("peak_hours", window=WEEK_ASKED) == {"peak_hours": "2–4 PM"}

    def test_peak_days(self, analyst):
        of_day = (12, 22, 24, 22, 12, 5, 3)
        escalations(MONDAY + timedelta(days=day, hours=12) for day, n in enumerate(of_day) for _ in range(n))

        assert findings(analyst.get(URL, WEEK))["Peak days"] == "Tuesday–Thursday, 68.0%"
        assert told("escalations", "weekday", window=WEEK_ASKED) == {
            day: str(n) for day, n in zip(WEEKDAYS, of_day, strict=True)
        }

    @pytest.mark.usefixtures("office_hours")
    def test_after_hours(self, analyst):
        escalations([MONDAY + timedelta(hours=9)] * 85 + [MONDAY + timedelta(hours=20)] * 15)

        response = analyst.get(URL, WEEK)
        (finding,) = [one for one in response.context["findings"] if one.label == "After hours"]

        assert (finding.text, finding.evidence) == ("15.0%", "15 of n = 100")
        assert opened(analyst, finding.link) == 15
        assert "Support by “Office hours”" in response.content.decode()
        by_hours = told("escalations", "open_hours", window=WEEK_ASKED)
        assert by_hours == {"In open hours": "85", "After hours": "15"}

    def test_month_end_spike(self, analyst):
        """20 about billing a day, and 27 on each of the last three."""
        noon = [datetime(2026, 3, day, 12, tzinfo=EASTERN) for day in range(1, 32)]
        escalations(
            [at for at in noon for _ in range(27 if at.day >= 29 else 20)], topic=factories.make_topic("billing")
        )

        response = analyst.get(URL, MARCH)
        (finding,) = [one for one in response.context["findings"] if one.label == "Month end"]

        assert finding.text == "+35.0% Billing"
        assert finding.evidence == "81 where 60.0 were expected; 95 % interval +4.9% to +73.7%"
        assert opened(analyst, finding.link) == 81
        assert told("escalations", "month_end", "topic", window=MARCH_ASKED) == {
            ("Last three days of the month", "Billing"): "81",
            ("Other days", "Billing"): "560",
        }

    def test_slow_ai(self, analyst):
        """28 of 100 against 20 of 100."""
        for response_ms, handed_over in ((2000, 20), (4000, 28)):
            rows = conversations([MONDAY] * 100)
            answers(rows, response_ms)
            escalated(rows[:handed_over], opened_at=MONDAY + timedelta(minutes=1))

        response = analyst.get(URL, WEEK)
        (finding,) = [one for one in response.context["findings"] if one.label == "Slow AI"]

        assert finding.text == "+40.0% escalated"
        assert finding.evidence.startswith("28.0% of 100 against 20.0% of 100; 95 % interval −")
        assert [(one["rate"], one["n"]) for one in response.context["buckets"]] == [
            ("–", 0),
            ("20.0%", 100),
            ("–", 0),
            ("28.0%", 100),
            ("–", 0),
        ]
        assert [opened(analyst, one["link"]) for one in response.context["buckets"] if one["n"]] == [100, 100]
        assert told("escalation_rate", "ai_speed", window=WEEK_ASKED) == {
            "AI answers in over 1 to 2 s": "20.0%",
            "AI answers in over 3 to 5 s": "28.0%",
        }

    def test_topics_of_the_weeks(self, analyst):
        """Two weeks of technical questions after a launch, then of billing."""
        technical, billing = factories.make_topic("technical-support"), factories.make_topic("billing")
        for week, (about_technical, about_billing) in enumerate(((60, 20), (20, 60), (22, 24), (24, 22))):
            at = datetime(2026, 3, 2, 12, tzinfo=EASTERN) + timedelta(weeks=week)
            escalations([at] * about_technical, topic=technical)
            escalations([at] * about_billing, topic=billing)

        response = analyst.get(URL, MARCH)
        weeks = response.context["weeks"]

        assert [week["n"] for week in weeks] == [0, 80, 80, 46, 46, 0]
        assert [week["leading"].split(":")[0] for week in weeks[1:3]] == ["Technical support", "Billing"]
        assert weeks[1]["leading"] == "Technical support: 75.0% of 80, against 38.4% otherwise"
        assert opened(analyst, weeks[1]["link"]) == 80
        assert [(name, count, opened(analyst, link)) for name, count, link in weeks[1]["topics"]] == [
            ("Technical support", 60, 60),
            ("Billing", 20, 20),
        ]
        by_week = told("escalations", "week", "topic", window=MARCH_ASKED)
        assert by_week["Week of Mar 2, 2026", "Technical support"] == "60"
        assert by_week["Week of Mar 9, 2026", "Billing"] == "60"
        assert sum(map(int, by_week.values())) == 252

    def test_kinds_of_customers(self, analyst):
        """New 14 of 50, established 21 of 175, power users 2 of 25, enterprise 11 of 50, trial 7 of 20."""
        long_ago, lately = MONDAY.date() - timedelta(days=400), MONDAY.date() - timedelta(days=5)
        often = factories.make_customer(signed_up_on=long_ago)
        conversations([MONDAY - timedelta(days=day) for day in range(1, 6)], customer=often)
        for n, handed_over, customer in (
            (20, 7, factories.make_customer(plan="trial", signed_up_on=lately)),
            (30, 7, factories.make_customer(signed_up_on=lately)),
            (50, 11, factories.make_customer(plan="enterprise", signed_up_on=long_ago)),
            (25, 2, often),
            (100, 8, factories.make_customer(signed_up_on=long_ago)),
        ):
            escalated(conversations([MONDAY] * n, customer=customer)[:handed_over])

        rows = analyst.get(URL, WEEK).context["segments"]

        assert [(row["name"], row["figure"].text, row["figure"].n) for row in rows] == [
            ("New customers", "28.0%", 50),
            ("Established customers", "12.0%", 175),
            ("Power users", "8.0%", 25),
            ("Enterprise customers", "22.0%", 50),
            ("Trial users", "35.0%", 20),
        ]
        assert [opened(analyst, row["figure"].link) for row in rows] == [row["figure"].n for row in rows]
        texts = {row["figure"].metric.key: row["figure"].text for row in rows}
        assert total_by_api(*texts, window=WEEK_ASKED) == texts
        for metric, text in texts.items():
            assert told(metric, "day", window=WEEK_ASKED) == {"Mar 9, 2026": text}


class TestRows:
    @pytest.mark.usefixtures("office_hours")
    def test_every_number_opens_exactly_its_rows(self, analyst):
        topics = [factories.make_topic("billing"), None]
        for day in (0, 1, 6):
            for number, topic in enumerate(topics):
                escalations([MONDAY + timedelta(days=day, hours=9 + 8 * number)] * (day + 1), topic=topic)
        escalations([datetime(2026, 3, 30, 12, tzinfo=EASTERN)] * 2, topic=topics[0])

        found = analyst.get(URL, MARCH).context

        cells = [cell for row in found["heat"]["rows"] for cell in row["cells"] if cell["link"]]
        assert [opened(analyst, cell["link"]) for cell in cells] == [cell["count"] for cell in cells]
        rows = [row for row in found["heat"]["rows"] if row["link"]]
        assert [opened(analyst, row["link"]) for row in rows] == [row["count"] for row in rows]
        assert sum(row["count"] for row in rows) == 22
        ends = [row for row in found["month_ends"] if row["link"]]
        assert [(row["topic"], row["count"], opened(analyst, row["link"])) for row in ends] == [
            ("All topics", 2, 2),
            ("Billing", 2, 2),
        ]
        shown = [cell for row in found["quarters"]["rows"] for cell in row["cells"] if cell["count"]]
        assert [opened(analyst, cell["link"]) for cell in shown] == [cell["count"] for cell in shown] == [12, 10]


class TestPage:
    def test_without_rows_it_says_what_to_do(self, analyst):
        assert "No conversations in this window yet" in analyst.get(URL).content.decode()

    def test_conversations_without_an_escalation_are_something(self, analyst):
        conversations([MONDAY])

        page = analyst.get(URL, WEEK)

        assert not page.context["found"].is_empty
        assert findings(page)["Peak hours"] == "–"

    def test_the_heat_reads_without_colour(self, analyst):
        escalations([MONDAY + timedelta(hours=14)] * 3 + [MONDAY + timedelta(hours=9)])

        page = analyst.get(URL, WEEK).content.decode()

        assert 'aria-label="Monday 2–3 PM: 3 escalations, 75.0% of all">3</a>' in page
        assert 'aria-label="Monday 9–10 AM: 1 escalation, 25.0% of all">1</a>' in page

    def test_one_s_own_work_does_not_say_how_often_conversations_are_escalated(self, client, agent):
        escalations([MONDAY], resolved_by=agent)
        escalations([MONDAY])
        client.force_login(agent.user)

        response = client.get(URL, WEEK)

        assert "Slow AI" not in findings(response)
        assert "Speed of the AI" not in response.content.decode()
        assert response.context["heat"]["n"] == "1"

    def test_leaders_see_their_teams_only(self, client, supervisor):
        escalations([MONDAY] * 2)
        escalations([MONDAY], team=factories.make_team())
        client.force_login(supervisor.user)

        assert client.get(URL, WEEK).context["heat"]["n"] == "2"

    def test_what_is_unknown_is_named(self, analyst):
        response = analyst.get(URL, {"window": "fortnight"})

        assert response.status_code == 400
        assert "(window)" in response.content.decode()

    @pytest.mark.parametrize("groups", [1, 3])
    def test_at_most_15_queries_whatever_the_groups(self, analyst, groups, django_assert_max_num_queries):
        for number, topic in enumerate(Topic.objects.all()[:groups]):
            team = factories.make_team()
            calendar = Calendar.objects.create(name=f"Calendar {number}")
            calendar.openings.create(weekdays=[number], opens=time(9), closes=time(17))
            publish(calendar=calendar, by=SYSTEM, now=MONDAY)
            team.calendar = calendar
            team.save()
            rows = conversations([MONDAY + timedelta(days=number, hours=n) for n in range(12)], topic=topic)
            answers(rows, 1000 + 1500 * number)
            escalated(rows, topic=topic, team=team)
        analyst.get(URL, WEEK)

        with django_assert_max_num_queries(15):
            analyst.get(URL, WEEK)
