"""The pages of reports, and their API: they show what the documents say."""

from datetime import date, datetime

import pytest
import time_machine
from django.core import mail

from analytics.enums import ReportKind, RunState
from analytics.models import ActionItem, ReportRun, ReportSchedule
from analytics.tasks import send_reports
from helpninja.common.roles import Role, Scope
from tests import factories
from tests.analytics.metrics.reports.rows import at, case, store
from tests.analytics.metrics.reports.test_daily import DAY, the_day  # noqa: F401

pytestmark = pytest.mark.django_db
LIST, DAILY = "/analytics/reports/", "/analytics/reports/daily/"
NOON = at(date(2025, 9, 4), 12)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def analyst(client):
    client.user = factories.make_user(Role.ANALYST, first_name="Oliver", last_name="Grant")
    client.force_login(client.user)
    return client


@pytest.fixture
def run(analyst):
    """Sent on request, with the figures of the day."""
    analyst.post(
        "/admin/analytics/reportschedule/add/",
        {
            "name": "Evening report",
            "kind": "daily",
            "recipients": "morgan@example.com",
            "formats": ["pdf"],
            "at": "18:00",
            "weekday": "0",
            "time_zone": "America/New_York",
            "active": "on",
        },
    )
    schedule = ReportSchedule.objects.get()
    analyst.post(f"/analytics/reports/schedules/{schedule.pk}/send")
    send_reports()
    return ReportRun.objects.get()


def page(client, address, **asked):
    response = client.get(address, asked)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("the_day")
def test_the_page_says_what_the_document_says_and_so_does_its_csv(analyst):
    shown = page(analyst, DAILY, day="2025-09-03")
    rows = page(analyst, DAILY, day="2025-09-03", format="csv")

    for text in ("vs 21 yesterday, +9.5%", "8 cases", "34.8%", "91.3%", "3.8 min", "4.4/5"):
        assert text in shown
        assert text in rows
    assert "Daily escalation operations report – September 3, 2025" in shown
    assert "America/New_York" in rows


def test_without_a_day_it_is_the_one_that_runs(analyst):
    shown = page(analyst, DAILY)

    assert "September 4, 2025" in shown
    assert "It is not over yet." in shown
    assert "day=2025-09-03" in shown


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"day": "2025-09-05"}, "day"),
        ({"day": "nonsense"}, "day"),
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"team": "elsewhere"}, "team"),
        ({"format": "doc"}, "format"),
    ],
)
def test_what_is_unknown_is_refused_by_its_field(analyst, asked, field):
    response = analyst.get(DAILY, asked)

    assert response.status_code == 400
    assert f"({field})" in response.content.decode()


def test_an_unknown_kind_is_not_there(analyst):
    assert analyst.get("/analytics/reports/yearly/").status_code == 404


def test_a_supervisor_s_page_counts_their_teams_alone(client):
    elsewhere = factories.make_team("Elsewhere")
    store([case(at(DAY)), case(at(DAY), team=elsewhere)])
    client.force_login(factories.make_agent(role=Role.SUPERVISOR, teams=[elsewhere]).user)

    shown = client.get(DAILY, {"day": "2025-09-03"})

    assert shown.context["document"].sections[0].figures[0].value == 1
    assert client.get(DAILY, {"team": "support"}).status_code == 400


@pytest.mark.usefixtures("the_day")
def test_what_was_sent_opens_again_as_it_was(analyst, run):
    store([case(at(DAY, 20))])

    shown = page(analyst, f"/analytics/reports/sent/{run.public_id}/")

    assert "<strong>23</strong>" in shown
    assert "<strong>Sent</strong>" in shown
    assert [message.to for message in mail.outbox] == [["morgan@example.com"]]


def test_a_sent_report_is_a_file_too(analyst, run):
    response = analyst.get(f"/analytics/reports/sent/{run.public_id}/", {"format": "pdf"})

    assert response.headers["Content-Disposition"] == 'attachment; filename="daily-report-2025-09-03.pdf"'
    assert response.content.startswith(b"%PDF")


def test_the_list_shows_schedules_and_the_log(analyst, run):
    shown = page(analyst, LIST)

    assert "daily at 18:00, America/New_York" in shown
    assert run.title in shown


def test_an_empty_list_says_what_to_do(analyst):
    shown = page(analyst, LIST)

    assert "Nobody is sent a report yet." in shown
    assert "Nothing has been sent yet." in shown


def test_a_failure_is_shown_until_somebody_knows_of_it(analyst, run):
    ReportRun.objects.update(state=RunState.FAILED, sent_at=None, error="Connection refused", attempts=5)
    assert "was not sent." in page(analyst, LIST)

    analyst.post(f"/analytics/reports/sent/{run.public_id}/seen")

    assert "was not sent." not in page(analyst, LIST)


def test_a_given_up_report_is_sent_again(analyst, run):
    ReportRun.objects.update(state=RunState.FAILED, sent_at=None, error="Connection refused", attempts=5)

    analyst.post(f"/analytics/reports/sent/{run.public_id}/retry")

    run.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.WAITING, 0)


def test_action_items_are_added_ticked_off_and_in_the_report(analyst):
    analyst.post(f"{DAILY}items", {"text": "Extra coverage at noon", "first_day": "2025-09-03"})
    item = ActionItem.objects.get()
    assert (item.kind, item.first_day, item.added_by) == (ReportKind.DAILY, DAY, "Oliver Grant")
    assert "Extra coverage at noon" in page(analyst, DAILY, day="2025-09-03")

    analyst.post(f"/analytics/reports/items/{item.public_id}/done", {"done": "1"})

    item.refresh_from_db()
    assert (item.done_by, item.done_at) == ("Oliver Grant", NOON)


def test_a_supervisor_s_item_is_of_a_team_of_theirs(client):
    ours, elsewhere = factories.make_team("Ours"), factories.make_team("Elsewhere")
    client.force_login(factories.make_agent(role=Role.SUPERVISOR, teams=[ours]).user)

    for team in ("", elsewhere.pk, ours.pk):
        client.post(f"{DAILY}items", {"text": "Follow up", "first_day": "2025-09-03", "team": team})

    assert [item.team for item in ActionItem.objects.all()] == [ours]


def test_an_item_without_a_text_is_refused(analyst):
    response = analyst.post(f"{DAILY}items", {"text": "", "first_day": "2025-09-03"}, follow=True)

    assert "What: This field is required." in response.content.decode()
    assert not ActionItem.objects.exists()


def test_a_weekly_item_belongs_to_its_week(analyst):
    analyst.post("/analytics/reports/weekly/items", {"text": "Follow up", "first_day": "2025-09-03"})

    assert ActionItem.objects.get().first_day == date(2025, 9, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"recipients": "nobody"}, "recipients"),
        ({"recipients": ""}, "recipients"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"at": "25:00"}, "at"),
        ({"formats": ["doc"]}, "formats"),
    ],
)
def test_a_schedule_s_nonsense_is_refused_by_its_field(analyst, given, field):
    said = {
        "name": "Evening",
        "kind": "daily",
        "recipients": "a@example.com",
        "at": "18:00",
        "weekday": "0",
        "time_zone": "America/New_York",
        "active": "on",
    }

    response = analyst.post("/admin/analytics/reportschedule/add/", {**said, **given})

    assert list(response.context["adminform"].form.errors) == [field]


class TestApi:
    @pytest.fixture
    def key(self):
        return {"authorization": f"Bearer {factories.make_key(Scope.ANALYTICS_READ)}"}

    @pytest.mark.usefixtures("the_day")
    def test_it_gives_what_was_sent(self, client, run, key):
        (listed,) = client.get("/api/v1/reports", headers=key).json()["results"]
        found = client.get(f"/api/v1/reports/{run.public_id}", headers=key).json()

        assert (listed["id"], listed["state"], listed["kind"]) == (run.public_id, "sent", "daily")
        assert datetime.fromisoformat(listed["sent_at"]) == NOON
        assert "document" not in listed
        figure = found["document"]["sections"][0]["figures"][0]
        assert (figure["key"], figure["value"], figure["before"], figure["versus"]) == (
            "escalations",
            23.0,
            21.0,
            "vs 21 yesterday, +9.5%",
        )

    def test_what_is_not_there_is_404(self, client, key):
        assert client.get("/api/v1/reports/rep_nothing", headers=key).status_code == 404
