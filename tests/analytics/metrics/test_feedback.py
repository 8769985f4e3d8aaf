"""Feedback by theme: counts that give known shares, and how they change."""

from datetime import timedelta

import pytest

from analytics.actions.comments import read_comments
from analytics.enums import Tone
from analytics.metrics.breakdown import breakdown, counted
from analytics.metrics.feedback import Trend, feedback
from analytics.metrics.registry import METRICS
from helpninja.common.values import Value, rounded
from tests.analytics.feedback_rows import BEFORE, CONSTRUCTIVE, POSITIVE, said
from tests.analytics.rows import NOON, frame, rating

pytestmark = pytest.mark.django_db


def percent(value):
    return int(rounded(value.value, scale=100))


def shares(found, tone):
    return [percent(one.now) for one in found.of_tone(tone)]


def test_themes_of_a_month_with_their_shares_and_trends():
    said(POSITIVE | CONSTRUCTIVE)
    said(BEFORE, NOON - timedelta(days=1))

    found = feedback(frame())

    positive, constructive = (found.measured[key].now for key in ("positive_feedback", "constructive_feedback"))
    assert (percent(positive), positive.hits, positive.n) == (78, 1061, 1361)
    assert (percent(constructive), constructive.hits, constructive.n) == (22, 300, 1361)
    assert shares(found, Tone.POSITIVE) == [34, 28, 19, 15, 4]
    assert shares(found, Tone.CONSTRUCTIVE) == [31, 24, 18, 15, 8, 4]
    changes = {one.theme.name: (round(100 * one.difference), one.trend) for one in found.themes}
    assert changes["Agent understood my issue immediately"] == (15, Trend.INCREASING)
    assert changes["Had to wait too long for response"] == (-23, Trend.DECREASING)
    assert changes["Had to explain my problem again"] == (0, Trend.STABLE)
    assert changes["Didn't have to repeat my question"] == (0, Trend.STABLE)
    assert found.advised["Focus on first-contact resolution improvements"] == Value(123 / 300, 300, 0, 123)
    groups = breakdown(["comments"], ["theme"], frame()).groups
    by_theme = {group.labels[0].text: group.measured["comments"].now.n for group in groups}
    assert by_theme == POSITIVE | CONSTRUCTIVE


class TestOfFew:
    def test_a_comment_counts_in_each_of_its_themes_and_once_in_all(self):
        rating(3, comment="I waited so long, but it was very helpful, and I didn't have to repeat anything")
        rating(5, comment="Very helpful")
        rating(5, comment="Thanks")
        read_comments(now=NOON)

        found = feedback(frame())

        assert {one.theme.name: one.now.hits for one in found.themes if one.now.hits} == {
            "Didn't have to repeat my question": 1,
            "Got exactly the help I needed": 2,
            "Had to wait too long for response": 1,
        }
        assert found.measured["positive_feedback"].now == Value(1.0, 3, 0, 3)
        assert found.without_theme == Value(1 / 3, 3, 0, 1)
        assert all(one.trend is Trend.TOO_FEW for one in found.themes)

    def test_the_rows_of_a_theme_are_those_that_were_counted(self):
        for _ in range(2):
            rating(3, comment="I waited so long, but it was very helpful")
        rating(3, comment="I waited so long")
        read_comments(now=NOON)

        for group in breakdown(["comments"], ["theme"], frame()).groups:
            codes = {"theme": group.labels[0].code}
            assert counted(METRICS["comments"], frame(), codes).count() == group.measured["comments"].now.n

    def test_advice_counts_each_comment_once(self):
        rating(1, comment="Passed around between three agents, and never resolved")
        read_comments(now=NOON)

        assert feedback(frame()).advised == {"Focus on first-contact resolution improvements": Value(1.0, 1, 0, 1)}

    def test_nothing_said_is_nothing(self):
        found = feedback(frame())

        assert found.measured["positive_feedback"].now == Value(None, 0, 0, 0)
        assert found.without_theme.value is None
        assert {one.now.value for one in found.themes} == {None}

    def test_two_queries_tell_it(self, django_assert_num_queries):
        rating(5, comment="Very helpful")
        read_comments(now=NOON)

        with django_assert_num_queries(2):
            feedback(frame())
