"""NPS and what customers wrote."""

import pytest

from analytics.actions.comments import decide, read_comments
from analytics.actions.themes import publish
from analytics.metrics.registry import METRICS
from analytics.metrics.wording import value_text
from analytics.models import FeedbackTheme
from helpninja.common.actors import SYSTEM
from helpninja.common.values import Value
from tests.analytics.rows import NOON, rating, value

pytestmark = pytest.mark.django_db

WAITED, HELPED = "I waited so long", "It was very helpful"


def answers(*, nps):
    for score in nps:
        rating(None, nps=score)


class TestNps:
    def test_promoters_less_detractors_with_the_standard_error(self):
        answers(nps=[10, 9, 9, 8, 7, 6, 0])
        rating(5)

        nps = value("nps")

        assert (nps.value, nps.n, nps.missing) == (pytest.approx(100 / 7), 7, 1)
        # Scores of 1 (three), 0 and -1 (two): their mean is 1/7, the mean of their squares 5/7.
        assert nps.error == pytest.approx(100 * ((5 / 7 - 1 / 49) / 7) ** 0.5)
        assert [value(key) for key in ("promoters", "passives", "detractors")] == [
            Value(3 / 7, 7, 1, 3),
            Value(2 / 7, 7, 1, 2),
            Value(2 / 7, 7, 1, 2),
        ]

    def test_without_answers_there_is_none(self):
        rating(4)

        assert value("nps") == Value(None, 0, 1)
        assert value_text(value("nps"), METRICS["nps"].unit) == "–"

    @pytest.mark.parametrize(
        ("promoters", "passives", "detractors", "read"),
        [(71, 23, 6, "+65"), (64, 31, 5, "+59"), (51, 37, 12, "+39"), (0, 1, 3, "−75"), (1, 1, 1, "0")],
    )
    def test_it_is_read_with_its_sign(self, promoters, passives, detractors, read):
        found = Value.of_net(promoters, detractors, promoters + passives + detractors)

        assert value_text(found, METRICS["nps"].unit) == read


class TestTone:
    def test_a_comment_has_the_tones_of_its_themes(self):
        rating(5, comment=WAITED)
        rating(1, comment=HELPED)
        rating(3, comment=f"{WAITED}, but {HELPED}")
        read_comments(now=NOON)

        assert value("positive_feedback") == Value(2 / 3, 3, 0, 2)
        assert value("constructive_feedback") == Value(2 / 3, 3, 0, 2)

    def test_without_a_theme_its_rating_says_it(self):
        for csat, nps in ((5, None), (4, 0), (3, None), (1, 10), (None, 9), (None, 6), (None, 8)):
            rating(csat, nps=nps, comment="Hm")
        read_comments(now=NOON)

        assert value("comments") == Value(7.0, 7)
        assert value("positive_feedback") == Value(3 / 6, 6, 1, 3)
        assert value("constructive_feedback") == Value(3 / 6, 6, 1, 3)

    def test_what_the_newest_phrases_have_not_read_is_missing(self):
        said = rating(5, comment=WAITED)
        rating(5)
        assert value("comments") == Value(0.0, 0, 1)
        read_comments(now=NOON)
        assert value("comments") == Value(1.0, 1)

        publish(theme=FeedbackTheme.objects.first(), by=SYSTEM, now=NOON)

        assert value("comments") == Value(0.0, 0, 1)
        assert value("constructive_feedback") == Value(None, 0, 1, 0)
        decide(rating=said, theme=FeedbackTheme.objects.first(), belongs=True, by=SYSTEM, now=NOON)
        assert value("positive_feedback") == Value(1.0, 1, 0, 1)
