from datetime import date, time

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Calendar, CalendarDay, CalendarFeed
from helpninja.common.roles import Role
from tests import factories
from tests.agents.test_ical import file

pytestmark = pytest.mark.django_db
CALENDARS = "/admin/agents/calendar/"


@pytest.fixture
def leader_client(client, supervisor):
    client.force_login(supervisor.user)
    return client


def office():
    return Calendar.objects.get(name="Office hours")


def opening_row(row=None, **changes):
    row = {"id": row.pk, "weekdays": row.weekdays, "opens": row.opens, "closes": row.closes} if row else {}
    return {"valid_from": "", **row, **changes}


def form_of(calendar, *, openings=(), days=(), feeds=(), **changes):
    """What the browser sends for the calendar with these rows."""
    data = {
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        "holiday_country": calendar.holiday_country,
        "holiday_region": calendar.holiday_region,
        "worked_holidays": "\r\n".join(calendar.worked_holidays),
    }
    for prefix, rows in (("openings", openings), ("days", days), ("feeds", feeds)):
        data[f"{prefix}-TOTAL_FORMS"] = len(rows)
        data[f"{prefix}-INITIAL_FORMS"] = sum("id" in row for row in rows)
        for index, row in enumerate(rows):
            data[f"{prefix}-{index}-calendar"] = calendar.pk or ""
            data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return {**data, **changes}


def day_row(**fields):
    empty = dict.fromkeys(("last_date", "opens", "closes", "until"), "")
    return {**empty, "first_date": "2026-12-24", "name": "Christmas Eve", "kind": "closed", **fields}


def post(client, calendar, **rows):
    rows.setdefault("openings", [opening_row(row) for row in calendar.openings.all()] if calendar.pk else [])
    address = f"{CALENDARS}{calendar.pk}/change/" if calendar.pk else f"{CALENDARS}add/"
    return client.post(address, form_of(calendar, **rows))


def errors_of(response, number):
    return response.context["inline_admin_formsets"][number].formset


def test_saving_publishes_the_next_version(leader_client):
    calendar = office()

    opening = opening_row(calendar.openings.get(), opens="08:30")
    response = post(leader_client, calendar, openings=[opening], days=[day_row(opens="12:00", closes="00:00")])

    assert response.status_code == 302
    assert "/admin/escalations/slapolicy/open/" in " ".join(map(str, get_messages(response.wsgi_request)))
    version = calendar.versions.get(number=2)
    assert version.definition["days"][0]["opens"] == "12:00:00"
    assert version.definition["openings"][0]["opens"] == "08:30:00"
    assert Calendar.objects.get(pk=calendar.pk).version == 2


def test_saving_what_did_not_change_publishes_nothing(leader_client):
    calendar = office()
    calendar.worked_holidays = ["Columbus Day", "Veterans Day"]
    calendar.save()

    assert post(leader_client, calendar).status_code == 302

    assert Calendar.objects.get(pk=calendar.pk).version == 1


def test_a_new_calendar_starts_with_version_1(leader_client):
    calendar = Calendar(name="Night desk", time_zone="Europe/Berlin", holiday_country="DE", holiday_region="BY")
    night = opening_row(weekdays=[0, 1, 2, 3, 4], opens="22:00", closes="06:00")

    post(leader_client, calendar, openings=[night])

    saved = Calendar.objects.get(name="Night desk")
    assert (saved.version, str(saved.openings.get())) == (1, "Mon–Fri 22:00–06:00")


def test_a_calendar_without_openings_is_refused_there(leader_client):
    response = post(leader_client, Calendar(name="Never", time_zone="UTC"), openings=[])

    assert errors_of(response, 0).non_form_errors() == [
        "Give at least one opening: without open time no deadline would ever come."
    ]


def test_a_calendar_closed_all_year_is_refused_at_its_openings(leader_client):
    closed = day_row(first_date="2026-01-01", last_date="2026-12-31", name="Closed", yearly="on")

    response = post(leader_client, office(), days=[closed])

    assert errors_of(response, 0).non_form_errors() == [
        "The calendar is never open: give it hours that its closed days leave."
    ]
    assert office().version == 1


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"holiday_region": "ZZ"}, "holiday_region", "“ZZ” isn't a region of US: AK, AL"),
        ({"worked_holidays": "Bank Holiday"}, "worked_holidays", "No such holiday: Bank Holiday. There are"),
        ({"time_zone": "Mars/Base"}, "time_zone", "not one of the available choices"),
        ({"file": SimpleUploadedFile("a.ics", b"nonsense")}, "file", "This isn't an iCalendar file"),
    ],
)
def test_wrong_values_are_refused_under_their_fields(leader_client, changes, field, message):
    response = post(leader_client, office(), **changes)

    assert message in response.context["adminform"].form.errors[field][0]


def test_wrong_times_of_a_special_day_are_refused_under_the_day(leader_client):
    response = post(leader_client, office(), days=[day_row(kind="hours")])

    assert errors_of(response, 1).errors[0]["__all__"] == ["Changed hours need their times."]


CHRISTMAS = "UID:1\nSUMMARY:Christmas Eve\nDTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY"
OUTING = "UID:2\nSUMMARY:Outing\nDTSTART;VALUE=DATE:20270601"


def upload(client, name, *events):
    calendar = office()
    rows = [{"id": feed.pk, "name": feed.name, "url": feed.url} for feed in calendar.feeds.all()]
    content = SimpleUploadedFile(name, file(*events), content_type="text/calendar")
    return post(client, calendar, feeds=rows, file=content)


def test_a_file_is_taken_in_once(leader_client):
    upload(leader_client, "closed.ics", CHRISTMAS, OUTING)
    upload(leader_client, "closed.ics", CHRISTMAS, OUTING)

    feed = CalendarFeed.objects.get()
    assert (feed.name, [day["name"] for day in feed.days]) == ("closed.ics", ["Christmas Eve", "Outing"])
    assert [day["name"] for day in office().versions.get(number=2).definition["days"]] == [
        "Christmas Eve",
        "Outing",
    ]


def test_an_event_under_another_file_name_is_kept_once(leader_client):
    upload(leader_client, "closed.ics", CHRISTMAS, OUTING)
    upload(leader_client, "closed (1).ics", OUTING)

    assert [(feed.name, len(feed.days)) for feed in CalendarFeed.objects.all()] == [
        ("closed (1).ics", 1),
        ("closed.ics", 1),
    ]


def test_going_back_brings_the_rows_back(leader_client):
    post(leader_client, office(), days=[day_row()])
    upload(leader_client, "closed.ics", OUTING)
    first = office().history.get(version=1)

    leader_client.post(f"{CALENDARS}{office().pk}/history/", {"to": first.pk})

    calendar = office()
    assert (calendar.version, calendar.days.count(), calendar.feeds.count()) == (4, 0, 0)
    assert calendar.versions.first().definition == calendar.versions.last().definition


def test_the_page_shows_the_week_and_the_exceptions_of_a_year(leader_client):
    page = leader_client.get(f"{CALENDARS}{office().pk}/change/")

    assert [name for name, bars in page.context["weeks"][0].days if bars] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
    ]  # fmt: skip
    names = [one.name for one in page.context["exceptions"]]
    assert {"Thanksgiving Day", "Clocks go forward by 1 h", "Clocks go back by 1 h"} <= set(names)


def test_senior_agents_see_calendars_and_change_none(client):
    client.force_login(factories.make_agent(role=Role.SENIOR_AGENT).user)

    page = client.get(f"{CALENDARS}{office().pk}/change/")
    refused = post(client, office(), days=[day_row()])

    assert (page.status_code, refused.status_code) == (200, 403)
    assert not CalendarDay.objects.exists()


def test_a_calendar_that_a_team_goes_by_is_not_deleted(leader_client):
    team = factories.support()
    team.calendar = office()
    team.save()

    leader_client.post(f"{CALENDARS}{office().pk}/delete/", {"post": "yes"})

    assert office().version == 1


def test_an_unused_calendar_is_deleted_with_its_versions(leader_client):
    leader_client.post(f"{CALENDARS}{office().pk}/delete/", {"post": "yes"})

    assert not Calendar.objects.filter(name="Office hours").exists()


def test_the_list_asks_as_often_for_three_as_for_one(leader_client):
    Calendar.objects.exclude(name="Office hours").delete()
    leader_client.get(CALENDARS)  # the sidebar's count is remembered
    with CaptureQueriesContext(connection) as few:
        leader_client.get(CALENDARS)
    for name in ("One", "Two"):
        calendar = Calendar.objects.create(name=name, version=1)
        calendar.openings.create(weekdays=[0], opens=time(9), closes=time(17), valid_from=date(2026, 1, 1))
    with CaptureQueriesContext(connection) as many:
        leader_client.get(CALENDARS)

    assert len(many) == len(few)


def test_calendars_travel_as_csv(leader_client):
    post(leader_client, office(), days=[day_row()])
    exported = leader_client.post(f"{CALENDARS}export/", {"format": "0"}).content.decode()
    moved = exported.replace("Office hours", "Moved").replace("09:00:00", "08:00:00")

    upload = SimpleUploadedFile("calendars.csv", moved.encode(), content_type="text/csv")
    leader_client.post(f"{CALENDARS}import/", {"import_file": upload, "format": "0"})

    calendar = Calendar.objects.get(name="Moved")
    assert (calendar.version, str(calendar.openings.get())) == (1, "Mon–Fri 08:00–17:00")
    assert str(calendar.days.get()) == "Christmas Eve: closed all day on 24 Dec 2026"
    assert Calendar.objects.get(name="Always open").version == 1


def test_a_csv_with_a_calendar_that_is_never_open_changes_nothing(leader_client):
    exported = leader_client.post(f"{CALENDARS}export/", {"format": "0"}).content.decode()
    header, row = exported.splitlines()[0], "Never,UTC,,,[],[],[]"

    upload = SimpleUploadedFile("calendars.csv", f"{header}\n{row}\n".encode(), content_type="text/csv")
    response = leader_client.post(f"{CALENDARS}import/", {"import_file": upload, "format": "0"})

    assert "The calendar is never open" in response.content.decode()
    assert not Calendar.objects.filter(name="Never").exists()
