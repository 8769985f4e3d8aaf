"""What metrics ask of their rows, in one place for all that ask the same."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q

from analytics.metrics.readings import Rows
from analytics.metrics.sources import MEASURED, OPENED, PLACED
from escalations.enums import State
from escalations.models import Escalation

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
# Resolved by the first agent in one handling, and for good.
FIRST_CONTACT = Q(claim_count=1, transfer_count=0) & ~REESCALATED
RATED_CSAT = Q(csat__isnull=False)
MET = Q(first_response_at__lte=F("first_response_due_at"))
# Only the day of these is known: how long they took, and how they ended, is not.
OUTCOME_UNKNOWN = Rows(OPENED, PLACED)
OPENED_MEASURED = Rows(OPENED, MEASURED)
