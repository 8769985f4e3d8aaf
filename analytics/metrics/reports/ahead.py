"""The day after a report's: what may come, who will be there, what is out of the ordinary."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from agents.actions.calendars import open_hours
from agents.decisions.calendars.overview import exceptions
from agents.models import Team
from analytics.decisions.outlook import Expected, expected
from analytics.metrics.registry import METRICS
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Figure, Section
from analytics.metrics.reports.items import Item, action_items
from analytics.metrics.reports.staffing import coverage
from analytics.metrics.sources import OPENED
from helpninja.common.values import Value, rounded
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


class Known(NamedTuple):
    """What bears on the day after the report's, asked together when it is read."""

    first: Sequence[datetime]
    counts: Mapping[date, Mapping[str, Value]]
    calendars: Sequence[tuple[str, int, int]]
    initiatives: Sequence[tuple[datetime, int, str, date]]
    steps: Sequence[tuple[date, int, str]]
    tasks: Sequence[tuple[str, int, str]]


def known_of(asked: Asked) -> Known:
    """Put, and not yet asked."""
    day, put = _day_after(asked), asked.together.put
    initiatives, steps, tasks = _improvements(day, asked)
    return Known(
        put(_first(asked), itemgetter(0)),
        asked.by_day(["escalations"], _weeks_before(day, asked.zone)),
        put(_calendars(asked), tuple),
        put(initiatives, tuple),
        put(steps, tuple),
        put(tasks, tuple),
    )


def _day_after(asked: Asked) -> date:
    return asked.period.first + timedelta(days=1)


def _weeks_before(day: date, zone: str) -> Window:
    return Window.of_days(day - timedelta(weeks=WEEKS), day - timedelta(days=1), zone)


def tomorrow(asked: Asked, known: Known, added: Iterable[Item]) -> Section:
    """What is expected of the next day, who is there for it, and what is still to do."""
    day = _day_after(asked)
    items = action_items(added, asked.now)
    return Section(
        "tomorrow",
        f"Preparation for {day:%A, %b %-d}",
        figures=(
            _volume_figure(_expected_on(day, known, asked.zone), day),
            coverage(asked, day).figure("coverage", "Team coverage", COVERAGE_DEFINITION),
        ),
        sentences=tuple(_events(day, known)) or ("No special events are known.",),
        tables=(items,) if items else (),
        note="" if items else "No action items have been added.",
    )


def _first(asked: Asked) -> QuerySet[Any, Any]:
    """When the first escalation was opened."""
    rows = OPENED.rows(asked.frame().filters, asked.now)
    return rows.order_by("opened_at").values_list("opened_at")[:1]


def _expected_on(day: date, known: Known, zone: str) -> Expected | None:
    """From the same weekdays before it, as far as there is a history."""
    if not known.first:
        return None
    window, counts = _weeks_before(day, zone), known.counts
    begins = known.first[0].astimezone(window.tzinfo).date()
    days = [past for past in window.days() if past.weekday() == day.weekday() and past > begins]
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


def _calendars(asked: Asked) -> QuerySet[Any, Any]:
    """Those of the teams, by name, in their newest version."""
    teams = Team.objects.all() if asked.teams is None else Team.objects.filter(pk__in=asked.teams)
    columns = ("calendar__name", "calendar", "calendar__version")
    return teams.filter(calendar__isnull=False).order_by().values_list(*columns).distinct()


def _events(day: date, known: Known) -> Iterator[str]:
    for name, calendar, version in sorted(known.calendars):
        hours = open_hours(calendar, version)
        midnights = Window.of_days(day, day, str(hours.zone))
        for one in exceptions(hours, midnights.start, midnights.end):
            if one.day == day:
                yield f"{one.name} ({name}: {one.hours})"
    for *_, name, ends_on in sorted(known.initiatives, reverse=True):
        yield f"Initiative planned to {'be complete' if ends_on == day else 'start'}: {name}"
    for *_, text in sorted(known.steps):
        yield f"Due for an initiative: {text}"
    for *_, title in sorted(known.tasks):
        yield f"Due in the improvement cycle: {title}"


def _improvements(day: date, asked: Asked) -> Iterator[QuerySet[Any, Any]]:
    """Initiatives that start or end, and what is due; each row begins with what puts it in order."""
    ours = Q() if asked.teams is None else Q(teams=None) | Q(teams__in=asked.teams)
    initiatives = Initiative.objects.filter(ours).exclude(status__in=ENDED).distinct()
    starting = Q(starts_on=day, status=InitiativeStatus.PLANNED)
    changing = initiatives.filter(starting | Q(ends_on=day)).order_by()
    yield changing.values_list("created_at", "pk", "name", "ends_on")
    steps = InitiativeStep.objects.filter(initiative__in=initiatives, due=day, done_at=None).order_by()
    yield steps.values_list("due", "pk", "text")
    cycles = Q() if asked.teams is None else Q(cycle__team=None) | Q(cycle__team__in=asked.teams)
    tasks = CycleTask.objects.filter(cycles, due=day, done_at=None).order_by()
    yield tasks.values_list("phase", "pk", "title")
