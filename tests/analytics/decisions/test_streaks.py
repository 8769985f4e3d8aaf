import pytest

from analytics.decisions.streaks import longest_streak


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], []),
        ([0, 0], []),
        ([1, 2, 0, 3, 4, 5, 0, 6], [3, 4, 5]),
        ([1, 2, 0, 3, 4], [1, 2]),
        ([1, 2, 3], [1, 2, 3]),
    ],
)
def test_the_longest_run_of_good_ones_and_of_equals_the_first(rows, found):
    assert longest_streak(rows, bool) == found
