import pytest

from analytics.metrics.chance import rates_differ, two_sided


def test_a_normal_deviate_of_two_is_chance_in_one_of_twenty_two():
    assert two_sided(1.959963984540054) == pytest.approx(0.05)
    assert two_sided(-2) == two_sided(2)


def test_two_rates_as_by_chi_square():
    # 30 of 100 against 50 of 100: chi-square is 200 (30*50 - 70*50)^2 / (80 * 120 * 100 * 100) = 8.3333.
    assert rates_differ(30, 100, 50, 100) == pytest.approx(two_sided(8.33333333**0.5))
    assert rates_differ(0, 10, 0, 20) == rates_differ(10, 10, 20, 20) == 1.0
