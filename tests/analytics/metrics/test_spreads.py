from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.spreads import Spread, compare_order


def spread(*values):
    return Spread.of(Counter(values).items())


def test_median_lies_between_the_two_in_the_middle():
    assert spread(3, 1, 2).median.value == 2
    assert spread(3, 1, 2, 10).median.value == 2.5
    assert spread(4, 4, 4).median.value == 4


def test_ends_of_the_median_s_interval_are_values_of_ranks():
    """Of 100: ranks 50 -+ 9.8, to the outside 40 and 61."""
    found = spread(*range(1, 101)).median

    assert (found.value, found.low, found.high) == (50.5, 40, 61)


def test_mean_with_its_interval():
    """25 values of mean 2 and variance 25/24: -+ 1.96 sqrt(25/24/25)."""
    found = spread(*[1] * 12, *[3] * 12, 2).mean

    assert found.value == 2
    assert found.high - 2 == pytest.approx(1.959964 * (24 / 24 / 25) ** 0.5)


def test_order_is_the_mann_whitney_test_with_ties():
    from scipy.stats import mannwhitneyu

    rng = np.random.default_rng(5)
    first, second = rng.integers(1, 6, 60), rng.integers(2, 7, 45)

    found = compare_order(spread(*map(int, first)), spread(*map(int, second)))

    expected = mannwhitneyu(first, second, use_continuity=False, method="asymptotic")
    assert found.p == pytest.approx(expected.pvalue)
    assert found.higher == pytest.approx(expected.statistic / (60 * 45))


def test_equal_values_have_no_order():
    found = compare_order(spread(*[4] * 30), spread(*[4] * 20))

    assert (found.higher, found.p) == (0.5, 1)


def test_difference_of_medians_holds_what_it_should():
    """Of 400 draws of 80 and 60 log-normal times, ratio of medians 1.5, at least 92 % of intervals hold it."""
    from helpninja.common.intervals import difference

    rng = np.random.default_rng(11)
    truth = 60 * 1.5 - 60
    held = 0
    for _ in range(400):
        now, before = 90 * rng.lognormal(0, 0.6, 80), 60 * rng.lognormal(0, 0.6, 60)
        found = difference(spread(*now).median, spread(*before).median)
        held += found.holds(truth)

    assert held / 400 >= 0.92


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=60),
    st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 0.99, 1.0]),
)
def test_percentiles_are_linear_between_two_values(values, share):
    found = spread(*values).percentile(share)

    assert found.value == pytest.approx(np.percentile(values, 100 * share))
    assert found.low <= found.value <= found.high
