"""How soon customers were answered, and how their escalations ended."""

from analytics.metrics.percentiles import Percentile
from analytics.metrics.readings import Mean, Rate, Rows
from analytics.metrics.registry.conditions import OPENED_MEASURED, OUTCOME_UNKNOWN, REESCALATED, SETTLED
from analytics.metrics.registry.metric import Metric
from analytics.metrics.sources import RESOLVED, RESOLVED_ONCE, RESPONDED
from analytics.metrics.units import Unit
from helpninja.common.values import Good

METRICS = (
    Metric(
        "first_response_time",
        "Average response time",
        Unit.SECONDS,
        Good.DOWN,
        "Mean of first human message to the customer - escalation opened.",
        "first human message",
        Mean(Rows(RESPONDED), (OUTCOME_UNKNOWN,), "first_response_seconds"),
    ),
    Metric(
        "first_response_time_median",
        "Median response time",
        Unit.SECONDS,
        Good.DOWN,
        "What half of the times from the opening to the first human message to the customer do not exceed.",
        "first human message",
        Percentile(Rows(RESPONDED), (OUTCOME_UNKNOWN,), "first_response_seconds", 0.5),
    ),
    Metric(
        "first_response_time_p90",
        "90 % answered within",
        Unit.SECONDS,
        Good.DOWN,
        "What nine of ten times from the opening to the first human message to the customer do not exceed.",
        "first human message",
        Percentile(Rows(RESPONDED), (OUTCOME_UNKNOWN,), "first_response_seconds", 0.9),
    ),
    Metric(
        "resolution_time",
        "Resolution time",
        Unit.SECONDS,
        Good.DOWN,
        "Mean of first resolved - escalation opened.",
        "first resolution",
        Mean(Rows(RESOLVED_ONCE), (OUTCOME_UNKNOWN,), "resolution_seconds"),
    ),
    Metric(
        "resolution_time_median",
        "Median resolution time",
        Unit.SECONDS,
        Good.DOWN,
        "What half of the times from the opening to the first resolution do not exceed.",
        "first resolution",
        Percentile(Rows(RESOLVED_ONCE), (OUTCOME_UNKNOWN,), "resolution_seconds", 0.5),
    ),
    Metric(
        "resolution_time_p90",
        "90 % resolved within",
        Unit.SECONDS,
        Good.DOWN,
        "What nine of ten times from the opening to the first resolution do not exceed.",
        "first resolution",
        Percentile(Rows(RESOLVED_ONCE), (OUTCOME_UNKNOWN,), "resolution_seconds", 0.9),
    ),
    Metric(
        "full_resolution_time",
        "Full resolution time",
        Unit.SECONDS,
        Good.DOWN,
        "Mean of last resolved - escalation opened, of those that stayed resolved.",
        "last resolution",
        Mean(Rows(RESOLVED), (OUTCOME_UNKNOWN,), "full_resolution_seconds"),
    ),
    Metric(
        "resolution_rate",
        "Resolution rate",
        Unit.RATE,
        Good.UP,
        "Escalations opened in the window that are resolved and were not re-escalated within 7 days / "
        "opened in the window. Those still open count as not resolved.",
        "opening of the escalation",
        Rate(OPENED_MEASURED, (OUTCOME_UNKNOWN,), hit=SETTLED),
    ),
    Metric(
        "reescalation_rate",
        "Re-escalation rate",
        Unit.RATE,
        Good.DOWN,
        "Resolved escalations followed within 7 days by another of the same conversation, or of the same "
        "customer and topic, / resolved.",
        "last resolution",
        Rate(Rows(RESOLVED), (OUTCOME_UNKNOWN,), hit=REESCALATED),
    ),
)
