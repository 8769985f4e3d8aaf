import pytest

from quality.decisions.hint_agreement import Judged, agreement_of
from quality.enums import Hint


def judged(total, hinted, verdict="ok", message="", remarks=None):
    return Judged(total, hinted, {"tone": verdict}, {"tone": message}, remarks or {})


def tone(found):
    return next(one for one in found.checks if one.check == Hint.TONE)


def test_totals_are_compared_by_correlation_and_mean_difference():
    # By hand: deviations (-20, -10, 0, 10, 20) and (-10, -10, 0, 10, 10); r = 600 / sqrt(1000 * 400).
    pairs = [(60, 70), (70, 70), (80, 80), (90, 90), (100, 90)]

    found = agreement_of([judged(total, hinted) for total, hinted in pairs])

    assert (found.n, round(found.correlation, 4), found.difference) == (5, 0.9487, 0.0)


def test_under_five_is_too_few():
    found = agreement_of([judged(80, 75)] * 4)

    assert (found.n, found.correlation, found.difference) == (4, None, None)


def test_correlation_is_undefined_where_one_never_varies():
    assert agreement_of([judged(80, hinted) for hinted in (50, 60, 70, 80, 90)]).correlation is None


def test_reviews_without_a_hinted_total_are_left_out():
    assert agreement_of([judged(80, None)] * 6).n == 0


def test_reviewers_totals_where_a_check_is_ok_and_where_not():
    good, bad = [judged(90, 100)] * 5, [judged(70, 50, "not_ok")] * 5
    found = tone(agreement_of([*good, *bad, judged(10, 0, "n/a")]))

    assert (found.ok, found.n_ok, found.not_ok, found.n_not_ok, found.difference) == (90, 5, 70, 5, 20)


@pytest.mark.parametrize("few", [4, 0])
def test_difference_needs_five_on_both_sides(few):
    found = tone(agreement_of([judged(90, 100)] * 5 + [judged(70, 50, "not_ok")] * few))

    assert found.difference is None


def test_remarks_on_the_same_message_are_compared_by_kappa():
    same = [judged(90, 90, "ok", "m1", {"m1": "went_well"})] * 3
    same += [judged(60, 40, "not_ok", "m2", {"m2": "to_improve"})] * 3
    other = [judged(80, 80, "ok", "m1", {"m9": "to_improve"}), judged(80, 80, "ok")]

    remarks = tone(agreement_of([*same, *other])).remarks

    assert (remarks.value, remarks.units) == (1.0, 6)
