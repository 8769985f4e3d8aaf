"""What several reviewers' answers to the same conversations show."""

import pytest

from quality.decisions.calibration import Rated, by_criterion, distances, of_session, with_the_others

QUINN, ROBIN, MORGAN = 1, 2, 3


def rated(session, shares, key="tone"):
    return [Rated(session, reviewer, key, key.title(), share) for reviewer, share in shares.items()]


def test_each_conversation_is_a_unit_of_its_criterion():
    """Alpha of the pairs (1, 1), (0.5, 0.5), (1, 0.5): of mid-ranks 1.5 and 4.5 of six, D_o is 3 and D_e 5.4."""
    ratings = [
        *rated(1, {QUINN: 1.0, ROBIN: 1.0}),
        *rated(2, {QUINN: 0.5, ROBIN: 0.5}),
        *rated(3, {QUINN: 1.0, ROBIN: 0.5}),
    ]

    (one,) = by_criterion(ratings)

    assert (one.key, one.name, one.alpha.units, one.alpha.ratings) == ("tone", "Tone", 3, 6)
    assert one.alpha.value == pytest.approx(1 - 3 / 5.4)
    assert one.is_low


def test_two_reviewers_have_cohens_kappa_and_more_have_fleiss():
    two = [*rated(1, {QUINN: 1.0, ROBIN: 1.0}), *rated(2, {QUINN: 0.5, ROBIN: 1.0})]
    three = [*rated(1, {QUINN: 1.0, ROBIN: 1.0, MORGAN: 0.0}), *rated(2, {QUINN: 0.5, ROBIN: 1.0, MORGAN: 0.0})]

    assert by_criterion(two)[0].kappa.value == pytest.approx(0)
    assert by_criterion(three)[0].kappa.value == pytest.approx(1 - (1 - 1 / 6) / (1 - 14 / 36))


def test_what_is_not_applicable_is_left_out_and_counted():
    ratings = [*rated(1, {QUINN: 1.0, ROBIN: None}), *rated(2, {QUINN: None, ROBIN: None})]

    (one,) = by_criterion(ratings)

    assert (one.na, one.alpha.value, one.alpha.because) == (3, None, "Nothing was rated by two people.")


def test_one_conversation_alone_tells_nothing_of_a_criterion():
    (one,) = by_criterion(rated(1, {QUINN: 1.0, ROBIN: 0.5}))

    assert (one.alpha.value, one.is_low) == (None, False)


def test_criteria_are_the_units_of_one_conversation():
    ratings = [
        *rated(1, {QUINN: 1.0, ROBIN: 1.0}, "tone"),
        *rated(1, {QUINN: 0.5, ROBIN: 0.5}, "accuracy"),
    ]

    found = of_session(ratings)

    assert (found.value, found.units) == (1, 2)


def test_a_reviewer_is_held_against_the_median_of_the_others():
    ratings = [
        *rated(1, {QUINN: 1.0, ROBIN: 1.0, MORGAN: 1.0}),
        *rated(2, {QUINN: 0.5, ROBIN: 0.5, MORGAN: 0.5}),
        *rated(3, {ROBIN: 0.5, MORGAN: 0.0}),
    ]

    found = with_the_others(ratings, QUINN)

    assert (found.value, found.units) == (1, 2)


def test_distance_is_from_the_median_of_the_others():
    assert distances({QUINN: 90.0, ROBIN: 80.0, MORGAN: 70.0}) == {QUINN: 15.0, ROBIN: 0.0, MORGAN: -15.0}
    assert distances({QUINN: 90.0}) == {}


def test_what_everybody_left_to_the_data_tells_nothing_of_them():
    left = [
        Rated(session, who, "speed", "Speed", 1.0, measured=True) for session in (1, 2) for who in (QUINN, ROBIN)
    ]
    overruled = [
        Rated(3, QUINN, "speed", "Speed", 1.0, measured=True),
        Rated(3, ROBIN, "speed", "Speed", 0.5),
    ]

    (one,) = by_criterion([*left, *overruled])

    assert (one.alpha.units, one.measured) == (1, 2)
    assert of_session(left[:2]).units == 0
    assert with_the_others([*left, *overruled], QUINN).units == 1
