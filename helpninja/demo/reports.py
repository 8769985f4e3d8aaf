"""Reports that the team gets: their schedules, the last of each as it was sent, and one that was not."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import User

from agents.models import Agent
from analytics.actions import action_items, report_runs, report_schedules
from analytics.decisions.periods import due_after, period_due
from analytics.enums import ReportFormat, ReportKind, RunState
from analytics.models import ReportRun, ReportSchedule
from helpninja.common.actors import SYSTEM, Actor
from helpninja.demo.people import ADMIN, ANALYST, SUPERVISOR, Person

ZONE = "America/New_York"
WEEK, QUARTER = timedelta(days=7), timedelta(days=93)
# Who gets which, when, attached as what, and how far back the last one may lie.
SCHEDULES = (
    (SUPERVISOR, "Morgan's evening report", ReportKind.DAILY, time(18), True, ReportFormat.PDF, timedelta(days=1)),
    (ANALYST, "Monday's trends", ReportKind.WEEKLY, time(7), False, ReportFormat.XLSX, WEEK),
    (ADMIN, "The quarter for the management", ReportKind.EXECUTIVE, time(8), False, ReportFormat.PDF, QUARTER),
)
ITEMS = {
    ReportKind.DAILY: ("Extra technical coverage during the peak hours", "Call back the integration customer"),
    ReportKind.WEEKLY: ("Prepare for questions about the release", "Schedule follow-up training on new topics"),
}
FAILURE = "SMTPServerDisconnected: Connection unexpectedly closed"


def send_reports(agents: dict[str, Agent], now: datetime) -> None:
    """Nothing is mailed: what was sent before the demo began is told as any history is."""
    for person, name, kind, at, running, file_format, back in SCHEDULES:
        owner = User.objects.get(username=person.username)
        schedule = _schedule(owner, person, name, kind, at, running, file_format, now)
        due = _last_due(schedule, now, back)
        _want_done(kind, due, owner, running)
        _end(schedule, due, state=RunState.SENT, attempts=1, sent_at=due + timedelta(seconds=4))
        if kind == ReportKind.WEEKLY:
            attempts = len(report_runs.DELAYS) + 1
            _end(schedule, due - WEEK, state=RunState.FAILED, attempts=attempts, error=FAILURE)


def _schedule(
    owner: User,
    person: Person,
    name: str,
    kind: ReportKind,
    at: time,
    running: bool,
    file_format: ReportFormat,
    now: datetime,
) -> ReportSchedule:
    schedule = ReportSchedule(
        name=name,
        kind=kind,
        recipients=f"{person.username}@helpninja.example",
        formats=[file_format.value],
        time_zone=ZONE,
        at=at,
        running=running,
    )
    return report_schedules.keep(schedule=schedule, by=Actor.of_user(owner), now=now)


def _last_due(schedule: ReportSchedule, now: datetime, back: timedelta) -> datetime:
    """The last occurrence before now."""
    due = now - 2 * back
    while (following := due_after(ReportKind(schedule.kind), schedule.at, ZONE, due)) <= now:
        due = following
    return due


def _end(schedule: ReportSchedule, due: datetime, **ended: Any) -> None:
    """The document is frozen as it was to be then."""
    run = report_runs.start(schedule=schedule, due_at=due, by=SYSTEM, now=due)
    report_runs.frozen(run=run, now=due)
    ReportRun.objects.filter(pk=run.pk).update(next_attempt_at=None, **ended)


def _want_done(kind: ReportKind, due: datetime, owner: User, running: bool) -> None:
    period = period_due(kind, due, ZONE, running=running)
    by = Actor.of_user(owner)
    for text in ITEMS.get(kind, ()):
        action_items.add(kind=kind, first_day=period.first, text=text, owner=owner, by=by, now=due)
