"""The pages of reports, and their API: they show what the documents say."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape

import pypdfium2
import pytest
import time_machine
from django.core import mail
from openpyxl import load_workbook

from analytics.enums import ReportKind, RunState
from analytics.models import ActionItem, ReportRun, ReportSchedule
from analytics.tasks import send_reports
from helpninja.common.roles import Role, Scope
from tests import factories
from tests.analytics.metrics.reports import guide
from tests.analytics.metrics.reports.guide import DAY
from tests.analytics.metrics.reports.rows import NOW, at, case, store

pytestmark = pytest.mark.django_db
LIST, DAILY = "/analytics/reports/", "/analytics/reports/daily/"
NOON = at(date(2025, 9, 4), 12)


@dataclass(frozen=True)
class Told:
    """A report of ``day`` as it is made at ``now``, and what the rows of ``fill`` let it say."""

    kind: ReportKind
    fill: Callable[[], object]
    texts: tuple[str, ...]
    day: date
    now: datetime = NOON


def told(name, *args):
    return pytest.param(Told(*args), id=name)


REPORTS = [
    told(
        "day",
        ReportKind.DAILY,
        guide.fill_day,
        (
            *("vs 21 yesterday, +9.5%", "3.8 min", "91.3%", "4.4/5"),
            *("Low AI confidence", "8 cases", "34.8%", "Customer request", "6 cases", "26.1%"),
            *("Technical issue", "5 cases", "21.7%", "Billing/account", "3 cases", "13.0%"),
            *("Content gap", "1 case", "4.3%"),
        ),
        DAY,
    ),
    told(
        "volume",
        ReportKind.WEEKLY,
        guide.fill_volume,
        (
            *("vs 115 last week, +5.2%", "baseline", "+26%", "+16%", "+37%", "−5%"),
            "Weekend: 12 in all (Saturday: 7, Sunday: 5)",
        ),
        guide.MONDAY,
    ),
    told(
        "week",
        ReportKind.WEEKLY,
        guide.fill_week,
        (
            "Average response time: improved daily (Mon: 4.8 min → Fri: 3.2 min)",
            "88.0% to 92.0% over the week",
            "Satisfaction (CSAT): improved daily (Mon: 4.1/5 → Fri: 4.5/5)",
            "Team efficiency: 15% improvement over last week",
            "Above 85.0 points for all 2 agents reviewed",
        ),
        guide.MONDAY,
    ),
    told(
        "quarter",
        ReportKind.EXECUTIVE,
        guide.fill_business,
        (
            *("4.3/5", "vs 4.2/5 in Q2 2025, +0.1", "$12.40", "vs $13.60 in Q2 2025, −$1.20"),
            *("89.3%", "vs 87.2% in Q2 2025, +2.1 points", "4.2 min", "vs 3.9 min in Q2 2025, +18 s"),
            *("18.5%", "vs 19.7% in Q2 2025, −1.2 points", "72.0%", "vs 75.0% in Q2 2025, −3.0 points"),
            *("$127,000", "94.2%", "vs 89.1% of customers not escalated, n = 55", "$43,000", "$31,000", "67.0%"),
            *("85% (17 of 20 steps)", "60% (12 of 20 steps)", "70% (14 of 20 steps)", "95% (19 of 20 steps)"),
            *("24.0%", "8.2 min", "3.8/5", "82.0%", "Better than the industry in 4 of 4 metrics"),
        ),
        guide.QUARTER_DAY,
        NOW,
    ),
]


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(params=REPORTS)
def report(request, _noon):
    """Asked for before ``analyst``, who signs in at its moment."""
    with time_machine.travel(request.param.now, tick=False):
        request.param.fill()
        yield request.param


@pytest.fixture
def analyst(client):
    client.user = factories.make_user(Role.ANALYST, first_name="Oliver", last_name="Grant")
    client.force_login(client.user)
    return client


def send(analyst, kind):
    """Sent on request: of the last day, week or quarter that is over."""
    analyst.post(
        "/admin/analytics/reportschedule/add/",
        {
            "name": "Evening report",
            "kind": kind,
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


@pytest.fixture
def the_day():
    return guide.fill_day()


@pytest.fixture
def run(analyst):
    """With the figures of the day."""
    return send(analyst, "daily")


def words_of(pdf):
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(one.get_textpage().get_text_range() for one in pages).split())


def page(client, address, **asked):
    response = client.get(address, asked)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_what_the_document_says_and_so_do_its_files(report, analyst):
    address, day = f"/analytics/reports/{report.kind}/", report.day

    shown = unescape(page(analyst, address, day=day))
    rows = page(analyst, address, day=day, format="csv")
    book = load_workbook(io.BytesIO(analyst.get(address, {"day": day, "format": "xlsx"}).content))

    cells = "\n".join(str(cell) for row in book["Report"].values for cell in row)
    for text in report.texts:
        assert text in shown
        assert text in rows
        assert text in cells


@pytest.mark.usefixtures("the_day")
def test_the_page_and_its_csv_say_of_which_day_they_are(analyst):
    assert "Daily escalation operations report – September 3, 2025" in page(analyst, DAILY, day="2025-09-03")
    assert "America/New_York" in page(analyst, DAILY, day="2025-09-03", format="csv")


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

    def test_it_and_the_pdf_say_what_the_document_says(self, report, client, analyst, key):
        run = send(analyst, report.kind.value)

        found = client.get(f"/api/v1/reports/{run.public_id}", headers=key).json()
        pdf = analyst.get(f"/analytics/reports/sent/{run.public_id}/", {"format": "pdf"}).content

        document, read = json.dumps(found["document"], ensure_ascii=False), words_of(pdf)
        for text in report.texts:
            assert text in document
            assert text.replace("→", "to") in read

    @pytest.mark.usefixtures("the_day")
    def test_it_gives_the_day_s_numbers(self, client, run, key):
        found = client.get(f"/api/v1/reports/{run.public_id}", headers=key).json()

        performance, breakdown = found["document"]["sections"][:2]
        values = {figure["key"]: (figure["value"], figure["n"]) for figure in performance["figures"]}
        assert values["first_response_time"] == (228.0, 23)
        assert values["resolution_rate"] == (21 / 23, 23)
        assert values["csat"] == (4.4, 20)
        assert [tuple(cell["value"] for cell in row[1:]) for row in breakdown["tables"][0]["rows"]] == [
            (cases, cases / 23) for cases in (8.0, 6.0, 5.0, 3.0, 1.0)
        ]

    def test_what_is_not_there_is_404(self, client, key):
        assert client.get("/api/v1/reports/rep_nothing", headers=key).status_code == 404
