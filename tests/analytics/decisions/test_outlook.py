import pytest

from analytics.decisions.outlook import Expected, expected


def test_the_range_of_like_days_with_its_confidence():
    found = expected([25, 24, 26, 25, 24, 26, 25, 25])

    assert found == Expected(24, 26, 25.0, 8)
    assert found.confidence == pytest.approx(7 / 9)


def test_too_few_days_say_nothing():
    assert expected([20, 21, 22, 23]) is None


@pytest.mark.parametrize(("days", "confidence"), [(5, 4 / 6), (8, 7 / 9), (19, 0.9)])
def test_more_days_hold_more(days, confidence):
    assert expected(range(days)).confidence == pytest.approx(confidence)
