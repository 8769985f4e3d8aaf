"""The page of exports: a new one, how far it is, its files, whose it is."""

import csv
import io

import pytest
from openpyxl import load_workbook

from analytics.actions import exports
from analytics.enums import ExportState, ExportSubject
from analytics.models import Export
from analytics.tasks import run_export
from escalations.models import Rating
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.rows import NOON, escalation, rating, resolved

pytestmark = pytest.mark.django_db
URL, START, LIST = "/analytics/exports/", "/analytics/exports/start", "/analytics/exports/list"
DAY = {"window": "custom", "start": "2026-03-10", "end": "2026-03-10", "tz": "America/New_York"}


@pytest.fixture
def admin(client):
    user = factories.make_user(Role.ADMIN, first_name="Alex", last_name="Romero")
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def jobs(monkeypatch):
    """What was handed to the workers; they don't begin by themselves."""
    handed = []
    monkeypatch.setattr(run_export, "delay", handed.append)
    return handed


def started(client, **asked) -> Export:
    client.post(START, {**DAY, **asked})
    return Export.objects.latest("id")


def written(client, **asked) -> Export:
    export = started(client, **asked)
    run_export(export.pk)
    export.refresh_from_db()
    return export


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def test_what_is_asked_for_is_queued_and_handed_to_a_worker(admin, jobs):
    factories.make_team("Elsewhere")
    response = admin.post(START, {**DAY, "rows": "conversations", "team": "support", "plan": "pro"})

    export = Export.objects.get()
    assert response.headers["Location"].startswith(f"{URL}?rows=conversations&window=custom&start=2026-03-10")
    assert (export.subject, export.state) == (ExportSubject.CONVERSATIONS, ExportState.QUEUED)
    assert (export.window_text, export.time_zone) == ("Mar 10, 2026", "America/New_York")
    assert export.filters["teams"] == [factories.support().pk]
    assert export.filters_text == "Team: Support. Plan: Pro"
    assert jobs == [export.pk]


def test_the_page_of_the_answer_shows_what_was_asked(admin):
    page = admin.post(START, {**DAY, "rows": "conversations"}, follow=True)

    assert page.status_code == 200
    assert page.context["form"].data["rows"] == "conversations"
    assert "Conversations, Mar 10, 2026" in page.content.decode()


def test_what_is_wrong_with_it_is_said_and_nothing_is_queued(admin, jobs):
    page = admin.post(START, {**DAY, "start": "2026-03-12", "tz": "Mars/Olympus"}, follow=True)

    assert page.status_code == 400
    assert "Mars/Olympus" in page.content.decode()
    assert (Export.objects.count(), jobs) == (0, [])


def test_more_than_three_at_once_are_refused_in_words(admin):
    for _ in range(exports.EACH):
        started(admin)

    page = admin.post(START, DAY, follow=True)

    assert "3 exports are under way already" in page.content.decode()
    assert Export.objects.count() == exports.EACH


def test_the_list_tells_of_each_how_far_it_is(admin):
    _queued, running, failed = (started(admin, plan="pro") for _ in range(3))
    Export.objects.filter(pk=running.pk).update(state=ExportState.RUNNING, total=10_000, done=4_000)
    over = {"finished_at": NOON, "expires_at": NOON}
    Export.objects.filter(pk=failed.pk).update(state=ExportState.FAILED, error="Alex may not.", **over)

    page = admin.get(LIST).content.decode()

    assert "data-unfinished" in page
    assert "Being written: 4,000 of 10,000" in page and 'value="40"' in page
    assert "Queued" in page
    assert "Alex may not." in page
    assert "as CSV" not in page


def test_the_list_asks_not_again_once_all_is_written(admin):
    resolved()
    written(admin)

    page = admin.get(LIST).content.decode()

    assert "data-unfinished" not in page
    assert "Ready</span>: 1 row" in page and "as CSV" in page


def test_the_files_have_the_same_rows_and_say_the_zone(admin):
    one = resolved(subject="=cmd()")
    rating(4, of=one)
    export = written(admin)

    by_format = {name: content(admin.get(f"{URL}{export.public_id}/{name}")) for name in ("csv", "xlsx", "ndjson")}

    titles, row = csv.reader(io.StringIO(by_format["csv"].decode()))
    found = dict(zip(titles, row, strict=True))
    assert found["Escalation"] == one.public_id
    assert found["Subject"] == "'=cmd()"
    assert found["Opened (America/New_York)"] == "2026-03-10T08:00:00-04:00"
    assert found["Satisfaction (CSAT): sum (score_1_to_5)"] == "4"
    sheet = load_workbook(io.BytesIO(by_format["xlsx"])).active
    assert [cell.value for cell in sheet[1]] == titles
    assert [str(cell.value) for cell in sheet[2] if isinstance(cell.value, int)] == [*filter(str.isdigit, row)]
    assert f"{sheet.cell(2, titles.index('Opened (America/New_York)') + 1).value}" == "2026-03-10 08:00:00"
    assert b'"csat_sum":4,"csat_of":1' in by_format["ndjson"]
    assert AuditEntry.objects.filter(action="export.downloaded", object_id=export.public_id).count() == 3


def test_the_column_adds_up_to_the_number_of_the_page(admin):
    for csat in (2, 5, 5):
        rating(csat, of=resolved())
    Rating.objects.create(conversation=factories.make_conversation(), csat=1, rated_at=NOON)
    export = written(admin)
    rows = csv.DictReader(io.StringIO(content(admin.get(f"{URL}{export.public_id}/csv")).decode()))

    sums = [0, 0]
    for row in rows:
        for at, name in enumerate(("sum (score_1_to_5)", "of")):
            sums[at] += float(row[f"Satisfaction (CSAT): {name}"] or 0)

    page = admin.get("/analytics/explore/", {**DAY, "metrics": "csat", "by": "reason"})
    assert sums == [13, 4]
    assert page.context["total"][0].text == "3.3/5"
    assert page.context["total"][0].n == 4


def test_a_file_that_is_not_ready_is_not_had(admin):
    export = started(admin)

    page = admin.get(f"{URL}{export.public_id}/csv", follow=True)

    assert "This export is not ready." in page.content.decode()
    assert admin.get(f"{URL}{export.public_id}/pdf").status_code == 404


def test_supervisors_have_their_own_exports_of_their_teams(client, supervisor):
    one = escalation()
    escalation(team=factories.make_team("Elsewhere"))
    client.force_login(supervisor.user)
    export = written(client)
    assert [
        line.split(",")[0] for line in content(client.get(f"{URL}{export.public_id}/csv")).decode().split()[1:]
    ]
    text = content(client.get(f"{URL}{export.public_id}/csv")).decode()

    other = factories.make_agent(role=Role.SUPERVISOR)
    client.force_login(other.user)

    assert export.filters_text == "Team: Support"
    assert one.public_id in text and export.total == 1
    assert client.get(f"{URL}{export.public_id}/csv").status_code == 404
    assert client.post(f"{URL}{export.public_id}/remove").status_code == 404
    assert export.public_id not in client.get(LIST).content.decode()


def test_admins_see_everybody_s(client, supervisor, admin):
    client.force_login(supervisor.user)
    export = started(client)
    client.force_login(factories.make_user(Role.ADMIN))

    assert export.public_id in client.get(URL).content.decode()


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT, Role.ANALYST])
def test_others_export_nothing_and_are_shown_no_way(client, role):
    client.force_login(factories.make_agent(role=role).user)

    assert client.get(URL).status_code == 403
    assert client.post(START, DAY).status_code == 403
    assert "Export rows" not in client.get("/analytics/", DAY).content.decode()


@pytest.mark.parametrize("path", ["/analytics/", "/analytics/explore/", "/analytics/rows/"])
def test_pages_of_figures_lead_to_their_rows(admin, path):
    escalation()

    page = admin.get(path, {**DAY, "plan": "pro", "metric": "escalations", "by.reason": "content_gap"})

    query = "window=custom&amp;start=2026-03-10&amp;end=2026-03-10"
    link = next(one for one in page.content.decode().split('"') if one.startswith(f"{URL}?"))
    assert link.startswith(f"{URL}?{query}") and "plan=pro" in link
    assert admin.get(link.replace("&amp;", "&")).context["form"].data["plan"] == "pro"


def test_removed_is_removed(admin):
    export = started(admin)

    page = admin.post(f"{URL}{export.public_id}/remove", follow=True)

    assert "The export was removed." in page.content.decode()
    assert not Export.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_exports(admin, django_assert_num_queries, count):
    for _ in range(count):
        started(admin)
    admin.get(LIST)

    with django_assert_num_queries(5):
        admin.get(LIST)
