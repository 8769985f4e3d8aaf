from datetime import UTC, date, datetime, time, timedelta
from smtplib import SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail

from analytics.actions import report_mail, report_runs, report_schedules
from analytics.enums import ReportKind, RunState
from analytics.metrics.reports.document import Document
from analytics.models import ReportRun, ReportSchedule
from escalations.models import Escalation
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.metrics.reports.rows import at, case, store

pytestmark = pytest.mark.django_db
DAY = date(2025, 9, 3)
EVENING = at(DAY, 18)


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(at(DAY, 12), tick=False):
        yield


@pytest.fixture
def analyst():
    return factories.make_user(Role.ANALYST, first_name="Oliver", last_name="Grant")


def schedule(owner, **fields) -> ReportSchedule:
    """Daily at 18:00 in New York, of the day that runs; its next is this evening's."""
    row = ReportSchedule(
        **{
            "name": "Evening report",
            "kind": ReportKind.DAILY,
            "recipients": "morgan@example.com\nsarah@example.com",
            "time_zone": "America/New_York",
            "at": time(18),
            "running": True,
            **fields,
        }
    )
    return report_schedules.keep(schedule=row, by=Actor.of_user(owner), now=at(DAY, 12))


def sweep(now: datetime) -> None:
    report_runs.make_due(now=now)
    report_runs.send_due(clock=lambda: now)


def runs() -> list[ReportRun]:
    return list(ReportRun.objects.order_by("due_at"))


def broken(*args, **kwargs):
    raise SMTPServerDisconnected("Connection unexpectedly closed")


def test_nothing_is_sent_before_it_is_due(analyst):
    schedule(analyst)

    sweep(EVENING - timedelta(seconds=1))

    assert (runs(), mail.outbox) == ([], [])


def test_it_is_mailed_when_it_is_due_with_text_page_and_file(analyst):
    store([case(at(DAY, 9, n), response=228) for n in range(23)])
    row = schedule(analyst, formats=["pdf", "csv"])

    sweep(EVENING)

    (sent,), (message,) = runs(), mail.outbox
    row.refresh_from_db()
    assert (sent.state, sent.due_at, sent.sent_at, sent.error) == (RunState.SENT, EVENING, EVENING, "")
    assert row.next_at == at(DAY + timedelta(days=1), 18)
    assert message.to == ["morgan@example.com", "sarah@example.com"]
    assert message.subject == "Daily escalation operations report – September 3, 2025"
    assert "- Escalations: 23 (vs 0 yesterday by then)" in message.body
    assert "<strong>3.8 min</strong>" in message.alternatives[0].content
    assert [(name, content[:4]) for name, content, _ in message.attachments] == [
        ("daily-report-2025-09-03.pdf", b"%PDF"),
        ("daily-report-2025-09-03.csv", "\ufeffSec"),
    ]


def test_the_same_sweep_twice_sends_once(analyst):
    schedule(analyst)

    sweep(EVENING)
    sweep(EVENING)

    assert (len(runs()), len(mail.outbox)) == (1, 1)


def test_two_workers_with_the_same_schedule_in_hand_make_one_run(analyst):
    row = schedule(analyst)
    first, second = ReportSchedule.objects.get(pk=row.pk), ReportSchedule.objects.get(pk=row.pk)

    made = [report_runs.claim_occurrence(schedule=one, now=EVENING) for one in (first, second)]

    assert [run is not None for run in made] == [True, False]
    assert len(runs()) == 1


def test_two_workers_with_the_same_run_in_hand_send_it_once(analyst):
    schedule(analyst)
    report_runs.make_due(now=EVENING)

    taken = report_runs._claim(EVENING), report_runs._claim(EVENING)

    assert [run is not None for run in taken] == [True, False]


def test_after_an_outage_each_missed_day_has_its_own_report(analyst):
    schedule(analyst)

    sweep(at(DAY + timedelta(days=2), 19))

    assert [run.due_at for run in runs()] == [at(DAY + timedelta(days=n), 18) for n in range(3)]
    assert [run.title[-17:] for run in runs()] == ["September 3, 2025", "September 4, 2025", "September 5, 2025"]


@pytest.mark.parametrize(("first", "days"), [(date(2026, 3, 6), 5), (date(2025, 10, 30), 5)])
def test_over_a_clock_change_each_day_has_exactly_one(analyst, first, days):
    row = schedule(analyst, at=time(2, 30), running=False)
    ReportSchedule.objects.filter(pk=row.pk).update(next_at=at(first, 2, 30))

    moment = at(first, 0)
    while moment < at(first + timedelta(days=days), 0):
        report_runs.make_due(now=moment)
        moment += timedelta(minutes=30)

    zone = at(first).tzinfo
    assert [run.due_at.astimezone(zone).date() for run in runs()] == [
        first + timedelta(days=n) for n in range(days)
    ]


def test_what_was_sent_stays_as_it_was(analyst):
    store([case(at(DAY, 9))])
    schedule(analyst)
    sweep(EVENING)
    before = runs()[0].document

    Escalation.objects.all().delete()
    run = runs()[0]

    assert report_runs.frozen(run=run, now=EVENING + timedelta(days=9)) == Document.from_json(before)


def test_a_refused_mail_is_tried_again_later_with_the_same_document(analyst, monkeypatch):
    schedule(analyst)
    monkeypatch.setattr(report_mail.EmailMultiAlternatives, "send", broken)
    sweep(EVENING)

    (run,) = runs()
    assert (run.state, run.attempts, run.next_attempt_at) == (RunState.WAITING, 1, EVENING + timedelta(minutes=1))
    assert run.error == "SMTPServerDisconnected: Connection unexpectedly closed"
    document = run.document

    monkeypatch.undo()
    store([case(at(DAY, 9))])
    sweep(EVENING + timedelta(minutes=1))

    (run,) = runs()
    assert (run.state, run.attempts, run.error, run.document) == (RunState.SENT, 2, "", document)


def test_after_the_last_attempt_the_admins_are_told(analyst, monkeypatch, django_capture_on_commit_callbacks):
    admin = factories.make_user(Role.ADMIN)
    schedule(analyst)
    told = []
    monkeypatch.setattr(report_runs, "tell_of_failure", lambda **said: told.append(said["error"]))
    monkeypatch.setattr(report_mail.EmailMultiAlternatives, "send", broken)

    now = EVENING
    for delay in (timedelta(), *report_runs.DELAYS):
        now += delay
        with django_capture_on_commit_callbacks(execute=True):
            sweep(now)

    (run,) = runs()
    assert (run.state, run.attempts, run.next_attempt_at) == (RunState.FAILED, 5, None)
    assert told == ["SMTPServerDisconnected: Connection unexpectedly closed"]
    assert list(ReportRun.objects.visible_to(Actor.of_user(admin)).alarming()) == [run]
    assert AuditEntry.objects.filter(action="report.failed", object_id=run.public_id).exists()


def test_the_admins_mail_says_what_went_wrong(analyst):
    admin = factories.make_user(Role.ADMIN)
    factories.make_user(Role.ADMIN, is_active=False)
    run = report_runs.send_now(schedule=schedule(analyst), by=Actor.of_user(analyst), now=EVENING)

    report_mail.tell_of_failure(run=run, error="Connection refused")

    (message,) = mail.outbox
    assert message.to == [admin.email]
    assert "What went wrong: Connection refused" in message.body


def test_who_may_no_longer_see_figures_sends_none(analyst):
    schedule(analyst)
    analyst.groups.clear()

    sweep(EVENING)

    (run,) = runs()
    assert (run.state, run.attempts) == (RunState.FAILED, 1)
    assert run.error == "NotAllowed: Oliver Grant may not see these figures any more."
    assert mail.outbox == []


def test_a_supervisor_s_report_holds_their_teams_alone():
    elsewhere = factories.make_team("Elsewhere")
    supervisor = factories.make_agent(role=Role.SUPERVISOR, teams=[elsewhere])
    store([case(at(DAY)), case(at(DAY), team=elsewhere)])
    schedule(supervisor.user)

    sweep(EVENING)

    document = report_runs.frozen(run=runs()[0], now=EVENING)
    assert document.scope == "Elsewhere"
    assert document.sections[0].figures[0].value == 1


def test_a_given_up_report_can_be_sent_again_and_no_other(analyst):
    by = Actor.of_user(analyst)
    run = report_runs.send_now(schedule=schedule(analyst), by=by, now=EVENING)
    with pytest.raises(Conflict):
        report_runs.retry(run=run, by=by, now=EVENING)
    ReportRun.objects.update(state=RunState.FAILED, error="refused", next_attempt_at=None, attempts=5)

    report_runs.retry(run=run, by=by, now=EVENING)
    report_runs.send_due(clock=lambda: EVENING)

    assert [(one.state, one.attempts) for one in runs()] == [(RunState.SENT, 1)]


def test_a_failure_that_somebody_knows_of_alarms_nobody(analyst):
    by = Actor.of_user(analyst)
    run = report_runs.send_now(schedule=schedule(analyst), by=by, now=EVENING)
    ReportRun.objects.update(state=RunState.FAILED, error="refused", next_attempt_at=None)

    report_runs.mark_seen(run=run, by=by, now=EVENING)

    assert not ReportRun.objects.alarming().exists()
    assert runs()[0].seen_by == "Oliver Grant"


def test_an_inactive_schedule_rests_and_begins_anew(analyst):
    row = schedule(analyst)
    by = Actor.of_user(analyst)
    row.active = False
    report_schedules.keep(schedule=row, by=by, now=at(DAY, 13))
    sweep(EVENING)
    row.active = True
    report_schedules.keep(schedule=row, by=by, now=EVENING + timedelta(days=3))

    assert (runs(), row.next_at) == ([], EVENING + timedelta(days=4))


def test_schedules_are_kept_in_utc(analyst):
    assert schedule(analyst).next_at == datetime(2025, 9, 3, 22, tzinfo=UTC)
