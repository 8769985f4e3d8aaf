"""The pages of feedback, comments and NPS."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from analytics.actions.comments import read_comments
from analytics.models import ActionItem, CommentTheme, FeedbackTheme, Target, ThemeDecision
from escalations.enums import Reason
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.rows import escalation, rating

pytestmark = pytest.mark.django_db
FEEDBACK, COMMENTS, NPS = "/analytics/feedback/", "/analytics/feedback/comments/", "/analytics/nps/"
WAITED, HELPED = "Had to wait too long for response", "Got exactly the help I needed"
NOW = datetime(2026, 3, 10, 16, tzinfo=UTC)
LATELY, EARLIER = NOW - timedelta(days=2), NOW - timedelta(days=40)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


def said(comment, csat=3, at=LATELY, **fields):
    one = rating(csat, at, comment=comment, **fields)
    read_comments(now=NOW)
    return one


def themes(response, tone):
    (found,) = [one for one in response.context["tones_shown"] if one["key"] == tone]
    return {row.name: row for row in found["rows"]}


class TestFeedback:
    def test_shares_and_the_ways_to_their_rows_and_comments(self, analyst):
        for _ in range(3):
            said("I waited so long")
        said("Very helpful", 5)

        response = analyst.get(FEEDBACK)

        texts = {figure.metric.key: figure.text for figure in response.context["figures"]}
        assert texts == {"comments": "4", "positive_feedback": "25.0%", "constructive_feedback": "75.0%"}
        row = themes(response, "constructive")[WAITED]
        assert (row.share, row.count, row.of, row.trend) == ("100.0%", 3, 3, "Too few to compare")
        assert analyst.get(row.rows).context["page_of_rows"].paginator.count == 3
        assert analyst.get(row.comments).context["page_of_rows"].paginator.count == 3
        assert [quote.match for quote in row.quotes] == ["waited so long", "waited so long"]

    def test_figures_show_their_targets(self, analyst):
        Target.objects.create(metric="positive_feedback", value=0.6)
        Target.objects.create(metric="constructive_feedback", value=0.3)
        for _ in range(3):
            said("I waited so long")
        said("Very helpful", 5)

        figures = analyst.get(FEEDBACK).context["figures"]

        assert [(figure.metric.key, figure.aim, figure.is_met) for figure in figures] == [
            ("comments", "", None),
            ("positive_feedback", "> 60%", False),
            ("constructive_feedback", "< 30%", False),
        ]

    def test_a_change_beyond_chance_is_coloured_by_what_is_good(self, analyst):
        for n in range(12):
            said("I waited so long" if n < 2 else "I had to explain it again")
            said("I waited so long", at=EARLIER)

        row = themes(analyst.get(FEEDBACK), "constructive")[WAITED]

        assert (row.share, row.before, row.change) == ("16.7%", "100.0%", "−83.3 points")
        assert (row.trend, row.tone) == ("Decreasing", "good")

    def test_suggestions_come_with_what_they_are_drawn_from(self, analyst):
        for _ in range(5):
            said("I was passed around between agents")

        (one,) = analyst.get(FEEDBACK).context["suggested"]

        assert (one["text"], one["share"], one["n"], one["of"]) == (
            "Focus on first-contact resolution improvements",
            "100.0%",
            5,
            5,
        )

    def test_a_suggestion_becomes_an_action_item_of_the_week(self, client):
        for _ in range(5):
            said("I was passed around between agents")
        client.force_login(factories.make_agent(role=Role.SUPERVISOR).user)
        page = client.get(FEEDBACK)
        day, team = page.context["item_day"], factories.support()
        data = {"text": page.context["suggested"][0]["text"], "first_day": f"{day}", "team": team.pk}
        assert f'<option value="{team.pk}">{team}</option>' in page.content.decode()

        client.post("/analytics/reports/weekly/items", data)

        item = ActionItem.objects.get()
        assert (item.text, item.first_day.isoformat()) == (
            "Focus on first-contact resolution improvements",
            "2026-03-09",
        )

    def test_what_is_new_becomes_a_theme_by_one_click(self, analyst):
        for _ in range(20):
            said("Better API documentation please")
            said("Fine", at=EARLIER)
            said("Fine")
        (one,) = analyst.get(FEEDBACK).context["candidates"]
        assert (one.fresh.now, one.fresh.before, one.now.n, one.tone) == (20, 0, 40, "constructive")

        data = {"name": one.fresh.name, "phrase": one.fresh.phrase, "tone": one.tone.value}
        response = analyst.post("/analytics/feedback/themes", data)

        theme = FeedbackTheme.objects.get(name="Better API documentation")
        assert response["Location"] == reverse("admin:analytics_feedbacktheme_change", args=[theme.pk])
        read_comments(now=NOW)
        assert theme.carried.count() == 20
        assert analyst.get(FEEDBACK).context["candidates"] == []

    def test_a_theme_of_a_name_that_is_taken_is_refused(self, analyst):
        data = {"name": WAITED, "phrase": "wait", "tone": "constructive", "next": FEEDBACK}

        response = analyst.post("/analytics/feedback/themes", data, follow=True)

        assert "name: Feedback theme with this Name already exists." in response.content.decode()

    def test_unread_comments_are_told_and_nothing_said_says_what_to_do(self, analyst):
        assert "No comments in this window yet" in analyst.get(FEEDBACK).content.decode()

        rating(3, LATELY, comment="I waited so long")

        assert "1 comment is still to be read" in analyst.get(FEEDBACK).content.decode()

    def test_a_supervisor_sees_their_teams_alone(self, client):
        said("I waited so long", of=escalation(LATELY, team=factories.make_team("Elsewhere")))
        said("I waited so long")
        client.force_login(factories.make_agent(role=Role.SUPERVISOR).user)

        assert themes(client.get(FEEDBACK), "constructive")[WAITED].count == 1
        assert client.get(COMMENTS).context["page_of_rows"].paginator.count == 1

    @pytest.mark.parametrize("page", [FEEDBACK, COMMENTS, NPS])
    @pytest.mark.parametrize("count", [1, 30])
    def test_queries_stay_few_however_much_was_said(self, analyst, page, count, django_assert_max_num_queries):
        for n in range(count):
            rating(n % 5 + 1, LATELY, nps=n % 11, comment="I waited so long, but it was very helpful")
        read_comments(now=NOW)

        with django_assert_max_num_queries(15):
            analyst.get(page)


class TestComments:
    def test_what_was_found_is_marked_and_contacts_are_hidden(self, analyst):
        said("I waited so long. <b>Mail me</b>: sarah@example.com")

        text = analyst.get(COMMENTS).content.decode()

        assert f'<mark title="{WAITED}">waited so long</mark>' in text
        assert "&lt;b&gt;Mail me&lt;/b&gt;: •••••@example.com" in text

    def test_of_no_theme_and_of_a_tone(self, analyst):
        said("I waited so long")
        said("Okay", 5)

        assert analyst.get(COMMENTS, {"theme": "none"}).context["rows"][0]["rating"].comment == "Okay"
        assert analyst.get(COMMENTS, {"tone": "positive"}).context["rows"][0]["rating"].comment == "Okay"
        assert analyst.get(COMMENTS, {"theme": "unknown"}).status_code == 400

    def test_a_theme_is_added_and_removed_by_hand(self, analyst):
        one = said("I waited so long")
        url = f"/analytics/feedback/comments/{one.pk}/themes"

        analyst.post(url, {"theme": WAITED, "belongs": "no"})
        analyst.post(url, {"theme": HELPED, "belongs": "yes"})

        assert [mark.theme.name for mark in CommentTheme.objects.all()] == [HELPED]
        assert ThemeDecision.objects.count() == 2

    @pytest.mark.parametrize("data", [{"theme": "?", "belongs": "no"}, {"theme": WAITED, "belongs": "?"}, {}])
    def test_what_is_unknown_changes_nothing(self, analyst, data):
        one = said("I waited so long")

        response = analyst.post(
            f"/analytics/feedback/comments/{one.pk}/themes", {**data, "next": "//evil.example"}
        )

        assert response["Location"] == COMMENTS
        assert not ThemeDecision.objects.exists()

    def test_a_comment_of_another_team_is_unknown(self, client):
        one = said("I waited so long", of=escalation(LATELY, team=factories.make_team("Elsewhere")))
        client.force_login(factories.make_agent(role=Role.SUPERVISOR).user)

        response = client.post(f"/analytics/feedback/comments/{one.pk}/themes", {"theme": WAITED, "belongs": "no"})

        assert response.status_code == 404


class TestNps:
    def test_figures_show_their_targets(self, analyst):
        Target.objects.create(metric="nps", value=40)
        for score in (10, 9, 9, 9, 2):
            rating(None, LATELY, nps=score)

        response = analyst.get(NPS)

        figures = {figure.metric.key: figure for figure in response.context["overall"]}
        assert (figures["nps"].text, figures["nps"].aim, figures["nps"].is_met) == ("+60", "> +40", True)
        assert "Target &gt; +40, met" in response.content.decode()

    def test_by_reason_with_interval_and_rows(self, analyst):
        for score in (10, 9, 9, 8, 3):
            rating(None, LATELY, nps=score, of=escalation(LATELY, reason=Reason.BILLING_ACCOUNT))
        rating(None, LATELY, nps=2, of=escalation(LATELY, reason=Reason.CONTENT_GAP))

        response = analyst.get(NPS)

        billing, gap = sorted(response.context["rows"], key=lambda row: row["label"])
        assert [figure.text for figure in billing["figures"]] == ["+40", "60.0%", "20.0%", "20.0%"]
        assert billing["interval"] == "95% interval −30 to +80"
        assert analyst.get(billing["figures"][0].link).context["page_of_rows"].paginator.count == 5
        assert (gap["label"], gap["is_enough"], gap["n"]) == ("Content gap", False, 1)
        assert "Too few answers (n = 1)" in response.content.decode()
        assert response.context["benchmark_text"] == "+31"

    def test_its_chart_adds_up(self, analyst):
        for score in (10, 9, 9, 8, 3):
            rating(None, LATELY, nps=score, of=escalation(LATELY, reason=Reason.BILLING_ACCOUNT))

        chart = analyst.get(NPS).context["charts"]["nps"]

        assert [(one["label"], one["data"]) for one in chart["datasets"]] == [
            ("Promoters", [0.6]),
            ("Passives", [0.2]),
            ("Detractors", [0.2]),
        ]

    def test_without_answers_it_says_what_to_do(self, analyst):
        assert "Nobody was asked in this window yet" in analyst.get(NPS).content.decode()
