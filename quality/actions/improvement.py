"""The only writers of improvement cycles: made from a template, worked off, continued, closed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from agents.actions.calendars import open_hours
from agents.models import Team
from helpninja.common.actions import record
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from quality.decisions.improvement import IsWorking, due_dates, first_due, is_weekday, next_due
from quality.enums import CycleState
from quality.models import CycleTask, CycleTemplate, ImprovementCycle, TemplateTask

NOTES = ("went_well", "to_improve", "next_actions")


def today_at(now: datetime) -> date:
    """The date that people read on their pages."""
    return now.astimezone(ZoneInfo(settings.DISPLAY_TIME_ZONE)).date()


def make_cycle(
    *, template: CycleTemplate, month: date, team: Team | None, owner: Any, by: Actor, now: datetime
) -> tuple[ImprovementCycle, bool]:
    """With the template's tasks; whether it was made: a team has one a month, which is given as it is."""
    first = month.replace(day=1)
    if there := ImprovementCycle.objects.filter(month=first, team=team).first():
        return there, False
    try:
        with transaction.atomic():
            cycle = ImprovementCycle.objects.create(
                month=first, team=team, owner=owner, template=template, created_at=now
            )
            fill(cycle=cycle, by=by, now=now)
    except IntegrityError:
        return ImprovementCycle.objects.get(month=first, team=team), False
    return cycle, True


@transaction.atomic
def fill(*, cycle: ImprovementCycle, by: Actor, now: datetime) -> list[CycleTask]:
    """Gives a new cycle the tasks of its template, due on the working days of its team."""
    is_working, today = working_days(cycle.team), today_at(now)
    planned = cycle.template.tasks.all() if cycle.template else TemplateTask.objects.none()
    tasks = [task for plan in planned if (task := _planned(cycle, plan, is_working, today))]
    CycleTask.objects.bulk_create(tasks)
    record(by=by, action="improvement_cycle.started", subject=cycle, now=now, tasks=len(tasks))
    return tasks


def _planned(cycle: ImprovementCycle, plan: TemplateTask, is_working: IsWorking, today: date) -> CycleTask | None:
    """None where none of its dates is left in the month."""
    due = first_due(due_dates(cycle.month, plan.repeats, plan.working_day, is_working), plan.repeats, today)
    if due is None:
        return None
    return CycleTask(
        cycle=cycle,
        phase=plan.phase,
        title=plan.title,
        repeats=plan.repeats,
        working_day=plan.working_day,
        page=plan.page,
        owner_id=plan.owner_id or cycle.owner_id,
        due=due,
    )


def working_days(team: Team | None) -> IsWorking:
    """The days on which the team's calendar is open at all; weekdays where it has none."""
    if team is None or team.calendar_id is None:
        return is_weekday
    days = open_hours(team.calendar_id).days
    return lambda day: bool(days.on(day))


@transaction.atomic
def mark_task(*, task: CycleTask, done: bool, by: Actor, now: datetime) -> CycleTask:
    """Done, or not done after all. Raises Conflict where it is so already, or the cycle is closed."""
    _check_open(task.cycle)
    as_it_is = CycleTask.objects.filter(pk=task.pk, done_at__isnull=done)
    changed = as_it_is.update(done_at=now if done else None, done_by=by.label[:200] if done else "")
    task.refresh_from_db()
    if not changed:
        raise Conflict(f"This task is done already, by {task.done_by}." if done else "This task is open already.")
    action = "improvement_cycle.task_done" if done else "improvement_cycle.task_reopened"
    record(by=by, action=action, subject=task.cycle, now=now, task=task.title)
    if done and task.repeats:
        continue_task(task=task, now=now)
    return task


@transaction.atomic
def note_task(*, task: CycleTask, note: str, by: Actor, now: datetime) -> CycleTask:
    """What came of it, in place of what was noted before. Raises Conflict where the cycle is closed."""
    _check_open(task.cycle)
    task.note = note
    task.save(update_fields=["note"])
    record(by=by, action="improvement_cycle.task_noted", subject=task.cycle, now=now, task=task.title)
    return task


@transaction.atomic
def continue_task(*, task: CycleTask, now: datetime) -> CycleTask | None:
    """Once a task that comes again is done or past: its next one, if the month has one; at most once."""
    dates = due_dates(task.cycle.month, task.repeats, task.working_day, working_days(task.cycle.team))
    due = next_due(dates, task.due, today_at(now))
    if not CycleTask.objects.filter(pk=task.pk, continued=False).update(continued=True) or due is None:
        return None
    return CycleTask.objects.create(
        cycle=task.cycle,
        phase=task.phase,
        title=task.title,
        repeats=task.repeats,
        working_day=task.working_day,
        page=task.page,
        initiative_id=task.initiative_id,
        gap_id=task.gap_id,
        owner_id=task.owner_id,
        due=due,
    )


@transaction.atomic
def write_notes(
    *, cycle: ImprovementCycle, notes: Mapping[str, str], version: int, by: Actor, now: datetime
) -> None:
    """``version``: that of the notes that were changed. Raises Conflict where they are others by now."""
    texts = {name: notes[name] for name in NOTES}
    as_it_was = ImprovementCycle.objects.filter(pk=cycle.pk, version=version)
    if not as_it_was.update(**texts, version=F("version") + 1):
        raise Conflict("Somebody else has changed these notes in the meantime: yours are not saved yet.")
    cycle.refresh_from_db()
    record(by=by, action="improvement_cycle.notes_written", subject=cycle, now=now, version=cycle.version)


@transaction.atomic
def set_state(*, cycle: ImprovementCycle, state: CycleState, by: Actor, now: datetime) -> ImprovementCycle:
    """Closes it, with what is still open left so, or opens it again. Raises Conflict where it is so already."""
    closed = state == CycleState.CLOSED
    changed = (
        ImprovementCycle.objects.filter(pk=cycle.pk)
        .exclude(state=state)
        .update(state=state, closed_at=now if closed else None, closed_by=by.label[:200] if closed else "")
    )
    if not changed:
        raise Conflict(f"This cycle is {state.label.lower()} already.")
    cycle.refresh_from_db()
    record(by=by, action=f"improvement_cycle.{state}", subject=cycle, now=now)
    return cycle


def keep_cycles(*, now: datetime) -> None:
    """Makes this month's cycles of the recurring templates, and continues what comes again."""
    today = today_at(now)
    for template in CycleTemplate.objects.filter(recurring=True).select_related("team", "owner"):
        make_cycle(template=template, month=today, team=template.team, owner=template.owner, by=SYSTEM, now=now)
    for task in CycleTask.objects.to_continue(today).select_related("cycle__team"):
        continue_task(task=task, now=now)


def _check_open(cycle: ImprovementCycle) -> None:
    if cycle.state == CycleState.CLOSED:
        raise Conflict("This cycle is closed: open it again to change its tasks.")
