from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from agents.actions.calendars import open_hours, publish
from agents.decisions.calendars import ALWAYS_OPEN
from agents.models import Calendar, CalendarDay, CalendarVersion, Opening
from agents.signals import calendar_published
from helpninja.common.actors import Actor
from helpninja.common.models import AuditEntry

pytestmark = pytest.mark.django_db
ADA = Actor("person", "Ada")
MONDAY = datetime(2026, 3, 2, 17, tzinfo=UTC)  # noon in New York


def office():
    return Calendar.objects.get(name="Office hours")


@pytest.mark.parametrize(("name", "due"), [("Always open", (3, 3)), ("Office hours", (2, 18))])
def test_installed_calendars(name, due):
    calendar = Calendar.objects.get(name=name)

    assert open_hours(calendar.pk).add(MONDAY, 36_000 if name == "Always open" else 3_600) == datetime(
        2026, 3, *due, tzinfo=UTC
    )


def test_without_a_calendar_it_is_the_wall_clock():
    assert open_hours(None) is ALWAYS_OPEN


def test_publishing_makes_the_next_version_and_leaves_the_one_before(django_capture_on_commit_callbacks):
    calendar = office()
    told = []
    calendar_published.connect(hear := lambda **news: told.append((news["calendar_id"], news["version_id"])))
    before = open_hours(calendar.pk)

    calendar.openings.update(closes=time(13))
    with django_capture_on_commit_callbacks(execute=True):
        version = publish(calendar=calendar, by=ADA, now=MONDAY)

    calendar_published.disconnect(hear)
    assert (version.number, calendar.version, version.actor) == (2, 2, "Ada")
    assert told == [(calendar.pk, version.pk)]
    assert open_hours(calendar.pk).version == 2
    assert open_hours(calendar.pk).seconds_between(MONDAY, MONDAY.replace(hour=23)) == 3_600
    assert open_hours(calendar.pk, version=1).definition == before.definition
    assert AuditEntry.objects.get().action == "calendar.published"


def test_a_calendar_is_compiled_once_per_version(django_assert_num_queries):
    calendar = office()

    with django_assert_num_queries(2):
        first = open_hours(calendar.pk)
    with django_assert_num_queries(0):
        assert open_hours(calendar.pk) is first


def test_a_version_of_another_process_is_seen_within_a_second(monkeypatch):
    calendar = office()
    open_hours(calendar.pk)
    CalendarVersion.objects.create(
        calendar=calendar,
        number=2,
        definition=calendar.versions.get().definition,
        published_at=MONDAY,
        actor="Ada",
    )
    Calendar.objects.filter(pk=calendar.pk).update(version=2)

    assert open_hours(calendar.pk).version == 1
    monkeypatch.setattr("agents.actions.calendars.VERSIONS_CHECKED_EVERY", 0)
    assert open_hours(calendar.pk).version == 2


def test_what_the_rows_say_is_what_the_version_keeps():
    calendar = office()
    calendar.worked_holidays = ["Columbus Day"]
    calendar.save()
    Opening.objects.create(
        calendar=calendar, weekdays=[5], opens=time(10), closes=time(12), valid_from=date(2026, 7, 1)
    )
    CalendarDay.objects.create(calendar=calendar, first_date=date(2026, 12, 24), name="Christmas Eve", yearly=True)

    definition = publish(calendar=calendar, by=ADA, now=MONDAY).definition

    assert definition["worked"] == ["Columbus Day"]
    assert definition["openings"][1] == {
        "weekdays": [5],
        "opens": "10:00:00",
        "closes": "12:00:00",
        "valid_from": "2026-07-01",
    }
    assert definition["days"][0]["name"] == "Christmas Eve"


def test_a_calendar_that_is_never_open_is_refused():
    calendar = office()
    CalendarDay.objects.create(
        calendar=calendar, first_date=date(2020, 1, 1), last_date=date(2020, 12, 31), name="Closed", yearly=True
    )

    with pytest.raises(ValidationError) as refused:
        publish(calendar=calendar, by=ADA, now=MONDAY)

    assert list(refused.value.message_dict) == ["openings"]
    assert not calendar.versions.filter(number=2).exists()
