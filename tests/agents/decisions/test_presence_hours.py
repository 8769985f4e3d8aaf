"""The ledger added up, against a walk from minute to minute."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.presence_hours import KINDS, presence_hours
from agents.enums import Status

NEW_YORK = "America/New_York"
HOUR = timedelta(hours=1)


def local(text, zone=NEW_YORK):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def hours(day):
    return {kind: getattr(day, kind) / HOUR for kind in ("available", "busy", "away", "offline", "unknown")}


def test_a_day_at_work():
    ledger = [
        (local("2026-11-24 18:00"), Status.OFFLINE),
        (local("2026-11-25 09:00"), Status.AVAILABLE),
        (local("2026-11-25 09:30"), Status.IN_CONVERSATION),
        (local("2026-11-25 12:00"), Status.ON_BREAK),
        (local("2026-11-25 12:45"), Status.AVAILABLE),
        (local("2026-11-25 16:45"), Status.AWAY),
        (local("2026-11-25 17:00"), Status.OFFLINE),
    ]
    day = date(2026, 11, 25)

    (found,) = presence_hours(ledger, zone=NEW_YORK, first=day, last=day, now=local("2026-11-27 09:00"))

    assert hours(found) == {"available": 4.5, "busy": 2.5, "away": 1, "offline": 16, "unknown": 0}
    assert found.present == 7 * HOUR


def test_before_the_ledger_begins_nothing_is_known():
    day = date(2026, 11, 25)
    ledger = [(local("2026-11-25 09:00"), Status.AVAILABLE)]

    (found,) = presence_hours(ledger, zone=NEW_YORK, first=day, last=day, now=local("2026-11-26 00:00"))

    assert hours(found) == {"available": 15, "busy": 0, "away": 0, "offline": 0, "unknown": 9}


def test_today_counts_until_now_and_tomorrow_not_at_all():
    ledger = [(local("2026-11-20 09:00"), Status.AVAILABLE)]
    days = {"first": date(2026, 11, 25), "last": date(2026, 11, 26)}

    today, tomorrow = presence_hours(ledger, zone=NEW_YORK, **days, now=local("2026-11-25 06:00"))

    assert (today.total, today.available) == (6 * HOUR, 6 * HOUR)
    assert tomorrow.total == timedelta()


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        (NEW_YORK, date(2026, 3, 8), 23),
        (NEW_YORK, date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Santiago", date(2026, 9, 6), 23),  # there is no midnight: the day begins at 01:00
        ("Asia/Kolkata", date(2026, 3, 8), 24),
    ],
)
def test_days_are_as_long_as_they_are(zone, day, length):
    ledger = [(datetime(2026, 1, 1, tzinfo=UTC), Status.AVAILABLE)]

    (found,) = presence_hours(ledger, zone=zone, first=day, last=day, now=datetime(2027, 1, 1, tzinfo=UTC))

    assert found.total / HOUR == found.available / HOUR == length


def test_without_a_ledger_all_is_unknown():
    day = date(2026, 11, 25)

    (found,) = presence_hours([], zone=NEW_YORK, first=day, last=day, now=local("2026-11-26 00:00"))

    assert hours(found)["unknown"] == 24


START = datetime(2026, 10, 31, tzinfo=UTC)
minutes = st.integers(0, 4 * 24 * 60)


@given(
    st.lists(st.tuples(minutes, st.sampled_from(Status.values)), max_size=12, unique_by=lambda change: change[0]),
    st.sampled_from((NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata")),
    minutes,
)
def test_equals_a_walk_from_minute_to_minute(changes, zone, now):
    ledger = [(START + timedelta(minutes=at), status) for at, status in sorted(changes)]
    now = START + timedelta(minutes=now)
    first, last = date(2026, 10, 31), date(2026, 11, 3)

    found = presence_hours(ledger, zone=zone, first=first, last=last, now=now)

    walked, moment, reached, local_zone = Counter(), START - timedelta(days=1), -1, ZoneInfo(zone)
    while moment < now:
        while reached + 1 < len(ledger) and ledger[reached + 1][0] <= moment:
            reached += 1
        walked[
            moment.astimezone(local_zone).date(), KINDS[Status(ledger[reached][1])] if reached >= 0 else "unknown"
        ] += 1
        moment += timedelta(minutes=1)
    for day in found:
        assert {kind: span * 60 for kind, span in hours(day).items()} == pytest.approx(
            {kind: walked[day.day, kind] for kind in hours(day)}
        )
