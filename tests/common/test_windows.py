from datetime import UTC, date, datetime, timedelta

import pytest

from helpninja.common.windows import Comparison, Window

NEW_YORK = "America/New_York"


def test_days_are_those_of_the_zone_and_the_last_is_included():
    window = Window.of_days(date(2026, 7, 1), date(2026, 7, 2), NEW_YORK)

    assert window.start == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert window.end == datetime(2026, 7, 3, 4, tzinfo=UTC)
    assert window.days() == [date(2026, 7, 1), date(2026, 7, 2)]


def test_today_is_the_zone_s_day():
    just_before_midnight = datetime(2026, 7, 2, 3, 59, tzinfo=UTC)

    assert Window.today(just_before_midnight, NEW_YORK).days() == [date(2026, 7, 1)]


def test_last_days_end_with_the_present_minute():
    window = Window.last_days(30, datetime(2026, 7, 2, 3, 59, 59, 5, tzinfo=UTC), "UTC")

    assert window.end == datetime(2026, 7, 2, 4, tzinfo=UTC)
    assert window.start == datetime(2026, 6, 2, 4, tzinfo=UTC)


def test_previous_ends_where_this_begins_and_is_as_long():
    window = Window(datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 5, 12, 30, tzinfo=UTC), "UTC")

    assert window.previous() == Window(datetime(2026, 1, 5, 5, 30, tzinfo=UTC), window.start, "UTC")


def test_whole_days_before_a_clock_change_stay_whole_days():
    # Clocks go forward on 2026-03-08: that day has 23 hours.
    window = Window.of_days(date(2026, 3, 8), date(2026, 3, 8), NEW_YORK)

    assert window.end.astimezone(UTC) - window.start.astimezone(UTC) == timedelta(hours=23)
    assert window.previous() == Window.of_days(date(2026, 3, 7), date(2026, 3, 7), NEW_YORK)


def test_months_are_whole_and_of_the_zone():
    window = Window.of_days(date(2025, 12, 20), date(2026, 1, 31), NEW_YORK)

    assert window.months() == Window.of_days(date(2025, 12, 1), date(2026, 1, 31), NEW_YORK)
    assert [start.date() for start in window.month_starts()] == [date(2025, 12, 1), date(2026, 1, 1)]


def test_a_window_needs_length_and_zones():
    now = datetime(2026, 1, 1, tzinfo=UTC)

    with pytest.raises(ValueError, match="later"):
        Window(now, now, "UTC")
    with pytest.raises(ValueError, match="time zone"):
        Window(now.replace(tzinfo=None), now, "UTC")


class TestComparison:
    MARCH = Window.of_days(date(2026, 3, 1), date(2026, 3, 31), NEW_YORK)

    @pytest.mark.parametrize(
        ("comparison", "first", "last"),
        [
            (Comparison.PREVIOUS, date(2026, 1, 29), date(2026, 2, 28)),
            (Comparison.YEAR, date(2025, 3, 1), date(2025, 3, 31)),
            (Comparison.WEEKDAYS, date(2026, 1, 25), date(2026, 2, 24)),
        ],
    )
    def test_keeps_whole_days_over_the_clock_change(self, comparison, first, last):
        assert self.MARCH.before(comparison) == Window.of_days(first, last, NEW_YORK)

    def test_weekdays_are_the_same(self):
        before = self.MARCH.before(Comparison.WEEKDAYS)

        assert [day.weekday() for day in before.days()] == [day.weekday() for day in self.MARCH.days()]

    def test_a_week_is_compared_with_the_one_before(self):
        week = Window.of_days(date(2026, 3, 2), date(2026, 3, 8), "UTC")

        assert week.before(Comparison.WEEKDAYS) == week.previous()

    def test_years_that_would_overlap_are_left_out(self):
        window = Window.of_days(date(2024, 2, 29), date(2025, 8, 31), "UTC")

        assert window.before(Comparison.YEAR) == Window.of_days(date(2022, 2, 28), date(2023, 8, 31), "UTC")


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        (
            Window.to_date("month", datetime(2026, 3, 10, 3, tzinfo=UTC), NEW_YORK),
            date(2026, 3, 1),
            date(2026, 3, 9),
        ),
        (
            Window.to_date("quarter", datetime(2026, 6, 1, 3, tzinfo=UTC), "UTC"),
            date(2026, 4, 1),
            date(2026, 6, 1),
        ),
        (Window.last("month", datetime(2026, 3, 1, 3, tzinfo=UTC), NEW_YORK), date(2026, 1, 1), date(2026, 1, 31)),
        (Window.last("quarter", datetime(2026, 1, 31, tzinfo=UTC), "UTC"), date(2025, 10, 1), date(2025, 12, 31)),
    ],
)
def test_months_and_quarters_are_of_the_calendar(window, first, last):
    assert window == Window.of_days(first, last, window.zone)
