"""What the queries add up, against the rows counted one by one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agents.policy import Sight
from helpninja.common.actors import SYSTEM
from helpninja.common.windows import Window
from quality.actions.figures import Asked, answers, least_good, scores, standing_of
from quality.actions.reviews import void
from quality.enums import ReviewKind
from quality.models import Review, ScoreBand
from tests import factories

pytestmark = pytest.mark.django_db

END = datetime(2026, 11, 23, tzinfo=UTC)  # a Monday
WINDOW = Window(END - timedelta(days=14), END, "UTC")
MOMENT = timedelta(microseconds=1)


def published(agent=None, at=END - timedelta(days=1), **fields):
    return factories.make_published_review(agent, now=at, **{"csat": 5, **fields})


def test_scores_by_agent_and_week_of_the_window_and_the_one_before():
    tom = factories.make_agent("Tom S.")
    for at, accuracy in ((WINDOW.start, 15), (END - MOMENT, 10), (END - timedelta(days=2), 25)):
        published(tom, at, accuracy=accuracy)
    published(tom, WINDOW.start - MOMENT, accuracy=20)
    published(tom, END)
    published(tom, WINDOW.previous().start - MOMENT)

    found = {(row.is_now, row.week.day): (row.agent, row.n, row.total) for row in scores(Asked(WINDOW))}

    assert found == {
        (True, 9): (tom.pk, 1, Decimal(90)),
        (True, 16): (tom.pk, 2, Decimal(185)),
        (False, 2): (tom.pk, 1, Decimal(95)),
    }


def test_weeks_begin_on_the_mondays_of_the_zone():
    """23:30 on Sunday in UTC is Monday in Kolkata."""
    published(at=datetime(2026, 11, 15, 23, 30, tzinfo=UTC))
    in_kolkata = Window(WINDOW.start, WINDOW.end, "Asia/Kolkata")

    assert [row.week.day for row in scores(Asked(WINDOW))] == [9]
    assert [row.week.day for row in scores(Asked(in_kolkata))] == [16]
    in_new_york = Window(WINDOW.start, WINDOW.end, "America/New_York")
    assert [row.week.day for row in scores(Asked(in_new_york))] == [9]


def test_answers_by_criterion_with_those_below_the_good_share():
    tom = factories.make_agent("Tom S.")
    published(tom, accuracy=18.75)  # exactly 75 %: not below
    published(tom, accuracy=18.5)
    published(tom, csat=None)  # satisfaction is N/A: its points go to the others

    found = {row.key: row for row in answers(Asked(WINDOW), list(ScoreBand.objects.all()))}

    accuracy, satisfaction = found["technical_accuracy"], found["satisfaction"]
    assert (accuracy.agent, accuracy.name, accuracy.n, accuracy.weak) == (tom.pk, "Technical accuracy", 3, 1)
    assert (accuracy.score, accuracy.possible) == (Decimal("70.58"), Decimal("83.33"))
    assert (satisfaction.n, satisfaction.score) == (2, 50)


def test_only_published_reviews_that_are_no_calibration_count():
    factories.make_review(now=END - timedelta(days=1))
    void(review=published(), why="Wrong conversation", by=SYSTEM, now=END)
    Review.objects.filter(pk=published().pk).update(kind=ReviewKind.CALIBRATION)

    assert scores(Asked(WINDOW)) == []
    assert answers(Asked(WINDOW), []) == []


def test_what_is_seen_bounds_every_figure():
    team = factories.make_team()
    mine, other = factories.make_agent(), factories.make_agent(teams=[team])
    published(mine)
    published(other, team=team)

    def agents(**sight):
        asked = Asked(WINDOW, Sight(**sight))
        return {row.agent for row in scores(asked)}, {row.agent for row in answers(asked, [])}

    assert agents() == ({mine.pk, other.pk}, {mine.pk, other.pk})
    assert agents(teams=frozenset({team.pk})) == ({other.pk}, {other.pk})
    assert agents(teams=frozenset()) == (set(), set())
    assert agents(agent=mine.pk) == ({mine.pk}, {mine.pk})
    assert agents(agent=mine.pk, teams=frozenset({team.pk})) == (set(), set())


def test_the_lowest_band_above_0_is_the_least_good():
    assert least_good(list(ScoreBand.objects.all())) == 75
    assert least_good([]) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_agents(django_assert_num_queries, count):
    for _ in range(count):
        published()

    with django_assert_num_queries(3):
        standing_of(Asked(WINDOW))
