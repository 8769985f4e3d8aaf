from datetime import UTC, date, datetime

import pytest

from analytics.metrics.units import Unit
from analytics.metrics.wording import change_text, hours_text, number_text, p_text, value_text
from helpninja.common.values import Change, Value
from helpninja.common.windows import Window, window_text


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (2847, Unit.COUNT, "2,847"),
        (0.1845, Unit.RATE, "18.5%"),
        (42.4, Unit.SECONDS, "42 s"),
        (252, Unit.SECONDS, "4.2 min"),
        (12_600, Unit.SECONDS, "3.5 h"),
        (216_000, Unit.SECONDS, "2.5 d"),
        (1234.565, Unit.MONEY, "$1,234.57"),
        (4.25, Unit.SCORE, "4.3/5"),
        (0.305, Unit.CONFIDENCE, "0.31"),
        (8.25, Unit.PER_ESCALATION, "8.3"),
        (14, Unit.HOUR, "2–4 PM"),
    ],
)
def test_numbers_as_people_read_them(number, unit, text):
    assert number_text(number, unit) == text


def test_the_unknown_is_a_dash():
    assert value_text(Value(None, 0), Unit.RATE) == "–"


@pytest.mark.parametrize(
    ("difference", "unit", "text"),
    [
        (-0.023, Unit.RATE, "−2.3 points"),
        (48, Unit.SECONDS, "+48 s"),
        (1.2, Unit.MONEY, "+$1.20"),
        (-0.1, Unit.SCORE, "−0.1"),
        (0.0, Unit.RATE, "unchanged"),
        (0.04, Unit.SCORE, "about the same"),
        (-0.05, Unit.SCORE, "−0.1"),
        (0.004, Unit.MONEY, "about the same"),
        (None, Unit.RATE, "too few to compare"),
    ],
)
def test_changes_have_their_sign(difference, unit, text):
    assert change_text(Change(difference, None), unit) == text


def test_hours_over_noon_and_midnight():
    assert hours_text(11, 13) == "11 AM–1 PM"
    assert hours_text(23, 1) == "11 PM–1 AM"


def test_whole_days_are_named_without_times_and_the_last_is_included():
    assert window_text(Window.of_days(date(2026, 1, 5), date(2026, 1, 5), "Asia/Kolkata")) == "Jan 5, 2026"
    assert window_text(Window.of_days(date(2026, 1, 5), date(2026, 2, 1), "UTC")) == "Jan 5, 2026 to Feb 1, 2026"
    start, end = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 6, 9, tzinfo=UTC)
    assert window_text(Window(start, end, "UTC")) == "Jan 5, 2026, 09:00 to Jan 6, 2026, 09:00"


def test_a_p_is_read_with_three_digits():
    assert [p_text(p) for p in (0.0004, 0.001, 0.0365, 1.0)] == [
        "p < 0.001",
        "p = 0.001",
        "p = 0.037",
        "p = 1.000",
    ]


def test_net_scores_have_their_sign_and_changes_are_in_points():
    assert [number_text(net, Unit.NET) for net in (41.6, -8.2, 0.3)] == ["+42", "−8", "0"]
    assert change_text(Change(-12.4, False), Unit.NET) == "−12 points"
