"""What the plan says of a moment, against a naive walk and in the cases that clocks make hard."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.availability import (
    ChangedHours,
    Pause,
    Schedule,
    Span,
    WeeklyHours,
    availability,
    working_intervals,
)
from agents.enums import HoursChange, LeaveKind

NEW_YORK = "America/New_York"
WORKDAYS = range(5)
LUNCH = Pause(time(12), 30)
OFFICE = tuple(WeeklyHours(day, time(9), time(17), (LUNCH,)) for day in WORKDAYS)
PLAN = Schedule(NEW_YORK, OFFICE)
# A Wednesday in winter: New York is UTC-5.
WEDNESDAY = date(2026, 11, 25)


def at(clock: str, day: date = WEDNESDAY, zone: str = NEW_YORK) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)


def test_without_any_shift_people_are_available_whenever_present():
    found = availability(Schedule(NEW_YORK), at("03:00"))

    assert (found.on_shift, found.is_available, found.has_schedule) == (True, True, False)
    assert found.reason == "no schedule: available whenever present"
    assert found.shift_ends_at is None


@pytest.mark.parametrize(
    ("clock", "on_shift", "available", "reason"),
    [
        ("08:59", False, False, "off shift until 09:00"),
        ("09:00", True, True, "on shift until 17:00"),
        ("11:59", True, True, "on shift until 17:00"),
        ("12:00", True, False, "on break until 12:30"),
        ("12:30", True, True, "on shift until 17:00"),
        ("16:59", True, True, "on shift until 17:00"),
        ("17:00", False, False, "off shift until Thu 09:00"),
    ],
)
def test_a_day_at_the_office(clock, on_shift, available, reason):
    found = availability(PLAN, at(clock))

    assert (found.on_shift, found.is_available, found.reason) == (on_shift, available, reason)


def test_it_says_when_the_next_break_and_the_end_come():
    found = availability(PLAN, at("10:00"))

    assert (found.next_break_at, found.shift_ends_at) == (at("12:00"), at("17:00"))
    assert found.because == {
        "text": "on shift until 17:00",
        "has_schedule": True,
        "on_shift": True,
        "on_leave": False,
        "on_call": False,
        "shift_ends_at": "2026-11-25T22:00:00+00:00",
        "next_break_at": "2026-11-25T17:00:00+00:00",
    }


def test_past_midnight_the_shift_of_yesterday_goes_on():
    night = Schedule(NEW_YORK, (WeeklyHours(2, time(22), time(6), (Pause(time(1), 45),)),))

    assert availability(night, at("02:00", date(2026, 11, 26))).shift_ends_at == at("06:00", date(2026, 11, 26))
    assert availability(night, at("01:44", date(2026, 11, 26))).reason == "on break until 01:45"
    assert not availability(night, at("02:00")).on_shift


def test_shifts_that_touch_are_one():
    plan = Schedule("UTC", tuple(WeeklyHours(day, time(0), time(0)) for day in range(3)))

    monday = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert availability(plan, monday).shift_ends_at == datetime(2026, 11, 26, tzinfo=UTC)


def test_whoever_never_stops_has_no_end():
    plan = Schedule("UTC", tuple(WeeklyHours(day, time(0), time(0)) for day in range(7)))

    found = availability(plan, datetime(2026, 11, 23, 12, tzinfo=UTC))

    assert (found.on_shift, found.shift_ends_at, found.reason) == (True, None, "on shift")


def test_a_pattern_counts_within_its_validity_only():
    plan = Schedule(NEW_YORK, (WeeklyHours(2, time(9), time(17), (), date(2026, 11, 25), date(2026, 11, 25)),))

    assert availability(plan, at("10:00")).on_shift
    assert not availability(plan, at("10:00", date(2026, 11, 18))).on_shift
    assert not availability(plan, at("10:00", date(2026, 12, 2))).on_shift


@pytest.mark.parametrize(
    ("change", "clock", "on_shift"),
    [
        (ChangedHours(WEDNESDAY, HoursChange.REMOVED), "10:00", False),
        (ChangedHours(WEDNESDAY, HoursChange.REMOVED, time(9), time(11)), "10:00", False),
        (ChangedHours(WEDNESDAY, HoursChange.REMOVED, time(9), time(11)), "11:00", True),
        (ChangedHours(WEDNESDAY, HoursChange.ADDED, time(17), time(20)), "19:00", True),
        (ChangedHours(WEDNESDAY, HoursChange.ADDED, time(22), time(2)), "23:00", True),
        (ChangedHours(date(2026, 11, 24), HoursChange.ADDED, time(22), time(2)), "01:00", True),
    ],
)
def test_hours_of_one_day_differ(change, clock, on_shift):
    assert availability(Schedule(NEW_YORK, OFFICE, (change,)), at(clock)).on_shift is on_shift


def test_overtime_after_the_shift_moves_its_end():
    extra = ChangedHours(WEDNESDAY, HoursChange.ADDED, time(17), time(20))

    assert availability(Schedule(NEW_YORK, OFFICE, (extra,)), at("10:00")).shift_ends_at == at("20:00")


def test_a_day_off_leaves_the_night_shift_before_it_as_it_is():
    nights = tuple(WeeklyHours(day, time(22), time(6)) for day in range(7))
    plan = Schedule(NEW_YORK, nights, (ChangedHours(WEDNESDAY, HoursChange.REMOVED),))

    assert availability(plan, at("05:00")).on_shift
    assert not availability(plan, at("23:00")).on_shift


def test_a_day_off_without_a_schedule_is_off_all_day():
    plan = Schedule(NEW_YORK, changes=(ChangedHours(WEDNESDAY, HoursChange.REMOVED),))

    assert not availability(plan, at("00:00")).on_shift
    assert availability(plan, at("00:00", date(2026, 11, 26))).on_shift


def test_leave_comes_before_everything_else():
    leave = Span(WEDNESDAY, date(2026, 11, 27), label=LeaveKind.VACATION)
    plan = Schedule(NEW_YORK, OFFICE, time_off=(leave,), on_call=(Span(WEDNESDAY, WEDNESDAY),))

    found = availability(plan, at("10:00"))

    assert (found.on_leave, found.on_shift, found.on_call, found.is_available) == (True, True, True, False)
    assert found.reason == "on leave (vacation) until Sat 00:00"
    assert availability(plan, at("09:00", date(2026, 11, 30))).is_available


def test_part_of_a_day_off():
    plan = Schedule(NEW_YORK, OFFICE, time_off=(Span(WEDNESDAY, WEDNESDAY, time(14), time(15)),))

    assert availability(plan, at("13:59")).is_available
    assert availability(plan, at("14:00")).reason == "on leave until 15:00"
    assert availability(plan, at("15:00")).is_available


def test_on_call_makes_available_off_shift():
    plan = Schedule(NEW_YORK, OFFICE, on_call=(Span(WEDNESDAY, date(2026, 11, 26), time(17), time(9)),))

    found = availability(plan, at("20:00"))

    assert (found.on_shift, found.on_call, found.is_available) == (False, True, True)
    assert found.reason == "on call until Thu 09:00"


class TestClockChanges:
    """New York: 8 March 2026 02:00 becomes 03:00; 1 November 2026 02:00 becomes 01:00."""

    SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)

    def hours(self, day, start, end):
        plan = Schedule(NEW_YORK, tuple(WeeklyHours(n, start, end) for n in range(7)))
        return [(b - a) / timedelta(hours=1) for a, b in working_intervals(plan, day, day)]

    @pytest.mark.parametrize(
        ("day", "start", "end", "hours"),
        [
            (date(2026, 3, 7), time(22), time(6), 7),
            (date(2026, 10, 31), time(22), time(6), 9),
            (SPRING, time(0), time(0), 23),
            (AUTUMN, time(0), time(0), 25),
            (SPRING, time(2, 30), time(6), 2.5),  # begins at 03:30
            (AUTUMN, time(1, 30), time(6), 5.5),  # the first 01:30
        ],
    )
    def test_lengths_are_elapsed_time(self, day, start, end, hours):
        assert self.hours(day, start, end) == [hours]

    def test_a_shift_within_the_missing_hour_moves_by_it(self):
        plan = Schedule(NEW_YORK, (WeeklyHours(6, time(2), time(2, 45)),))

        assert list(working_intervals(plan, self.SPRING, self.SPRING)) == [
            (at("03:00", self.SPRING), at("03:45", self.SPRING))
        ]

    def test_a_break_keeps_its_length(self):
        night = WeeklyHours(6, time(0), time(8), (Pause(time(1, 30), 60),))
        start = at("01:30", self.SPRING)

        assert availability(Schedule(NEW_YORK, (night,)), start).on_break_until == start + timedelta(hours=1)


ZONES = ("UTC", NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns")
clocks = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))


@st.composite
def plans(draw):
    weekly = draw(st.lists(st.builds(WeeklyHours, st.integers(0, 6), clocks, clocks), min_size=1, max_size=6))
    days = st.dates(date(2026, 10, 28), date(2026, 11, 4))
    changes = draw(st.lists(st.builds(ChangedHours, days, st.sampled_from(HoursChange.values), clocks, clocks)))
    return Schedule(draw(st.sampled_from(ZONES)), tuple(weekly), tuple(changes[:3]))


def naively_on_shift(plan, now):
    """Each row asked by itself, the whole of the nearest days."""
    zone = ZoneInfo(plan.time_zone)

    def holds(day, start, end):
        first = datetime.combine(day, start, zone)
        last = datetime.combine(day if end > start else day + timedelta(days=1), end, zone)
        return first.astimezone(UTC) <= now < last.astimezone(UTC)

    days = [now.astimezone(zone).date() - timedelta(days=n) for n in range(-1, 3)]
    added = any(
        holds(day, hours.start, hours.end)
        for day in days
        for hours in plan.weekly
        if hours.weekday == day.weekday()
    )
    changed = [c.change for c in plan.changes if holds(c.day, c.start, c.end)]
    return (added or HoursChange.ADDED in changed) and HoursChange.REMOVED not in changed


@given(plans(), st.integers(0, 6 * 24 * 60))
def test_equals_asking_each_row_by_itself(plan, minutes):
    now = datetime(2026, 10, 29, tzinfo=UTC) + timedelta(minutes=minutes)
    found = availability(plan, now)

    assert found.on_shift == naively_on_shift(plan, now)
    if found.shift_ends_at:
        assert naively_on_shift(plan, found.shift_ends_at - timedelta(minutes=1))
        assert not naively_on_shift(plan, found.shift_ends_at)
    if found.next_shift_at:
        assert naively_on_shift(plan, found.next_shift_at)
        assert not naively_on_shift(plan, found.next_shift_at - timedelta(minutes=1))
