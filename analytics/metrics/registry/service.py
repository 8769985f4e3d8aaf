"""Deadlines, peaks, costs and the queue as it is now."""

from analytics.metrics.cost import CostPerResolution
from analytics.metrics.patterns import PeakHours
from analytics.metrics.readings import Counted, Rate, Rows
from analytics.metrics.registry.conditions import MET, OUTCOME_UNKNOWN
from analytics.metrics.registry.metric import Metric
from analytics.metrics.sources import JUDGED
from analytics.metrics.units import Unit
from analytics.metrics.waiting import Backlog, Waited
from helpninja.common.values import Good

METRICS = (
    Metric(
        "sla_attainment",
        "SLA attainment",
        Unit.RATE,
        Good.UP,
        "First responses in time / (in time + breached), judged at the deadline. Those still waiting inside "
        "their deadline are left out.",
        "deadline of the first response",
        Rate(Rows(JUDGED), (OUTCOME_UNKNOWN,), hit=MET),
    ),
    Metric(
        "sla_breaches",
        "SLA breaches",
        Unit.COUNT,
        Good.DOWN,
        "First responses that were late, or had not come when their deadline passed.",
        "deadline of the first response",
        Counted(Rows(JUDGED, ~MET), (OUTCOME_UNKNOWN,)),
    ),
    Metric(
        "peak_hours",
        "Peak escalation hours",
        Unit.HOUR,
        Good.NEITHER,
        "The two hours of the day, in the window's time zone, in which most escalations were opened; given "
        "as the hour at which they begin.",
        "opening of the escalation",
        PeakHours(),
    ),
    Metric(
        "cost_per_resolution",
        "Cost per resolution",
        Unit.MONEY,
        Good.DOWN,
        "(Loaded cost of the handling time + shared cost of the month spread over its escalations) / "
        "resolved. Handling of unknown cost is left out with its resolutions.",
        "last resolution; end of the handling; opening for the shared cost",
        CostPerResolution(),
    ),
    Metric(
        "wait_time",
        "Current wait time",
        Unit.SECONDS,
        Good.DOWN,
        "Mean of now - escalation opened, over those that wait.",
        "now",
        Waited(),
    ),
    Metric(
        "longest_wait",
        "Longest wait",
        Unit.SECONDS,
        Good.DOWN,
        "The longest now - escalation opened of those that wait.",
        "now",
        Waited(longest=True),
    ),
    Metric(
        "backlog",
        "Backlog",
        Unit.COUNT,
        Good.DOWN,
        "Escalations waiting past their deadline.",
        "now",
        Backlog(),
    ),
)
