"""Cycles: made from the installed template, worked off, continued, closed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from agents.actions import calendars
from agents.enums import DayKind, Weekday
from agents.models import Calendar
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from quality.actions.improvement import (
    continue_task,
    keep_cycles,
    make_cycle,
    mark_task,
    note_task,
    set_state,
    write_notes,
)
from quality.enums import CycleState, Phase, Repeats
from quality.models import CycleTask, CycleTemplate, ImprovementCycle
from quality.tasks import keep_cycles as keep_cycles_task
from tests import factories
from tests.quality.improving import make_month

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)  # a Sunday; the last day of the month is a Tuesday
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)

GUIDE = {
    Phase.WEEK_1: [
        "Gather all escalation data and metrics",
        "Analyze quality scores and customer feedback",
        "Identify trends and patterns",
        "Review team performance individually",
        "Compile improvement opportunities",
    ],
    Phase.WEEK_2: [
        "Deep dive into low-quality escalations",
        "Interview agents about challenges",
        "Review knowledge base gaps",
        "Analyze system and process issues",
        "Prioritize improvement areas",
    ],
    Phase.WEEK_3: [
        "Develop training materials for skill gaps",
        "Create process improvements",
        "Update knowledge base content",
        "Design system enhancements",
        "Plan implementation timeline",
    ],
    Phase.WEEK_4: [
        "Roll out process improvements",
        "Conduct targeted training sessions",
        "Update documentation and procedures",
        "Monitor early results",
        "Gather feedback from team",
    ],
    Phase.CONTINUOUS: [
        "Weekly quality spot checks",
        "Real-time feedback collection",
        "Ongoing coaching and support",
        "Monthly team retrospectives",
        "Quarterly comprehensive review",
    ],
}


def weekly(cycle):
    return cycle.tasks.filter(title="Weekly quality spot checks").order_by("due")


def test_the_installed_template_is_the_four_week_process():
    tasks = CycleTemplate.objects.get().tasks.all()

    assert {phase: [task.title for task in tasks if task.phase == phase] for phase in Phase} == GUIDE


def test_a_cycle_has_a_task_for_each_working_day_of_four_weeks(supervisor):
    cycle = make_month(MARCH, owner=supervisor.user, now=NOW)

    weeks = cycle.tasks.exclude(phase=Phase.CONTINUOUS).order_by("due")
    weekdays = [MARCH + DAY * n for n in range(31) if (MARCH + DAY * n).weekday() < 5]
    assert [task.due for task in weeks] == weekdays[:20]
    assert {task.owner for task in cycle.tasks.all()} == {supervisor.user}
    assert list(cycle.tasks.filter(phase=Phase.CONTINUOUS).order_by("due", "id").values_list("title", "due")) == [
        ("Weekly quality spot checks", date(2026, 3, 6)),
        ("Real-time feedback collection", date(2026, 3, 6)),
        ("Ongoing coaching and support", date(2026, 3, 6)),
        ("Monthly team retrospectives", date(2026, 3, 31)),
        ("Quarterly comprehensive review", date(2026, 3, 31)),
    ]


def test_due_dates_are_working_days_of_the_teams_calendar():
    calendar = Calendar.objects.create(name="Sundays too", time_zone="Europe/Berlin")
    calendar.openings.create(
        weekdays=[*range(Weekday.MONDAY, Weekday.FRIDAY + 1), Weekday.SUNDAY], opens=time(9), closes=time(17)
    )
    calendar.days.create(first_date=date(2026, 3, 2), name="Founders' day", kind=DayKind.CLOSED)
    calendars.publish(calendar=calendar, by=SYSTEM, now=NOW)
    team = factories.support()
    team.calendar = calendar
    team.save()

    tasks = make_month(MARCH, team=team, now=NOW).tasks.filter(phase=Phase.WEEK_1)

    assert [task.due for task in tasks] == [date(2026, 3, day) for day in (1, 3, 4, 5, 6)]


def test_a_month_has_one_cycle_for_each_team_and_one_for_all():
    team, template = factories.support(), CycleTemplate.objects.get()
    given = {"template": template, "owner": None, "by": SYSTEM, "now": NOW}

    first, made = make_cycle(month=MARCH, team=team, **given)
    again, made_again = make_cycle(month=date(2026, 3, 20), team=team, **given)
    of_all, made_for_all = make_cycle(month=MARCH, team=None, **given)
    of_all_again, _ = make_cycle(month=MARCH, team=None, **given)

    assert (made, made_again, made_for_all) == (True, False, True)
    assert (again, of_all_again) == (first, of_all)
    assert ImprovementCycle.objects.count() == 2
    assert first.tasks.count() == 25


def test_outside_the_quarters_last_month_there_is_no_quarterly_review():
    cycle = make_month(date(2026, 2, 1), now=NOW)

    assert not cycle.tasks.filter(repeats=Repeats.QUARTERLY).exists()


def test_a_task_done_says_when_and_by_whom_and_once(agent):
    task, by = make_month(MARCH, now=NOW).tasks.first(), Actor.of_user(agent.user)
    mark_task(task=task, done=True, by=by, now=NOW)

    with pytest.raises(Conflict, match="This task is done already"):
        mark_task(task=task, done=True, by=SYSTEM, now=NOW + DAY)

    assert (task.done_at, task.done_by) == (NOW, by.label)
    mark_task(task=task, done=False, by=by, now=NOW)
    assert (task.done_at, task.done_by) == (None, "")
    actions = AuditEntry.objects.filter(action__startswith="improvement_cycle.task").values_list(
        "action", flat=True
    )
    assert set(actions) == {"improvement_cycle.task_done", "improvement_cycle.task_reopened"}


def test_a_weekly_task_that_is_done_comes_again_the_next_week():
    cycle = make_month(MARCH, now=NOW)
    task = weekly(cycle).get()

    mark_task(task=task, done=True, by=SYSTEM, now=NOW)
    mark_task(task=task, done=False, by=SYSTEM, now=NOW)
    mark_task(task=task, done=True, by=SYSTEM, now=NOW)

    assert [one.due for one in weekly(cycle)] == [date(2026, 3, 6), date(2026, 3, 13)]


def test_a_weekly_task_whose_date_is_past_comes_again_by_the_sweep_and_stays_open():
    cycle = make_month(MARCH, now=NOW)

    keep_cycles(now=NOW + 4 * DAY)  # its day itself
    assert weekly(cycle).count() == 1
    keep_cycles(now=NOW + 5 * DAY)
    keep_cycles(now=NOW + 5 * DAY)

    assert [(one.due, one.done_at) for one in weekly(cycle)] == [
        (date(2026, 3, 6), None),
        (date(2026, 3, 13), None),
    ]


def test_weeks_in_which_nothing_ran_are_not_made_up_for():
    cycle = make_month(MARCH, now=NOW)

    keep_cycles(now=NOW + 17 * DAY)

    assert [one.due for one in weekly(cycle)] == [date(2026, 3, 6), date(2026, 3, 20)]


def test_after_the_months_last_date_nothing_follows(django_assert_num_queries):
    cycle = make_month(MARCH, now=NOW)

    keep_cycles(now=NOW + 24 * DAY)
    keep_cycles(now=NOW + 60 * DAY)

    assert [one.due for one in weekly(cycle)] == [date(2026, 3, 6), date(2026, 3, 27)]
    with django_assert_num_queries(2):
        keep_cycles(now=NOW + 60 * DAY)


def test_two_sweeps_at_once_continue_a_task_once():
    task = weekly(make_month(MARCH, now=NOW)).get()
    seen_by_the_other = CycleTask.objects.select_related("cycle").get(pk=task.pk)

    continue_task(task=task, now=NOW + 5 * DAY)

    assert continue_task(task=seen_by_the_other, now=NOW + 5 * DAY) is None
    assert weekly(task.cycle).count() == 2


def test_the_next_one_is_deleted_for_good():
    cycle = make_month(MARCH, now=NOW)
    keep_cycles(now=NOW + 5 * DAY)
    weekly(cycle).last().delete()

    keep_cycles(now=NOW + 6 * DAY)

    assert weekly(cycle).count() == 1


@pytest.mark.parametrize("moment", [datetime(2026, 4, 1, 5, tzinfo=UTC), datetime(2026, 4, 17, 12, tzinfo=UTC)])
def test_a_recurring_template_makes_its_month_once(moment, supervisor, time_machine):
    team = factories.support()
    CycleTemplate.objects.update(recurring=True, team=team, owner=supervisor.user)
    time_machine.move_to(moment)

    keep_cycles_task()
    keep_cycles_task()

    cycle = ImprovementCycle.objects.get()
    assert (cycle.month, cycle.team, cycle.owner) == (date(2026, 4, 1), team, supervisor.user)


def test_a_month_begins_where_the_pages_are_read():
    CycleTemplate.objects.update(recurring=True)

    keep_cycles(now=datetime(2026, 4, 1, 3, 59, tzinfo=UTC))  # still March in New York

    assert ImprovementCycle.objects.get().month == MARCH


def test_without_a_recurring_template_nothing_is_made():
    keep_cycles(now=NOW)

    assert not ImprovementCycle.objects.exists()


def test_a_closed_cycle_keeps_its_tasks_as_they_are_until_it_is_opened_again():
    cycle = make_month(MARCH, now=NOW)
    set_state(cycle=cycle, state=CycleState.CLOSED, by=SYSTEM, now=NOW)
    task = weekly(cycle).select_related("cycle").get()

    with pytest.raises(Conflict, match="closed"):
        mark_task(task=task, done=True, by=SYSTEM, now=NOW)
    with pytest.raises(Conflict, match="closed"):
        note_task(task=task, note="Late", by=SYSTEM, now=NOW)
    with pytest.raises(Conflict, match="closed already"):
        set_state(cycle=cycle, state=CycleState.CLOSED, by=SYSTEM, now=NOW)
    keep_cycles(now=NOW + 9 * DAY)
    assert list(weekly(cycle).values_list("done_at", "note")) == [(None, "")]

    set_state(cycle=cycle, state=CycleState.OPEN, by=SYSTEM, now=NOW)
    task.refresh_from_db()
    assert mark_task(task=task, done=True, by=SYSTEM, now=NOW).done_at == NOW


def test_notes_are_not_written_over_those_of_somebody_else():
    cycle = make_month(MARCH, now=NOW)
    mine = {"went_well": "Speed", "to_improve": "", "next_actions": ""}
    write_notes(cycle=cycle, notes=mine, version=1, by=SYSTEM, now=NOW)

    with pytest.raises(Conflict, match="not saved yet"):
        write_notes(cycle=cycle, notes={**mine, "went_well": "Care"}, version=1, by=SYSTEM, now=NOW)

    cycle.refresh_from_db()
    assert (cycle.went_well, cycle.version) == ("Speed", 2)
