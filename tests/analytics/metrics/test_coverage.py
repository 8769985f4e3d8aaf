"""People by hour of the day, on days counted by hand. March 9, 2026 is a Monday."""

from datetime import UTC, datetime, time, timedelta

import pytest

from agents.decisions.availability import Schedule, WeeklyHours
from agents.enums import Status
from analytics.metrics.coverage import Stretch, coverage, covered
from analytics.metrics.hours import Available, Planned
from helpninja.common.windows import Window

MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
WEEK = Window(MONDAY, MONDAY + timedelta(days=7), "UTC")
LATER = MONDAY + timedelta(days=30)
HOUR = timedelta(hours=1)


def planned(*hours, now=LATER):
    weekly = tuple(WeeklyHours(weekday, time(start), time(end)) for weekday, start, end in hours)
    return Planned(now, {1: Schedule("UTC", weekly)} if weekly else {})


def present(*changes, now=LATER):
    return Available(now, {1: list(changes)} if changes else {})


def test_hours_with_as_many_planned_are_one_stretch():
    found = coverage(WEEK, present(), planned(*((day, 9, 12) for day in range(5))), {(False, 10): 10})

    assert found == (
        Stretch(False, 0, 9, 0.0, 0.0, 0.0),
        Stretch(False, 9, 12, 1.0, 0.0, pytest.approx(2 / 3)),
        Stretch(False, 12, 24, 0.0, 0.0, 0.0),
        Stretch(True, 0, 24, 0.0, 0.0, 0.0),
    )
    assert found[1].short == 1.0


def test_who_is_available_or_in_conversation_is_present():
    ledger = (
        (MONDAY + 9 * HOUR, Status.AVAILABLE),
        (MONDAY + 10 * HOUR, Status.IN_CONVERSATION),
        (MONDAY + 11 * HOUR, Status.ON_BREAK),
    )

    (nine_to_twelve,) = (
        one for one in coverage(WEEK, present(*ledger), planned((0, 9, 12)), {}) if one.first == 9
    )

    assert (nine_to_twelve.planned, nine_to_twelve.present) == pytest.approx((0.2, 2 / 15))


def test_hours_are_those_of_the_window_s_zone():
    eastern = Window.of_days(MONDAY.date(), MONDAY.date(), "America/New_York")

    found = coverage(eastern, present(), planned((0, 13, 14)), {})

    assert [(one.first, one.end) for one in found if one.planned] == [(9, 10)]


def test_a_day_that_is_not_over_counts_as_far_as_it_went():
    now = MONDAY + 9 * HOUR + HOUR / 2
    found = coverage(WEEK, present(now=now), planned((0, 9, 12), now=now), {})

    assert [(one.first, one.end, one.planned) for one in found] == [(0, 9, 0.0), (9, 10, 1.0)]


def test_nothing_is_covered_ahead():
    assert coverage(WEEK, present(now=MONDAY), planned((0, 9, 12), now=MONDAY), {}) == ()


@pytest.mark.parametrize(
    ("start", "end", "now", "covers"),
    [
        (0, 60, 90, (32, 60)),
        (0, 60, 40, (12, 40)),
        (0, 10, 90, (0, 10)),
        (10, 20, 5, (10, 20)),
    ],
)
def test_the_last_four_weeks_until_now_are_looked_at(start, end, now, covers):
    def day(n):
        return MONDAY + timedelta(days=n)

    assert covered(Window(day(start), day(end), "UTC"), day(now)) == Window(*map(day, covers), "UTC")
