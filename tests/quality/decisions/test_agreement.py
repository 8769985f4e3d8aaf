"""The statistics of agreement against the worked examples that define them."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.decisions.agreement import (
    ENOUGH,
    Scale,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
)

# K. Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: four observers, twelve units.
MISSING = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
# The same, section A (two observers, binary) and section B (two observers, five categories a to e).
BINARY = """
0 1 0 0 0 0 0 0 1 0
1 1 1 0 0 1 0 0 0 0
"""
CATEGORIES = """
1 1 2 2 4 3 3 3 5 4 4 1
2 1 2 2 2 3 3 3 5 4 4 4
"""
# J. L. Fleiss (1971), "Measuring nominal scale agreement among many raters", Psychological Bulletin 76(5), table
# 1: how many of six psychiatrists gave each of 30 patients each of five diagnoses.
DIAGNOSES = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
# J. Cohen (1968), "Weighted kappa", Psychological Bulletin 70(4), table 1, where the kappa of Cohen (1960) of the
# same 200 cases is given beside it: two judges, three categories.
JUDGES = ((88, 10, 2), (14, 40, 6), (18, 10, 12))


def units_of(table):
    """A line a rater, a column a unit, a dot for what was not rated."""
    lines = [line.split() for line in table.strip().splitlines()]
    return [
        {rater: float(text) for rater, text in enumerate(column) if text != "."}
        for column in zip(*lines, strict=True)
    ]


def units_of_counts(table):
    return [
        dict(enumerate(value for value, count in enumerate(row) for _ in range(int(count))))
        for row in table.split()
    ]


def units_of_crossed(table):
    return [
        {"first": row, "second": column}
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("scale", "expected"), [(Scale.NOMINAL, 0.743), (Scale.ORDINAL, 0.815), (Scale.INTERVAL, 0.849)]
)
def test_alpha_with_missing_values_is_as_published(scale, expected):
    found = krippendorff_alpha(units_of(MISSING), scale)

    assert round(found.value, 3) == expected
    assert (found.units, found.raters, found.ratings) == (11, 4, 40)


@pytest.mark.parametrize(("table", "expected"), [(BINARY, 0.095), (CATEGORIES, 0.692)])
def test_alpha_of_two_observers_is_as_published(table, expected):
    assert round(krippendorff_alpha(units_of(table), Scale.NOMINAL).value, 3) == expected


def test_kappa_of_many_raters_is_as_published():
    found = fleiss_kappa(units_of_counts(DIAGNOSES))

    assert round(found.value, 3) == 0.430
    assert (found.units, found.ratings) == (30, 180)


def test_kappa_of_two_judges_is_as_published():
    found = cohen_kappa(units_of_crossed(JUDGES))

    assert round(found.value, 3) == 0.492
    assert (found.units, found.raters) == (200, 2)


def test_interval_of_kappa_is_near_that_of_its_published_standard_error():
    """Cohen (1960), eq. 7: ``sqrt(p_o (1 - p_o) / (N (1 - p_e)²))``, with p_o 0.70 and p_e 0.41."""
    found = cohen_kappa(units_of_crossed(JUDGES))
    error = np.sqrt(0.70 * 0.30 / (200 * 0.59**2))

    assert found.low == pytest.approx(found.value - 1.96 * error, abs=0.02)
    assert found.high == pytest.approx(found.value + 1.96 * error, abs=0.02)


def test_interval_of_alpha_holds_its_level():
    """Three raters know 8 of 10 answers and guess the others among three: any two agree with 0.64 + 0.36 / 3."""
    random = np.random.default_rng(7)
    true = 1 - (1 - 0.76) / (1 - 1 / 3)

    def units():
        answers = random.integers(0, 3, 60)
        given = np.where(random.random((3, 60)) < 0.8, answers, random.integers(0, 3, (3, 60)))
        return [dict(enumerate(map(float, column))) for column in given.T]

    found = [krippendorff_alpha(units(), Scale.NOMINAL, seed=n) for n in range(100)]

    assert 90 <= sum(one.low <= true <= one.high for one in found) <= 99


@pytest.mark.parametrize("statistic", [cohen_kappa, fleiss_kappa])
@pytest.mark.parametrize(
    ("units", "because"),
    [
        ([], "Nothing was rated by two people."),
        ([{"a": 1.0}, {"b": 2.0}], "Nothing was rated by two people."),
        ([{"a": 1.0, "b": 2.0}, {"a": 3.0}], "Only one was rated by two or more people."),
        (
            [{"a": 1.0, "b": 1.0}] * 9,
            "Everybody gave the same value throughout, so nothing shows that they would agree on others.",
        ),
    ],
)
def test_undefined_agreement_is_no_number_but_a_reason(statistic, units, because):
    for found in (statistic(units), *(krippendorff_alpha(units, scale) for scale in Scale)):
        assert (found.value, found.low, found.high, found.because) == (None, None, None, because)
        assert not found.is_low


def test_cohen_is_for_two_and_fleiss_for_equal_numbers_of_ratings():
    three = [{"a": 1.0, "b": 2.0, "c": 1.0}, {"a": 2.0, "b": 2.0, "c": 1.0}]

    assert cohen_kappa(three).because == "More than two people rated."
    assert fleiss_kappa([*three, {"a": 1.0, "b": 2.0}]).because == (
        "The conversations have different numbers of ratings."
    )


def test_interval_needs_five_units():
    units = [{"a": float(n % 2), "b": float(n % 3 > 0)} for n in range(ENOUGH)]

    assert krippendorff_alpha(units[:-1], Scale.ORDINAL).low is None
    assert krippendorff_alpha(units, Scale.ORDINAL).low is not None


def test_same_seed_gives_the_same_interval():
    units = units_of(MISSING)

    first, again, other = (krippendorff_alpha(units, Scale.ORDINAL, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert (first.low, first.high) != (other.low, other.high)


def test_below_two_thirds_is_low():
    assert krippendorff_alpha(units_of(BINARY), Scale.NOMINAL).is_low
    assert not krippendorff_alpha(units_of(CATEGORIES), Scale.NOMINAL).is_low


def alpha_by_pairs(units, scale):
    """Straight from the definition: the mean distance of pairs within units against that of any two ratings."""
    units = [list(unit.values()) for unit in units if len(unit) > 1]
    ratings = [value for unit in units for value in unit]

    def distance(a, b):
        if scale is Scale.NOMINAL:
            return float(a != b)
        if scale is Scale.INTERVAL:
            return (a - b) ** 2
        low, high = sorted((a, b))
        between = sum(low <= value <= high for value in ratings)
        return (between - (ratings.count(a) + ratings.count(b)) / 2) ** 2

    def over_pairs(values):
        return sum(distance(a, b) for i, a in enumerate(values) for j, b in enumerate(values) if i != j)

    observed = sum(over_pairs(unit) / (len(unit) - 1) for unit in units) / len(ratings)
    return 1 - observed / (over_pairs(ratings) / (len(ratings) * (len(ratings) - 1)))


RATED = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([0.0, 5.0, 10.0, 25.0]), max_size=4)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RATED, max_size=8), st.sampled_from(Scale))
def test_alpha_is_what_its_definition_gives_pair_by_pair(units, scale):
    found = krippendorff_alpha(units, scale)

    if found.value is not None:
        assert found.value == pytest.approx(alpha_by_pairs(units, scale))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RATED, max_size=8), st.sampled_from(Scale), st.randoms())
def test_neither_the_order_of_units_nor_who_is_who_matters(units, scale, random):
    shuffled = random.sample(units, len(units))
    renamed = [{rater.upper(): value for rater, value in unit.items()} for unit in shuffled]

    found, again = krippendorff_alpha(units, scale), krippendorff_alpha(renamed, scale)

    assert (found.value is None) == (again.value is None)
    assert found.value is None or again.value == pytest.approx(found.value)


def test_a_hundred_reviewers_of_five_hundred_conversations_take_less_than_a_second():
    random = np.random.default_rng(3)
    points = random.integers(0, 26, (500, 100))
    units = [dict(enumerate(map(float, row))) for row in points]

    started = time.process_time()
    found = krippendorff_alpha(units, Scale.ORDINAL)

    assert time.process_time() - started < 1
    assert found.value == pytest.approx(0, abs=0.01)
