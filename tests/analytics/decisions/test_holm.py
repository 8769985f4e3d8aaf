import pytest

from analytics.decisions.holm import holm


def test_the_smallest_is_corrected_for_all_and_none_overtakes_a_smaller_one():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_none_is_above_one():
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []
