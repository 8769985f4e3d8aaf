"""When escalations come, what they are about from week to week, and what brings more of them."""

from collections.abc import Mapping
from typing import Any

from analytics.figures import rows_link
from analytics.metrics.patterns_found import patterns_of
from analytics.metrics.registry import METRICS
from analytics.patterns_findings import Names
from analytics.patterns_page import patterns_context
from analytics.views.page import Asked, figures_page


@figures_page("analytics/patterns.html", "Escalation patterns")
def patterns(asked: Asked) -> dict[str, Any]:
    """Of the window, but for the quarters: those are up to five, whole."""
    choices = asked.form.choices

    def link(key: str, window: Mapping[str, str] | None = None, **codes: str) -> str:
        return rows_link(METRICS[key], {**asked.query, **(window or {})}, codes)

    return patterns_context(
        patterns_of(asked.frame),
        asked.frame,
        Names.of(choices.topics),
        {team.id: team.name for team in choices.teams},
        link,
        asked.query,
        is_own=asked.sight.is_own,
    )
