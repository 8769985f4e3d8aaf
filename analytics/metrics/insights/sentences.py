"""An insight in words: what changed from what to what, by how much with its interval, and of how many."""

from analytics.metrics.chance import Q
from analytics.metrics.insights.judging import Difference, Kind
from analytics.metrics.insights.looks import SHOWN_LATER, Look
from analytics.metrics.registry import METRICS
from analytics.metrics.registry.conditions import REPEAT_WITHIN
from analytics.metrics.units import Unit
from analytics.metrics.wording import number_text
from helpninja.common.values import rounded
from helpninja.common.windows import Window, window_text

PREPOSITIONS = {
    "reason": "for the reason {}",
    "topic": "about {}",
    "plan": "of the plan {}",
    "region": "from {}",
    "team": "of the team {}",
}
POINTS = " points"
TESTS = {
    Kind.RATE: "Score test of two proportions, interval by Newcombe",
    Kind.VOLUME: "Ratio of two Poisson counts",
    Kind.TIME: "Mann-Whitney test, interval from the ranks of both medians",
    Kind.SCORE: "Mann-Whitney test, normal interval of the difference of the means",
}


def sentence(look: Look, about: str) -> str:
    """Empty where the change is too small to be seen in what would be said."""
    unit, difference = METRICS[look.key].unit, look.difference
    now, before = (number_text(value.value or 0.0, unit) for value in (difference.now, difference.before))
    size, low, high = (_amount(number, difference, unit) for number in _upward(difference))
    if now == before or not any(digit in size for digit in "123456789"):
        return ""
    verb = "rose" if difference.is_up else "fell"
    interval = f"95 % interval {low.removesuffix(POINTS)} to {high}"
    n = f"n = {difference.now.n:,} against {difference.before.n:,}"
    return f"{_subject(look, about)} {verb} from {before} to {now}, by {size} ({interval}; {n})."


def because(look: Look, p: float, looked_at: int, before: Window) -> str:
    """How it was found: the test, how likely it is chance, and with which window it compares."""
    said = [f"{TESTS[look.difference.kind]}; {_p_text(p)} after correcting for {looked_at} comparisons"]
    said[0] += f" (Benjamini-Hochberg, q = {Q:g})."
    if look.excess > 1:
        times = rounded(look.excess, 1)
        said.append(f"Days vary {times} times as much as independent arrivals would, which widens the interval.")
    if look.key in SHOWN_LATER:
        said.append(
            f"Only what is at least {REPEAT_WITHIN.days} days old counts, and the same part of the window before."
        )
    return " ".join([*said, f"Before: {window_text(before)}, the same weekdays."])


def _subject(look: Look, about: str) -> str:
    label = METRICS[look.key].label
    if look.difference.kind is Kind.TIME:
        label = f"Median {label.removeprefix('Average ').lower()}"
    return f"{label} {PREPOSITIONS[look.group.dimension].format(about)}" if about else label


def _upward(difference: Difference) -> tuple[float, float, float]:
    """By how much it rose or fell, and between what; of a volume as a share of what it was."""
    change, zero = difference.change, difference.no_change
    if difference.is_up:
        return change.value - zero, change.low - zero, change.high - zero
    return zero - change.value, zero - change.high, zero - change.low


def _amount(number: float, difference: Difference, unit: Unit) -> str:
    match difference.kind:
        case Kind.VOLUME:
            return number_text(number, Unit.RATE)
        case Kind.RATE:
            return f"{rounded(number, 1, scale=100)}{POINTS}"
        case Kind.SCORE:
            return f"{rounded(number, 1)}"
        case Kind.TIME:
            return number_text(number, unit)


def _p_text(p: float) -> str:
    return "p under 0.001" if p < 0.001 else f"p = {rounded(p, 3)}"
