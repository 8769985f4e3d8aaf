from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpninja.common.values import Z_95
from quality.decisions.article_effect import Change, Counted, change_of


def change(before, after, others_before=100, others_after=100, *, weeks=8.0, weeks_after=None) -> Change:
    weeks_after = weeks_after or weeks
    found = change_of(
        Counted(before, weeks),
        Counted(after, weeks_after),
        Counted(others_before, weeks),
        Counted(others_after, weeks_after),
    )
    assert found is not None
    return found


def test_worked_example():
    """16 in 8 weeks before, 4 in 8 weeks after, while the others went from 100 to 110.

    By hand: 4/16 = 0.25; 110/100 = 1.1; 0.25/1.1 = 0.22727; the standard error of its logarithm is
    sqrt(1/16 + 1/4 + 1/100 + 1/110) = 0.57584; 0.22727 * exp(-+1.95996 * 0.57584) = 0.07352 and 0.70258.
    Expected 2 * 1.1 = 2.2 a week, measured 0.5: 1.7 avoided.
    """
    found = change(16, 4, 100, 110)

    assert (found.ratio.value, found.others.value, found.n) == (0.25, pytest.approx(1.1), 20)
    assert (found.net.value, found.net.low, found.net.high) == pytest.approx((0.22727, 0.07352, 0.70258), abs=1e-4)
    assert found.avoided.value == pytest.approx(1.7)
    assert 0 < found.avoided.low < 1.7 < found.avoided.high


def test_own_ratio_has_the_error_of_its_two_counts():
    found = change(10, 5).ratio

    error = sqrt(1 / 10 + 1 / 5)
    assert (found.low, found.high) == pytest.approx((0.5 * exp(-Z_95 * error), 0.5 * exp(Z_95 * error)))


def test_what_falls_as_the_others_do_has_no_effect_of_its_own():
    found = change(20, 10, 200, 100)

    assert found.net.value == pytest.approx(1)
    assert found.avoided.value == pytest.approx(0)
    assert found.net.low < 1 < found.net.high


def test_weeks_of_different_number_are_compared_by_rate():
    assert change(16, 4, 100, 25, weeks=8, weeks_after=2).ratio.value == pytest.approx(1)


@pytest.mark.parametrize(("before", "after"), [(0, 4), (4, 0), (2, 2)])
def test_fewer_than_five_are_too_few(before, after):
    assert change_of(Counted(before, 8), Counted(after, 8), Counted(99, 8), Counted(99, 8)) is None


def test_no_time_after_is_too_few():
    assert change_of(Counted(9, 8), Counted(0, 0), Counted(99, 8), Counted(0, 0)) is None


def test_without_enough_others_only_the_own_change_is_told():
    found = change(16, 4, 4, 100)

    assert (found.others, found.net, found.avoided) == (None, None, None)
    assert found.ratio.value == 0.25


def test_none_afterwards_has_an_interval_all_the_same():
    found = change(12, 0)

    assert 0 < found.ratio.low < found.ratio.value < 0.1 < found.ratio.high < 1
    assert found.avoided.value == pytest.approx(1.5)
    assert found.avoided.low > 0


counts = st.integers(0, 400)


@given(counts, counts, st.integers(5, 400), st.integers(5, 400), st.floats(1, 10), st.floats(1, 10))
def test_values_lie_in_their_intervals_and_signs_agree(before, after, others_before, others_after, weeks, later):
    found = change_of(
        Counted(before, weeks), Counted(after, later), Counted(others_before, weeks), Counted(others_after, later)
    )

    if before + after < 5:
        assert found is None
        return
    for one in (found.ratio, found.others, found.net, found.avoided):
        assert one.low <= one.value <= one.high
    if before and after and abs(found.avoided.value) > 1e-9:
        assert (found.avoided.value > 0) == (found.net.value < 1)


def test_intervals_hold_the_truth_about_95_times_in_100():
    rng = np.random.default_rng(7)
    rates = (24.0, 12.0, 120.0, 150.0)  # expected counts in 8 weeks: halved, while the others grow by a quarter
    net, avoided = 0.5 / 1.25, (24 * 1.25 - 12) / 8
    drawn = [change(*rng.poisson(rates)) for _ in range(2_000)]

    for truth, held in (
        (net, [one.net.low <= net <= one.net.high for one in drawn]),
        (avoided, [one.avoided.low <= avoided <= one.avoided.high for one in drawn]),
    ):
        assert 0.935 <= np.mean(held) <= 0.97, truth
