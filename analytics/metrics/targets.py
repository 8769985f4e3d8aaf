"""How figures stand against what we want."""

from dataclasses import dataclass

from analytics.metrics.registry import METRICS, Metric
from analytics.metrics.units import Unit
from analytics.metrics.wording import number_text
from analytics.models import Target
from helpninja.common.values import Good, Value


@dataclass(frozen=True)
class Aim:
    """``text`` as ``< 5 min``, ``> 85%``, ``0`` for a count that may not be more."""

    value: float
    good: Good
    text: str
    inclusive: bool = False

    def met(self, value: Value) -> bool | None:
        """None where the value is unknown, or where the metric has no good direction."""
        if value.value is None or self.good is Good.NEITHER:
            return None
        if self.inclusive and value.value == self.value:
            return True
        return value.value > self.value if self.good is Good.UP else value.value < self.value


def aims() -> dict[str, Aim]:
    """By metric key, for those that have a target. One query."""
    rows = Target.objects.values_list("metric", "value")
    return {key: aim_of(METRICS[key], value) for key, value in rows if key in METRICS}


def aim_of(metric: Metric, value: float) -> Aim:
    """A count reaches its target by not going past it; all else by being better."""
    text = whole(number_text(value, metric.unit))
    if metric.unit is Unit.COUNT:
        words = {Good.UP: "at least ", Good.DOWN: "at most " if value else "", Good.NEITHER: ""}
        return Aim(value, metric.good, words[metric.good] + text, inclusive=True)
    sign = {Good.UP: "> ", Good.DOWN: "< ", Good.NEITHER: ""}[metric.good]
    return Aim(value, metric.good, sign + text)


def whole(text: str) -> str:
    """Without a decimal that says nothing: 5.0 min is 5 min, 85.0% is 85%."""
    return text.replace(".0%", "%").replace(".0 ", " ")
