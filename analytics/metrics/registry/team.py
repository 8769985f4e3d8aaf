"""How the work goes through people's hands."""

from typing import Any

from django.db.models import Q, QuerySet

from analytics.metrics.equity import WorkloadEquity
from analytics.metrics.hours import Available, HandlingShare, Planned
from analytics.metrics.readings import Distinct, PerDistinct, Rate, Rows
from analytics.metrics.registry.conditions import FIRST_CONTACT, OPENED_MEASURED, OUTCOME_UNKNOWN
from analytics.metrics.registry.metric import Metric
from analytics.metrics.sources import HANDLED_ONCE, RESOLVED
from analytics.metrics.units import Unit
from escalations.enums import Tier
from escalations.models import Conversation, Escalation
from helpninja.common.values import Good


def _conversations(rows: QuerySet[Any]) -> QuerySet[Any]:
    return Conversation.objects.filter(pk__in=rows.values("escalation__conversation"))


def _escalations(rows: QuerySet[Any]) -> QuerySet[Any]:
    return Escalation.objects.filter(pk__in=rows.values("escalation"))


METRICS = (
    Metric(
        "conversations_handled",
        "Conversations handled",
        Unit.COUNT,
        Good.NEITHER,
        "Conversations on which somebody worked, each once.",
        "end of the handling",
        Distinct(Rows(HANDLED_ONCE), "escalation__conversation", _conversations, (OUTCOME_UNKNOWN,)),
    ),
    Metric(
        "handling_time",
        "Handling time",
        Unit.SECONDS,
        Good.DOWN,
        "Time in which somebody was active on an escalation / escalations handled.",
        "end of the handling",
        PerDistinct(Rows(HANDLED_ONCE), "escalation", _escalations, (OUTCOME_UNKNOWN,), field="seconds"),
    ),
    Metric(
        "first_contact_resolution",
        "First contact resolution",
        Unit.RATE,
        Good.UP,
        "Resolved by the first agent in one handling and not re-escalated within 7 days / resolved.",
        "last resolution",
        Rate(Rows(RESOLVED), (OUTCOME_UNKNOWN,), hit=FIRST_CONTACT),
    ),
    Metric(
        "transfer_rate",
        "Transfer rate",
        Unit.RATE,
        Good.DOWN,
        "Escalations opened in the window whose agent or tier changed / opened in the window.",
        "opening of the escalation",
        Rate(OPENED_MEASURED, (OUTCOME_UNKNOWN,), hit=Q(transfer_count__gt=0)),
    ),
    Metric(
        "specialist_rate",
        "Specialist rate",
        Unit.RATE,
        Good.DOWN,
        "Escalations opened in the window that went on to specialists or to management / opened in the window.",
        "opening of the escalation",
        Rate(OPENED_MEASURED, (OUTCOME_UNKNOWN,), hit=Q(tier__in=(Tier.SPECIALIST, Tier.MANAGEMENT))),
    ),
    Metric(
        "management_rate",
        "Management rate",
        Unit.RATE,
        Good.DOWN,
        "Escalations opened in the window that went on to management / opened in the window.",
        "opening of the escalation",
        Rate(OPENED_MEASURED, (OUTCOME_UNKNOWN,), hit=Q(tier=Tier.MANAGEMENT)),
    ),
    Metric(
        "occupancy",
        "Occupancy",
        Unit.RATE,
        Good.NEITHER,
        "Handling time / time available or handling, of those who handled something and whose presence is known.",
        "end of the handling; presence in the window",
        HandlingShare(Available, besides=True),
    ),
    Metric(
        "utilization",
        "Utilization",
        Unit.RATE,
        Good.NEITHER,
        "Handling time / paid hours, of those who handled something and whose hours are planned. Paid are the "
        "planned hours with breaks and time off.",
        "end of the handling; planned hours in the window",
        HandlingShare(Planned),
    ),
    Metric(
        "workload_equity",
        "Workload deviation",
        Unit.RATE,
        Good.DOWN,
        "Standard deviation / mean of the escalations handled by each agent, of those who handled any.",
        "end of the handling",
        WorkloadEquity(),
    ),
)
