"""A breakdown worded as one block of a page: its table, its chart, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.figures import Figure, explore_link, figure
from analytics.metrics.breakdown import Breakdown, Group
from analytics.metrics.dimensions import Dimension
from analytics.metrics.registry import Metric
from analytics.metrics.units import Unit
from analytics.metrics.wording import number_text
from helpninja.common.values import Value
from quality.views.framing import chart_lines

COLORS = ("primary", "orange", "base")
UNKNOWN = "none"


@dataclass(frozen=True)
class Row:
    """``share`` is of all groups, empty where the block has none."""

    label: str
    figures: list[Figure]
    share: str = ""


@dataclass(frozen=True)
class Block:
    """``insight`` is what the table comes to, ``share_of`` the title of its column of shares: both empty where it
    has none.
    """

    title: str
    dimension: Dimension
    metrics: list[Metric]
    rows: list[Row]
    link: str
    insight: str = ""
    share_of: str = ""


def block(
    title: str,
    found: Breakdown,
    metrics: Sequence[str],
    query: Mapping[str, str],
    *,
    insight: str = "",
    shares: Mapping[str, str] | None = None,
    share_of: str = "",
) -> Block:
    """``shares`` by the group's code. Groups without a single row of the metrics are left out."""
    (dimension,) = found.dimensions
    rows = [
        Row(
            group.labels[0].text,
            [figure(group.measured[key], query, {dimension.key: group.labels[0].code}) for key in metrics],
            (shares or {}).get(group.labels[0].code, ""),
        )
        for group in known(found)
        if any(group.measured[key].now.n or group.measured[key].now.missing for key in metrics)
    ]
    link = explore_link(metrics, dimension.key, query)
    return Block(title, dimension, [found.total[key].metric for key in metrics], rows, link, insight, share_of)


def known(found: Breakdown) -> list[Group]:
    """The groups but for that of the rows that belong to none."""
    return [group for group in found.groups if group.labels[0].code != UNKNOWN]


def charts(blocks: Mapping[str, tuple[Breakdown, Sequence[str]]]) -> dict[str, Any]:
    """By the same key, of those that have something to draw: the metrics by the groups of one dimension."""
    drawn = {key: _chart(found, metrics) for key, (found, metrics) in blocks.items()}
    return {key: chart for key, chart in drawn.items() if chart["labels"]}


def _chart(found: Breakdown, metrics: Sequence[str]) -> dict[str, Any]:
    first = found.total[metrics[0]].metric
    groups = [group for group in known(found) if any(group.measured[key].now.n for key in metrics)]
    return {
        "type": "bar",
        "labels": [chart_lines(group.labels[0].text) for group in groups],
        "x": "CSAT (1 to 5)" if first.unit is Unit.SCORE else "Share of customers",
        "y": "",
        "horizontal": True,
        "grouped": True,
        "range": [0, 5] if first.unit is Unit.SCORE else None,
        "percent": first.unit is Unit.RATE,
        "datasets": [
            {
                "label": found.total[key].metric.label,
                "color": color,
                "data": [group.measured[key].now.value for group in groups],
            }
            for key, color in zip(metrics, COLORS, strict=False)
        ],
        "notes": [f"n = {group.measured[metrics[0]].now.n:,}" for group in groups],
    }


def interval_text(value: Value, unit: Unit) -> str:
    """95 %: −0.12 to −0.08; empty where there is none."""
    if value.interval is None:
        return ""
    low, high = (number_text(end, unit) for end in value.interval)
    return f"95 %: {low} to {high}"


def slope_text(value: Value, each: str) -> str:
    """What a slope says, and whether it may be chance."""
    if value.value is None or value.interval is None:
        return f"Too few ratings to tell what each {each} means."
    low, high = value.interval
    step, between = number_text(value.value, Unit.SCORE_STEP), interval_text(value, Unit.SCORE_STEP)
    found = f"Each {each} goes with {step} points ({between}, n = {value.n:,})"
    return f"{found}: this may be chance." if low <= 0 <= high else f"{found}."
