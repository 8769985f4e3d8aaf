"""How much there was."""

from django.db.models import Q

from analytics.metrics.readings import Counted, Rate, Rows
from analytics.metrics.registry.conditions import ESCALATED, OUTCOME_UNKNOWN
from analytics.metrics.registry.metric import Metric
from analytics.metrics.sources import CONVERSATIONS, MEASURED, OPENED
from analytics.metrics.units import Unit
from escalations.enums import OPEN_STATES
from helpninja.common.values import Good

METRICS = (
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
        "Conversations with at least one escalation / conversations started. Not measured for one person, to whom "
        "come none but escalated ones.",
        "start of the conversation",
        Rate(Rows(CONVERSATIONS), hit=ESCALATED),
        of_one_person=False,
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
)
