"""What the page's charts draw, JSON-ready; the script gives it to Chart.js."""

from datetime import date
from typing import Any

from analytics.metrics.breakdown import Breakdown
from analytics.metrics.overview import Bucket, OfReason, Overview
from analytics.metrics.units import Unit
from helpninja.common.values import rounded

UNIT_TITLES = {
    Unit.RATE: "share",
    Unit.SECONDS: "seconds",
    Unit.MONEY: "US dollars",
    Unit.SCORE: "1 to 5",
    Unit.POINTS: "of 100 points",
}
STEP_TITLES = {"hour": "Hour", "day": "Day", "week": "Week beginning", "month": "Month"}


def charts(found: Overview, zone: str) -> dict[str, Any]:
    """Of the overview, by key, as the page's script draws them."""
    return {"volume": _volume(found.series, found.step, zone), "reasons": _reasons(found.reasons)}


FORMATS = {"hour": "%-I %p", "day": "%b %-d", "week": "%b %-d", "month": "%b %Y"}


def bucket_text(start: date, step: str) -> str:
    """How the step of time that begins then is called on axes and in tables."""
    return start.strftime(FORMATS[step])


def _volume(series: list[Bucket], step: str, zone: str) -> dict[str, Any]:
    """Both as lines from zero: one is part of the other."""
    return {
        "type": "line",
        "labels": [bucket_text(bucket.start, step) for bucket in series],
        "x": f"{STEP_TITLES[step]} ({zone})",
        "y": f"Conversations {'an' if step == 'hour' else 'a'} {step}",
        "datasets": [
            {"label": "Conversations", "color": "primary", "data": [bucket.conversations for bucket in series]},
            {"label": "Escalated", "color": "orange", "data": [bucket.escalated for bucket in series]},
        ],
    }


def _reasons(reasons: list[OfReason]) -> dict[str, Any]:
    """Each bar is the reason's escalations, split into those that are settled and the others."""
    settled = [of_reason.values["resolution_rate"].hits or 0 for of_reason in reasons]
    cases = [of_reason.values["escalations"].n for of_reason in reasons]
    return {
        "type": "bar",
        "labels": [of_reason.reason.label for of_reason in reasons],
        "x": "Escalations",
        "y": "",
        "horizontal": True,
        "datasets": [
            {"label": "Resolved, not re-escalated", "color": "primary", "data": settled},
            {
                "label": "Not resolved, or re-escalated",
                "color": "orange",
                "data": [n - m for n, m in zip(cases, settled, strict=True)],
            },
        ],
        "notes": [f"{rounded(of_reason.share.value or 0, 1, scale=100)}% of all" for of_reason in reasons],
    }


# So many series can be told apart.
SERIES_AT_MOST = 3
COLORS = ("primary", "orange", "base")


def breakdown_chart(found: Breakdown) -> dict[str, Any] | None:
    """The first metric by the first dimension; by the second as series of their own, where they are few."""
    metric, first = found.metrics[0], found.dimensions[0]
    points = {
        tuple(label.text for label in group.labels): group.measured[metric.key].now for group in found.groups
    }
    labels = list(dict.fromkeys(texts[0] for texts in points))
    series = list(dict.fromkeys(texts[1:] for texts in points))
    if len(series) > SERIES_AT_MOST:
        return None
    return {
        "type": "line" if first.is_time else "bar",
        "labels": labels,
        "x": first.label,
        "y": f"{metric.label} ({UNIT_TITLES[metric.unit]})" if metric.unit in UNIT_TITLES else metric.label,
        "percent": metric.unit is Unit.RATE,
        "grouped": True,
        "datasets": [
            {
                "label": texts[0] if texts else metric.label,
                "color": color,
                "data": [points[label, *texts].value if (label, *texts) in points else None for label in labels],
            }
            for texts, color in zip(series, COLORS, strict=False)
        ],
    }
