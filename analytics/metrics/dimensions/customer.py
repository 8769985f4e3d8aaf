"""How long the customer had been one."""

from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import TruncDate

from analytics.metrics.dimensions.dimension import Dimension, Grouping, Named
from analytics.metrics.sources import (
    CONVERSATIONS,
    JUDGED,
    OPENED,
    RATED,
    RESOLVED,
    RESOLVED_ONCE,
    RESPONDED,
    REVIEWED,
    SURVEYED,
    Source,
)
from analytics.metrics.tally import Frame

CUSTOMER = {
    **dict.fromkeys((CONVERSATIONS, OPENED, RESPONDED, RESOLVED_ONCE, RESOLVED, JUDGED), "customer"),
    **dict.fromkeys((RATED, SURVEYED), "conversation__customer"),
    REVIEWED: "escalation__customer",
}


def _by_age(ends: dict[int, str], otherwise: str) -> dict[Source, Grouping]:
    """``ends``: up to which day as a customer, the day of the signup being the first, a group goes."""

    def grouping(source: Source) -> Grouping:
        signed_up = f"{CUSTOMER[source]}__signed_up_on"

        def group(frame: Frame) -> Any:
            day = TruncDate(source.clock, tzinfo=frame.window.tzinfo)
            known = [
                When(**{f"{signed_up}__gt": day - Value(timedelta(days=days)), "then": Value(code)})
                for days, code in ends.items()
            ]
            unknown = When(**{f"{signed_up}__isnull": True, "then": Value(None)})
            return Case(unknown, *known, default=Value(otherwise), output_field=CharField())

        return group

    return {source: grouping(source) for source in CUSTOMER}


DIMENSIONS = (
    Dimension(
        "tenure",
        "Tenure",
        _by_age({30: "new"}, "established"),
        Named({"new": "New customers (first 30 days)", "established": "Established customers (30+ days)"}),
        "Days since the customer signed up, at that time.",
    ),
    Dimension(
        "lifecycle",
        "Customer lifecycle",
        _by_age({7: "1-7", 30: "8-30", 90: "31-90"}, "91+"),
        Named({"1-7": "Days 1–7", "8-30": "Days 8–30", "31-90": "Days 31–90", "91+": "Days 91+"}),
        "Days as a customer, the day of the signup being the first, at that time.",
    ),
)
