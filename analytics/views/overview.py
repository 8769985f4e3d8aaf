"""The overview: what every other page goes into."""

from typing import Any

from analytics.metrics.overview import overview as overview_of
from analytics.metrics.registry import METRICS
from analytics.metrics.targets import targets_for
from analytics.pages import overview_context
from analytics.views.page import Asked, figures_page


@figures_page("analytics/overview.html", "Escalation analytics")
def overview(asked: Asked) -> dict[str, Any]:
    """Key figures, volumes, reasons and the queue."""
    aims = targets_for(METRICS, asked.frame)
    return overview_context(overview_of(asked.frame), asked.frame, asked.sight, asked.query, aims)
