"""From schedules to runs, and from runs to mails. One run for each occurrence, whoever looks and however often.

A run is claimed by a conditional UPDATE before each attempt. Its document is frozen by the first, so that all
attempts send the same. A process that dies after the mail server took the mail and before that is written sends it
again: mail can't promise more.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet

from analytics.actions.report_mail import send as send_mail
from analytics.actions.report_mail import tell_of_failure
from analytics.actions.report_schedules import next_of
from analytics.decisions.periods import period_due
from analytics.enums import ReportFormat, ReportKind, RunState
from analytics.exporters import file_of
from analytics.metrics.reports import make
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Document
from analytics.models import ReportRun, ReportSchedule
from analytics.policy import reports_of
from helpninja.common.actions import record
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# After the first, second, ... failed attempt.
DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
# Longer than an attempt can take: whoever dies with a run in hand holds it up for so long.
LEASE = timedelta(minutes=10)
AT_ONCE = 50


class NotAllowed(Exception):
    """Whoever owns the report may not see its figures any more: no later attempt would do better."""


def make_due(*, now: datetime) -> list[ReportRun]:
    """A run for each occurrence that is due, those of an outage too: each tells of its own day."""
    runs = []
    for schedule in ReportSchedule.objects.due(now).order_by("next_at")[:AT_ONCE]:
        while schedule.next_at <= now and (run := claim_occurrence(schedule=schedule, now=now)):
            runs.append(run)
    return runs


@transaction.atomic
def claim_occurrence(*, schedule: ReportSchedule, now: datetime) -> ReportRun | None:
    """The run of its next occurrence, which it moves on; None where somebody else was first."""
    due_at = schedule.next_at
    if due_at is None:
        return None
    following = next_of(schedule, due_at)
    free = ReportSchedule.objects.filter(pk=schedule.pk, next_at=due_at, active=True)
    if not free.update(next_at=following):
        return None
    schedule.next_at = following
    return start(schedule=schedule, due_at=due_at, by=SYSTEM, now=now)


@transaction.atomic
def send_now(*, schedule: ReportSchedule, by: Actor, now: datetime) -> ReportRun:
    """Besides its occurrences. Raises Conflict where it was asked for twice at the same moment."""
    if ReportRun.objects.filter(schedule=schedule, due_at=now).exists():
        raise Conflict("This report is being sent already.")
    run = start(schedule=schedule, due_at=now, by=by, now=now)
    record(by=by, action="report.sent_now", subject=schedule, now=now, recipients=schedule.addresses)
    return run


def start(*, schedule: ReportSchedule, due_at: datetime, by: Actor, now: datetime) -> ReportRun:
    """A run as the schedule says it now; attempts begin at ``now``."""
    return ReportRun.objects.create(
        schedule=schedule,
        owner_id=schedule.owner_id,
        requested_by=by.label[:200],
        kind=schedule.kind,
        time_zone=schedule.time_zone,
        running=schedule.running,
        recipients="\n".join(schedule.addresses),
        formats=schedule.formats,
        due_at=due_at,
        next_attempt_at=now,
    )


@transaction.atomic
def retry(*, run: ReportRun, by: Actor, now: datetime) -> ReportRun:
    """One that was given up begins its attempts anew, with the same document. Raises Conflict."""
    failed = ReportRun.objects.filter(pk=run.pk, state=RunState.FAILED)
    if not failed.update(state=RunState.WAITING, attempts=0, next_attempt_at=now, seen_at=None, seen_by=""):
        raise Conflict("Only reports that were given up can be sent again.")
    run.refresh_from_db()
    record(by=by, action="report.retried", subject=run, now=now)
    return run


def mark_seen(*, run: ReportRun, by: Actor, now: datetime) -> None:
    """Somebody knows that it failed. The first one counts."""
    ReportRun.objects.alarming().filter(pk=run.pk).update(seen_at=now, seen_by=by.label[:200])


def send_due(*, clock: Clock) -> int:
    """How many it attempted."""
    attempted = 0
    while attempted < AT_ONCE and (run := _claim(clock())):
        attempt(run=run, clock=clock)
        attempted += 1
    return attempted


def _claim(now: datetime) -> ReportRun | None:
    run: ReportRun
    for run in ReportRun.objects.due(now).order_by("next_attempt_at", "pk")[:AT_ONCE]:
        free = ReportRun.objects.due(now).filter(pk=run.pk, attempts=run.attempts)
        if free.update(attempts=F("attempts") + 1, next_attempt_at=now + LEASE):
            run.refresh_from_db()
            return run
    return None


def attempt(*, run: ReportRun, clock: Clock) -> None:
    """Whatever goes wrong is written down, and tried again later."""
    try:
        document = frozen(run=run, now=clock())
        files = [file_of(document, ReportFormat(one)) for one in run.formats]
        send_mail(run=run, document=document, files=files)
    except Exception as error:
        logger.exception("The report %s was not sent.", run.public_id)
        _failed(run, error, clock())
    else:
        _ours(run).update(state=RunState.SENT, sent_at=clock(), next_attempt_at=None, error="")


def frozen(*, run: ReportRun, now: datetime) -> Document:
    """As it was first made. Raises NotAllowed."""
    if run.document is not None:
        return Document.from_json(run.document)
    sight = reports_of(Actor.of_user(run.owner))
    if sight is None:
        raise NotAllowed(f"{run.owner.get_full_name() or run.owner} may not see these figures any more.")
    period = period_due(ReportKind(run.kind), run.due_at, run.time_zone, running=run.running)
    document = make(Asked(period, sight.teams, now))
    run.document, run.title = document.to_json(), document.title[:200]
    run.save(update_fields=["document", "title"])
    return document


def _ours(run: ReportRun) -> QuerySet[ReportRun]:
    """Nothing is written by one whose lease ran out and whose run is another's now."""
    return ReportRun.objects.filter(pk=run.pk, state=RunState.WAITING, attempts=run.attempts)


def _failed(run: ReportRun, error: Exception, now: datetime) -> None:
    text = f"{type(error).__name__}: {error}"[:500]
    if run.attempts <= len(DELAYS) and not isinstance(error, NotAllowed):
        _ours(run).update(error=text, next_attempt_at=now + DELAYS[run.attempts - 1])
        return
    with transaction.atomic():
        if _ours(run).update(state=RunState.FAILED, error=text, next_attempt_at=None):
            record(by=SYSTEM, action="report.failed", subject=run, now=now, error=text, attempts=run.attempts)
            transaction.on_commit(partial(tell_of_failure, run=run, error=text))
