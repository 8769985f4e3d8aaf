"""What has changed beyond chance, with its evidence and the way to its rows."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from analytics.insights_page import insight_rows
from analytics.metrics.chance import Q
from analytics.metrics.insights import compared, insights_for
from analytics.views.page import Asked, figures_page
from helpninja.common.windows import window_text

TOP = 3


@figures_page("analytics/insights.html", "Insights")
def insights(asked: Asked) -> dict[str, Any]:
    """All that is told, of most cases first."""
    return {**_found(asked), "q": f"{Q:.0%}"}


@figures_page("analytics/insights/top.html", "Insights")
def top_insights(asked: Asked) -> dict[str, Any]:
    """The first few, as a part of another page."""
    return {**_found(asked, TOP), "all": f"{reverse('analytics:insights')}?{urlencode(asked.query)}"}


def _found(asked: Asked, at_most: int | None = None) -> dict[str, Any]:
    before = compared(asked.frame).before if asked.frame.now > asked.frame.window.start else None
    return {
        "insights": insight_rows(insights_for(asked.frame)[:at_most], asked.query),
        "before_text": window_text(before) if before else "",
    }
