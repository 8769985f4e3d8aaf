"""Exports from the asking to the removal: the rows are those of the pages, whatever happens to the job."""

import csv
import io
import json
from datetime import timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from analytics import tasks
from analytics.actions import exports
from analytics.actions.export_rows import Rows
from analytics.enums import ExportState, ExportSubject, TableFormat
from analytics.exporters.tables import pieces
from analytics.metrics.registry import METRICS, measure
from analytics.models import Export, ExportPart
from escalations.models import Escalation, Rating
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import ApiKey, AuditEntry
from helpninja.common.roles import Role, Scope
from tests import factories
from tests.analytics import busy_day
from tests.analytics.rows import NOON, conversation, escalation, frame, rating, resolved

pytestmark = pytest.mark.django_db
LATER = busy_day.LONG_AFTER
MINUTE = timedelta(minutes=1)


@pytest.fixture
def admin():
    return Actor.of_user(factories.make_user(Role.ADMIN, first_name="Alex", last_name="Romero"))


def requested(by, subject=ExportSubject.ESCALATIONS, *, now=LATER, **filters) -> Export:
    asked = frame(now=now, **filters)
    return exports.request_export(subject=subject, frame=asked, filters_text="All teams", by=by, now=now)


def run(export, *, now=LATER) -> Export:
    exports.run_export(export_id=export.pk, clock=lambda: now)
    export.refresh_from_db()
    return export


def lines(export, by) -> list[dict]:
    table = exports.table_of(export=export, by=by, now=LATER)
    return [json.loads(line) for line in b"".join(pieces(table, TableFormat.NDJSON)).splitlines()]


def test_each_escalation_is_a_row_with_its_fields_and_its_share_of_every_metric(admin):
    one = resolved(subject="Broken", first_response_at=NOON + MINUTE, first_response_seconds=60)
    rating(4, of=one)

    export = run(requested(admin))

    (line,) = lines(export, admin)
    assert (export.state, export.total, export.done, export.error) == (ExportState.DONE, 1, 1, "")
    assert (line["escalation"], line["subject"]) == (one.public_id, "Broken")
    assert (line["opened"], line["time_zone"]) == ("2026-03-10T12:00:00+00:00", "UTC")
    assert (line["escalations"], line["csat_sum"], line["csat_of"]) == (1, 4, 1)
    assert (line["first_response_time_sum"], line["first_response_time_of"]) == (60, 1)
    assert line["quality_score_sum"] is None


@pytest.mark.parametrize("subject", ExportSubject)
def test_the_file_adds_up_to_every_number_of_the_pages(admin, subject, monkeypatch):
    monkeypatch.setattr(exports, "PAGE", 7)
    busy_day.fill()
    export = run(requested(admin, subject))
    table = exports.table_of(export=export, by=admin, now=LATER)
    keys = [head.key for head in table.heads]
    text = b"".join(pieces(table, TableFormat.CSV)).decode()

    _, *rows = csv.reader(io.StringIO(text))

    sums = {key: sum(Fraction(cell or 0) for cell in column) for key, column in columns(keys, rows)}
    written = [metric for key, metric in METRICS.items() if f"{key}_missing" in sums]
    pages = measure(written, frame(now=LATER))
    assert len(written) == {"escalations": 35, "conversations": 45}[subject]
    for key, page in pages.items():
        number = sums[key] if key in sums else sums[f"{key}_sum"] / sums[f"{key}_of"]
        assert float(number) == pytest.approx(page.now.value, rel=1e-12), key
        assert sums[f"{key}_missing"] == page.now.missing, key


def columns(keys, rows):
    """Those of the shares, which come after the fields."""
    first = min(keys.index(key) for key in ("escalations", "conversations") if key in keys)
    return zip(keys[first:], list(zip(*rows, strict=True))[first:], strict=True)


@pytest.mark.parametrize("subject", ExportSubject)
def test_no_two_columns_have_the_same_key_or_title(admin, subject):
    for place in (0, 1):
        names = [column[place] for column in Rows(requested(admin, subject), admin).columns]
        assert len(names) == len(set(names))


def test_what_belongs_to_no_escalation_is_the_last_row(admin):
    resolved()
    chat = conversation()
    Rating.objects.create(conversation=chat, csat=2, rated_at=NOON)

    *_, last = lines(run(requested(admin)), admin)

    assert (last["escalation"], last["subject"], last["csat_sum"]) == ("none", None, 2)


@pytest.mark.parametrize("kept", range(5))
def test_a_killed_job_s_export_goes_on_behind_its_last_part(admin, monkeypatch, kept):
    monkeypatch.setattr(exports, "PAGE", 2)
    for _ in range(7):
        resolved()
    rating_of_the_ai = Rating.objects.create(conversation=conversation(), csat=2, rated_at=NOON)
    whole = lines(run(requested(admin)), admin)
    export = requested(admin)

    with monkeypatch.context() as during:
        during.setattr(exports, "_keep", killed_after(kept))
        with pytest.raises(KeyboardInterrupt):
            exports.run_export(export_id=export.pk, clock=lambda: LATER)
    assert export.parts.count() == kept
    assert exports.lost_exports(now=LATER + exports.LOST_AFTER) == []
    assert exports.lost_exports(now=LATER + 2 * MINUTE) == [export.pk]
    run(export, now=LATER + 2 * MINUTE)

    assert (export.state, export.attempt, export.done, export.total) == (ExportState.DONE, 2, 7, 7)
    assert [part.last_id is None for part in export.parts.all()] == [False] * 4 + [True]
    assert lines(export, admin) == whole
    assert rating_of_the_ai.csat == whole[-1]["csat_sum"]


def killed_after(parts):
    keep, kept = exports._keep, []

    def until_killed(*args, **kwargs):
        if len(kept) == parts:
            raise KeyboardInterrupt
        kept.append(1)
        return keep(*args, **kwargs)

    return until_killed


def test_two_jobs_with_the_same_export_in_hand_write_it_once(admin):
    resolved()
    export = requested(admin)

    taken = [exports._take_up(export.pk, LATER) for _ in range(2)]

    assert [one is not None for one in taken] == [True, False]


def test_a_job_that_was_given_up_on_writes_nothing_more(admin):
    resolved()
    export = requested(admin)
    slow = exports._take_up(export.pk, LATER)
    run(export, now=LATER + 2 * MINUTE)

    assert exports._keep(slow, [["x"]], LATER, last_id=9) is False
    assert len(lines(export, admin)) == 1


def test_an_export_whose_jobs_are_lost_again_and_again_is_given_up(admin):
    export = requested(admin)
    now = LATER
    for _ in range(exports.ATTEMPTS):
        assert exports._take_up(export.pk, now) is not None
        now += 2 * MINUTE

    run(export, now=now)

    assert (export.state, export.error) == (
        ExportState.FAILED,
        "Its job was lost 5 times. Ask for a shorter window.",
    )


def test_what_was_written_before_the_columns_changed_is_written_anew(admin, monkeypatch):
    resolved()
    export = requested(admin)
    half = exports._take_up(export.pk, LATER)
    Export.objects.filter(pk=export.pk).update(columns=[["escalation", "Escalation", False]], done=1)
    assert exports._keep(half, [["esc_old"]], LATER, last_id=0)

    run(export, now=LATER + 2 * MINUTE)

    assert (export.done, export.parts.count()) == (1, 1)
    assert lines(export, admin)[0]["escalations"] == 1


def test_an_error_is_told(admin, monkeypatch):
    monkeypatch.setattr(Rows, "ids", lambda self: 1 / 0)
    export = requested(admin)

    with pytest.raises(ZeroDivisionError):
        run(export)

    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert export.error == "It could not be written (ZeroDivisionError: division by zero). Ask for it again."
    assert export.expires_at == LATER + exports.KEPT
    with pytest.raises(Conflict):
        exports.table_of(export=export, by=admin, now=LATER)


def test_nothing_counted_is_a_table_of_titles(admin):
    export = run(requested(admin))

    assert (export.state, export.total, lines(export, admin)) == (ExportState.DONE, 0, [])


def test_a_supervisor_s_export_holds_the_rows_of_their_teams(supervisor):
    one = escalation()
    escalation(team=factories.make_team("Elsewhere"))
    by = Actor.of_user(supervisor.user)

    export = run(requested(by, teams=supervisor.team_ids))

    assert [line["escalation"] for line in lines(export, by)] == [one.public_id]


def test_whoever_leads_a_team_no_more_gets_none_of_its_rows(supervisor):
    escalation()
    teams = supervisor.team_ids
    by = Actor.of_user(supervisor.user)
    written, waiting = run(requested(by, teams=teams)), requested(by, teams=teams)
    supervisor.teams.set([factories.make_team("Elsewhere")])
    by = Actor.of_user(type(supervisor.user).objects.get(pk=supervisor.user.pk))

    run(waiting)

    assert waiting.state == ExportState.FAILED
    assert waiting.error.endswith("may not export these rows any more.")
    with pytest.raises(exports.NotAllowed):
        exports.table_of(export=written, by=by, now=LATER)


def test_who_lost_the_role_gets_none(admin):
    export = requested(admin)
    admin.user.groups.clear()

    run(export)

    assert (export.state, export.error) == (
        ExportState.FAILED,
        "Alex Romero may not export these rows any more.",
    )


@pytest.mark.parametrize(
    ("scopes", "has_subject"), [([Scope.EXPORT_READ], False), ([Scope.EXPORT_READ, Scope.ESCALATIONS_READ], True)]
)
def test_a_key_s_export_tells_of_customers_where_the_key_reads_the_work(scopes, has_subject):
    escalation(subject="My card 4711")
    factories.make_key(*scopes)
    by = Actor.of_key(ApiKey.objects.get())

    (line,) = lines(run(requested(by)), by)

    assert ("subject" in line, "customer" in line) == (has_subject, has_subject)
    assert ("4711" in json.dumps(line)) is has_subject


def test_a_revoked_key_s_export_is_not_written():
    factories.make_key(Scope.EXPORT_READ, name="Warehouse")
    key = ApiKey.objects.get()
    export = requested(Actor.of_key(key))
    ApiKey.objects.update(revoked_at=LATER)

    run(export)

    assert (export.state, export.error) == (ExportState.FAILED, "API key Warehouse was revoked.")


def test_nobody_has_more_than_three_under_way(admin):
    for _ in range(exports.EACH):
        requested(admin)

    with pytest.raises(Conflict, match="3 exports are under way already"):
        requested(admin)
    requested(Actor.of_user(factories.make_user(Role.ADMIN)))


def test_workers_are_left_for_other_work(admin):
    waiting = [requested(admin) for _ in range(3)]

    taken = [exports._take_up(one.pk, LATER) is not None for one in waiting]

    assert taken == [True, True, False]


def test_removal_takes_all_that_was_written_and_is_recorded(admin):
    resolved()
    export = run(requested(admin))
    lines(export, admin)

    exports.remove_export(export=export, by=admin, now=LATER)

    assert not Export.objects.exists() and not ExportPart.objects.exists()
    told = AuditEntry.objects.filter(action__startswith="export.").order_by("id")
    assert [entry.action for entry in told] == ["export.requested", "export.downloaded", "export.removed"]
    assert {entry.actor for entry in told} == {"Alex Romero"}


def test_old_ones_are_removed_and_their_time_is_not_up_before(admin):
    resolved()
    run(requested(admin))
    requested(admin)

    assert exports.remove_old(now=LATER + exports.KEPT - timedelta(seconds=1)) == 0
    assert exports.remove_old(now=LATER + exports.KEPT) == 1
    assert [one.state for one in Export.objects.all()] == [ExportState.QUEUED]


def test_a_sweep_begins_what_no_job_has_and_removes_what_is_old(admin, monkeypatch):
    begun = []
    monkeypatch.setattr(tasks.run_export, "delay", begun.append)
    now = timezone.now()
    requested(admin, now=now)
    waiting, old = (requested(admin, now=now - timedelta(minutes=n)) for n in (1, 2))
    run(old, now=now - exports.KEPT - timedelta(minutes=1))

    tasks.sweep_exports()

    assert begun == [waiting.pk]
    assert not Export.objects.filter(pk=old.pk).exists()


def test_rows_that_vanish_meanwhile_are_left_out(admin, monkeypatch):
    resolved()
    ids = Rows.ids

    def and_then_gone(self):
        found = ids(self)
        Escalation.objects.all().delete()
        return found

    monkeypatch.setattr(Rows, "ids", and_then_gone)
    export = run(requested(admin))

    assert (export.state, export.total, lines(export, admin)) == (ExportState.DONE, 0, [])
