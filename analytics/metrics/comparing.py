"""What people's figures say beside one another: who is best, what could improve, how even the load is."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from statistics import fmean
from typing import Any

from analytics.metrics.registry import METRICS, Metric
from analytics.metrics.targets import Aim, Standing
from analytics.metrics.wording import value_text
from helpninja.common.values import ENOUGH, Good, Value

# Beyond a quarter more, or less, than the mean somebody's load is told even where the team's spread is small.
FAR = 0.25


@dataclass(frozen=True)
class Best:
    """``who`` has the same text as the best; more than one where they tie."""

    metric: Metric
    who: tuple[Any, ...]
    value: Value

    @property
    def text(self) -> str:
        return value_text(self.value, self.metric.unit)


def best(key: str, values: Mapping[Any, Value]) -> Best | None:
    """Of those with enough rows; None where neither direction is good, or where fewer than two can be compared.

    A count has no good direction of its own: its best is the most.
    """
    metric = METRICS[key]
    enough = {who: value for who, value in values.items() if value.value is not None and value.n >= ENOUGH}
    if len(enough) < 2:
        return None
    pick = min if metric.good is Good.DOWN else max
    top = pick(enough.values(), key=lambda value: value.value or 0)
    text = value_text(top, metric.unit)
    return Best(metric, tuple(who for who, one in enough.items() if value_text(one, metric.unit) == text), top)


def most_versatile(topics: Mapping[Any, Mapping[int | None, int]]) -> tuple[tuple[Any, ...], int]:
    """Who handled enough escalations of the most topics, and of how many. Nobody where none has two."""
    counts = {who: _versed(of) for who, of in topics.items()}
    most = max(counts.values(), default=0)
    return (tuple(who for who, count in counts.items() if count == most), most) if most > 1 else ((), 0)


def _versed(topics: Mapping[int | None, int]) -> int:
    return sum(1 for topic, count in topics.items() if topic is not None and count >= ENOUGH)


class Evidence(Enum):
    """Against what a figure is worse, or better."""

    TARGET = "target"
    OTHERS = "others"


@dataclass(frozen=True)
class Finding:
    """A figure that is off its aim, or beyond chance from the others' (``than``).

    ``is_sure``: its interval leaves out what it is held against, so that chance alone does not explain it.
    """

    metric: Metric
    value: Value
    evidence: Evidence
    than: float
    is_sure: bool
    aim: Aim | None = None
    who: Hashable = None


def shortfalls(
    values: Mapping[str, Value], others: Mapping[str, Value], aims: Mapping[str, Aim]
) -> tuple[Finding, ...]:
    """Where a target is missed, or, that being met or not set, where the others do better beyond chance."""
    return _findings(values, others, aims, is_good=False)


def strengths(
    values: Mapping[str, Value], others: Mapping[str, Value], aims: Mapping[str, Aim]
) -> tuple[Finding, ...]:
    """Where a figure is excellent, or better than the others' beyond chance."""
    return _findings(values, others, aims, is_good=True)


def _findings(
    values: Mapping[str, Value], others: Mapping[str, Value], aims: Mapping[str, Aim], *, is_good: bool
) -> tuple[Finding, ...]:
    found = []
    for key, value in values.items():
        metric = METRICS[key]
        if value.value is None or value.n < ENOUGH or metric.good is Good.NEITHER:
            continue
        against = _against_aim(metric, value, aims.get(key), is_good) or _against_others(
            metric, value, others.get(key), is_good
        )
        if against:
            found.append(against)
    return tuple(sorted(found, key=lambda one: not one.is_sure))


def _against_aim(metric: Metric, value: Value, aim: Aim | None, is_good: bool) -> Finding | None:
    standing = aim.judge(value).standing if aim else None
    if aim is None or standing is not (Standing.EXCELLENT if is_good else Standing.MISSED):
        return None
    than = aim.excellent if is_good and aim.excellent is not None else aim.value
    return Finding(metric, value, Evidence.TARGET, than, _beyond(metric, value, than, is_good), aim)


def _against_others(metric: Metric, value: Value, others: Value | None, is_good: bool) -> Finding | None:
    if others is None or others.value is None or others.n < ENOUGH:
        return None
    if not _beyond(metric, value, others.value, is_good):
        return None
    return Finding(metric, value, Evidence.OTHERS, others.value, is_sure=True)


def _beyond(metric: Metric, value: Value, than: float, is_good: bool) -> bool:
    """Whether the value with all of its interval is on the better side of it, or on the worse one."""
    if value.interval is None or value.value is None:
        return False
    low, high = value.interval
    above = (metric.good is Good.UP) is is_good
    return min(low, value.value) > than if above else max(high, value.value) < than


def others_than(own: Value, all_of_them: Value) -> Value:
    """The rest of a mean or a rate, without the own rows."""
    n = all_of_them.n - own.n
    if all_of_them.hits is not None:
        return Value.of_rate(all_of_them.hits - (own.hits or 0), n) if n > 0 else Value(None, 0)
    total = (all_of_them.value or 0) * all_of_them.n - (own.value or 0) * own.n
    return Value(total / n if n > 0 else None, max(n, 0))


@dataclass(frozen=True)
class Load:
    """``share`` of the mean: 1.42 is 142% of it."""

    who: Any
    escalations: int
    share: float


@dataclass(frozen=True)
class Loads:
    """The most loaded first. ``spread`` is the standard deviation / mean."""

    rows: tuple[Load, ...]
    mean: float
    spread: Value

    @property
    def highest(self) -> Load:
        return self.rows[0]

    @property
    def lowest(self) -> Load:
        return self.rows[-1]


class Balance(Enum):
    """What the spread of the loads asks for."""

    UNEVEN = "Rebalancing needed"
    SLIGHT = "Slight rebalancing needed"
    EVEN = "The work is evenly spread"


def loads(escalations: Mapping[Any, int], spread: Value) -> Loads | None:
    """None of fewer than two people."""
    worked = {who: count for who, count in escalations.items() if count}
    if len(worked) < 2:
        return None
    mean = fmean(worked.values())
    rows = (Load(who, count, count / mean) for who, count in worked.items())
    return Loads(tuple(sorted(rows, key=lambda row: -row.escalations)), mean, spread)


def balance(found: Loads, aim: Aim | None) -> Balance:
    """Uneven where the target of the spread is missed; slight where somebody alone is far from the mean."""
    if aim is not None and aim.met(found.spread) is False:
        return Balance.UNEVEN
    is_far = found.highest.share > 1 + FAR or found.lowest.share < 1 - FAR
    return Balance.SLIGHT if is_far else Balance.EVEN


def to_move(found: Loads) -> int:
    """How many escalations the most loaded handled above the mean."""
    return round(found.highest.escalations - found.mean)


def named(who: Iterable[Any], names: Mapping[Any, str]) -> str:
    """In the order of the alphabet."""
    return ", ".join(sorted(names[one] for one in who))
