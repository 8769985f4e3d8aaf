"""Reports that the team gets: their schedules, the last of each as it was sent, and one that was not."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from agents.models import Agent
from analytics.actions import action_items, report_runs, report_schedules
from analytics.decisions.periods import due_after, period_due
from analytics.enums import ReportFormat, ReportKind, RunState
from analytics.models import ReportRun, ReportSchedule
from helpninja.common.actors import SYSTEM, Actor
from helpninja.demo.people import ADMIN, ANALYST, SUPERVISOR, Person

ZONE = "America/New_York"
DAY, WEEK, QUARTER = timedelta(days=1), timedelta(days=7), timedelta(days=93)


class Planned(NamedTuple):
    """Who gets which, when, of the period that runs or the one before, and how far back the last one may lie."""

    person: Person
    name: str
    kind: ReportKind
    at: time
    running: bool
    format: ReportFormat
    back: timedelta


SCHEDULES = (
    Planned(SUPERVISOR, "Morgan's evening report", ReportKind.DAILY, time(18), True, ReportFormat.PDF, DAY),
    Planned(ANALYST, "Monday's trends", ReportKind.WEEKLY, time(7), False, ReportFormat.XLSX, WEEK),
    Planned(
        ADMIN, "The quarter for the management", ReportKind.EXECUTIVE, time(8), False, ReportFormat.PDF, QUARTER
    ),
)
ITEMS = {
    ReportKind.DAILY: ("Extra technical coverage during the peak hours", "Call back the integration customer"),
    ReportKind.WEEKLY: ("Prepare for questions about the release", "Schedule follow-up training on new topics"),
}
FAILURE = "SMTPServerDisconnected: Connection unexpectedly closed"


def send_reports(agents: dict[str, Agent], now: datetime) -> Iterator[None]:
    """Nothing is mailed: what was sent before the demo began is told as any history is."""
    for planned in SCHEDULES:
        if not ReportSchedule.objects.filter(name=planned.name).exists():
            _send(planned, now)
            yield


@transaction.atomic
def _send(planned: Planned, now: datetime) -> None:
    owner = User.objects.get(username=planned.person.username)
    schedule = _schedule(planned, owner, now)
    due = _last_due(schedule, now, planned.back)
    _want_done(planned.kind, due, owner, planned.running)
    _end(schedule, due, state=RunState.SENT, attempts=1, sent_at=due + timedelta(seconds=4))
    if planned.kind == ReportKind.WEEKLY:
        attempts = len(report_runs.DELAYS) + 1
        _end(schedule, due - WEEK, state=RunState.FAILED, attempts=attempts, error=FAILURE)


def _schedule(planned: Planned, owner: User, now: datetime) -> ReportSchedule:
    schedule = ReportSchedule(
        name=planned.name,
        kind=planned.kind,
        recipients=f"{planned.person.username}@helpninja.example",
        formats=[planned.format.value],
        time_zone=ZONE,
        at=planned.at,
        running=planned.running,
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
