"""Gathers what ``billing.decisions.cost_per_resolution`` works with."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum, When
from django.db.models import Value as Integer

from analytics.metrics.filters import Filters
from analytics.metrics.readings import Narrow, Read, Rows, everything
from analytics.metrics.sources import DATED, HANDLED, OPENED, PLACED, RESOLVED, Source
from analytics.metrics.tally import Frame, Part, Splits, Tally
from billing.decisions import MonthShare, cost_per_resolution
from billing.models import SharedCost
from escalations.models import Escalation, HandlingInterval
from helpninja.common.values import Value

_uncosted = HandlingInterval.objects.filter(hourly_cost=None)
UNCOSTED = Q(Exists(_uncosted.filter(escalation=OuterRef("pk"))))
UNCOSTED_HANDLING = Q(Exists(_uncosted.filter(escalation=OuterRef("escalation"))))


def _costed(filters: Filters, now: datetime) -> QuerySet[Any]:
    return HANDLED.rows(filters, now).exclude(UNCOSTED_HANDLING)


COSTED = Source("costed", "ended_at", _costed)
SECONDS = Part(COSTED, Sum("seconds"))
RESOLUTIONS = Rows(RESOLVED, ~UNCOSTED)
UNKNOWN = (Rows(RESOLVED, UNCOSTED), Rows(OPENED, PLACED))
OURS = Rows(OPENED).count
PARTS = (SECONDS, OURS, RESOLUTIONS.count, *(rows.count for rows in UNKNOWN))


class CostPerResolution:
    """In US dollars.

    ``(sum over handling intervals ended in the window of seconds / 3600 * hourly cost + for each month the
    shared cost * escalations opened in window and month / escalations opened in the month) / escalations
    resolved in the window``. Resolved escalations with handling of unknown cost are left out above and below
    the line, and counted as missing.
    """

    adds_up = True
    sources = (RESOLVED, COSTED, OPENED)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return PARTS

    def splits(self, frame: Frame) -> Splits:
        return {COSTED: {"hourly_cost": F("hourly_cost")}, OPENED: {"cost_month": _month_number(frame)}}

    def reader(self, frame: Frame) -> Read:
        amounts, opened = _shared_costs(frame), _opened_by_month(frame)
        return lambda found, period: _value(found, period, amounts, opened)

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return narrow(RESOLUTIONS.within(frame))


def _value(found: Tally, period: int, amounts: dict[int, Decimal], opened: dict[int, int]) -> Value:
    ours = found.split(OURS, "cost_month", period)
    cost = cost_per_resolution(
        [(seconds, rate) for rate, seconds in found.split(SECONDS, "hourly_cost", period).items()],
        [MonthShare(amount, opened.get(month, 0), ours.get(month, 0)) for month, amount in amounts.items()],
        found.sum(RESOLUTIONS.count, period),
    )
    missing = sum(found.sum(rows.count, period) for rows in UNKNOWN)
    return Value(None if cost.value is None else float(cost.value), cost.resolutions, missing)


def _shared_costs(frame: Frame) -> dict[int, Decimal]:
    """By the number of the month in the frame."""
    months = frame.span.month_starts()
    numbers = {month.date(): number for number, month in enumerate(months)}
    rows = SharedCost.objects.filter(month__in=numbers).order_by().values("month").annotate(total=Sum("amount"))
    return {numbers[row["month"]]: row["total"] for row in rows}


def _opened_by_month(frame: Frame) -> dict[int, int]:
    """All of them, whatever the filters: the cost is spread over everybody's."""
    months = frame.span.months()
    rows = (
        Escalation.objects.filter(timing__in=DATED, opened_at__gte=months.start, opened_at__lt=months.end)
        .order_by()
        .values(number=_month_number(frame))
        .annotate(opened=Count("pk"))
    )
    return {row["number"]: row["opened"] for row in rows}


def _month_number(frame: Frame) -> Case:
    """Compared with the months' starts: unlike truncation it costs SQLite no call of Python for each row."""
    starts = frame.span.month_starts()
    later = [
        When(opened_at__gte=start, then=Integer(number)) for number, start in reversed(list(enumerate(starts)))
    ]
    return Case(*later, output_field=IntegerField())
