from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from agents.decisions.calendars import ALWAYS_OPEN, Definition, OpenHours, Opening, working
from agents.decisions.calendars.working import clock_changes

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = OpenHours(
    Definition(NEW_YORK.key, (Opening((0, 1, 2, 3, 4), time(9), time(17)),), "US"), name="Office hours", version=3
)


def moment(*parts, zone=NEW_YORK):
    return datetime(*parts, tzinfo=zone)


def test_the_working_of_a_deadline_names_what_was_counted_and_passed_over():
    start = moment(2026, 11, 25, 16)

    found = working(OFFICE, start, OFFICE.add(start, 7_230))

    assert found.text == (
        "2 h 30 s of Office hours (version 3), America/New_York: Wed 25 Nov 16:00–17:00, Fri 27 Nov 09:00–10:00. "
        "Special days: Thanksgiving Day (26 Nov 2026)."
    )
    assert found.to_json() == {
        "text": found.text,
        "calendar": "Office hours",
        "version": 3,
        "zone": "America/New_York",
        "seconds": 7_230,
        "intervals": [
            ["2026-11-25T21:00:00+00:00", "2026-11-25T22:00:00+00:00"],
            ["2026-11-27T14:00:00+00:00", "2026-11-27T15:00:30+00:00"],
        ],
        "more": 0,
        "holidays": [{"date": "2026-11-26", "name": "Thanksgiving Day"}],
        "clock_changes": [],
    }


def test_the_working_names_clock_changes():
    found = working(OFFICE, moment(2026, 10, 30, 16), moment(2026, 11, 2, 10))

    assert found.text.endswith("On 1 Nov 2026 the clocks went back by 1 h.")
    assert found.to_json()["clock_changes"] == [{"at": "2026-11-01T06:00:00+00:00", "seconds": -3_600}]


def test_of_a_long_working_the_first_intervals_are_kept():
    found = working(OFFICE, moment(2026, 1, 1), moment(2027, 1, 1))

    assert (len(found.intervals), found.more) == (20, 230)
    assert found.text.count("–") == 20


def test_the_working_on_the_wall_clock():
    start = moment(2026, 11, 25, 16)

    assert working(ALWAYS_OPEN, start, ALWAYS_OPEN.add(start, 300)).text == "5 min on the wall clock."


@pytest.mark.parametrize(
    ("zone", "year", "changes"),
    [
        ("America/New_York", 2026, [("2026-03-08T07:00", 3_600), ("2026-11-01T06:00", -3_600)]),
        ("Australia/Lord_Howe", 2026, [("2026-04-04T15:00", -1_800), ("2026-10-03T15:30", 1_800)]),
        ("Africa/Cairo", 2026, [("2026-04-23T22:00", 3_600), ("2026-10-29T21:00", -3_600)]),  # at midnight
        ("Asia/Kolkata", 2026, []),
    ],
)
def test_clock_changes_of_a_year(zone, year, changes):
    zone = ZoneInfo(zone)

    found = clock_changes(zone, moment(year, 1, 1, zone=zone), moment(year + 1, 1, 1, zone=zone))

    assert [(change.at, change.seconds) for change in found] == [
        (datetime.fromisoformat(at).replace(tzinfo=UTC), seconds) for at, seconds in changes
    ]


def test_a_clock_change_counts_from_after_the_start():
    change = datetime(2026, 11, 1, 6, tzinfo=UTC)

    assert clock_changes(NEW_YORK, change, moment(2026, 12, 1)) == []
    assert [one.at for one in clock_changes(NEW_YORK, moment(2026, 10, 1), change)] == [change]


def test_dates_of_the_holidays_are_local():
    late = datetime(2026, 11, 26, 3, tzinfo=UTC)  # in New York it is still the 25th

    assert OFFICE.holidays(late, datetime(2026, 11, 26, 6, tzinfo=UTC)) == [
        (date(2026, 11, 26), "Thanksgiving Day")
    ]
    assert OFFICE.holidays(late, datetime(2026, 11, 26, 4, tzinfo=UTC)) == []
