"""Numbers of reports as people read them."""

from collections.abc import Iterable

from analytics.metrics.registry import METRICS, Measured
from analytics.metrics.reports.document import Cell, Figure
from analytics.metrics.targets import Aim, Standing
from analytics.metrics.units import Unit
from analytics.metrics.wording import TOO_FEW, TOO_SMALL, UNCHANGED, change_text, number_text, value_text
from helpninja.common.values import Change, Value, compare, rounded


def figure(
    measured: Measured, aim: Aim | None = None, *, before: str = "", label: str = "", note: str = ""
) -> Figure:
    """``before`` says what it is compared with: ``yesterday``, ``in Q2 2025``."""
    metric, now = measured.metric, measured.now
    change = compare(now, measured.before, metric.good) if measured.before else Change(None, None)
    said = _versus(measured, change, before) if before else ""
    return Figure(
        key=metric.key,
        label=label or metric.label,
        text=value_text(now, metric.unit),
        unit=metric.unit.value,
        value=now.value,
        n=now.n,
        missing=now.missing,
        before=measured.before.value if measured.before else None,
        versus=said,
        **_direction(change, said),
        target=aim.text if aim else "",
        met=_met(aim, now),
        note=note,
        definition=metric.definition,
    )


def _met(aim: Aim | None, value: Value) -> bool | None:
    standing = aim.judge(value).standing if aim else None
    return None if standing is None else standing is not Standing.MISSED


def _versus(measured: Measured, change: Change, before: str) -> str:
    """Nothing where there was nothing before; a small count says enough by itself."""
    unit, earlier = measured.metric.unit, measured.before
    if earlier is None or earlier.value is None:
        return ""
    text = f"vs {value_text(earlier, unit)} {before}"
    if unit is Unit.COUNT and change.too_few:
        return text
    return f"{text}, {difference_text(measured.now, earlier, change, unit)}"


def difference_text(now: Value, before: Value, change: Change, unit: Unit, digits: int = 1) -> str:
    """Of counts in percent of what was before, of all else in its own unit."""
    if unit is Unit.COUNT and change.difference and before.value:
        return percent_text(change.difference / before.value, digits)
    return change_text(change, unit)


def percent_text(share: float, digits: int = 1) -> str:
    """With its sign: ``+9.5%``."""
    size = rounded(abs(share), digits, scale=100)
    return f"{'+' if share > 0 else '−'}{size}%" if size else "unchanged"


def _direction(change: Change, said: str) -> dict[str, str]:
    return {} if said.endswith((TOO_SMALL, UNCHANGED, TOO_FEW)) else direction(change)


def direction(change: Change) -> dict[str, str]:
    """Of a figure: its arrow, tone and verdict; nothing where there is no difference."""
    if not change.difference:
        return {}
    arrow = "▲" if change.difference > 0 else "▼"
    if change.better is None:
        return {"arrow": arrow}
    tone, verdict = ("good", "better") if change.better else ("bad", "worse")
    return {"arrow": arrow, "tone": tone, "verdict": verdict}


def cell(key: str, value: Value) -> Cell:
    """Worded by the metric's unit, with the plain number for workbooks."""
    return Cell(value_text(value, METRICS[key].unit), value.value)


def range_text(values: Iterable[float], unit: Unit) -> str:
    """``88.0% to 92.0%``; one where both ends read the same."""
    values = list(values)
    low, high = number_text(min(values), unit), number_text(max(values), unit)
    return low if low == high else f"{low} to {high}"


def several(number: int, one: str, many: str = "") -> str:
    """``1 case``, ``8 cases``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
