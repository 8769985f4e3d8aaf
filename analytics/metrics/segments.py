"""Kinds of customers, as they were when a conversation started.

New and established customers are a partition by age, trial and enterprise are plans, power users are who writes
often: one customer may be of several kinds. So each kind is a condition on conversations, and its escalation rate
a figure of its own, rather than a group of one dimension whose groups would have to add up.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q

from billing.enums import PlanCode
from escalations.models import Conversation

NEW_DAYS = 30
POWER_DAYS, POWER_CONVERSATIONS = 90, 5


@dataclass(frozen=True)
class Segment:
    """``where`` is of conversations; ``unknown`` are those of which nobody knows whether they belong to it."""

    key: str
    label: str
    definition: str
    where: Q
    unknown: Q


def _often() -> Q:
    """Asked whether there is a fifth one, not how many there are: of some customers these are thousands."""
    earlier = Conversation.objects.filter(
        customer=OuterRef("customer"),
        started_at__lt=OuterRef("started_at"),
        started_at__gte=OuterRef("started_at") - timedelta(days=POWER_DAYS),
    )
    return Q(Exists(earlier.order_by()[POWER_CONVERSATIONS - 1 : POWER_CONVERSATIONS]))


OLD_ENOUGH = ExpressionWrapper(
    F("customer__signed_up_on") + timedelta(days=NEW_DAYS), output_field=DateTimeField()
)
NO_AGE = Q(customer__signed_up_on=None)
NO_PLAN = Q(plan=None)

SEGMENTS = (
    Segment(
        "new",
        "New customers",
        f"Conversations of customers in the first {NEW_DAYS} days after they signed up.",
        ~NO_AGE & Q(started_at__lt=OLD_ENOUGH),
        NO_AGE,
    ),
    Segment(
        "established",
        "Established customers",
        f"Conversations of customers from {NEW_DAYS} days after they signed up on.",
        Q(started_at__gte=OLD_ENOUGH),
        NO_AGE,
    ),
    Segment(
        "power",
        "Power users",
        f"Conversations of customers from {NEW_DAYS} days after they signed up on, with at least "
        f"{POWER_CONVERSATIONS} others in the {POWER_DAYS} days before.",
        Q(started_at__gte=OLD_ENOUGH) & _often(),
        NO_AGE,
    ),
    Segment(
        "enterprise",
        "Enterprise customers",
        "Conversations of customers whose plan at the start was Enterprise.",
        Q(plan__code=PlanCode.ENTERPRISE),
        NO_PLAN,
    ),
    Segment(
        "trial",
        "Trial users",
        "Conversations of customers whose plan at the start was Trial.",
        Q(plan__code=PlanCode.TRIAL),
        NO_PLAN,
    ),
)
