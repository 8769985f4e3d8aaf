"""Whether a moment lies in its team's open hours, as an expression that both databases work out."""

from collections.abc import Mapping

from django.db.models import Case, F, IntegerField, Value, When

from agents.decisions.calendars import Definition, OpenHours
from agents.models import CalendarVersion
from analytics.metrics.stretches import Edge, number_at
from helpninja.common.windows import Window

OPEN, CLOSED = 1, 0


def hours_of_teams() -> dict[int, OpenHours]:
    """By the id of the team; teams that work round the clock have no calendar and are left out. One query."""
    rows = (
        CalendarVersion.objects.filter(number=F("calendar__version"), calendar__teams__isnull=False)
        .order_by()
        .values_list("calendar__teams", "pk", "number", "calendar__name", "definition")
    )
    compiled: dict[int, OpenHours] = {}
    found = {}
    for team, pk, number, name, definition in rows:
        if pk not in compiled:
            compiled[pk] = OpenHours(Definition.from_json(definition), name, number, pk)
        found[team] = compiled[pk]
    return found


def open_of(field: str, team: str, hours: Mapping[int, OpenHours], span: Window) -> Case | Value:
    """OPEN or CLOSED, NULL of teams without a calendar; right for moments of the span."""
    unknown = Value(None, output_field=IntegerField())
    if not hours:
        return unknown
    return Case(
        *(When(**{team: pk}, then=number_at(field, edges(one, span))) for pk, one in hours.items()),
        default=unknown,
        output_field=IntegerField(),
    )


def edges(hours: OpenHours, span: Window) -> list[Edge]:
    """When they open and close within the span, after what holds at its start."""
    found = [(span.start, CLOSED)]
    for opens, closes in hours.intervals(span.start, span.end):
        found += [(opens, OPEN), (closes, CLOSED)]
    return found[1:] if len(found) > 1 and found[1][0] == span.start else found
