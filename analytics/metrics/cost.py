"""Gathers what ``billing.decisions.cost_per_resolution`` works with."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import DecimalField, F, QuerySet, Sum

from analytics.metrics.filters import Filters
from analytics.metrics.readings import Narrow, Read, Rows, everything
from analytics.metrics.sources import COSTED, OPENED, PLACED, RESOLVED, UNCOSTED
from analytics.metrics.tally import Frame, Part, Splits, Tally, tally
from analytics.metrics.times import Since, since
from billing.decisions import MonthShare, cost_per_resolution
from billing.models import SharedCost
from helpninja.common.fixed import Fixed
from helpninja.common.together import Later
from helpninja.common.values import Value

# Seconds, each times its cost of an hour.
EXACT = DecimalField(max_digits=20, decimal_places=2)
COST = Part(COSTED, Sum(F("seconds") * F("hourly_cost"), output_field=EXACT))
RESOLUTIONS = Rows(RESOLVED, ~UNCOSTED)
UNKNOWN = (Rows(RESOLVED, UNCOSTED), Rows(OPENED, PLACED))
OURS = Rows(OPENED).count
PARTS = (COST, OURS, RESOLUTIONS.count, *(rows.count for rows in UNKNOWN))


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
        return {OPENED: {"cost_month": _month(frame)}}

    def reader(self, frame: Frame) -> Read:
        numbers = {month.date(): number for number, month in enumerate(frame.span.month_starts())}
        amounts = _shared_costs(frame)
        opened = Later(lambda: _opened_by_month(frame))

        def read(found: Tally, period: int) -> Value:
            by_month = {numbers[month]: amount for month, amount in amounts if month in numbers}
            return _value(found, period, by_month, opened)

        return read

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return narrow(RESOLUTIONS.within(frame))


def _value(found: Tally, period: int, amounts: Mapping[int, Decimal], opened: Mapping[int, int]) -> Value:
    ours = found.split(OURS, "cost_month", period)
    cost = cost_per_resolution(
        [(1, found.sum(COST, period))],  # as if one second had cost what all of them did
        [MonthShare(amount, opened.get(month, 0), ours.get(month, 0)) for month, amount in amounts.items()],
        found.sum(RESOLUTIONS.count, period),
    )
    missing = sum(found.sum(rows.count, period) for rows in UNKNOWN)
    return Value.of_mean(cost.handling + cost.shared, cost.resolutions, missing)


def _shared_costs(frame: Frame) -> Iterable[tuple[date, Decimal]]:
    """What each month has that has any."""
    return frame.together.put(_of_months(), lambda row: (row[0], row[1]))


@cache
def _of_months() -> Fixed:
    return Fixed(SharedCost.objects.order_by().values_list("month").annotate(total=Sum("amount")))


def _opened_by_month(frame: Frame) -> Mapping[int, int]:
    """All of them, whatever the filters: the cost is spread over everybody's. Looked up where there is any."""
    everybodys = replace(frame, window=frame.span.months(), filters=Filters(), comparison=None)
    return tally([OURS], everybodys, {OPENED: {"cost_month": _month(frame)}}).split(OURS, "cost_month")


def _month(frame: Frame) -> Since:
    """Unlike truncation it costs SQLite no call of Python for each row."""
    return since("opened_at", tuple(frame.span.month_starts()))
