"""What more or fewer escalations mean for the people who take them: hours, cost, and the response target."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from billing.decisions import handling_cost
from escalations.decisions.erlang import answered_within

# Fewer escalations than this say nothing of those to come; then a wider group is asked.
ENOUGH = 5
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Handled:
    """An escalation that was worked on. ``seconds`` None: still open, or nobody kept the time.

    ``rates``: seconds with the hourly cost they had; None where a cost is not known.
    """

    escalation: int
    reason: str
    topic: int | None
    seconds: int | None
    rates: tuple[tuple[int, Decimal], ...] | None = None

    @property
    def cost(self) -> Decimal | None:
        return None if self.seconds is None or self.rates is None else handling_cost(self.rates)


@dataclass(frozen=True, slots=True)
class Mean:
    """``value`` None without any; ``missing``: those that were left out because it is not known."""

    value: float | None
    n: int
    missing: int


@dataclass(frozen=True, slots=True)
class Work:
    """``basis``: which escalations were taken as comparable, for people to read."""

    basis: str
    seconds: Mean
    cost: Mean
    added_hours: float | None
    added_cost: float | None
    saved_hours: float | None
    saved_cost: float | None
    saved_n: int
    saved_missing: int
    saved_cost_missing: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def work(
    *, added: int, removed: Sequence[int], handled: Sequence[Handled], reason: str, topic: int | None
) -> Work:
    """``added`` escalations at the mean of comparable ones; the ``removed`` at what they took in fact.

    ``handled``: all escalations of the window, also those whose time is not known.
    """
    basis, group = comparable(handled, reason, topic)
    seconds = mean([one.seconds for one in group])
    cost = mean([one.cost for one in group])
    by_id = {one.escalation: one for one in handled}
    gone = [by_id.get(escalation) for escalation in removed]
    saved = [one.seconds for one in gone if one is not None and one.seconds is not None]
    saved_costs = [one.cost for one in gone if one is not None and one.cost is not None]
    return Work(
        basis=basis,
        seconds=seconds,
        cost=cost,
        added_hours=None if seconds.value is None else added * seconds.value / 3600,
        added_cost=None if cost.value is None else added * cost.value,
        saved_hours=sum(saved) / 3600 if saved or not removed else None,
        saved_cost=float(sum(saved_costs)) if saved_costs or not removed else None,
        saved_n=len(saved),
        saved_missing=len(removed) - len(saved),
        saved_cost_missing=len(removed) - len(saved_costs),
    )


def comparable(handled: Sequence[Handled], reason: str, topic: int | None) -> tuple[str, list[Handled]]:
    """The narrowest group with enough known handling times: same reason and topic, same reason, all."""
    same_reason = [one for one in handled if one.reason == reason]
    groups = [("of the same reason", same_reason), ("of all reasons", list(handled))]
    if topic is not None:
        groups.insert(0, ("of the same reason and topic", [one for one in same_reason if one.topic == topic]))
    for basis, group in groups:
        if sum(one.seconds is not None for one in group) >= ENOUGH:
            return basis, group
    return groups[-1]


def mean(values: Sequence[float | Decimal | None]) -> Mean:
    """Of what is known, with how many were not."""
    known = [float(value) for value in values if value is not None]
    return Mean(sum(known) / len(known) if known else None, len(known), len(values) - len(known))


@dataclass(frozen=True, slots=True)
class Target:
    """The estimated share answered in time, before and after. ``hours``: those with work and known staffing."""

    before: float | None
    after: float | None
    hours: int
    hours_missing: int
    overloaded_before: int
    overloaded_after: int
    n: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def response_target(
    *,
    happened: Mapping[datetime, int],
    added: Mapping[datetime, int],
    removed: Mapping[datetime, int],
    places: Mapping[datetime, float],
    handling_seconds: float | None,
    targets: Mapping[int, int],
) -> Target:
    """Erlang C hour by hour, each hour taken as steady and weighted by what comes in it.

    Keys are the starts of hours. ``places``: how many conversations the agents present could hold at once, on
    average over the hour, rounded down; an hour without known staffing is left out and counted as missing.
    ``targets``: seconds allowed for the first response, with how many escalations had them.
    """
    tally: Counter[str] = Counter()
    met_before = met_after = 0.0
    for hour in sorted({*happened, *added}):
        before = happened.get(hour, 0)
        after = max(0, before + added.get(hour, 0) - removed.get(hour, 0))
        servers = int(places.get(hour, 0))
        if not servers or handling_seconds is None or not targets:
            tally["missing"] += 1
            continue
        tally["hours"] += 1
        tally["before"] += before
        tally["after"] += after
        met_before += before * _in_time(servers, before, handling_seconds, targets)
        met_after += after * _in_time(servers, after, handling_seconds, targets)
        tally["overloaded_before"] += before * handling_seconds / 3600 >= servers
        tally["overloaded_after"] += after * handling_seconds / 3600 >= servers
    return Target(
        before=met_before / tally["before"] if tally["before"] else None,
        after=met_after / tally["after"] if tally["after"] else None,
        hours=tally["hours"],
        hours_missing=tally["missing"],
        overloaded_before=tally["overloaded_before"],
        overloaded_after=tally["overloaded_after"],
        n=tally["after"],
    )


def places_by_hour(spells: Iterable[tuple[datetime, datetime, int]]) -> dict[datetime, float]:
    """From who was there from when to when (UTC) with room for how many: the mean room in each hour."""
    found: dict[datetime, float] = {}
    for begins, ends, capacity in spells:
        hour = begins.replace(minute=0, second=0, microsecond=0)
        while hour < ends:
            there = (min(ends, hour + HOUR) - max(begins, hour)) / HOUR
            found[hour] = found.get(hour, 0.0) + there * capacity
            hour += HOUR
    return found


def _in_time(servers: int, arrivals: int, handling_seconds: float, targets: Mapping[int, int]) -> float:
    """Over the mix of targets that the escalations had."""
    weighted = (
        n * answered_within(seconds, servers, arrivals, handling_seconds) for seconds, n in targets.items()
    )
    return sum(weighted) / sum(targets.values())
