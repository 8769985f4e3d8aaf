"""Open hours: the named cases, one row each. Times are local unless they end in Z."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from agents.decisions.calendars import ALWAYS_OPEN, Definition, NeverOpen, OpenHours, Opening, SpecialDay
from agents.enums import DayKind

NEW_YORK = "America/New_York"
WORKDAYS, EVERY_DAY = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)
HOUR = 3600


def opening(hours, weekdays=WORKDAYS, valid_from=None):
    opens, closes = map(time.fromisoformat, hours.split("-"))
    return Opening(weekdays, opens, closes, valid_from)


def hours(*openings, zone=NEW_YORK, **more):
    return OpenHours(Definition(zone, openings, **more))


def local(text, zone=NEW_YORK):
    """``2026-03-08 02:30``; with a ``*`` the second of the times that the clocks repeat."""
    moment = datetime.fromisoformat(text.rstrip("Z*"))
    if text.endswith("Z"):
        return moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=ZoneInfo(zone), fold=text.endswith("*")).astimezone(UTC)


OFFICE = hours(opening("09:00-17:00"), country="US")
SPLIT = hours(opening("09:00-12:00"), opening("13:00-17:30"))
NIGHT = hours(opening("22:00-06:00", EVERY_DAY))
ROUND_THE_CLOCK = hours(opening("00:00-00:00", EVERY_DAY))
SMALL_HOURS = hours(opening("01:30-03:30", EVERY_DAY))


@pytest.mark.parametrize(
    ("calendar", "start", "seconds", "due"),
    [
        pytest.param(OFFICE, "2026-03-02 10:00", HOUR, "2026-03-02 11:00", id="within a day"),
        pytest.param(OFFICE, "2026-03-02 16:00", HOUR, "2026-03-02 17:00", id="landing on closing time stays"),
        pytest.param(OFFICE, "2026-03-02 17:00", HOUR, "2026-03-03 10:00", id="starting at closing rolls on"),
        pytest.param(OFFICE, "2026-03-02 16:00", HOUR + 1, "2026-03-03 09:00:01", id="a second over rolls on"),
        pytest.param(OFFICE, "2026-03-02 03:00", 1, "2026-03-02 09:00:01", id="before opening"),
        pytest.param(
            OFFICE, "2026-03-06 16:59:59.5", 1, "2026-03-09 09:00:00.5", id="over a weekend, to the tick"
        ),
        pytest.param(OFFICE, "2026-03-01 12:00", 0, "2026-03-01 12:00", id="no time at all"),
        pytest.param(OFFICE, "2026-11-25 16:00", 2 * HOUR, "2026-11-27 10:00", id="over Thanksgiving"),
        pytest.param(OFFICE, "2026-07-02 16:30", HOUR, "2026-07-06 09:30", id="over an observed holiday"),
        pytest.param(SPLIT, "2026-03-02 11:30", HOUR, "2026-03-02 13:30", id="over lunch"),
        pytest.param(NIGHT, "2026-03-02 23:00", 7 * HOUR, "2026-03-03 06:00", id="past midnight"),
        pytest.param(NIGHT, "2026-03-02 12:00", 9 * HOUR, "2026-03-03 23:00", id="two nights"),
        pytest.param(ROUND_THE_CLOCK, "2026-11-01 00:00", 25 * HOUR, "2026-11-02 00:00", id="a day of 25 hours"),
        pytest.param(ROUND_THE_CLOCK, "2026-03-08 00:00", 23 * HOUR, "2026-03-09 00:00", id="a day of 23 hours"),
        pytest.param(ROUND_THE_CLOCK, "2026-11-01 01:30", HOUR, "2026-11-01 01:30*", id="the hour comes twice"),
        pytest.param(ROUND_THE_CLOCK, "2028-02-28 12:00", 24 * HOUR, "2028-02-29 12:00", id="leap day"),
        pytest.param(ALWAYS_OPEN, "2026-03-08 01:59", 120, "2026-03-08 03:01", id="wall clock"),
    ],
)
def test_a_deadline(calendar, start, seconds, due):
    assert calendar.add(local(start), seconds) == local(due)
    assert calendar.seconds_between(local(start), local(due)) == seconds


@pytest.mark.parametrize(
    ("calendar", "start", "end", "seconds"),
    [
        (OFFICE, "2026-03-02 00:00", "2026-03-09 00:00", 40 * HOUR),
        (OFFICE, "2026-12-21 00:00", "2026-12-28 00:00", 32 * HOUR),  # Christmas is a Friday
        (OFFICE, "2026-03-02 12:00", "2026-03-02 11:00", 0),
        (OFFICE, "2026-03-02 12:00", "2026-03-02 12:00", 0),
        (ROUND_THE_CLOCK, "2026-11-01 00:00", "2026-11-02 00:00", 25 * HOUR),
        (ROUND_THE_CLOCK, "2026-01-01 00:00", "2027-01-01 00:00", 365 * 24 * HOUR),
        (ROUND_THE_CLOCK, "2028-01-01 00:00", "2029-01-01 00:00", 366 * 24 * HOUR),
        (NIGHT, "2026-03-07 12:00", "2026-03-08 12:00", 7 * HOUR),
        (NIGHT, "2026-10-31 12:00", "2026-11-01 12:00", 9 * HOUR),
        (SMALL_HOURS, "2026-03-08 00:00", "2026-03-09 00:00", HOUR),
        (SMALL_HOURS, "2026-11-01 00:00", "2026-11-02 00:00", 3 * HOUR),
    ],
)
def test_open_time_between(calendar, start, end, seconds):
    assert calendar.seconds_between(local(start), local(end)) == seconds


@pytest.mark.parametrize(
    ("given", "day", "expected"),
    [
        # The clocks go from 02:00 to 03:00: what lies between moves by the hour.
        ("02:30-05:00", "2026-03-08", ("03:30", "05:00")),
        ("01:00-02:30", "2026-03-08", ("01:00", "03:30")),
        ("02:15-02:45", "2026-03-08", ("03:15", "03:45")),
        ("02:30-03:15", "2026-03-08", None),
        # From 02:00 back to 01:00: a time that comes twice is the first one.
        ("01:30-05:00", "2026-11-01", ("01:30", "05:00")),
        ("00:00-01:30", "2026-11-01", ("00:00", "01:30")),
        ("01:15-01:45", "2026-11-01", ("01:15", "01:45")),
        ("00:00-02:00", "2026-11-01", ("00:00", "02:00")),
    ],
)
def test_openings_and_closings_in_the_hours_that_clocks_skip_or_repeat(given, day, expected):
    calendar = hours(opening(given, EVERY_DAY))

    found = calendar.intervals(local(f"{day} 00:00"), local(f"{day} 12:00"))

    assert found == ([tuple(local(f"{day} {at}") for at in expected)] if expected else [])


def test_clocks_that_move_by_half_an_hour():
    calendar = hours(opening("00:00-00:00", EVERY_DAY), zone="Australia/Lord_Howe")
    zone = "Australia/Lord_Howe"

    longer = calendar.seconds_between(local("2026-04-05 00:00", zone), local("2026-04-06 00:00", zone))
    shorter = calendar.seconds_between(local("2026-10-04 00:00", zone), local("2026-10-05 00:00", zone))

    assert (longer, shorter) == (24 * HOUR + HOUR // 2, 24 * HOUR - HOUR // 2)


def test_is_open_from_the_opening_up_to_the_closing():
    asked = ("2026-03-02 08:59:59", "2026-03-02 09:00", "2026-03-02 16:59:59", "2026-03-02 17:00")

    assert [OFFICE.is_open(local(at)) for at in asked] == [False, True, True, False]


def test_a_holiday_is_closed_from_midnight_to_midnight():
    calendar = hours(opening("22:00-06:00", EVERY_DAY), days=(SpecialDay(date(2026, 5, 1), "Labour Day"),))

    found = calendar.intervals(local("2026-04-30 12:00"), local("2026-05-02 12:00"))

    assert found == [
        (local("2026-04-30 22:00"), local("2026-05-01 00:00")),
        (local("2026-05-02 00:00"), local("2026-05-02 06:00")),
    ]


SPECIAL = {
    "part": SpecialDay(date(2026, 12, 24), "Christmas Eve", opens=time(12), closes=time(0)),
    "changed": SpecialDay(date(2026, 12, 24), "Long Thursday", DayKind.HOURS, time(8), time(20)),
    "again": SpecialDay(date(2026, 12, 24), "Long Thursday", DayKind.HOURS, time(22), time(2)),
    "yearly": SpecialDay(date(2020, 12, 24), "Company day", yearly=True),
    "ended": SpecialDay(date(2020, 12, 24), "Company day", yearly=True, until=date(2025, 12, 31)),
    "later": SpecialDay(date(2027, 12, 24), "Company day", yearly=True),
    "weeks": SpecialDay(date(2020, 12, 22), "Shutdown", yearly=True, last_date=date(2021, 1, 3)),
    "worked": SpecialDay(date(2026, 12, 25), "Emergency", DayKind.HOURS, time(10), time(14)),
}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), ["09:00", "17:00"]),
        (("part",), ["09:00", "12:00"]),
        (("changed",), ["08:00", "20:00"]),
        (("changed", "part"), ["08:00", "12:00"]),
        (("changed", "again"), ["08:00", "20:00", "22:00", "02:00"]),
        (("yearly",), []),
        (("yearly", "changed"), ["08:00", "20:00"]),  # of one date prevails
        (("ended",), ["09:00", "17:00"]),
        (("later",), ["09:00", "17:00"]),
        (("weeks",), []),
        (("worked",), ["09:00", "17:00", "10:00", "14:00"]),  # on Christmas Day itself
    ],
)
def test_special_days(days, expected):
    calendar = hours(opening("09:00-17:00"), country="US", days=tuple(SPECIAL[name] for name in days))

    found = calendar.intervals(local("2026-12-24 00:00"), local("2026-12-26 00:00"))

    assert [f"{at.astimezone(calendar.zone):%H:%M}" for both in found for at in both] == expected


def test_a_yearly_day_in_a_row_of_several_goes_on_in_the_next_year():
    calendar = hours(opening("09:00-17:00"), days=(SPECIAL["weeks"],))

    assert calendar.add(local("2026-12-21 17:00"), 1) == local("2027-01-04 09:00:01")


def test_a_yearly_leap_day_returns_in_leap_years():
    calendar = hours(opening("09:00-17:00", EVERY_DAY), days=(SpecialDay(date(2024, 2, 29), "Leap", yearly=True),))

    assert calendar.add(local("2028-02-28 17:00"), 1) == local("2028-03-01 09:00:01")
    assert calendar.add(local("2027-02-28 17:00"), 1) == local("2027-03-01 09:00:01")


def test_holidays_on_which_people_work():
    calendar = hours(opening("09:00-17:00"), country="US", worked=("Columbus Day",))

    assert calendar.is_open(local("2026-10-12 12:00"))
    assert not OFFICE.is_open(local("2026-10-12 12:00"))


def test_holidays_of_a_region():
    germany = hours(opening("09:00-17:00"), zone="Europe/Berlin", country="DE")
    bavaria = hours(opening("09:00-17:00"), zone="Europe/Berlin", country="DE", region="BY")
    epiphany = local("2026-01-06 12:00", "Europe/Berlin")

    assert (germany.is_open(epiphany), bavaria.is_open(epiphany)) == (True, False)


def test_a_new_week_holds_from_its_date():
    calendar = hours(opening("09:00-17:00"), opening("08:00-12:00", EVERY_DAY, date(2026, 7, 1)))

    found = calendar.intervals(local("2026-06-30 00:00"), local("2026-07-02 00:00"))

    assert found == [
        (local("2026-06-30 09:00"), local("2026-06-30 17:00")),
        (local("2026-07-01 08:00"), local("2026-07-01 12:00")),
    ]


def test_a_calendar_without_open_time_ends_with_an_error():
    never = hours(opening("09:00-17:00", ()))

    with pytest.raises(NeverOpen, match="100 years"):
        never.add(local("2026-03-02 12:00"), 1)
    assert not never.opens_within(local("2026-03-02 12:00"), 8)


def test_a_negative_target_is_refused():
    with pytest.raises(ValueError, match="0 seconds or more"):
        OFFICE.add(local("2026-03-02 12:00"), -1)


def test_the_clock_of_intervals_goes_on_through_new_year():
    assert ALWAYS_OPEN.intervals(local("2026-12-31 12:00Z"), local("2027-01-01 12:00Z")) == [
        (local("2026-12-31 12:00Z"), local("2027-01-01 12:00Z"))
    ]


def test_holidays_between_two_moments():
    found = OFFICE.holidays(local("2026-11-20 12:00"), local("2027-01-01 12:00"))

    assert found == [
        (date(2026, 11, 26), "Thanksgiving Day"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2027, 1, 1), "New Year's Day"),
    ]


def test_a_definition_survives_json():
    definition = Definition(
        NEW_YORK, (opening("09:00-17:00", valid_from=date(2026, 7, 1)),), "US", "NY", ("Columbus Day",),
        tuple(SPECIAL.values()),
    )  # fmt: skip

    assert Definition.from_json(definition.to_json()) == definition
