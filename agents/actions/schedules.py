"""The plans of many agents in one query, whatever each consists of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, F, Field, IntegerField, Q, TimeField, Value

from agents.decisions.availability import (
    AHEAD,
    Availability,
    ChangedHours,
    Pause,
    Schedule,
    Span,
    WeeklyHours,
    availability,
)
from agents.models import Agent, OnCall, Shift, ShiftBreak, ShiftException, TimeOff

# Days around a moment whose changes and periods may bear on it.
BACK, ON = timedelta(days=3), timedelta(days=AHEAD + 2)


class Row(NamedTuple):
    """One row of any kind. ``owner`` is the agent, of a break the shift; ``number`` a weekday or minutes."""

    kind: str
    pk: int
    owner: int
    number: int | None
    first: date | None
    last: date | None
    start: time | None
    end: time | None
    label: str


OWNED = ("shift", "change", "time off", "on call")
LABEL = Row._fields.index("label") - 2


def availability_of(agent_ids: Collection[int], *, now: datetime) -> dict[int, Availability]:
    """By agent, for those among them that exist: one query."""
    schedules = schedules_of(agent_ids, now=now)
    found = {id(schedule): availability(schedule, now) for schedule in distinct(schedules)}
    return {pk: found[id(schedule)] for pk, schedule in schedules.items()}


def distinct(schedules: dict[int, Schedule]) -> Iterable[Schedule]:
    """Each once: most people share one of a few plans, and what follows from it."""
    return {id(schedule): schedule for schedule in schedules.values()}.values()


def schedules_of(
    agent_ids: Collection[int], *, now: datetime, since: datetime | None = None
) -> dict[int, Schedule]:
    """The weekly patterns whole, of all else what bears on the days around ``now``, or from ``since``: one query.

    Agents whose rows say the same have the same object.
    """
    rows: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(agent_ids, since or now, now):
        rows[row.kind][row.owner].append(row)
    shared: dict[Any, Schedule] = {}
    found = {}
    for pk, (agent,) in rows["agent"].items():
        said = (agent.label, *(_said(row, rows) for kind in OWNED for row in rows[kind].get(pk, ())))
        if said not in shared:
            shared[said] = _schedule(pk, agent.label, rows)
        found[pk] = shared[said]
    return found


def _said(row: Row, rows: dict[str, dict[int, list[Row]]]) -> tuple[Any, ...]:
    """All but whose row it is."""
    pauses = [pause[3:] for pause in rows["break"].get(row.pk, ())] if row.kind == "shift" else ()
    return (row.kind, *row[3:], *pauses)


def _schedule(agent: int, time_zone: str, rows: dict[str, dict[int, list[Row]]]) -> Schedule:
    return Schedule(
        time_zone=time_zone,
        weekly=tuple(_weekly(row, rows["break"][row.pk]) for row in rows["shift"][agent]),
        changes=tuple(_change(row) for row in rows["change"][agent]),
        time_off=tuple(_span(row) for row in rows["time off"][agent]),
        on_call=tuple(_span(row) for row in rows["on call"][agent]),
    )


def _weekly(row: Row, breaks: list[Row]) -> WeeklyHours:
    assert row.number is not None and row.start is not None and row.end is not None
    pauses = tuple(Pause(pause.start, pause.number) for pause in breaks if pause.start and pause.number)
    return WeeklyHours(row.number, row.start, row.end, pauses, row.first, row.last)


def _change(row: Row) -> ChangedHours:
    assert row.first is not None
    return ChangedHours(row.first, row.label, row.start, row.end)


def _span(row: Row) -> Span:
    assert row.first is not None and row.last is not None
    return Span(row.first, row.last, row.start, row.end, row.label)


def _rows(agent_ids: Collection[int], since: datetime, now: datetime) -> Iterator[Row]:
    """The shifts come first: the database takes the types of the columns from them."""
    near = Q(first_day__lte=(now + ON).date(), last_day__gte=(since - BACK).date())
    dates = Q(date__range=((since - BACK).date(), (now + ON).date()))
    period = ("agent", None, "first_day", "last_day", "from_time", "until_time")
    own, through_shift = Q(agent__in=agent_ids), Q(shift__agent__in=agent_ids)
    shifts, *others = (
        _of("shift", Shift, own, "agent", "weekday", "valid_from", "valid_to", "start", "end"),
        _of("break", ShiftBreak, through_shift, "shift", "minutes", None, None, "start"),
        _of("change", ShiftException, own & dates, "agent", None, "date", None, "start", "end", "change"),
        _of("time off", TimeOff, own & near & Q(approved=True), *period, "kind"),
        _of("on call", OnCall, own & near, *period),
        _of("agent", Agent, Q(pk__in=agent_ids), "pk", None, None, None, None, None, "time_zone"),
    )
    return map(Row._make, shifts.union(*others, all=True))


def _of(kind: str, model: Any, which: Q, *columns: str | None) -> Any:
    """The rows of one table in the shape of ``Row``; columns that it does not have are empty."""
    empty: tuple[Field[Any, Any], ...] = (
        IntegerField(),
        IntegerField(),
        DateField(),
        DateField(),
        TimeField(),
        TimeField(),
        CharField(),
    )
    shown = {
        f"row_{place}": F(column) if column else Value("" if place == LABEL else None, output_field=field)
        for place, (column, field) in enumerate(zip_longest(columns, empty))
    }
    return (
        model.objects.filter(which)
        .order_by()
        .annotate(row_kind=Value(kind), row_pk=F("pk"), **shown)
        .values_list("row_kind", "row_pk", *shown)
    )
