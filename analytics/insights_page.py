"""Insights as their page, the overview and the reports show them."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from analytics.figures import rows_link
from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.insights import Insight
from helpninja.common.windows import Comparison

GOOD, BAD, EVEN = "good", "bad", "even"
# What is of all rows is shown from week to week.
ALL_BY = "week"
VERDICTS = {GOOD: "better", BAD: "worse", EVEN: ""}


def insight_rows(insights: Iterable[Insight], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """``query`` is the page's window and filters, as in its address."""
    return [_row(insight, query) for insight in insights]


def _row(insight: Insight, query: Mapping[str, str]) -> dict[str, Any]:
    tone = EVEN if insight.better is None else GOOD if insight.better else BAD
    return {
        "insight": insight,
        "arrow": "▲" if insight.is_up else "▼",
        "tone": tone,
        "verdict": VERDICTS[tone],
        "view_text": f"{insight.metric.label} by {DIMENSIONS[_by(insight)].label.lower()}",
        **insight_links(insight, query),
    }


def insight_links(insight: Insight, query: Mapping[str, str]) -> dict[str, str]:
    """The addresses of its rows, and of the view in which it stands beside the other groups."""
    by = _by(insight)
    explored = {**query, "compare": Comparison.WEEKDAYS.value, "metrics": insight.metric.key, "by": by}
    codes = {insight.dimension: insight.code} if insight.dimension else {}
    return {
        "view": f"{reverse('analytics:explore')}?{urlencode(explored)}",
        "rows": rows_link(insight.metric, query, codes),
    }


def _by(insight: Insight) -> str:
    return insight.dimension or ALL_BY
