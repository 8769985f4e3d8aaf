"""The queue as it is now: how long the waiting have waited. One query for all three numbers."""

from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Min, Q, QuerySet
from django.db.models import Value as Constant

from analytics.metrics.filters import Filters
from analytics.metrics.sources import waiting
from analytics.metrics.tally import Frame
from helpninja.common.values import Value


def past_deadline(now: datetime) -> Q:
    """Answered exactly at the deadline would still be in time."""
    return Q(first_response_at=None, first_response_due_at__lt=now)


def measure(filters: Filters, now: datetime) -> dict[str, Value]:
    """Mean and longest wait in seconds, and how many wait past their deadline."""
    waited = ExpressionWrapper(Constant(now) - F("opened_at"), output_field=DurationField())
    found = waiting(filters).aggregate(
        n=Count("pk"), mean=Avg(waited), first=Min("opened_at"), late=Count("pk", filter=past_deadline(now))
    )
    n = found["n"]
    return {
        "wait_time": Value(found["mean"].total_seconds() if n else None, n),
        "longest_wait": Value((now - found["first"]).total_seconds() if n else None, n),
        "backlog": Value.of_count(found["late"]),
    }


def counted(frame: Frame) -> QuerySet[Any]:
    return waiting(frame.filters)


def counted_backlog(frame: Frame) -> QuerySet[Any]:
    return waiting(frame.filters).filter(past_deadline(frame.now))
