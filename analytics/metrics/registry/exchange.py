"""What was said, before and after the handoff."""

from django.db.models import Q

from analytics.metrics.readings import Counted, Mean, Per, Rows
from analytics.metrics.registry.conditions import OPENED_MEASURED, OUTCOME_UNKNOWN
from analytics.metrics.registry.metric import Metric
from analytics.metrics.sources import ESCALATED_MESSAGES, HUMAN_MESSAGES, OPENED
from analytics.metrics.units import Unit
from helpninja.common.values import Good

METRICS = (
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
        "Messages by customer, AI and agents after the handoff of the escalations opened / escalations opened.",
        "opening of the escalation",
        Per(OPENED_MEASURED, (OUTCOME_UNKNOWN,), (Rows(ESCALATED_MESSAGES),)),
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
)
