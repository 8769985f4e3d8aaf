"""What is said of reviewers, worked out by hand."""

import pytest

from quality.decisions.calibration import Rated
from quality.decisions.reviewers import Again, Given, Mean, by_reviewer

QUINN, ROBIN = 1, 2
SARAH, TOM = 11, 12


def of(rows, reviewer):
    return next(one for one in rows if one.reviewer == reviewer)


def test_how_many_how_fast_and_how_often_overruled():
    given = [
        Given(QUINN, SARAH, 90, seconds=60),
        Given(QUINN, SARAH, 80, seconds=600, disputed=True),
        Given(QUINN, TOM, 70, seconds=120, disputed=True, overruled=True),
    ]

    (quinn,) = by_reviewer(given, [], [], [])

    assert (quinn.given, quinn.seconds, quinn.disputed, quinn.overruled) == (3, 120, 2, 1)
    assert (quinn.mean, quinn.stricter) == (Mean(None, 0), None)


def test_strictness_compares_the_same_agents():
    """Quinn gives Sarah 80 twice, Robin gives her 90; that Robin alone reviewed Tom, with 50, changes nothing."""
    given = [
        Given(QUINN, SARAH, 78, seconds=1),
        Given(QUINN, SARAH, 82, seconds=1),
        Given(ROBIN, SARAH, 90, seconds=1),
        Given(ROBIN, TOM, 50, seconds=1),
    ]

    rows = by_reviewer(given, [], [], [])

    assert (of(rows, QUINN).mean, of(rows, QUINN).others) == (Mean(80, 2), Mean(90, 2))
    assert (of(rows, ROBIN).mean, of(rows, ROBIN).others) == (Mean(90, 1), Mean(80, 1))
    assert (of(rows, QUINN).stricter, of(rows, ROBIN).stricter) == (10, -10)


def test_what_was_voided_gives_no_mean_but_counts_as_overruled():
    given = [
        Given(QUINN, SARAH, 10, seconds=1, disputed=True, overruled=True, voided=True),
        Given(QUINN, SARAH, 80, seconds=1),
        Given(ROBIN, SARAH, 80, seconds=1),
    ]

    quinn = of(by_reviewer(given, [], [], []), QUINN)

    assert (quinn.given, quinn.overruled, quinn.mean) == (2, 1, Mean(80, 1))


def test_calibration_distance_has_no_sign_and_bias_has():
    sessions = [{QUINN: 90.0, ROBIN: 80.0}, {QUINN: 70.0, ROBIN: 90.0}]

    rows = by_reviewer([], sessions, [], [])

    assert (of(rows, QUINN).distance, of(rows, QUINN).bias) == (Mean(15, 2), Mean(-5, 2))
    assert of(rows, ROBIN).bias == Mean(5, 2)


def test_agreement_is_with_the_others_and_undefined_without_calibrations():
    ratings = [
        Rated(session, reviewer, "tone", "Tone", share)
        for session, share in ((1, 1.0), (2, 0.5))
        for reviewer in (QUINN, ROBIN)
    ]

    (quinn,) = by_reviewer([Given(QUINN, SARAH, 80, seconds=1)], [], ratings, [])
    (alone,) = by_reviewer([Given(QUINN, SARAH, 80, seconds=1)], [], [], [])

    assert (quinn.agreement.value, quinn.agreement.units) == (1, 2)
    assert (alone.agreement.value, alone.agreement.because) == (None, "Nothing was rated by two people.")


def test_second_reviews_are_set_against_the_first():
    (quinn,) = by_reviewer([], [], [], [Again(QUINN, 80, 90), Again(QUINN, 80, 75)])

    assert quinn.second == Mean(2.5, 2)


@pytest.mark.parametrize(("n", "is_few"), [(4, True), (5, False)])
def test_under_five_are_too_few(n, is_few):
    assert Mean(80, n).is_few is is_few
