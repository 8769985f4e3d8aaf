import pytest

from analytics.metrics.regression import Sums, slope


def sums(*pairs):
    return Sums(
        len(pairs),
        sum(x for x, _ in pairs),
        sum(y for _, y in pairs),
        sum(x * x for x, _ in pairs),
        sum(x * y for x, y in pairs),
        sum(y * y for _, y in pairs),
    )


def test_slope_and_interval_are_those_of_scipy_s_linregress():
    # linregress([1, 2, 3, 4, 5], [5, 4, 4, 2, 1]): slope -1.0, standard error 0.163299; t(3, 0.975) = 3.182446.
    found = slope(sums((1, 5), (2, 4), (3, 4), (4, 2), (5, 1)))

    assert round(found.value, 9) == -1.0
    assert (round(found.low, 4), round(found.high, 4)) == (-1.5197, -0.4803)


def test_a_straight_line_leaves_no_doubt():
    found = slope(sums((0, 5), (1, 4), (2, 3)))

    assert (round(found.value, 9), round(found.low, 6), round(found.high, 6)) == (-1.0, -1.0, -1.0)


@pytest.mark.parametrize("pairs", [(), ((1, 5), (2, 4)), ((3, 5), (3, 4), (3, 1), (3, 2))])
def test_too_few_pairs_or_no_spread_give_no_slope(pairs):
    assert slope(sums(*pairs)) is None
