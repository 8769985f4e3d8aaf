from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.decisions.tuning import ENOUGH, Past, by_intent, calibrate, needed_person, sweep

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
LONG_AGO, YESTERDAY = NOW - timedelta(days=7), NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("known", "needed"),
    [
        ({"escalated": True, "necessity": "needed"}, True),
        ({"escalated": True, "necessity": "too_late"}, True),
        ({"escalated": True, "necessity": "unneeded"}, False),
        ({"escalated": True, "csat": 1}, None),
        ({"closed_at": LONG_AGO}, False),
        ({"closed_at": YESTERDAY}, None),
        ({"closed_at": LONG_AGO, "csat": 2}, True),
        ({"closed_at": LONG_AGO, "csat": 3}, False),
        ({"closed_at": YESTERDAY, "csat": 1}, True),
        ({"reopened_at": YESTERDAY}, True),
        ({"csat": 5}, None),
        ({}, None),
    ],
)
def test_whether_a_person_was_needed(known, needed):
    nothing = {"escalated": False, "necessity": "", "closed_at": None, "reopened_at": None, "csat": None}

    assert needed_person(**{**nothing, **known}, now=NOW) is needed


def past(lowest, needed=None, *, last=None, intent=""):
    return Past(lowest, lowest if last is None else last, intent, needed)


def test_sweep_counts_what_each_threshold_would_have_done():
    pasts = [past(0.1, True), past(0.3, False), past(0.4, True), past(0.6, True), past(0.8, False), past(0.2)]

    low, high = sweep(pasts, (0.4, 0.7))

    assert (low.n, low.over, low.right, low.wrong, low.missed) == (6, 3, 1, 1, 2)
    assert (low.rate, low.precision, low.recall) == (0.5, 0.5, 1 / 3)
    assert (high.over, high.right, high.wrong, high.missed) == (5, 3, 1, 0)
    assert (high.precision, high.recall) == (0.75, 1.0)


def test_what_nothing_is_known_of_has_no_figures():
    (point,) = sweep([], (0.5,))

    assert (point.rate, point.precision, point.recall) == (None, None, None)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from([True, False, None]))),
    st.lists(st.floats(0, 1), min_size=1),
)
def test_sweep_equals_asking_each_conversation(rows, thresholds):
    pasts = [past(lowest, needed) for lowest, needed in rows]

    for point in sweep(pasts, thresholds):
        over = [one for one in pasts if one.lowest < point.threshold]
        assert point.over == len(over)
        assert point.right == sum(one.needed is True for one in over)
        assert point.wrong == sum(one.needed is False for one in over)
        assert point.right + point.missed == sum(one.needed is True for one in pasts)


def test_calibration_error_is_the_weighted_gap_of_the_bins():
    """0.9, 0.9 and 0.9 right twice; 0.25 never: 3/4 |2/3 - 0.9| + 1/4 |0 - 0.25| = 0.2375."""
    pasts = [past(0.9, False), past(0.9, False), past(0.9, True), past(0.25, True), past(0.5)]

    found = calibrate(pasts)

    assert found.ece == pytest.approx(0.2375)
    assert (found.n, found.missing) == (4, 1)
    assert [(one.low, one.n) for one in found.bins if one.n] == [(0.2, 1), (0.9, 3)]


def test_full_confidence_is_in_the_last_bin():
    assert calibrate([past(1.0, False)]).bins[-1].n == 1


def test_intents_with_too_few_judged_have_no_curve():
    enough = [past(0.5, True, intent="refund") for _ in range(ENOUGH)]
    few = [past(0.5, True, intent="login") for _ in range(ENOUGH - 1)] + [past(0.5, intent="login")] * 9

    login, refund = by_intent(enough + few)

    assert (login.intent, login.n, login.judged, login.points) == ("login", ENOUGH + 8, ENOUGH - 1, None)
    assert (refund.intent, refund.judged) == ("refund", ENOUGH)
    assert refund.points is not None and refund.calibration is not None
