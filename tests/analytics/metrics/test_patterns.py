from datetime import UTC, date, datetime

from analytics.metrics.patterns import Peak, buckets, peak, step
from helpninja.common.windows import Window

NEW_YORK = "America/New_York"


def test_peak_is_the_two_hours_on_end_with_the_most():
    found = peak({9: 4, 14: 3, 15: 2, 20: 1})

    assert found == Peak(14, 5, 10)
    assert found.share == 0.5


def test_peak_may_lie_over_midnight():
    assert peak({23: 2, 0: 2, 12: 3}) == Peak(23, 4, 7)
    assert peak({23: 2, 0: 2, 12: 3}).until == 1


def test_of_equal_peaks_the_earliest_counts():
    assert peak({3: 1, 20: 1}).hour == 2
    assert peak({}) is None


def test_volume_is_split_by_hour_day_week_and_month():
    def window(last: date) -> Window:
        return Window.of_days(date(2026, 1, 1), last, "UTC")

    assert [step(window(last)) for last in (date(2026, 1, 1), date(2026, 4, 3))] == ["hour", "day"]
    assert [step(window(last)) for last in (date(2026, 4, 4), date(2027, 12, 31))] == ["week", "month"]
    assert buckets(window(date(2026, 4, 4)))[:2] == [date(2025, 12, 29), date(2026, 1, 5)]
    assert buckets(window(date(2027, 12, 31)))[-1] == date(2027, 12, 1)


def test_the_day_of_a_clock_change_has_its_23_or_25_hours():
    forward, back = date(2026, 3, 8), date(2026, 11, 1)

    assert len(buckets(Window.of_days(forward, forward, NEW_YORK))) == 23
    assert len(buckets(Window.of_days(back, back, NEW_YORK))) == 25


def test_days_of_a_rolling_window_are_all_there_in_its_zone():
    start, end = datetime(2026, 7, 1, 3, tzinfo=UTC), datetime(2026, 7, 3, 3, tzinfo=UTC)

    assert buckets(Window(start, end, NEW_YORK)) == [date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 2)]
