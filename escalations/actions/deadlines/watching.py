"""What time does: noticed by whoever looks, with its true time."""

import logging
from datetime import datetime

from django.db import transaction

from escalations.actions.deadlines.clocks import LOOKS_EVERY
from escalations.actions.deadlines.steps import settled
from escalations.models import Deadline, Escalation

__all__ = ["LOOKS_EVERY", "coming_moments", "settle_due"]

logger = logging.getLogger(__name__)

AT_MOST = 500


def settle_due(*, now: datetime, at_most: int = AT_MOST) -> int:
    """Writes what has happened on any clock before ``now``. Returns how many escalations it looked at."""
    due = Deadline.objects.to_look_at(now).order_by("next_check_at").values_list("escalation", flat=True)
    found = dict.fromkeys(due[:at_most])
    for pk in found:
        try:
            _settle_one(pk, now)
        except Exception:
            logger.exception("The deadlines of escalation %s are looked at again later.", pk)
    return len(found)


def coming_moments(*, now: datetime, until: datetime) -> list[datetime]:
    """When something will happen on a clock, from ``now`` to ``until``, if nobody does anything before."""
    coming = Deadline.objects.filter(next_check_at__gte=now, next_check_at__lt=until).order_by("next_check_at")
    return [at for at in coming.values_list("next_check_at", flat=True)[:AT_MOST] if at is not None]


@transaction.atomic
def _settle_one(pk: int, now: datetime) -> None:
    rows = Escalation.objects.select_for_update(no_key=True, of=("self",)).select_related("assignee")
    settled(rows.get(pk=pk), now).store(now)
