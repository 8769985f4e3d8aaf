"""How figures stand against what we want."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from analytics.metrics.registry import METRICS, Metric
from analytics.metrics.tally import Frame
from analytics.metrics.units import Unit
from analytics.metrics.wording import number_text
from analytics.models import Target
from helpninja.common.together import Later
from helpninja.common.values import ENOUGH, Good, Value

# What a value may be, where its unit says so.
LIMITS = {
    Unit.RATE: (0, 1),
    Unit.SCORE: (1, 5),
    Unit.CONFIDENCE: (0, 1),
    Unit.POINTS: (0, 100),
    Unit.NET: (-100, 100),
}


# Of a target, all that says when it holds and what it is.
FIELDS = ("metric", "per_person", "team_id", "topic_id", "value", "up_to", "excellent", "valid_from")


class Standing(Enum):
    """How a figure stands to its target."""

    EXCELLENT = "Excellent"
    MET = "Met"
    MISSED = "Missed"


# By the direction that is good.
WORDS = {
    Good.UP: {Standing.MET: "Above target", Standing.MISSED: "Below target"},
    Good.DOWN: {Standing.MET: "Within target", Standing.MISSED: "Over target"},
    Good.NEITHER: {Standing.MET: "In the target range", Standing.MISSED: "Outside the target range"},
}


@dataclass(frozen=True)
class Aim:
    """``text`` as ``< 5 min``, ``> 85%``, ``0`` for a count that may not be more, ``25% to 35%`` for a range."""

    value: float
    good: Good
    text: str
    inclusive: bool = False
    up_to: float | None = None
    excellent: float | None = None

    def met(self, value: Value) -> bool | None:
        """None where the value is unknown, or where the metric has no good direction and the aim no range."""
        if value.value is None:
            return None
        if self.up_to is not None:
            return self.value <= value.value <= self.up_to
        if self.good is Good.NEITHER:
            return None
        return (self.inclusive and value.value == self.value) or self._is_better(value.value, self.value)

    def judge(self, value: Value) -> "Judged":
        """Too few rows are not judged, unless they are all that is counted."""
        met = self.met(value) if value.n >= ENOUGH or self.inclusive else None
        if met is None or value.value is None:
            return Judged(self, None)
        if self.excellent is not None and (
            value.value == self.excellent or self._is_better(value.value, self.excellent)
        ):
            return Judged(self, Standing.EXCELLENT)
        return Judged(self, Standing.MET if met else Standing.MISSED, is_equal=value.value == self.value)

    def _is_better(self, number: float, other: float) -> bool:
        return number > other if self.good is Good.UP else number < other


@dataclass(frozen=True)
class Judged:
    """A figure's ``standing`` to its ``aim``, None where it can't be said."""

    aim: Aim
    standing: Standing | None
    is_equal: bool = False

    @property
    def words(self) -> str:
        if self.standing in (None, Standing.EXCELLENT):
            return self.standing.value if self.standing else ""
        if self.is_equal and self.aim.up_to is None:
            return "On target" if self.standing is Standing.MET else "At target, not better"
        return WORDS[self.aim.good][self.standing]

    @property
    def tone(self) -> str:
        return "even" if self.standing is None else "bad" if self.standing is Standing.MISSED else "good"


def targets_for(keys: Iterable[str], frame: Frame, *, per_person: bool = False) -> Mapping[str, Aim]:
    """By metric key, the most specific ones, and of those the latest begun when the window ends.

    Asked when they are looked into, with all else that the frame collects.

    Team and topic count where the frame is of just that one. One person's figures, as are all ``per_person``, have
    targets of their own, or else those of all: a team's own is for the team as a whole, half of whose people are
    below its average.
    """
    filters, person = frame.filters, per_person or frame.filters.agent is not None
    team = next(iter(filters.teams)) if filters.teams is not None and len(filters.teams) == 1 else None
    rows = Target.objects.filter(
        Q(per_person=person, team=team) | Q(per_person=person, team=None) | Q(per_person=False, team=None),
        Q(topic=None) | Q(topic=filters.topics[0] if len(filters.topics) == 1 else None),
        metric__in=list(keys),
        valid_from__lte=frame.window.days()[-1],
    )
    found = frame.together.put(rows.order_by().values_list(*FIELDS), _row)
    return Later(lambda: _aims(found))


def _row(values: tuple[Any, ...]) -> Target:
    return Target(**dict(zip(FIELDS, values, strict=True)))


def _aims(rows: Iterable[Target]) -> dict[str, Aim]:
    """The last one of each metric, from the least specific on."""
    return {
        row.metric: aim_of(METRICS[row.metric], row) for row in sorted(rows, key=_place) if row.metric in METRICS
    }


def _place(row: Target) -> tuple[Any, ...]:
    return row.per_person, row.team_id is not None, row.topic_id is not None, row.valid_from


def aim_of(metric: Metric, target: Target) -> Aim:
    """A count reaches its target by not going past it; all else by being better."""
    inclusive = metric.unit is Unit.COUNT
    return Aim(target.value, metric.good, _text(metric, target), inclusive, target.up_to, target.excellent)


def _text(metric: Metric, target: Target) -> str:
    text = whole(number_text(target.value, metric.unit))
    if target.up_to is not None:
        return f"{text} to {whole(number_text(target.up_to, metric.unit))}"
    if metric.unit is Unit.COUNT:
        words = {Good.UP: "at least ", Good.DOWN: "at most " if target.value else "", Good.NEITHER: ""}
        return words[metric.good] + text
    return {Good.UP: "> ", Good.DOWN: "< ", Good.NEITHER: ""}[metric.good] + text


def whole(text: str) -> str:
    """Without a decimal that says nothing: 5.0 min is 5 min, 85.0% is 85%."""
    return text.replace(".0%", "%").replace(".0 ", " ")


def check_target(target: Target) -> None:
    """Whether the metric can have such a target. Raises ValidationError that names the field."""
    metric = METRICS.get(target.metric)
    if metric is None or metric.unit is Unit.HOUR:
        known = ", ".join(key for key, one in METRICS.items() if one.unit is not Unit.HOUR)
        raise ValidationError({"metric": f"“{target.metric}” is no metric with a target. Known: {known}."})
    for name in ("value", "up_to", "excellent"):
        check_number(name, getattr(target, name), metric)
    if target.up_to is not None and metric.good is not Good.NEITHER:
        raise ValidationError({"up_to": f"{metric.label} has one target, not a range."})
    if target.excellent is not None and metric.good is Good.NEITHER:
        raise ValidationError({"excellent": f"Of {metric.label} neither more nor less is better."})
    better = max if metric.good is Good.UP else min
    if target.excellent is not None and better(target.excellent, target.value) != target.excellent:
        raise ValidationError({"excellent": "What is excellent can't be worse than the target."})


def check_number(name: str, number: float | None, metric: Metric) -> None:
    """Raises ValidationError that names the field where the metric's unit can't have the number."""
    least, most = LIMITS.get(metric.unit, (0, None))
    if number is None or (number >= least and (most is None or number <= most)):
        return
    limits = f"from {least} to {most}" if most is not None else f"{least} or more"
    hint = " (85% is 0.85)" if metric.unit is Unit.RATE else ""
    raise ValidationError({name: f"{metric.label} is {limits}{hint}."})
