from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.decisions.periods import due_after, first_day, period_due, period_of
from analytics.enums import ReportKind
from helpninja.common.windows import Window, window_text

NEW_YORK = "America/New_York"
START = datetime(2024, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 11, 16, 30, 20, tzinfo=UTC)  # Wednesday, 12:30 in New York
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "UTC")


@pytest.mark.parametrize(
    ("kind", "day", "window", "before"),
    [
        (ReportKind.DAILY, date(2026, 3, 9), "Mar 9, 2026", "Mar 8, 2026"),
        (ReportKind.WEEKLY, date(2026, 3, 5), "Mar 2, 2026 to Mar 8, 2026", "Feb 23, 2026 to Mar 1, 2026"),
        (ReportKind.EXECUTIVE, date(2025, 8, 1), "Jul 1, 2025 to Sep 30, 2025", "Apr 1, 2025 to Jun 30, 2025"),
        (ReportKind.EXECUTIVE, date(2025, 2, 1), "Jan 1, 2025 to Mar 31, 2025", "Oct 1, 2024 to Dec 31, 2024"),
    ],
)
def test_a_whole_period_and_the_one_before_it(kind, day, window, before):
    found = period_of(kind, day, NEW_YORK, NOW)

    assert (window_text(found.window), window_text(found.before), found.is_running) == (window, before, False)


@pytest.mark.parametrize(
    ("kind", "window", "before"),
    [
        (
            ReportKind.DAILY,
            "Mar 11, 2026, 00:00 to Mar 11, 2026, 12:31",
            "Mar 10, 2026, 00:00 to Mar 10, 2026, 12:31",
        ),
        (
            ReportKind.WEEKLY,
            "Mar 9, 2026, 00:00 to Mar 11, 2026, 12:31",
            "Mar 2, 2026, 00:00 to Mar 4, 2026, 12:31",
        ),
        (
            ReportKind.EXECUTIVE,
            "Jan 1, 2026, 00:00 to Mar 11, 2026, 12:31",
            "Oct 1, 2025, 00:00 to Dec 9, 2025, 12:31",
        ),
    ],
)
def test_one_that_runs_is_held_against_as_much_of_the_one_before(kind, window, before):
    found = period_of(kind, date(2026, 3, 11), NEW_YORK, NOW)

    assert (window_text(found.window), window_text(found.before), found.is_running) == (window, before, True)


def test_a_quarter_that_runs_is_held_against_no_more_than_the_whole_one_before():
    late = datetime(2025, 6, 30, 12, tzinfo=UTC)

    found = period_of(ReportKind.EXECUTIVE, late.date(), "UTC", late)

    assert found.before == Window.of_days(date(2025, 1, 1), date(2025, 3, 31), "UTC")


def test_what_has_not_begun_is_refused():
    with pytest.raises(ValueError, match="not begun"):
        period_of(ReportKind.DAILY, date(2026, 3, 12), NEW_YORK, NOW)


@pytest.mark.parametrize(
    ("kind", "running", "first"),
    [
        (ReportKind.DAILY, False, date(2026, 3, 10)),
        (ReportKind.DAILY, True, date(2026, 3, 11)),
        (ReportKind.WEEKLY, False, date(2026, 3, 2)),
        (ReportKind.WEEKLY, True, date(2026, 3, 9)),
        (ReportKind.EXECUTIVE, False, date(2025, 10, 1)),
    ],
)
def test_what_is_due_tells_of_the_last_whole_period_or_of_the_one_that_runs(kind, running, first):
    assert period_due(kind, NOW, NEW_YORK, running=running).first == first


@pytest.mark.parametrize(
    ("kind", "after", "due"),
    [
        (ReportKind.DAILY, "2026-03-10T21:59+00:00", "2026-03-10T22:00+00:00"),
        (ReportKind.DAILY, "2026-03-10T22:00+00:00", "2026-03-11T22:00+00:00"),
        (ReportKind.WEEKLY, "2026-03-10T00:00+00:00", "2026-03-13T22:00+00:00"),
        (ReportKind.EXECUTIVE, "2026-03-10T00:00+00:00", "2026-04-01T22:00+00:00"),
    ],
)
def test_when_it_is_due_next(kind, after, due):
    found = due_after(kind, time(18), NEW_YORK, datetime.fromisoformat(after), weekday=4)

    assert found == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("day", "at", "due"),
    [
        (date(2026, 3, 8), time(2, 30), "2026-03-08T07:30+00:00"),  # skipped: 03:30 by the new time
        (date(2026, 11, 1), time(1, 30), "2026-11-01T05:30+00:00"),  # comes twice: the first
        (date(2026, 11, 1), time(1, 30, fold=1), "2026-11-01T05:30+00:00"),  # whatever is asked for
    ],
)
def test_on_the_days_on_which_the_clocks_change(day, at, due):
    midnight = datetime.combine(day, time(0), ZoneInfo(NEW_YORK))

    assert due_after(ReportKind.DAILY, at, NEW_YORK, midnight) == datetime.fromisoformat(due)


@given(
    zone=st.sampled_from(ZONES),
    kind=st.sampled_from(ReportKind),
    at=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    start=st.integers(0, 3 * 366 * 1440).map(lambda minutes: START + timedelta(minutes=minutes)),
    weekday=st.integers(0, 6),
)
def test_over_clock_changes_each_date_has_its_occurrence_once(zone, kind, at, start, weekday):
    moment, dates, days = (
        start.replace(tzinfo=UTC),
        [],
        {ReportKind.DAILY: 400, ReportKind.WEEKLY: 60}.get(kind, 9),
    )
    for _ in range(days):
        following = due_after(kind, at, zone, moment, weekday)
        assert following > moment
        moment = following
        dates.append(moment.astimezone(ZoneInfo(zone)).date())

    expected = [dates[0] + timedelta(days=n) for n in range((dates[-1] - dates[0]).days + 1)]
    if kind == ReportKind.WEEKLY:
        expected = [day for day in expected if day.weekday() == weekday]
    if kind == ReportKind.EXECUTIVE:
        expected = [day for day in expected if first_day(kind, day) == day]
    assert dates == expected
