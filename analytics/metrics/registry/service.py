"""Deadlines, peaks, costs and the queue as it is now."""

from collections.abc import Callable

from analytics.metrics import cost, patterns, waiting
from analytics.metrics.readings import Rate, Rows
from analytics.metrics.registry.conditions import MET, OPENED_MEASURED, OUTCOME_UNKNOWN
from analytics.metrics.registry.metric import Metric
from analytics.metrics.sources import JUDGED, OPENED
from analytics.metrics.tally import NOW, Frame, Tally, tally
from analytics.metrics.units import Unit
from helpninja.common.values import Good, Value


def _peak(frame: Frame) -> dict[int, Value]:
    by_hour = OPENED_MEASURED.count
    found = tally(
        [by_hour, OUTCOME_UNKNOWN.count], frame, {OPENED: {"hour": patterns.hour_of("opened_at", frame)}}
    )
    return {period: peak_value(found, period) for period in frame.periods}


def peak_value(found: Tally, period: int = NOW) -> Value:
    """From a tally of the opened by hour: the hour at which the two busiest begin."""
    peak = patterns.peak(found.split(OPENED_MEASURED.count, "hour", period))
    missing = found.sum(OUTCOME_UNKNOWN.count, period)
    return Value(float(peak.hour), peak.n, missing) if peak else Value(None, 0, missing)


def _waiting(key: str) -> Callable[[Frame], dict[int, Value]]:
    return lambda frame: {NOW: waiting.measure(frame.filters, frame.now)[key]}


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
        "peak_hours",
        "Peak escalation hours",
        Unit.HOUR,
        Good.NEITHER,
        "The two hours of the day, in the window's time zone, in which most escalations were opened; given "
        "as the hour at which they begin.",
        "opening of the escalation",
        measured_by=_peak,
        counted_by=OPENED_MEASURED.within,
    ),
    Metric(
        "cost_per_resolution",
        "Cost per resolution",
        Unit.MONEY,
        Good.DOWN,
        "(Loaded cost of the handling time + shared cost of the month spread over its escalations) / "
        "resolved. Handling of unknown cost is left out with its resolutions.",
        "last resolution; end of the handling; opening for the shared cost",
        measured_by=cost.measure,
        counted_by=cost.counted,
    ),
    Metric(
        "wait_time",
        "Current wait time",
        Unit.SECONDS,
        Good.DOWN,
        "Mean of now - escalation opened, over those that wait.",
        "now",
        measured_by=_waiting("wait_time"),
        counted_by=waiting.counted,
    ),
    Metric(
        "longest_wait",
        "Longest wait",
        Unit.SECONDS,
        Good.DOWN,
        "The longest now - escalation opened of those that wait.",
        "now",
        measured_by=_waiting("longest_wait"),
        counted_by=waiting.counted,
    ),
    Metric(
        "backlog",
        "Backlog",
        Unit.COUNT,
        Good.DOWN,
        "Escalations waiting past their deadline.",
        "now",
        measured_by=_waiting("backlog"),
        counted_by=waiting.counted_backlog,
    ),
)
