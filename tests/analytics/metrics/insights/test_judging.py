from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from analytics.metrics.chance import Q
from analytics.metrics.insights.finding import told
from analytics.metrics.insights.judging import (
    LEAST,
    Kind,
    excess_of,
    of_rates,
    of_spreads,
    of_volumes,
)
from analytics.metrics.insights.looks import ALL, Group, Look
from analytics.metrics.spreads import Spread
from helpninja.common.values import Value

MONDAY = date(2026, 3, 2)


def rate(hits, n):
    return Value.of_rate(hits, n)


def spread(values):
    return Spread.of(Counter(map(float, values)).items())


class TestRates:
    def test_difference_with_newcombe_s_interval_and_the_score_test(self):
        found = of_rates(rate(56, 70), rate(48, 80))

        assert found.kind is Kind.RATE
        assert (found.change.value, found.change.low, found.change.high) == pytest.approx(
            (0.2, 0.0524, 0.3339), abs=5e-5
        )
        assert found.p == pytest.approx(0.0080, abs=5e-4)
        assert (found.cases, found.is_up) == (pytest.approx(14), True)

    def test_few_rows_are_not_tested(self):
        assert of_rates(rate(10, LEAST - 1), rate(500, 1000)) is None
        assert of_rates(rate(10, LEAST), rate(500, 1000)) is not None

    def test_rare_hits_are_not_tested(self):
        """Of 30 at 3 % less than one would be expected."""
        assert of_rates(rate(1, 30), rate(30, 1000)) is None
        assert of_rates(rate(29, 30), rate(970, 1000)) is None


class TestVolumes:
    def test_ratio_of_two_counts(self):
        found = of_volumes(Value.of_count(135), Value.of_count(100))

        assert found.change.value == pytest.approx(1.35)
        assert (found.change.low, found.change.high) == pytest.approx((1.0424, 1.7484), abs=1e-4)
        assert (found.cases, found.is_up) == (35, True)

    def test_days_that_vary_more_widen_the_interval(self):
        plain, wide = (of_volumes(Value.of_count(135), Value.of_count(100), excess) for excess in (1.0, 4.0))

        assert wide.change.value == pytest.approx(plain.change.value)
        assert np.log(wide.change.high / wide.change.low) == pytest.approx(
            2 * np.log(plain.change.high / plain.change.low)
        )
        assert plain.p < 0.05 < wide.p

    def test_few_are_not_tested(self):
        assert of_volumes(Value.of_count(30), Value.of_count(9)) is None
        assert of_volumes(Value.of_count(60), Value.of_count(0)) is None

    def test_excess_of_independent_arrivals_is_about_one(self):
        rng = np.random.default_rng(3)
        shape = np.array([20, 40, 40, 45, 25, 8, 6])

        def days(draw):
            return {MONDAY + timedelta(days=day): draw(shape[day % 7]) for day in range(56)}

        plain = excess_of(days(lambda mean: int(rng.poisson(mean))), MONDAY + timedelta(days=28))
        bursts = excess_of(
            days(lambda mean: int(rng.poisson(mean * rng.gamma(4, 1 / 4)))), MONDAY + timedelta(days=28)
        )

        assert 1 <= plain < 1.5
        assert bursts > 4

    def test_excess_of_a_change_between_the_windows_is_none(self):
        days = {MONDAY + timedelta(days=day): 20 if day < 28 else 60 for day in range(56)}

        assert excess_of(days, MONDAY + timedelta(days=28)) == 1
        assert excess_of({}, MONDAY) == 1


class TestSpreads:
    def test_times_are_compared_by_their_medians(self):
        found = of_spreads(Kind.TIME, spread(range(100, 200)), spread(range(50, 150)))

        assert (found.now.value, found.before.value, found.change.value) == (149.5, 99.5, 50)
        assert found.p < 1e-9
        assert found.cases == pytest.approx(100 * 0.75)

    def test_scores_are_compared_by_their_means(self):
        found = of_spreads(Kind.SCORE, spread([4] * 30 + [2] * 10), spread([5] * 30 + [3] * 10))

        assert (found.now.value, found.before.value, found.change.value) == (3.5, 4.5, -1)
        assert not found.is_up

    def test_few_are_not_tested(self):
        assert of_spreads(Kind.TIME, spread(range(LEAST - 1)), spread(range(100))) is None


def looks_of(draw, groups=30):
    """Rates, volumes and times of 30 groups each, as ``draw`` gives them for (kind, group, is_now)."""
    found = []
    for number in range(groups):
        group = Group("topic", number)
        found += [
            Look("resolution_rate", group, of_rates(draw("rate", number, True), draw("rate", number, False))),
            Look("escalations", group, of_volumes(draw("volume", number, True), draw("volume", number, False))),
            Look(
                "first_response_time",
                group,
                of_spreads(Kind.TIME, draw("time", number, True), draw("time", number, False)),
            ),
        ]
    return found


def drawing(rng, changed=()):
    def draw(kind, number, is_now):
        shift = is_now and (kind, number) in changed
        match kind:
            case "rate":
                n = 150 + 10 * number
                return rate(int(rng.binomial(n, 0.75 if shift else 0.9)), n)
            case "volume":
                return Value.of_count(int(rng.poisson((150 + 10 * number) * (1.5 if shift else 1))))
            case _:
                return spread(np.round(200 * (1.6 if shift else 1) * rng.lognormal(0, 0.5, 100 + 5 * number)))

    return draw


class TestManyLooks:
    def test_where_nothing_changed_nearly_nothing_is_told(self):
        """All findings would be false: some in 200 draws of 90 looks at most in a share of Q, chance aside."""
        rng = np.random.default_rng(1)

        false = [len(told(looks_of(drawing(rng)))) for _ in range(200)]

        # 10 of 200 at most expected; 18 is the 99 % point.
        assert sum(map(bool, false)) <= 18

    def test_planted_changes_are_told_and_few_others(self):
        rng = np.random.default_rng(2)
        planted = {(kind, number) for kind in ("rate", "volume", "time") for number in (5, 15, 25)}
        kinds = {"resolution_rate": "rate", "escalations": "volume", "first_response_time": "time"}

        found = [
            {(kinds[look.key], look.group.value) for look, _ in told(looks_of(drawing(rng, planted)))}
            for _ in range(40)
        ]

        assert sum(len(one & planted) for one in found) / (40 * len(planted)) > 0.95
        false_shares = [len(one - planted) / len(one) for one in found]
        assert sum(false_shares) / len(false_shares) <= Q


class TestOwnChange:
    def test_a_group_that_only_takes_part_in_the_change_of_all_is_not_told(self):
        everything = Look("escalation_rate", ALL, of_rates(rate(600, 2000), rate(400, 2000)))
        part = Look("escalation_rate", Group("plan", 1), of_rates(rate(310, 1000), rate(200, 1000)))
        other = Look("escalation_rate", Group("plan", 2), of_rates(rate(290, 500), rate(50, 500)))

        assert [look.group for look, _ in told([everything, part, other])] == [ALL, Group("plan", 2)]

    def test_an_interval_that_includes_no_change_is_not_told(self):
        look = Look("csat", ALL, of_spreads(Kind.SCORE, spread([3] * 20 + [5] * 20), spread([4] * 40)))

        assert told([look]) == []
