"""How satisfied customers are by what they went through, and what became of them afterwards."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from analytics.blocks import block, charts, interval_text, known, slope_text
from analytics.figures import figure
from analytics.metrics.breakdown import Breakdown, breakdown, breakdowns
from analytics.metrics.journey import HORIZONS, LATE
from analytics.metrics.tally import Frame
from analytics.metrics.targets import targets_for
from analytics.metrics.units import Unit
from analytics.metrics.wording import value_text
from analytics.views.page import Asked, figures_page
from helpninja.common.values import Value

RATED = ("csat", "csat_per_minute", "csat_per_touch")
RETAINED = tuple(f"retained_{days}" for days in HORIZONS)
AFTER = (*RETAINED, "value_change", "early_churn_risk")
CARDS = ("csat", "csat_per_minute", "csat_per_touch", "retained_90", "value_change", "early_churn_risk")
BLOCKS = {
    "resolution_path": "By resolution path",
    "response_bucket": "By response time",
    "first_contact": "By first contact",
    "touches": "By number of touches",
    "context_kept": "By context kept",
    "before_escalation": "By what came before the escalation",
}
# What says by how much the rating changes from group to group.
STEPS = {
    "response_bucket": ("csat_per_minute", "minute of waiting"),
    "touches": ("csat_per_touch", "further touch"),
}


@figures_page("analytics/satisfaction.html", "Satisfaction")
def satisfaction(asked: Asked) -> dict[str, Any]:
    """A query for each table that is broken down; with the first the targets are asked."""
    aims = targets_for(CARDS, asked.frame)
    rated = breakdowns(RATED, BLOCKS, asked.frame)
    after = breakdowns(AFTER, ("experience", "rated_experience"), asked.frame)
    waits = breakdown(("first_response_time",), ("response_bucket",), asked.frame)
    totals = {**rated["touches"].total, **after["experience"].total}
    is_too_early = asked.frame.window.start > asked.frame.now - timedelta(days=LATE)
    return {
        "cards": [
            figure(
                totals[key],
                asked.query,
                aim=aims.get(key),
                note=interval_text(totals[key].now, totals[key].metric.unit),
            )
            for key in CARDS
        ],
        "blocks": [
            block(
                title,
                rated[key],
                ("csat",),
                asked.query,
                insight=slope_text(totals[STEPS[key][0]].now, STEPS[key][1]) if key in STEPS else "",
                shares=_shares(waits) if key == "response_bucket" else None,
                share_of="Share of responses" if key == "response_bucket" else "",
            )
            for key, title in BLOCKS.items()
        ],
        "stayed": block("Still a customer", after["experience"], RETAINED, asked.query),
        "worth": block("Monthly value afterwards", after["rated_experience"], ("value_change",), asked.query),
        "observed_link": _observed_link(asked) if is_too_early else "",
        "lacks_events": not is_too_early and not totals["retained_90"].now.n,
        "is_empty": not any(totals[key].now.n or totals[key].now.missing for key in ("csat", "retained_90")),
        "charts": charts(
            {**{key: (rated[key], ("csat",)) for key in BLOCKS}, "experience": (after["experience"], RETAINED)}
        ),
    }


def _shares(waits: Breakdown) -> dict[str, str]:
    """Of all that were answered in the window, rated or not."""
    numbers = {group.labels[0].code: group.measured["first_response_time"].now.n for group in known(waits)}
    total = sum(numbers.values())
    return {code: value_text(Value.of_rate(number, total), Unit.RATE) for code, number in numbers.items()}


def _observed_link(asked: Asked) -> str:
    """To the latest window of the same length whose last day was observed long enough."""
    first, last = _observed_days(asked.frame)
    window = {"window": "custom", "start": first, "end": last}
    return f"?{urlencode({**asked.query, **window})}"


def _observed_days(frame: Frame) -> tuple[str, str]:
    last = (frame.now.astimezone(frame.window.tzinfo) - timedelta(days=LATE + 1)).date()
    first = last - timedelta(days=len(frame.window.days()) - 1)
    return first.isoformat(), last.isoformat()
