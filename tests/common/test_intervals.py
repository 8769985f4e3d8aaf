import pytest

from helpninja.common.intervals import Interval, difference, rate, ratio


def test_difference_of_rates_as_published():
    """Newcombe 1998 (difference), table II, method 10: 56/70 - 48/80, 9/10 - 3/10, and 10/10 - 0/20."""
    for hits, n, other_hits, other_n, low, high in (
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (10, 10, 0, 20, 0.6791, 1.0),
    ):
        found = difference(rate(hits, n), rate(other_hits, other_n))

        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_ratio_is_the_difference_of_logarithms():
    found = ratio(Interval(4, 2, 8), Interval(1, 0.5, 2))

    assert found.value == pytest.approx(4)
    assert found.low * found.high == pytest.approx(16)
    assert found.low == pytest.approx(4 / 2 ** (2**0.5))


def test_no_ratio_to_nothing():
    assert ratio(rate(3, 10), rate(0, 10)) is None
    assert ratio(rate(0, 10), rate(3, 10)) is None


def test_ends_belong_to_the_interval():
    assert Interval(1, 0.5, 2).holds(2)
    assert not Interval(1, 0.5, 2).holds(2.01)
