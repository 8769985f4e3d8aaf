import numpy as np
import pytest

from analytics.metrics.chance import Q, adjusted, rates_differ, ratio_differs, standouts, two_sided
from helpninja.common.values import Z_95
from quality.decisions.article_effect import Counted, rate_ratio


def test_two_sided_p_of_the_95_percent_point():
    assert two_sided(Z_95) == pytest.approx(0.05)
    assert two_sided(-Z_95) == pytest.approx(0.05)


def test_score_test_of_two_proportions_is_the_chi_square_test():
    """15 of 50 against 5 of 50: chi-square 6.25, p 0.01242."""
    assert rates_differ(15, 50, 5, 50) == pytest.approx(0.012419, abs=1e-6)
    assert rates_differ(0, 50, 0, 50) == rates_differ(50, 50, 50, 50) == 1


def test_ratio_of_counts():
    """10 against 25 in the same time: ln 2.5 over sqrt(1/10 + 1/25) is 2.4489, p 0.01433."""
    assert ratio_differs(rate_ratio(Counted(10, 1), Counted(25, 1))) == pytest.approx(0.01433, abs=1e-5)


def test_adjusted_as_published():
    """Benjamini and Hochberg 1995, section 4: of these 15 the first four stand at 0.05."""
    ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719]
    ps += [0.6528, 0.759, 1.0]

    assert [p <= Q for p in adjusted(ps)] == [True] * 4 + [False] * 11
    assert [p <= Q for p in adjusted(ps[::-1])] == [False] * 11 + [True] * 4
    assert adjusted([]) == []


def test_adjusted_never_falls_behind_a_smaller_one():
    assert adjusted([0.04, 0.03, 0.05]) == pytest.approx([0.05, 0.05, 0.05])


def test_nothing_stands_out_among_periods_that_are_alike():
    """In 200 draws of 8 weeks by 6 topics: some in at most 5 % of them, as all findings would be false."""
    rng = np.random.default_rng(7)
    shares = (0.3, 0.25, 0.2, 0.15, 0.06, 0.04)
    tables = [rng.multinomial(120, shares, size=8) for _ in range(200)]

    found = [standouts({(week, topic): int(n) for (week, topic), n in np.ndenumerate(table)}) for table in tables]

    assert sum(map(bool, found)) <= 10 + 8  # 10 expected; the 99 % point of 200 draws at 5 % is 18


def test_the_greatest_excess_leads():
    counts = {(1, "a"): 60, (1, "b"): 30, (1, "c"): 10, (2, "a"): 10, (2, "b"): 10, (2, "c"): 80}

    found = standouts(counts)

    assert (found[1].kind, found[1].more, found[2].kind) == ("a", 50, "c")


def test_one_period_has_nothing_to_be_compared_with():
    assert standouts({(1, "a"): 60, (1, "b"): 30}) == {}
