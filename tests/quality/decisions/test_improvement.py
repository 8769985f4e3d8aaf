"""When the tasks of a cycle are due, against a walk over the days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.decisions.improvement import Period, due_dates, due_on, first_due, is_weekday, next_due
from quality.enums import Repeats

MARCH = date(2026, 3, 1)  # a Sunday
months = st.dates(date(2000, 1, 1), date(2090, 1, 1)).map(lambda day: day.replace(day=1))


def never(day):
    return False


@pytest.mark.parametrize(
    ("working_day", "due"),
    [
        (1, date(2026, 3, 2)),
        (5, date(2026, 3, 6)),
        (6, date(2026, 3, 9)),
        (22, date(2026, 3, 31)),
        (66, date(2026, 3, 31)),
    ],
)
def test_working_days_are_counted_from_the_first(working_day, due):
    assert due_on(Period.month_of(MARCH), working_day, is_weekday) == due


def test_a_day_on_which_the_team_is_off_does_not_count():
    assert due_on(Period.month_of(MARCH), 1, lambda day: is_weekday(day) and day != date(2026, 3, 2)) == date(
        2026, 3, 3
    )


def test_where_nobody_ever_works_weekdays_count():
    assert due_on(Period.month_of(MARCH), 1, never) == date(2026, 3, 2)


def test_a_weekly_task_is_due_once_a_week_in_the_month_of_its_date():
    fridays = [date(2026, 3, 6), date(2026, 3, 13), date(2026, 3, 20), date(2026, 3, 27)]

    assert due_dates(MARCH, Repeats.WEEKLY, 5, is_weekday) == fridays


def test_a_quarterly_task_belongs_to_the_month_in_which_it_is_due():
    assert due_dates(date(2026, 2, 1), Repeats.QUARTERLY, 66, is_weekday) == []
    assert due_dates(MARCH, Repeats.QUARTERLY, 66, is_weekday) == [date(2026, 3, 31)]
    assert due_dates(date(2026, 12, 1), Repeats.QUARTERLY, 66, is_weekday) == [date(2026, 12, 31)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(months, st.integers(1, 5))
def test_over_a_year_no_week_is_left_out_and_none_comes_twice(month, working_day):
    walked, following = [], month
    for _ in range(12):
        walked += due_dates(following, Repeats.WEEKLY, working_day, is_weekday)
        following = (following + timedelta(days=31)).replace(day=1)

    gaps = {later - earlier for earlier, later in pairwise(walked)}
    assert gaps == {timedelta(days=7)}
    assert {day.weekday() for day in walked} == {working_day - 1}


def test_a_cycle_that_begins_late_starts_what_recurs_with_its_next_date():
    fridays = due_dates(MARCH, Repeats.WEEKLY, 5, is_weekday)

    assert first_due(fridays, Repeats.WEEKLY, date(2026, 3, 10)) == date(2026, 3, 13)
    assert first_due(fridays, Repeats.WEEKLY, date(2026, 3, 30)) is None
    assert first_due([date(2026, 3, 2)], Repeats.NOT, date(2026, 3, 10)) == date(2026, 3, 2)


def test_the_next_date_is_after_the_last_and_not_past():
    fridays = due_dates(MARCH, Repeats.WEEKLY, 5, is_weekday)

    assert next_due(fridays, date(2026, 3, 6), date(2026, 3, 4)) == date(2026, 3, 13)
    assert next_due(fridays, date(2026, 3, 6), date(2026, 3, 18)) == date(2026, 3, 20)
    assert next_due(fridays, date(2026, 3, 27), date(2026, 3, 28)) is None
