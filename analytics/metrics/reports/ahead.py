"""The day after a report's: what may come, who will be there, what is out of the ordinary."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Min, Q

from agents.actions.calendars import open_hours
from agents.decisions.calendars.overview import exceptions
from agents.models import Team
from analytics.decisions.outlook import Expected, expected
from analytics.metrics.registry import METRICS
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Figure, Section
from analytics.metrics.reports.items import action_items
from analytics.metrics.reports.staffing import coverage
from analytics.metrics.sources import OPENED
from helpninja.common.values import rounded
from helpninja.common.windows import Window
from quality.enums import ENDED, InitiativeStatus
from quality.models import CycleTask, Initiative, InitiativeStep

WEEKS = 8
VOLUME_DEFINITION = (
    "Escalations opened on the same weekday of the last 8 weeks: the least and the most of n days, and their "
    "median. The next one lies between in (n - 1) of (n + 1) cases if the days are alike."
)
COVERAGE_DEFINITION = (
    "Agents with planned hours that approved leave leaves them; whoever has no plan counts as there."
)


def tomorrow(asked: Asked) -> Section:
    """What is expected of the next day, who is there for it, and what is still to do."""
    day = asked.period.first + timedelta(days=1)
    items = action_items(asked)
    return Section(
        "tomorrow",
        f"Preparation for {day:%A, %b %-d}",
        figures=(
            _volume_figure(expected_on(day, asked), day),
            coverage(asked, day).figure("coverage", "Team coverage", COVERAGE_DEFINITION),
        ),
        sentences=tuple(_events(day, asked)) or ("No special events are known.",),
        tables=(items,) if items else (),
        note="" if items else "No action items have been added.",
    )


def expected_on(day: date, asked: Asked) -> Expected | None:
    """From the same weekdays before it, as far as there is a history. Two queries."""
    zone = asked.zone
    window = Window.of_days(day - timedelta(weeks=WEEKS), day - timedelta(days=1), zone)
    known = OPENED.rows(asked.frame().filters, asked.now).aggregate(first=Min("opened_at"))["first"]
    if known is None:
        return None
    begins = known.astimezone(window.tzinfo).date()
    days = [past for past in window.days() if past.weekday() == day.weekday() and past > begins]
    counts = asked.by_day(["escalations"], window)
    return expected([counts[past]["escalations"].n if past in counts else 0 for past in days])


def _volume_figure(found: Expected | None, day: date) -> Figure:
    unit = METRICS["escalations"].unit.value
    label = "Expected volume"
    if found is None:
        note = "too few weeks of history"
        return Figure("escalations", label, "–", unit, None, 0, note=note, definition=VOLUME_DEFINITION)
    text = f"{found.low}–{found.high} escalations" if found.low < found.high else f"{found.low} escalations"
    middle, sure = f"{found.middle:g}", rounded(found.confidence, 0, scale=100)
    note = f"median {middle} of the last {found.n} {day:%A}s; the range holds the next in {sure}% of cases"
    return Figure("escalations", label, text, unit, found.middle, found.n, note=note, definition=VOLUME_DEFINITION)


def _events(day: date, asked: Asked) -> Iterator[str]:
    teams = Team.objects.all() if asked.teams is None else Team.objects.filter(pk__in=asked.teams)
    calendars = teams.filter(calendar__isnull=False).values_list("calendar", "calendar__name").distinct()
    for calendar, name in calendars.order_by("calendar__name"):
        hours = open_hours(calendar)
        midnights = Window.of_days(day, day, str(hours.zone))
        for one in exceptions(hours, midnights.start, midnights.end):
            if one.day == day:
                yield f"{one.name} ({name}: {one.hours})"
    yield from _improvements(day, asked)


def _improvements(day: date, asked: Asked) -> Iterator[str]:
    ours = Q() if asked.teams is None else Q(teams=None) | Q(teams__in=asked.teams)
    initiatives = Initiative.objects.filter(ours).exclude(status__in=ENDED).distinct()
    starting = Q(starts_on=day, status=InitiativeStatus.PLANNED)
    for one in initiatives.filter(starting | Q(ends_on=day)):
        yield f"Initiative planned to {'be complete' if one.ends_on == day else 'start'}: {one.name}"
    for step in InitiativeStep.objects.filter(initiative__in=initiatives, due=day, done_at=None):
        yield f"Due for an initiative: {step.text}"
    cycles = Q() if asked.teams is None else Q(cycle__team=None) | Q(cycle__team__in=asked.teams)
    for task in CycleTask.objects.filter(cycles, due=day, done_at=None):
        yield f"Due in the improvement cycle: {task.title}"
