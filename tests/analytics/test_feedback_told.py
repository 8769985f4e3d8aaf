"""The guide's feedback and NPS: the same on the page, by the API and in the file."""

import csv
from datetime import timedelta

import pytest
import time_machine

from analytics.metrics.nps import KEYS
from analytics.metrics.registry import METRICS
from analytics.metrics.wording import value_text
from helpninja.common.values import Value
from tests.analytics.feedback_rows import (
    ANSWERS,
    BEFORE,
    CONSTRUCTIVE,
    POSITIVE,
    answer_all,
    said,
    said_without_theme,
)
from tests.analytics.rows import LATER, NOON

pytestmark = pytest.mark.django_db
DAY = {"window": "custom", "start": "2026-03-10", "end": "2026-03-10", "tz": "UTC"}
ASKED = {"start_date": "2026-03-10", "end_date": "2026-03-10", "timezone": "UTC"}
THEMES = POSITIVE | CONSTRUCTIVE


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def comments():
    said(THEMES)
    said(BEFORE, NOON - timedelta(days=1))


@pytest.fixture
def answers():
    answer_all()


def asked(reader, metrics, *by):
    return reader.post("/api/v1/escalations/analytics", {**ASKED, "metrics": metrics, "group_by": by}).json()


def explored(analyst, metrics, by):
    """The file's rows by their group: of each metric its value, n and what is missing."""
    response = analyst.get("/analytics/explore/", {**DAY, "metrics": metrics, "by": by, "format": "csv"})
    _, *rows = csv.reader(b"".join(response.streaming_content).decode().splitlines())
    return {name: list(map(float, cells)) for name, *cells in rows}


def read(key, value, n):
    return value_text(Value(value, int(n)), METRICS[key].unit)


@pytest.mark.usefixtures("comments")
class TestThemes:
    def test_the_page_shows_their_shares_and_what_changed(self, analyst):
        response = analyst.get("/analytics/feedback/", DAY)

        figures = [(figure.metric.key, figure.text) for figure in response.context["figures"]]
        assert figures == [
            ("comments", "1,361"),
            ("positive_feedback", "78.0%"),
            ("constructive_feedback", "22.0%"),
        ]
        tones = {one["key"]: one["rows"] for one in response.context["tones_shown"]}
        assert [row.count for row in tones["positive"]] == list(POSITIVE.values())
        assert [row.share for row in tones["positive"]] == ["34.0%", "28.0%", "19.0%", "15.0%", "4.0%"]
        assert [row.count for row in tones["constructive"]] == list(CONSTRUCTIVE.values())
        shares = ["31.0%", "24.0%", "18.0%", "15.0%", "8.0%", "4.0%"]
        assert [row.share for row in tones["constructive"]] == shares
        trends = {row.name: (row.change, row.trend) for rows in tones.values() for row in rows}
        assert trends["Agent understood my issue immediately"] == ("+15.0 points", "Increasing")
        assert trends["Had to wait too long for response"] == ("−23.0 points", "Decreasing")
        assert trends["Had to explain my problem again"][1] == "Stable"

    def test_each_number_opens_its_comments(self, analyst):
        tones = analyst.get("/analytics/feedback/", DAY).context["tones_shown"]

        for row in (rows[0] for rows in (tone["rows"] for tone in tones)):
            for link in (row.rows, row.comments):
                assert analyst.get(link).context["page_of_rows"].paginator.count == row.count

    def test_the_api_gives_the_same(self, reader):
        found = asked(reader, ["positive_feedback", "constructive_feedback"])["metrics"]

        for key, hits, text in (("positive_feedback", 1061, "78.0%"), ("constructive_feedback", 300, "22.0%")):
            row = found[key][key]
            assert (row["hits"], row["n"], read(key, row["value"], row["n"])) == (hits, 1361, text)
        groups = asked(reader, ["comments"], "theme")["groups"]
        assert {one["by"]["theme"]["text"]: one["metrics"]["comments"]["value"] for one in groups} == THEMES

    def test_the_file_gives_the_same(self, analyst):
        found = explored(analyst, ["comments"], "theme")

        assert found == {name: [count, count, 0] for name, count in THEMES.items()}
        shares = explored(analyst, ["positive_feedback", "constructive_feedback"], "reason")
        assert shares == {"None": [1061 / 1361, 1361, 0, 300 / 1361, 1361, 0]}  # none was of an escalation


def test_the_page_shows_what_is_new_and_in_what_share_of_the_comments(analyst):
    said({"Got exactly the help I needed": 150})
    said_without_theme("Fine", 40)
    said_without_theme("Fine", 100, NOON - timedelta(days=1))
    said_without_theme("API documentation", 10)

    response = analyst.get("/analytics/feedback/", DAY)

    (new,) = response.context["candidates"]
    assert (new.fresh.name, new.fresh.now, new.now) == ("API documentation", 10, Value.of_rate(10, 200))
    assert "10 of 200 comments (5%); before 0 of 100." in response.content.decode()


@pytest.mark.usefixtures("answers")
class TestNps:
    def test_the_page_shows_each_reason_s_net_score_and_its_parts(self, analyst):
        response = analyst.get("/analytics/nps/", DAY)

        assert [figure.text for figure in response.context["overall"]] == ["+47", "56.8%", "33.6%", "9.6%"]
        rows = {row["label"]: [figure.text for figure in row["figures"]] for row in response.context["rows"]}
        assert rows == {reason.label: texts(*parts) for reason, parts in ANSWERS.items()}
        assert {row["n"] for row in response.context["rows"]} == {100}

    def test_the_api_gives_the_same(self, reader):
        found = asked(reader, list(KEYS), "reason")["groups"]

        told = {
            one["by"]["reason"]["code"]: [read(key, row["value"], row["n"]) for key, row in one["metrics"].items()]
            for one in found
        }
        assert told == {reason.value: texts(*parts) for reason, parts in ANSWERS.items()}

    def test_the_file_gives_the_same(self, analyst):
        found = explored(analyst, list(KEYS), "reason")

        told = {
            name: [read(key, *cells[3 * n : 3 * n + 2]) for n, key in enumerate(KEYS)]
            for name, cells in found.items()
        }
        assert told == {reason.label: texts(*parts) for reason, parts in ANSWERS.items()}


def texts(promoters, passives, detractors, net):
    return [net, f"{promoters}.0%", f"{passives}.0%", f"{detractors}.0%"]
