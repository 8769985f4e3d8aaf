"""What an initiative is said to have changed, worked by hand and against simulated counts."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.decisions.initiatives import (
    MONTH,
    Counted,
    Plan,
    bars,
    difference,
    effect_of,
    rate_interval,
    target_factor,
)
from quality.enums import Standing, TargetKind

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLAN = Plan(TargetKind.SHARE, 14.4, expected=25, starts=START, ends=START + timedelta(days=90))
# The guide's technical support: 102 of 527 escalations, in 2,847 conversations.
BEFORE = Counted(102, 527, 2847, MONTH)


def counted(targeted, escalations=500, conversations=2847, length=MONTH):
    return Counted(targeted, escalations, conversations, length)


def test_a_share_a_month_and_a_rate_are_read_from_the_counts():
    assert BEFORE.share == 102 / 527
    assert BEFORE.per_month == 102
    assert BEFORE.rate == pytest.approx(35.827, abs=0.001)
    assert counted(10, length=timedelta(days=15)).per_month == 20


def test_what_has_nothing_to_be_a_part_of_is_unknown():
    nothing = Counted(0, 0, 0, MONTH)

    assert (nothing.share, nothing.rate, nothing.per_month) == (None, None, 0)


def test_the_score_interval_of_a_rate_by_hand():
    # x = 100: 101.92073 -+ 1.959964 * sqrt(100.960365) = 101.92073 -+ 19.69353
    assert rate_interval(100, 1000) == pytest.approx((0.0822272, 0.1216143), abs=1e-7)
    assert rate_interval(0, 10) == pytest.approx((0, 0.3841459), abs=1e-7)


def test_the_difference_by_hand():
    # r1 = 0.100 (0.0822272 to 0.1216143), r2 = 0.064 (0.0501238 to 0.0817176)
    # down = sqrt(0.0177728^2 + 0.0177176^2) = 0.0250956, up = sqrt(0.0216143^2 + 0.0138762^2) = 0.0256851
    assert difference(100, 1000, 64, 1000) == pytest.approx((0.036, 0.0109044, 0.0616851), abs=1e-7)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 500), st.integers(1, 5000), st.integers(0, 500), st.integers(1, 5000))
def test_the_interval_holds_the_difference_and_turns_round_with_it(before, of_before, now, of_now):
    fewer, low, high = difference(before, of_before, now, of_now)
    back = difference(now, of_now, before, of_before)

    assert low <= fewer <= high
    assert back == pytest.approx((-fewer, -high, -low))


@pytest.mark.parametrize(("before", "now"), [(0.02, 0.015), (0.004, 0.001), (0.05, 0.05)])
def test_of_many_intervals_about_95_percent_hold_the_truth(before, now):
    draws, n = np.random.default_rng(7), 2000
    pairs = zip(draws.poisson(before * n, 4000), draws.poisson(now * n, 4000), strict=True)

    held = [low <= before - now <= high for _, low, high in (difference(int(a), n, int(b), n) for a, b in pairs)]

    assert 0.935 <= sum(held) / len(held) <= 0.975


def test_half_of_the_effect_is_expected_after_half_of_the_time():
    assert PLAN.expected_by(START) == 0
    assert PLAN.expected_by(START + timedelta(days=45)) == 12.5
    assert PLAN.expected_by(START + timedelta(days=200)) == 25


def test_an_effect_is_measured_at_the_present_number_of_conversations():
    recent = counted(120, conversations=5694)  # twice the conversations, and not twice the escalations

    effect = effect_of(PLAN, BEFORE, recent, recent, START + timedelta(days=30), cost=1680)

    assert effect.standing == Standing.ON_TRACK
    assert effect.avoided == pytest.approx(84)  # 2 * 102 - 120
    assert effect.avoided_in_all == pytest.approx(84)
    assert effect.cost_each == pytest.approx(20)
    assert not effect.may_be_chance
    assert effect.because == (
        "95 % interval: 41 fewer to 132 fewer; 8 fewer expected by now. n = 102 before, 120 now."
    )


def test_what_is_less_than_expected_is_below_and_said_to_be_perhaps_chance():
    effect = effect_of(PLAN, BEFORE, counted(97), counted(97), START + timedelta(days=90))

    assert effect.standing == Standing.BELOW
    assert effect.avoided == pytest.approx(5)
    assert effect.may_be_chance
    assert effect.because.endswith(
        "25 fewer expected by now. n = 102 before, 97 now. The interval includes no change: it may be chance."
    )


def test_more_than_before_is_said_as_more_and_costs_nothing_each():
    effect = effect_of(PLAN, BEFORE, counted(130), counted(130), START + timedelta(days=60), cost=500)

    assert effect.because.startswith("95 % interval: 58 more to 2 fewer;")
    assert effect.cost_each is None


def test_none_at_all_after_many_is_measurable():
    assert (
        effect_of(PLAN, BEFORE, counted(0), counted(0), START + timedelta(days=90)).standing == Standing.ON_TRACK
    )


@pytest.mark.parametrize(
    ("before", "recent", "days", "because"),
    [
        (counted(4), counted(1), 30, "Too few before the start: n = 4, and 5 are needed."),
        (counted(9, conversations=0), counted(1), 30, "Too few before the start: n = 9, and 5 are needed."),
        (BEFORE, counted(3), 6, "Measured from 7 days after the start; now n = 3."),
        (
            BEFORE,
            counted(1, conversations=100),
            8,
            "Too few conversations since the start: n = 100, of which without a change 3.6 would be escalated so; "
            "5 are needed.",
        ),
    ],
)
def test_what_is_too_little_to_tell_is_not_yet_measurable(before, recent, days, because):
    effect = effect_of(PLAN, before, recent, recent, START + timedelta(days=days))

    assert (effect.standing, effect.because) == (Standing.NOT_YET, because)
    assert (effect.avoided, effect.low, effect.cost_each) == (None, None, None)


def test_seven_days_are_enough():
    recent = counted(20, conversations=664)

    assert effect_of(PLAN, BEFORE, recent, recent, START + timedelta(days=7)).standing != Standing.NOT_YET


@pytest.mark.parametrize(
    ("kind", "target", "factor", "shown"),
    [
        (TargetKind.SHARE, 14.4, 14.4 / 100 / (102 / 527), [100 * 102 / 527, 14.4, 20]),
        (TargetKind.COUNT, 77, 77 / 102, [102, 77, 100]),
        (TargetKind.REDUCTION, 25, 0.75, [1000 * 102 / 2847, 750 * 102 / 2847, 1000 * 100 / 2847]),
    ],
)
def test_a_target_is_shown_in_its_own_unit(kind, target, factor, shown):
    assert target_factor(kind, target, BEFORE) == pytest.approx(factor)
    assert [bar.value for bar in bars(kind, target, BEFORE, counted(100))] == pytest.approx(shown)


def test_a_target_of_nothing_is_no_part_of_it():
    assert target_factor(TargetKind.SHARE, 10, Counted(0, 0, 0, MONTH)) is None
    assert [bar.value for bar in bars(TargetKind.REDUCTION, 10, Counted(0, 0, 0, MONTH), None)] == [
        None,
        None,
        None,
    ]
