"""Numbers as people read them. Halves go away from zero; what is unknown is a dash, never 0."""

from analytics.metrics.units import Unit
from helpninja.common.values import Change, Value, rounded

NONE = "–"
TOO_FEW, UNCHANGED, TOO_SMALL = "too few to compare", "unchanged", "about the same"
MINUTE, HOUR, DAY = 60, 3600, 86_400


def value_text(value: Value, unit: Unit) -> str:
    """A dash where the value is unknown."""
    return NONE if value.value is None else number_text(value.value, unit)


def number_text(number: float, unit: Unit) -> str:
    """With its unit: 12.5%, 4.2 min, $3.10, 4.6/5."""
    match unit:
        case Unit.COUNT:
            return f"{rounded(number):,}"
        case Unit.RATE:
            return f"{rounded(number, 1, scale=100)}%"
        case Unit.SECONDS:
            return seconds_text(number)
        case Unit.MONEY:
            return f"${rounded(number, 2):,}"
        case Unit.SCORE:
            return f"{rounded(number, 1)}/5"
        case Unit.CONFIDENCE:
            return f"{rounded(number, 2)}"
        case Unit.PER_ESCALATION | Unit.POINTS:
            return f"{rounded(number, 1)}"
        case Unit.NET:
            return signed(number)
        case Unit.CHANGE:
            return f"{signed(number, 1, scale=100)}%"
        case Unit.RATIO:
            return f"{rounded(number, 1)}×"
        case Unit.SCORE_STEP:
            return signed(number, 2)
        case Unit.HOUR:
            return hours_text(int(number), (int(number) + 2) % 24)


def signed(number: float, digits: int = 0, *, scale: int = 1) -> str:
    """+42, −8, 0."""
    found = rounded(number, digits, scale=scale)
    return f"{'+' if found > 0 else '−' if found < 0 else ''}{abs(found)}"


def p_text(p: float) -> str:
    """To three decimals, and never 0."""
    return "p < 0.001" if p < 0.001 else f"p = {rounded(p, 3)}"


def seconds_text(seconds: float) -> str:
    """42 s, 4.2 min, 3.5 h, and from two days on 2.5 d."""
    if abs(seconds) < MINUTE:
        return f"{rounded(seconds)} s"
    if abs(seconds) < HOUR:
        return f"{rounded(seconds / MINUTE, 1)} min"
    if abs(seconds) < 2 * DAY:
        return f"{rounded(seconds / HOUR, 1)} h"
    return f"{rounded(seconds / DAY, 1):,} d"


def change_text(change: Change, unit: Unit) -> str:
    """With its sign, and in points where the value is a percentage; in words where there is nothing to see."""
    if change.difference is None:
        return TOO_FEW
    if change.difference == 0:
        return UNCHANGED
    size = _size_text(abs(change.difference), unit)
    if not any(digit in size for digit in "123456789"):
        return TOO_SMALL
    return f"{'+' if change.difference > 0 else '−'}{size}"


def _size_text(size: float, unit: Unit) -> str:
    match unit:
        case Unit.RATE | Unit.CHANGE:
            return f"{rounded(size, 1, scale=100)} points"
        case Unit.SCORE:
            return f"{rounded(size, 1)}"
        case Unit.NET:
            return f"{rounded(size)} points"
        case Unit.SCORE_STEP:
            return f"{rounded(size, 2)}"
        case _:
            return number_text(size, unit)


def hours_text(start: int, end: int) -> str:
    """2–4 PM, 11 AM–1 PM."""
    first, last = _hour(start), _hour(end)
    if first[1] == last[1]:
        return f"{first[0]}–{last[0]} {last[1]}"
    return f"{first[0]} {first[1]}–{last[0]} {last[1]}"


def _hour(hour: int) -> tuple[int, str]:
    return hour % 12 or 12, "AM" if hour < 12 else "PM"
