"""The writers of schedules: what is due next follows from what they say."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from analytics.decisions.periods import due_after
from analytics.enums import ReportKind
from analytics.models import ReportSchedule
from helpninja.common.actions import record
from helpninja.common.actors import Actor


@transaction.atomic
def keep(*, schedule: ReportSchedule, by: Actor, now: datetime) -> ReportSchedule:
    """A new one belongs to ``by``, whose sight limits its figures from then on. Occurrences begin after now."""
    verb = "changed" if schedule.pk else "added"
    if not schedule.pk:
        schedule.owner, schedule.created_at = by.user, now
    schedule.next_at = next_of(schedule, now) if schedule.active else None
    schedule.save()
    told = {"kind": schedule.kind, "recipients": schedule.addresses, "active": schedule.active}
    record(by=by, action=f"report_schedule.{verb}", subject=schedule, now=now, **told)
    return schedule


@transaction.atomic
def remove(*, schedules: Iterable[ReportSchedule], by: Actor, now: datetime) -> None:
    """What they sent stays in the log."""
    for schedule in schedules:
        record(by=by, action="report_schedule.deleted", subject=schedule, now=now)
        schedule.delete()


def next_of(schedule: ReportSchedule, after: datetime) -> datetime:
    """The first moment after ``after`` at which it is due, by its own time zone."""
    return due_after(ReportKind(schedule.kind), schedule.at, schedule.time_zone, after, schedule.weekday)
