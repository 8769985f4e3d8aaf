"""How far a goal of a coaching plan has come: always from figures, never from what somebody typed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from helpninja.common.values import ENOUGH, Good, Value, rounded
from quality.decisions.measuring import spoken_seconds
from quality.enums import GoalMetric

DAYS = 30


@dataclass(frozen=True, slots=True)
class Spec:
    """What a metric's target may be, and how it is read."""

    good: Good
    lowest: float
    highest: float
    pattern: str
    hint: str

    def text(self, value: float) -> str:
        if self.pattern == "s":
            return spoken_seconds(int(rounded(value)))
        return self.pattern.format(rounded(value, 1))


SPECS: Mapping[str, Spec] = {
    GoalMetric.QUALITY: Spec(Good.UP, 0, 100, "{}", "points, 0 to 100"),
    GoalMetric.CRITERION: Spec(Good.UP, 0, 100, "{}", "of 100"),
    GoalMetric.CSAT: Spec(Good.UP, 1, 5, "{}/5", "1 to 5"),
    GoalMetric.RESPONSE_TIME: Spec(Good.DOWN, 1, 86_400, "s", "seconds"),
    GoalMetric.FIRST_CONTACT: Spec(Good.UP, 0, 100, "{} %", "percent"),
    GoalMetric.LASTING: Spec(Good.UP, 0, 100, "{} %", "percent"),
}


@dataclass(frozen=True, slots=True)
class Goal:
    """``start`` is where the person stood when it was set."""

    metric: str
    target: float
    due: date
    start: Value


@dataclass(frozen=True, slots=True)
class Progress:
    """``share`` of the way from the start to the target, 0 to 1; None where either end of it is unknown."""

    now: Value
    share: float | None
    reached: bool
    late: bool
    because: str


def problem_of(metric: str, target: float, start: Value) -> str:
    """Why it can be no goal; empty where it can."""
    spec = SPECS[metric]
    if not spec.lowest <= target <= spec.highest:
        return f"Give a target within the scale: {spec.hint}, {spec.lowest:g} to {spec.highest:g}."
    if start.value is not None and start.n >= ENOUGH and _beyond(spec, start.value, target):
        return f"The target is no better than what is reached already: {spec.text(start.value)}."
    return ""


def progress(goal: Goal, now: Value, today: date) -> Progress:
    """Fewer than five rows decide nothing."""
    spec = SPECS[goal.metric]
    late = today > goal.due
    if now.value is None or now.n < ENOUGH:
        return Progress(now, None, False, late, f"Too few in the last {DAYS} days to say: n = {now.n}.")
    reached = _beyond(spec, now.value, goal.target)
    said = f"{spec.text(now.value)} now, n = {now.n}; the target is {spec.text(goal.target)}."
    start = goal.start.value
    if start is None or start == goal.target:
        return Progress(now, 1.0 if reached else None, reached, late and not reached, said)
    share = min(1.0, max(0.0, (now.value - start) / (goal.target - start)))
    return Progress(now, 1.0 if reached else share, reached, late and not reached, said)


def _beyond(spec: Spec, value: float, target: float) -> bool:
    return value >= target if spec.good is Good.UP else value <= target
