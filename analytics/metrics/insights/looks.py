"""What is looked at: a few metrics, of all rows and of each group of a few dimensions, in both windows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import log
from operator import add, itemgetter
from typing import Any

from django.db.models import Avg, Case, CharField, Count, F, FloatField, IntegerField, Q, QuerySet, When
from django.db.models import Value as Constant
from django.db.models.functions import Cast, Floor, Ln, TruncDate

from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.insights.judging import Difference, Kind, excess_of, of_rates, of_spreads, of_volumes
from analytics.metrics.readings import Rate, Rows
from analytics.metrics.registry import METRICS, RATED_CSAT
from analytics.metrics.registry.conditions import REPEAT_WITHIN
from analytics.metrics.sources import CONVERSATIONS, OPENED, RATED, RESOLVED_ONCE, RESPONDED, Source
from analytics.metrics.spreads import Spread
from analytics.metrics.tally import BEFORE, NOW, Frame, Part, Tally, tally
from escalations.models import Conversation
from helpninja.common.values import Value
from helpninja.common.windows import Window

ABOUT = ("reason", "topic", "plan", "region", "team")
STORED = ("topic", "plan", "team")
VOLUMES = {"conversations": CONVERSATIONS, "escalations": OPENED}
RATES = ("escalation_rate", "resolution_rate", "reescalation_rate", "sla_attainment")
# Whether these hold shows only after some days: younger rows are left out, of both windows alike.
SHOWN_LATER = ("resolution_rate", "reescalation_rate")
# Times are counted in steps of 2 %, so that there are a few hundred whatever the number of rows.
STEP = 1.02
EVERY = Q()

# A day and how often it occurs.
Of = tuple[date, int]
# A value of the dimension, the period, a step of numbers, how often it occurs, and the mean of its numbers.
Step = tuple[str | None, int, Any, int, Any]


@dataclass(frozen=True)
class Group:
    """Of which rows: those with one value of a dimension, or all."""

    dimension: str = ""
    value: Any = None


ALL = Group()


@dataclass(frozen=True)
class Look:
    """``excess``: how much more a volume's days vary than independent arrivals."""

    key: str
    group: Group
    difference: Difference
    excess: float = 1.0


@dataclass(frozen=True)
class Spelt:
    """A metric of which the values themselves are compared, not their sum."""

    key: str
    kind: Kind
    source: Source
    field: str
    where: Q = EVERY

    @property
    def step(self) -> Any:
        if self.kind is Kind.SCORE:
            return F(self.field)
        # In doubles: PostgreSQL would take logarithms of exact numbers, which costs many times as much.
        seconds = Cast(F(self.field), FloatField())
        return Cast(
            Floor(Ln(seconds + Constant(1, FloatField())) * Constant(1 / log(STEP), FloatField())), IntegerField()
        )


SPREADS = (
    Spelt("first_response_time", Kind.TIME, RESPONDED, "first_response_seconds"),
    Spelt("resolution_time", Kind.TIME, RESOLVED_ONCE, "resolution_seconds"),
    Spelt("csat", Kind.SCORE, RATED, "csat", RATED_CSAT),
)


def looks(frame: Frame) -> list[Look]:
    """All that there are rows enough for, in at most two queries. The frame has a window before."""
    readings = {key: reading for key in RATES if (reading := _rate(key, frame))}
    volumes = {key: Rows(source) for key, source in VOLUMES.items()}
    parts = [part for reading in readings.values() for part in reading.parts(frame)]
    parts += [rows.count for rows in volumes.values()]
    found = tally(parts, frame, {part.source: _by(part.source, frame) for part in parts})
    first, days, spreads = _first(frame), _by_day(frame), _spreads(frame)
    return [*_of_rates(readings, found), *_of_volumes(volumes, found, first, days, frame), *_of_spreads(spreads)]


def _first(frame: Frame) -> Sequence[datetime]:
    """When the first conversation of all began, if there is any."""
    rows = Conversation.objects.order_by("started_at").values_list("started_at")
    return frame.together.put(rows[:1], itemgetter(0))


def _by(source: Source, frame: Frame) -> dict[str, Any]:
    return {key: DIMENSIONS[key].on[source](frame) for key in ABOUT if source in DIMENSIONS[key].on}


def _groups(found: Tally, source: Source) -> dict[Group, dict[int, dict[Part, int]]]:
    """The sums of all rows of the source and of each group that has a name, by period."""
    rows = found.rows[source.key]
    parts = list(rows[0].sums) if rows else []
    totals: dict[tuple[Group, int], list[int]] = {}
    for row in rows:
        numbers = list(row.sums.values())
        for group in (ALL, *(Group(key, value) for key, value in row.dims.items() if value not in (None, ""))):
            known = totals.get((group, row.period))
            totals[group, row.period] = list(map(add, known, numbers)) if known else numbers
    groups: dict[Group, dict[int, dict[Part, int]]] = {}
    for (group, period), sums in totals.items():
        by_period = groups.setdefault(group, {NOW: dict.fromkeys(parts, 0), BEFORE: dict.fromkeys(parts, 0)})
        by_period[period] = dict(zip(parts, sums, strict=True))
    return groups


def _rate(key: str, frame: Frame) -> Rate | None:
    """None where no row of the window is old enough."""
    reading = METRICS[key].reading
    assert isinstance(reading, Rate)
    reading = replace(reading, missing=())
    old_enough = frame.now - REPEAT_WITHIN
    if key not in SHOWN_LATER or frame.window.end <= old_enough:
        return reading
    if old_enough <= frame.window.start:
        return None
    assert frame.before is not None
    clock, since = reading.rows.source.clock, frame.window.start
    shown = Q(**{f"{clock}__gte": since, f"{clock}__lt": old_enough})
    shown |= Q(**{f"{clock}__lt": frame.before.start + (old_enough - since)})
    return replace(reading, rows=Rows(reading.rows.source, reading.rows.where & shown))


def _of_rates(readings: Mapping[str, Rate], found: Tally) -> Iterator[Look]:
    for key, reading in readings.items():
        for group, sums in _groups(found, reading.rows.source).items():
            now, before = (reading.value(sums[period].__getitem__) for period in (NOW, BEFORE))
            if difference := of_rates(now, before):
                yield Look(key, group, difference)


def _of_volumes(
    volumes: Mapping[str, Rows],
    found: Tally,
    first: Sequence[datetime],
    by_day: Mapping[str, Iterable[Of]],
    frame: Frame,
) -> Iterator[Look]:
    """None where the history begins within the window before, which is then no measure."""
    assert frame.before is not None
    if not first or first[0] > frame.before.start:
        return
    for key, rows in volumes.items():
        excess = excess_of(_days(by_day[key], frame), frame.window.days()[0])
        for group, sums in _groups(found, rows.source).items():
            now, before = (Value.of_count(sums[period][rows.count]) for period in (NOW, BEFORE))
            if difference := of_volumes(now, before, excess):
                yield Look(key, group, difference, excess)


def _by_day(frame: Frame) -> dict[str, Iterable[Of]]:
    """Of each volume the days with their numbers."""
    zone = frame.window.tzinfo
    return {
        key: frame.together.put(
            _rows(source, frame).values_list(TruncDate(source.clock, tzinfo=zone)).annotate(times=Count("pk")),
            tuple,
        )
        for key, source in VOLUMES.items()
    }


def _days(of: Iterable[Of], frame: Frame) -> dict[date, int]:
    """What each whole day of both windows had."""
    assert frame.before is not None
    found = dict.fromkeys([*whole_days(frame.before), *whole_days(frame.window)], 0)
    return found | {day: times for day, times in of if day in found}


def whole_days(window: Window) -> list[date]:
    """The zone's days of which no moment lies outside."""
    days = {day: Window.of_days(day, day, window.zone) for day in window.days()}
    return [day for day, one in days.items() if window.start <= one.start and one.end <= window.end]


def _of_spreads(spreads: Mapping[tuple[str, str], Iterable[Step]]) -> Iterator[Look]:
    counts: dict[tuple[str, Group, int], list[tuple[float, int]]] = {}
    for (what, by), steps in spreads.items():
        for about, period, _, times, middle in steps:
            group = _group(by, about)
            if group is not None:
                counts.setdefault((what, group, period), []).append((float(middle), times))
    kinds = {one.key: one.kind for one in SPREADS}
    for (key, group, period), now in counts.items():
        before = counts.get((key, group, BEFORE))
        if period != NOW or before is None:
            continue
        if difference := of_spreads(kinds[key], Spread.of(now), Spread.of(before)):
            yield Look(key, group, difference)


def _spreads(frame: Frame) -> dict[tuple[str, str], Iterable[Step]]:
    """By what is spelt, and the dimension that it is grouped by, or none."""
    return {
        (one.key, by): frame.together.put(rows, tuple) for one in SPREADS for by, rows in _branches(one, frame)
    }


def _branches(one: Spelt, frame: Frame) -> Iterator[tuple[str, QuerySet[Any, Step]]]:
    rows = _rows(one.source, frame).filter(one.where)
    period = Case(
        When(**{f"{one.source.clock}__gte": frame.window.start}, then=Constant(NOW)), default=Constant(BEFORE)
    )
    for by, about in {"": Constant(""), **_by(one.source, frame)}.items():
        steps = rows.annotate(about_=Cast(about, CharField()), period_=period, step_=one.step)
        yield (
            by,
            steps.values_list("about_", "period_", "step_").annotate(times_=Count("pk"), middle_=Avg(one.field)),
        )


def _rows(source: Source, frame: Frame) -> QuerySet[Any]:
    return source.within(frame.window, frame.filters, frame.now, frame.before).order_by()


def _group(by: str, about: str | None) -> Group | None:
    """None of the rows that lack a value."""
    if not by:
        return ALL
    if not about:
        return None
    return Group(by, int(about) if by in STORED else about)
