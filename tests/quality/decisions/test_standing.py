"""Worked out by hand. The team of six is the users' guide's: their scores, and 88.1 on average."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpninja.common.values import Value
from quality.decisions.standing import (
    Answers,
    Scores,
    Spread,
    against_others,
    growth,
    of_criteria,
    standing,
    strengths,
)

SARAH, DAVID, LISA, TOM, MIKE, JENNY = range(1, 7)
GUIDE = {SARAH: "92.3", DAVID: "87.1", LISA: "89.4", TOM: "84.2", MIKE: "88.7", JENNY: "86.9"}
BANDS = [
    SimpleNamespace(name=name, least=Decimal(least))
    for name, least in (("Excellent", 90), ("Very Good", 85), ("Good", 75), ("Needs improvement", 0))
]
WEEK = date(2026, 11, 16)


def scored(agent, mean, n=5, *, is_now=True, week=WEEK):
    return Scores(agent, is_now, week, n, Decimal(str(mean)) * n)


def answered(agent, key, score, n=5, *, possible=25, weak=0):
    return Answers(agent, key, key.title(), n, Decimal(str(score)) * n, Decimal(possible) * n, weak)


def figures(scores=(), answers=(), weeks=()):
    return standing(list(scores), list(answers), BANDS, weeks)


class TestTheGuidesTeam:
    def test_each_has_the_guides_band(self):
        found = figures(scored(agent, mean) for agent, mean in GUIDE.items())

        assert {agent: (score.now.value, score.band.name) for agent, score in found.agents.items()} == {
            SARAH: (92.3, "Excellent"),
            DAVID: (87.1, "Very Good"),
            LISA: (89.4, "Very Good"),
            TOM: (84.2, "Good"),
            MIKE: (88.7, "Very Good"),
            JENNY: (86.9, "Very Good"),
        }

    def test_their_average_and_its_change(self):
        now = [scored(agent, mean) for agent, mean in GUIDE.items()]
        before = [scored(agent, "85.8", is_now=False) for agent in GUIDE]

        team = figures(now + before).team

        assert team.now == Value(88.1, 30)
        assert (round(team.change.difference, 9), team.change.better) == (2.3, True)
        assert team.band.name == "Very Good"

    def test_their_spread(self):
        """Deviations 4.2, -1, 1.3, -3.9, 0.6, -1.2; their squares 37.34 in all; the root of 37.34 / 6."""
        spread = figures(scored(agent, mean) for agent, mean in GUIDE.items()).spread

        assert (round(spread.now.value, 4), spread.now.n) == (2.4947, 6)


def test_the_average_is_over_reviews_not_over_agents():
    team = figures([scored(SARAH, 100, n=15), scored(TOM, 80, n=5)]).team

    assert team.now == Value(95.0, 20)


@pytest.mark.parametrize(("n", "band"), [(4, None), (5, "Good")])
def test_under_five_reviews_have_no_band(n, band):
    score = figures([scored(TOM, 80, n=n)]).agents[TOM]

    assert getattr(score.band, "name", None) == band
    assert score.now.n == n


@pytest.mark.parametrize(("mean", "band"), [("89.94", "Very Good"), ("89.95", "Excellent"), ("90", "Excellent")])
def test_the_band_is_that_of_the_tenth_that_is_shown(mean, band):
    assert figures([scored(TOM, mean)]).agents[TOM].band.name == band


def test_weeks_add_up_and_those_without_reviews_stay_empty():
    later = WEEK + timedelta(days=7)
    rows = [scored(TOM, 80), scored(SARAH, 90), scored(TOM, 70, is_now=False, week=WEEK - timedelta(days=7))]

    assert figures(rows, weeks=[WEEK, later]).weeks == ((WEEK, Value(85.0, 10)), (later, Value(None, 0)))


class TestSpread:
    def test_needs_two_agents_with_enough_reviews(self):
        assert figures([scored(TOM, 80), scored(SARAH, 90, n=4)]).spread.now == Value(None, 1)

    @pytest.mark.parametrize(("now", "better"), [(2.0, True), (4.0, False), (3.0, None)])
    def test_improves_when_it_falls(self, now, better):
        assert Spread(Value(now, 6), Value(3.0, 6)).change.better is better

    def test_is_not_compared_with_an_unknown_one(self):
        assert Spread(Value(2.0, 6), Value(None, 1)).change.too_few

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.integers(0, 1000), min_size=2, max_size=12))
    def test_is_the_root_of_the_mean_squared_deviation(self, tenths):
        means = [Decimal(one) / 10 for one in tenths]
        middle = sum(means) / len(means)
        expected = (sum((one - middle) ** 2 for one in means) / len(means)).sqrt()

        found = figures(scored(agent, mean) for agent, mean in enumerate(means)).spread.now

        assert found.value == pytest.approx(float(expected), abs=1e-9)


class TestCriteria:
    def test_share_and_points_lost(self):
        accuracy, speed = of_criteria(
            [answered(TOM, "accuracy", 20), answered(SARAH, "accuracy", 25, n=15), answered(TOM, "speed", 15)]
        )

        assert (accuracy.n, accuracy.share, accuracy.lost) == (20, 95.0, 25)
        assert (speed.n, speed.share, speed.lost, speed.mean) == (5, 60.0, 50, 15.0)

    def test_the_greatest_opportunity_lost_the_most_points_in_all(self):
        rows = [
            answered(TOM, "accuracy", 24, n=60),
            answered(TOM, "speed", 15, n=5),
            answered(TOM, "rare", 0, n=4),
        ]

        assert figures(answers=rows).opportunity.key == "accuracy"  # 60 points against 50, and too few

    def test_nothing_lost_is_no_opportunity(self):
        assert figures(answers=[answered(TOM, "speed", 25)]).opportunity is None

    def test_the_focus_is_weakest_among_those_under_the_average(self):
        scores = [scored(SARAH, 95), scored(TOM, 80), scored(MIKE, 82), scored(JENNY, 70, n=4)]
        rows = [
            answered(SARAH, "accuracy", 10, weak=5),  # above the average
            answered(TOM, "accuracy", 20, weak=1),
            answered(TOM, "contact", 15, weak=4),
            answered(MIKE, "contact", 20, weak=2),
            answered(JENNY, "speed", 5, n=4, weak=4),  # too few reviews
        ]

        focus = figures(scores, rows).focus

        assert (focus.criterion.key, focus.criterion.weak, focus.criterion.n) == ("contact", 6, 10)
        assert focus.agents == {TOM, MIKE}

    def test_where_all_are_alike_there_is_no_focus(self):
        assert figures([scored(TOM, 80)], [answered(TOM, "speed", 5, weak=5)]).focus is None


class TestAgainstOthers:
    ROWS = (
        answered(TOM, "accuracy", 15),
        answered(SARAH, "accuracy", 24),
        answered(MIKE, "accuracy", 23),
        answered(TOM, "speed", 24),
        answered(SARAH, "speed", 20),
        answered(TOM, "contact", 21),
        answered(SARAH, "contact", "21.5"),  # 2 of 100: chance
        answered(TOM, "rare", 1, n=4),
        answered(SARAH, "rare", 25),
    )

    def test_what_is_better_than_the_others_is_a_strength(self):
        found = strengths(against_others(TOM, self.ROWS))

        assert [(one.criterion.key, one.difference) for one in found] == [("speed", 16.0)]

    def test_what_is_worse_than_the_others_is_to_grow(self):
        found = growth(against_others(TOM, self.ROWS))

        assert [(one.criterion.key, one.difference) for one in found] == [("accuracy", -34.0)]

    def test_alone_there_is_nothing_to_compare_with(self):
        assert against_others(TOM, [answered(TOM, "speed", 5)]) == ()


def test_no_reviews_have_no_figures():
    found = figures()

    assert (found.team.now, found.team.band, found.criteria, found.focus) == (Value(None, 0), None, (), None)
