"""Each person's figures beside one another, in a fixed number of queries however many people there are."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast

from analytics.metrics.equity import ESCALATIONS, WorkloadEquity
from analytics.metrics.hours import HANDLINGS, SECONDS, Available, HandlingShare, Planned, Sides
from analytics.metrics.registry import METRICS, OPENED_MEASURED, Meter
from analytics.metrics.regression import mean_interval
from analytics.metrics.sources import HANDLED, HANDLED_ONCE, RATED, RESOLVED, RESPONDED, Source
from analytics.metrics.tally import NOW, Frame, Part, Tally, merged, tally
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
# Escalations, each once however many handled it.
HELD: Part = _HANDLING.distinct


@dataclass(frozen=True)
class Work:
    """Figures by metric key, the ``sides`` of shares of time, and ``topics``: escalations handled of each."""

    values: Mapping[str, Value]
    sides: Mapping[str, Sides]
    escalations: int
    topics: Mapping[int | None, int]


@dataclass(frozen=True)
class Everybody:
    """``people``: those who handled something, by id; ``total`` is of all their work together."""

    people: Mapping[int, Work]
    total: Work
    available: Available
    planned: Planned


def everybody(frame: Frame) -> Everybody:
    """Of the window alone. Eleven queries."""
    frame = replace(frame, comparison=None)
    meter = Meter((METRICS[key] for key in CREDITED), frame)
    opened = {OPENED_MEASURED.source: {"resolver": F("resolved_by"), "responder": F("first_responder")}}
    parts = [*meter.parts, *SETTLED.parts(frame), *SQUARES.values(), *IN_HANDS]
    shares = merged(share.splits(frame) for share in SHARES.values())
    found = tally(parts, frame, merged((OF_WHOM, shares, opened)))
    # What several handled is in the hands of each of them, and once in those of all.
    once = tally((part for part in parts if part.source == HANDLED_ONCE), frame)
    available = Available.load(frame.filters, frame.window, frame.now)
    planned = Planned.load(frame.filters, frame.window, frame.now)
    times = {"occupancy": available.times(frame.window), "utilization": planned.times(frame.window)}
    read = _Reader(meter, times)
    settled, topics = _settled(found, frame), _topics(frame)
    people = {
        agent: read.work(group, settled.get(agent, Value(None, 0)), topics[agent])
        for (agent,), group in found.by(("agent",)).items()
        if group.sum(HANDLINGS)
    }
    total = read.work(found, SETTLED.value(found.sum), {}, Tally({**found.tables, **once.tables}))
    equity = WorkloadEquity().reader(frame)(found, NOW)
    return Everybody(people, replace(total, values={**total.values, EQUITY: equity}), available, planned)


@dataclass(frozen=True)
class _Reader:
    meter: Meter
    times: Mapping[str, Mapping[int, float]]

    def work(
        self, found: Tally, settled: Value, topics: Mapping[int | None, int], whole: Tally | None = None
    ) -> Work:
        whole = whole or found
        values = {key: measured.now for key, measured in self.meter.read(whole).items()}
        sides = {key: share.sides(found, NOW, self.times[key]) for key, share in SHARES.items()}
        return Work(
            {
                **values,
                **{key: with_bounds(key, values[key], found.sum(part)) for key, part in SQUARES.items()},
                RESOLUTION: settled,
                **{key: side.value for key, side in sides.items()},
            },
            sides,
            whole.sum(HELD),
            topics,
        )


def with_bounds(key: str, mean: Value, squares: float) -> Value:
    """With the 95 % interval of the mean, within what the figure can be, from the sum of the squares."""
    found = mean_interval(mean.value, mean.n, squares) if mean.value is not None else None
    if found is None:
        return mean
    least, most = LIMITS[key]
    return replace(mean, bounds=(max(found.low, least), min(found.high, most)))


def _settled(found: Tally, frame: Frame) -> dict[int, Value]:
    """The resolution rate by agent, each as the filter by that agent gives it: of all that they had a hand in.

    Who resolved and who answered first is known from the escalation; of the others' a query tells who held it.
    """
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])

    def add(agent: int, hits: int, n: int) -> None:
        sums[agent][0] += hits
        sums[agent][1] += n

    for row in found.rows[OPENED_MEASURED.source.key]:
        resolver, responder = row.dims["resolver"], row.dims["responder"]
        for agent in {resolver, responder} - {None}:
            add(agent, row.sums[SETTLED.hits], row.sums[SETTLED.rows.count])
    for row in _held_by_others(frame):
        add(row["holder"], row["hits"], row["n"])
    return {agent: Value.of_rate(hits, n) for agent, (hits, n) in sums.items()}


def _held_by_others(frame: Frame) -> Any:
    holder = Q(holder__isnull=False)
    for field in ("resolved_by", "first_responder"):
        holder &= Q(**{f"{field}__isnull": True}) | ~Q(holder=F(field))
    return (
        OPENED_MEASURED.within(frame)
        .order_by()
        .annotate(holder=F("handling_intervals__agent"))
        .filter(holder)
        .values("holder")
        .annotate(n=Count("pk", distinct=True), hits=Count("pk", distinct=True, filter=SETTLED.hit))
    )


def _topics(frame: Frame) -> Mapping[int, Mapping[int | None, int]]:
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    rows = HANDLED.within(frame.window, frame.filters, frame.now).order_by()
    for agent, topic, count in rows.values_list("agent", "escalation__topic").annotate(
        count=Count("escalation", distinct=True)
    ):
        found[agent][topic] = count
    return found
