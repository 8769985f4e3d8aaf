"""Each person's figures beside one another, in a fixed number of queries however many people there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from django.db.models import Case, Count, F, FloatField, Q, Sum, When
from django.db.models import Value as Constant
from django.db.models.functions import Cast

from analytics.metrics.equity import ESCALATIONS, WorkloadEquity
from analytics.metrics.hours import HANDLINGS, SECONDS, Available, HandlingShare, Planned, Sides
from analytics.metrics.registry import METRICS, OPENED_MEASURED, Meter
from analytics.metrics.regression import mean_interval
from analytics.metrics.sources import HANDLED, HANDLED_ONCE, RATED, RESOLVED, RESPONDED, Source
from analytics.metrics.tally import BEFORE, NOW, Frame, Part, Tally, merged, tally
from helpninja.common.values import Value

# Of one person each, or of each of those who handled it.
CREDITED = (
    "first_response_time",
    "csat",
    "conversations_handled",
    "handling_time",
    "first_contact_resolution",
    "reescalation_rate",
)
RESOLUTION, EQUITY = "resolution_rate", "workload_equity"
AGENT = {
    RESPONDED: "first_responder",
    RATED: "handler",
    RESOLVED: "resolved_by",
    HANDLED: "agent",
    HANDLED_ONCE: "agent",
}
OF_WHOM = {source: {"agent": F(field)} for source, field in AGENT.items()}
SETTLED: Any = METRICS[RESOLUTION].reading
_HANDLING: Any = METRICS["handling_time"].reading
SHARES: dict[str, HandlingShare] = {
    "occupancy": HandlingShare(Available, besides=True),
    "utilization": HandlingShare(Planned),
}


def _squares(source: Source, field: str) -> Part:
    number = Cast(field, FloatField())
    return Part(source, Sum(number * number))


SQUARES = {
    "first_response_time": _squares(RESPONDED, "first_response_seconds"),
    "csat": _squares(RATED, "csat"),
}
LIMITS = {"first_response_time": (0.0, inf), "csat": (1.0, 5.0)}
IN_HANDS = (SECONDS, HANDLINGS, ESCALATIONS)
# An agent, a period and two numbers; an agent, a topic and a number.
Held = tuple[int, int, int, int]
Handled = tuple[int, int | None, int]
# Escalations, each once however many handled it.
HELD: Part = _HANDLING.distinct


@dataclass(frozen=True)
class Work:
    """Figures by metric key, the ``sides`` of shares of time, and ``topics``: escalations handled of each.

    ``before``: the same figures of the window before, none where it is not compared.
    """

    values: Mapping[str, Value]
    sides: Mapping[str, Sides]
    escalations: int
    topics: Mapping[int | None, int]
    before: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Everybody:
    """``people``: those who handled something in the window, by id; ``total`` is of all their work together."""

    people: Mapping[int, Work]
    total: Work
    available: Available
    planned: Planned


def everybody(frame: Frame) -> Everybody:
    """Three queries, and two for what rollups hold, whether a window before is compared or not."""
    meter = Meter((METRICS[key] for key in CREDITED), frame)
    opened = {OPENED_MEASURED.source: {"resolver": F("resolved_by"), "responder": F("first_responder")}}
    parts = [*meter.parts, *SETTLED.parts(frame), *SQUARES.values(), *IN_HANDS]
    shares = merged(share.splits(frame) for share in SHARES.values())
    found = tally(parts, frame, merged((OF_WHOM, shares, opened)))
    # What several handled is in the hands of each of them, and once in those of all.
    once = tally((part for part in parts if part.source == HANDLED_ONCE), frame)
    others, handled = _held_by_others(frame), _topics_handled(frame)
    available = Available.load(frame.filters, frame.span, frame.now)
    planned = Planned.load(frame.filters, frame.span, frame.now)
    windows = {NOW: frame.window, BEFORE: frame.before}
    read = _Reader(
        meter,
        {
            period: {"occupancy": available.times(window), "utilization": planned.times(window)}
            for period, window in windows.items()
            if window
        },
    )
    settled, topics = _settled(found, others, frame), _by_agent(handled)
    people = {
        agent: read.work(group, settled[agent], topics[agent])
        for (agent,), group in found.by(("agent",)).items()
        if group.sum(HANDLINGS)
    }
    rate, equity = SETTLED.reader(frame), WorkloadEquity().reader(frame)
    of_all = {period: rate(found, period) for period in frame.periods}
    total = read.work(found, of_all, {}, Tally({**found.tables, **once.tables}))
    total = replace(
        total,
        values={**total.values, EQUITY: equity(found, NOW)},
        before={**total.before, EQUITY: equity(found, BEFORE)} if frame.before else {},
    )
    return Everybody(people, total, available, planned)


@dataclass(frozen=True)
class _Reader:
    """``times`` of the shares, by period."""

    meter: Meter
    times: Mapping[int, Mapping[str, Mapping[int, float]]]

    def work(
        self,
        found: Tally,
        settled: Mapping[int, Value],
        topics: Mapping[int | None, int],
        whole: Tally | None = None,
    ) -> Work:
        whole = whole or found
        measured = self.meter.read(whole)
        sides = {
            period: {key: share.sides(found, period, times[key]) for key, share in SHARES.items()}
            for period, times in self.times.items()
        }
        now = {key: one.now for key, one in measured.items()}
        bounded = {key: with_bounds(key, now[key], found.sum(part)) for key, part in SQUARES.items()}
        read = {NOW: now | bounded, BEFORE: {key: one.before for key, one in measured.items() if one.before}}
        values = {
            period: {
                **read[period],
                RESOLUTION: settled[period],
                **{key: side.value for key, side in sides[period].items()},
            }
            for period in self.times
        }
        return Work(values[NOW], sides[NOW], whole.sum(HELD), topics, values.get(BEFORE, {}))


def with_bounds(key: str, mean: Value, squares: float) -> Value:
    """With the 95 % interval of the mean, within what the figure can be, from the sum of the squares."""
    found = mean_interval(mean.value, mean.n, squares) if mean.value is not None else None
    if found is None:
        return mean
    least, most = LIMITS[key]
    return replace(mean, bounds=(max(found.low, least), min(found.high, most)))


def _settled(found: Tally, others: Iterable[Held], frame: Frame) -> Mapping[int, Mapping[int, Value]]:
    """The resolution rate by agent and period, as the filter by that agent gives it: of all they had a hand in.

    Who resolved and who answered first is known from the escalation; ``others`` tell who held it besides.
    """
    sums: dict[int, dict[int, list[int]]] = defaultdict(lambda: {period: [0, 0] for period in frame.periods})

    def add(agent: int, period: int, hits: int, n: int) -> None:
        sums[agent][period][0] += hits
        sums[agent][period][1] += n

    for row in found.rows[OPENED_MEASURED.source.key]:
        resolver, responder = row.dims["resolver"], row.dims["responder"]
        for agent in {resolver, responder} - {None}:
            add(agent, row.period, row.sums[SETTLED.hits], row.sums[SETTLED.rows.count])
    for holder, period, n, hits in others:
        add(holder, period, hits, n)
    rates = {
        agent: {period: Value.of_rate(hits, n) for period, (hits, n) in of.items()} for agent, of in sums.items()
    }
    return defaultdict(lambda: dict.fromkeys(frame.periods, Value(None, 0)), rates)


def _held_by_others(frame: Frame) -> Iterable[Held]:
    """Of each who held what another answered first and resolved: how many, and how many of them are settled."""
    holder = Q(holder__isnull=False)
    for name in ("resolved_by", "first_responder"):
        holder &= Q(**{f"{name}__isnull": True}) | ~Q(holder=F(name))
    source = OPENED_MEASURED.source
    in_window = When(**{f"{source.clock}__gte": frame.window.start, "then": Constant(NOW)})
    rows = (
        source.within(frame.window, frame.filters, frame.now, frame.before)
        .filter(OPENED_MEASURED.where)
        .order_by()
        .annotate(holder=F("handling_intervals__agent"), period=Case(in_window, default=Constant(BEFORE)))
        .filter(holder)
        .values_list("holder", "period")
        .annotate(n=Count("pk", distinct=True), hits=Count("pk", distinct=True, filter=SETTLED.hit))
    )
    return frame.together.put(rows, tuple)


def _topics_handled(frame: Frame) -> Iterable[Handled]:
    """By agent and topic how many escalations."""
    rows = HANDLED.within(frame.window, frame.filters, frame.now).order_by()
    topics = rows.values_list("agent", "escalation__topic")
    return frame.together.put(topics.annotate(count=Count("escalation", distinct=True)), tuple)


def _by_agent(handled: Iterable[Handled]) -> Mapping[int, Mapping[int | None, int]]:
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    for agent, topic, count in handled:
        found[agent][topic] = count
    return found
