from decimal import Decimal

import pytest

from helpninja.common.values import Good, Value, compare, net_interval, rounded, wilson


def test_unknown_is_not_zero():
    assert Value.of_rate(0, 0, missing=3) == Value(None, 0, 3, 0)
    assert Value.of_mean(0, 0) == Value(None, 0)
    assert Value.of_count(0) == Value(0.0, 0)


@pytest.mark.parametrize(
    ("value", "digits", "scale", "read"),
    [
        (12.5, 0, 1, "13"),
        (-12.5, 0, 1, "-13"),
        (13.5, 0, 1, "14"),
        (0.145, 0, 100, "15"),
        (0.1845, 1, 100, "18.5"),
        (2.675, 2, 1, "2.68"),
    ],
)
def test_halves_go_away_from_zero(value, digits, scale, read):
    assert rounded(value, digits, scale=scale) == Decimal(read)


def test_wilson_interval_as_published():
    # Newcombe 1998, table I, method 3: 81 of 263, and 0 of 20.
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = wilson(0, 20)
    assert (low, round(high, 4)) == (0.0, 0.1611)


def test_net_scores_with_their_error_and_interval():
    # (36.75 - 33.75) / 103 = 0.0291, and 1.96 * sqrt((70.5 / 103 - 0.0291^2) / 103) = 0.1597
    low, high = net_interval(36, 33, 100)
    assert (round(low), round(high)) == (-13, 19)
    assert net_interval(5, 0, 5)[1] == 100.0
    net = Value.of_net(71, 6, 100)
    assert (net.value, net.interval) == (65.0, net_interval(71, 6, 100))
    assert net.error == pytest.approx(5.8949, abs=1e-4)


def test_only_rates_and_net_scores_with_rows_have_an_interval():
    assert Value.of_rate(1, 2).interval == wilson(1, 2)
    assert Value.of_net(0, 0, 0).interval is None
    assert Value.of_rate(0, 0).interval is None
    assert Value.of_mean(9, 3).interval is None


def test_change_is_better_in_the_good_direction_only():
    less = (Value(0.1, 10), Value(0.3, 10))

    assert compare(*less, Good.DOWN).better is True
    assert compare(*less, Good.UP).better is False
    assert compare(*less, Good.NEITHER).better is None
    assert compare(Value(1, 10), Value(1, 10), Good.UP).better is None


@pytest.mark.parametrize(
    ("now", "before"), [((1, 4), (1, 5)), ((1, 5), (1, 4)), ((None, 9), (1, 9)), ((1, 9), (None, 9))]
)
def test_too_few_rows_are_not_compared(now, before):
    change = compare(Value(*now), Value(*before), Good.UP)

    assert change.too_few
    assert change.difference is None


def test_five_rows_are_compared():
    assert compare(Value(2, 5), Value(1, 5), Good.UP).difference == 1
