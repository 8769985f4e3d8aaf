"""Every metric, once: the pages, the API and whatever reports come read label, definition and number from here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from analytics.metrics import cost, patterns, waiting
from analytics.metrics.readings import Counted, Mean, PerDistinct, Rate, Reading, Rows
from analytics.metrics.sources import (
    CONVERSATIONS,
    ESCALATED_MESSAGES,
    HUMAN_MESSAGES,
    JUDGED,
    MEASURED,
    OPENED,
    PLACED,
    RATED,
    RESOLVED,
    RESOLVED_ONCE,
    RESPONDED,
    REVIEWED,
    SURVEYED,
)
from analytics.metrics.tally import BEFORE, NOW, Frame, Tally, tally
from analytics.metrics.units import Unit
from escalations.enums import OPEN_STATES, State
from escalations.models import Escalation
from helpninja.common.values import Good, Value

REPEAT_WITHIN = timedelta(days=7)

ESCALATED = Q(Exists(Escalation.objects.filter(conversation=OuterRef("pk"))))
REESCALATED = Q(
    Exists(
        Escalation.objects.filter(
            previous=OuterRef("pk"), opened_at__lte=OuterRef("last_resolved_at") + REPEAT_WITHIN
        )
    )
)
SETTLED = Q(state=State.RESOLVED) & ~REESCALATED
RATED_CSAT = Q(csat__isnull=False)
MET = Q(first_response_at__lte=F("first_response_due_at"))
# Only the day of these is known: how long they took, and how they ended, is not.
OUTCOME_UNKNOWN = Rows(OPENED, PLACED)


@dataclass(frozen=True)
class Metric:
    """``window`` says which moment puts a row into the window; ``reading`` is None where a module measures it."""

    key: str
    label: str
    unit: Unit
    good: Good
    definition: str
    window: str
    reading: Reading | None = None
    measured_by: Callable[[Frame], dict[int, Value]] | None = None
    counted_by: Callable[[Frame], QuerySet[Any]] | None = None

    def counted(self, frame: Frame) -> QuerySet[Any]:
        """Exactly the rows that the value's ``n`` counts."""
        if self.reading is not None:
            return self.reading.counted(frame)
        assert self.counted_by is not None
        return self.counted_by(frame)

    def value(self, found: Tally, period: int = NOW, **dims: Any) -> Value:
        """From a tally that holds the reading's parts."""
        assert self.reading is not None
        return self.reading.value(lambda part: found.sum(part, period, **dims))


@dataclass(frozen=True)
class Measured:
    """``before`` is of the window before, None where it was not asked for."""

    metric: Metric
    now: Value
    before: Value | None


def measure(metrics: Iterable[Metric], frame: Frame) -> dict[str, Measured]:
    """By key, in the order asked. One query for each source that the metrics share, a few for the special ones."""
    metrics = list(metrics)
    found = tally((part for metric in metrics if metric.reading for part in metric.reading.parts), frame)
    return {metric.key: _measured(metric, found, frame) for metric in metrics}


def _measured(metric: Metric, found: Tally, frame: Frame) -> Measured:
    if metric.reading is not None:
        values = {period: metric.value(found, period) for period in frame.periods}
    else:
        assert metric.measured_by is not None
        values = metric.measured_by(frame)
    return Measured(metric, values[NOW], values.get(BEFORE))


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


OPENED_MEASURED = Rows(OPENED, MEASURED)

METRICS = {
    metric.key: metric
    for metric in (
        Metric(
            "conversations",
            "Conversations",
            Unit.COUNT,
            Good.NEITHER,
            "Conversations started.",
            "start of the conversation",
            Counted(Rows(CONVERSATIONS)),
        ),
        Metric(
            "escalated_conversations",
            "Escalated conversations",
            Unit.COUNT,
            Good.DOWN,
            "Of the conversations started, those with at least one escalation.",
            "start of the conversation",
            Counted(Rows(CONVERSATIONS, ESCALATED)),
        ),
        Metric(
            "escalation_rate",
            "Escalation rate",
            Unit.RATE,
            Good.DOWN,
            "Conversations with at least one escalation / conversations started.",
            "start of the conversation",
            Rate(Rows(CONVERSATIONS), hit=ESCALATED),
        ),
        Metric(
            "escalations",
            "Escalations",
            Unit.COUNT,
            Good.NEITHER,
            "Escalations opened.",
            "opening of the escalation",
            Counted(Rows(OPENED)),
        ),
        Metric(
            "still_open",
            "Still open",
            Unit.COUNT,
            Good.DOWN,
            "Of the escalations opened, those that are neither resolved nor cancelled yet.",
            "opening of the escalation",
            Counted(Rows(OPENED, MEASURED & Q(state__in=OPEN_STATES)), (OUTCOME_UNKNOWN,)),
        ),
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
            "resolution_time",
            "Resolution time",
            Unit.SECONDS,
            Good.DOWN,
            "Mean of first resolved - escalation opened.",
            "first resolution",
            Mean(Rows(RESOLVED_ONCE), (OUTCOME_UNKNOWN,), "resolution_seconds"),
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
        Metric(
            "csat",
            "Satisfaction (CSAT)",
            Unit.SCORE,
            Good.UP,
            "Mean of ratings from 1 to 5. Answers without a rating are missing; see the response rate too.",
            "answer to the survey",
            Mean(Rows(RATED, RATED_CSAT), (Rows(RATED, Q(csat=None)),), "csat"),
        ),
        Metric(
            "csat_satisfied",
            "Satisfied customers",
            Unit.RATE,
            Good.UP,
            "Ratings of 4 and 5 / ratings from 1 to 5.",
            "answer to the survey",
            Rate(Rows(RATED, RATED_CSAT), (Rows(RATED, Q(csat=None)),), hit=Q(csat__gte=4)),
        ),
        Metric(
            "survey_response_rate",
            "Survey response rate",
            Unit.RATE,
            Good.UP,
            "Surveys answered / surveys sent.",
            "sending of the survey",
            Rate(Rows(SURVEYED), hit=Q(rated_at__isnull=False)),
        ),
        Metric(
            "quality_score",
            "Quality score",
            Unit.POINTS,
            Good.UP,
            "Mean of the published reviews' totals, of 100; calibration and reviews of reviews are left out.",
            "publication of the review",
            Mean(Rows(REVIEWED), (), "total"),
        ),
        Metric(
            "human_responses",
            "Human responses",
            Unit.COUNT,
            Good.NEITHER,
            "Messages by agents.",
            "message",
            Counted(Rows(HUMAN_MESSAGES)),
        ),
        Metric(
            "messages_per_escalation",
            "Messages per escalation",
            Unit.PER_ESCALATION,
            Good.DOWN,
            "Messages by customer, AI and agents after the handoff / escalations they belong to.",
            "message",
            PerDistinct(
                Rows(ESCALATED_MESSAGES),
                "conversation__escalations",
                lambda rows: Escalation.objects.filter(pk__in=rows.values("conversation__escalations")),
                (OUTCOME_UNKNOWN,),
            ),
        ),
        Metric(
            "ai_confidence",
            "AI confidence at the handoff",
            Unit.CONFIDENCE,
            Good.NEITHER,
            "Mean confidence, 0 to 1, of the AI's last answer before the escalation.",
            "opening of the escalation",
            Mean(
                Rows(OPENED, Q(ai_confidence__isnull=False)),
                (Rows(OPENED, Q(ai_confidence=None)),),
                "ai_confidence",
            ),
        ),
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
}
