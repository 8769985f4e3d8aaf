from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from agents.decisions.calendars import SpecialDay
from agents.importers.ical import read_ical

NEW_YORK = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 25)


def file(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(*events):
    return {one.uid: one.day for one in read_ical(file(*events), zone=NEW_YORK, today=TODAY)}


@pytest.mark.parametrize(
    ("event", "day"),
    [
        pytest.param(
            "DTSTART;VALUE=DATE:20261224",
            SpecialDay(date(2026, 12, 24), "Away"),
            id="a day without an end",
        ),
        pytest.param(
            "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20270102",
            SpecialDay(date(2026, 12, 24), "Away", last_date=date(2027, 1, 1)),
            id="days, of which the end is not one",
        ),
        pytest.param(
            "DTSTART;TZID=America/New_York:20261224T120000\nDTEND;TZID=America/New_York:20261224T170000",
            SpecialDay(date(2026, 12, 24), "Away", opens=time(12), closes=time(17)),
            id="times of the zone",
        ),
        pytest.param(
            "DTSTART:20261224T170000Z\nDURATION:PT5H",
            SpecialDay(date(2026, 12, 24), "Away", opens=time(12), closes=time(17)),
            id="UTC with a duration",
        ),
        pytest.param(
            "DTSTART:20261224T120000\nDTEND:20261224T170000",
            SpecialDay(date(2026, 12, 24), "Away", opens=time(12), closes=time(17)),
            id="times without a zone",
        ),
        pytest.param(
            "DTSTART:20261224T220000\nDTEND:20261225T060000",
            SpecialDay(date(2026, 12, 24), "Away", opens=time(22), closes=time(6)),
            id="past midnight",
        ),
        pytest.param(
            "DTSTART;VALUE=DATE:20201224\nRRULE:FREQ=YEARLY",
            SpecialDay(date(2020, 12, 24), "Away", yearly=True),
            id="each year",
        ),
        pytest.param(
            "DTSTART;VALUE=DATE:20201224\nRRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24;UNTIL=20281231",
            SpecialDay(date(2020, 12, 24), "Away", yearly=True, until=date(2028, 12, 31)),
            id="each year until",
        ),
        pytest.param(
            "DTSTART;VALUE=DATE:20201224\nRRULE:FREQ=YEARLY;COUNT=9",
            SpecialDay(date(2020, 12, 24), "Away", yearly=True, until=date(2028, 12, 31)),
            id="so many times",
        ),
    ],
)
def test_an_event_is_a_closed_time(event, day):
    assert read(f"UID:1\nSUMMARY:Away\n{event}") == {"1": day}


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3", ["2025-11-27", "2026-11-26", "2027-11-25"]),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;UNTIL=20270601", ["2025-05-26", "2026-05-25", "2027-05-31"]),
        ("FREQ=YEARLY;INTERVAL=2;COUNT=2", ["2025-01-01", "2027-01-01"]),
        ("FREQ=YEARLY;BYDAY=1FR;COUNT=2", ["2025-01-03", "2026-01-02"]),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["2025-12-31", "2026-12-31"]),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=-1;COUNT=3", ["2025-01-31", "2025-07-31", "2026-01-31"]),
    ],
)
def test_days_that_return_on_other_dates_are_told_one_by_one(rule, dates):
    found = read(f"UID:1\nSUMMARY:Away\nDTSTART;VALUE=DATE:20250101\nRRULE:{rule}")

    assert [str(day.first_date) for day in found.values()] == dates
    assert list(found) == [f"1/{day}" for day in dates]


def test_a_time_in_another_zone_that_returns_is_told_date_by_date():
    """London and New York change their clocks on different days."""
    start = "DTSTART;TZID=Europe/London:20260320T120000\nDTEND;TZID=Europe/London:20260320T130000"

    found = read(f"UID:1\nSUMMARY:Away\n{start}\nRRULE:FREQ=YEARLY;COUNT=3")

    assert [(day.first_date.year, day.opens) for day in found.values()] == [
        (2026, time(8)),
        (2027, time(8)),
        (2028, time(8)),
    ]


def test_left_out_and_moved_dates():
    found = read(
        "UID:1\nSUMMARY:Outing\nDTSTART;VALUE=DATE:20260601\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE;VALUE=DATE:20260601",
        "UID:1\nSUMMARY:Outing\nRECURRENCE-ID;VALUE=DATE:20270601\nDTSTART;VALUE=DATE:20270608",
    )

    assert sorted(str(day.first_date) for day in found.values()) == ["2027-06-08", "2028-06-01"]


def test_times_over_several_days():
    found = read("UID:1\nSUMMARY:Move\nDTSTART:20261218T180000\nDTEND:20261221T080000")

    assert list(found.values()) == [
        SpecialDay(date(2026, 12, 18), "Move", opens=time(18), closes=time(0)),
        SpecialDay(date(2026, 12, 19), "Move", last_date=date(2026, 12, 20)),
        SpecialDay(date(2026, 12, 21), "Move", opens=time(0), closes=time(8)),
    ]


def test_cancelled_and_long_past_events_are_left_out():
    found = read(
        "UID:1\nSUMMARY:Old\nDTSTART;VALUE=DATE:20151224",
        "UID:2\nSUMMARY:Off\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20261224",
        "UID:3\nDTSTART;VALUE=DATE:20261224",
    )

    assert found == {"3": SpecialDay(date(2026, 12, 24), "Closed")}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "This isn't an iCalendar file"),
        (b"name;date\nChristmas;2026-12-25", "This isn't an iCalendar file"),
        (b"\xff\xfe\x00\x01", "This isn't an iCalendar file"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * (1024 * 1024), "It is larger than 1 MiB."),
        (file(), "There is no event in it that is still to come."),
        (file("UID:1\nSUMMARY:A"), "Event 1, “A”: has no start."),
        (file("UID:1\nSUMMARY:A\nDTSTART;VALUE=DATE:2026XX01"), "Event 1, “A”: DTSTART can't be read"),
        (
            file("UID:1\nSUMMARY:A\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261220"),
            "Event 1, “A”: ends before it begins",
        ),
        (
            file("UID:1\nSUMMARY:Stand-up\nDTSTART:20261224T090000\nDTEND:20261224T093000\nRRULE:FREQ=DAILY"),
            "Event 1, “Stand-up”: repeats daily: only what repeats yearly is taken in.",
        ),
        (
            file("UID:1\nSUMMARY:A\nDTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY;BYWEEKNO=20"),
            "Event 1, “A”: repeats by BYWEEKNO, which isn't taken in.",
        ),
        (
            file("UID:1\nSUMMARY:A\nDTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY;INTERVAL=0"),
            "Event 1, “A”: repeats less than once.",
        ),
        (file(*(f"UID:{n}\nDTSTART;VALUE=DATE:20261224" for n in range(1001))), "It has more than 1,000 events."),
    ],
)
def test_bad_files_are_refused_with_the_reason(content, message):
    with pytest.raises(ValidationError) as refused:
        read_ical(content, zone=NEW_YORK, today=TODAY)

    assert message in refused.value.messages[0]
