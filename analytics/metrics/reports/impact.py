"""What escalations meant for the business: what became of the customers, as the billing system told it.

A customer counts as escalated where an escalation of theirs was opened in the 90 days before the event.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce

from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Figure, Section
from analytics.metrics.reports.wording import direction, several
from analytics.metrics.units import Unit
from analytics.metrics.wording import value_text
from billing.enums import EventKind
from billing.models import CustomerEvent
from escalations.models import Escalation
from helpninja.common.values import Good, Value, compare, rounded
from quality.decisions.initiatives import Effect

BEFORE = timedelta(days=90)
MONTHS = 12
ESCALATED, OTHERS = Q(escalated=True), Q(escalated=False)
DECISIONS = (EventKind.RENEWED, EventKind.CANCELLED)
# Whoever renews each month is one customer who stayed: what counts is their last decision in the period.
RENEWED, DECIDED = Q(kind=EventKind.RENEWED, is_last=True), Q(kind__in=DECISIONS, is_last=True)
REVIEWED = Q(kind=EventKind.REVIEWED)
BOUGHT = Q(kind=EventKind.PURCHASED)
GREW = Q(kind__in=(EventKind.UPGRADED, EventKind.VALUE_CHANGED), monthly_value_after__gt=F("monthly_value_before"))
NOT_ESCALATED = "of customers not escalated"


@dataclass(frozen=True)
class Impact:
    """Rates with their counts; money in US dollars with the number of events that it is of."""

    retention: Value
    baseline: Value
    reviews: Value
    retained: Value
    upsell: Value


def told_of(asked: Asked) -> Sequence[Mapping[str, Any]]:
    """The counts and sums of the period's events, in one row if there are any.

    Where only some teams are asked about, customers of other teams' escalations are left out.
    """
    monthly = Coalesce("monthly_value_after", "monthly_value_before", "customer__monthly_value")
    sums = {
        "renewed": _count(ESCALATED & RENEWED),
        "decided": _count(ESCALATED & DECIDED),
        "others_renewed": _count(OTHERS & RENEWED),
        "others_decided": _count(OTHERS & DECIDED),
        "positive": _count(ESCALATED & REVIEWED & Q(is_positive=True)),
        "reviewed": _count(ESCALATED & REVIEWED),
        "retained": Sum(monthly, filter=ESCALATED & RENEWED),
        "bought": Sum("amount", filter=ESCALATED & BOUGHT),
        "grown": Sum(F("monthly_value_after") - F("monthly_value_before"), filter=ESCALATED & GREW),
        "upsells": _count(ESCALATED & (BOUGHT | GREW)),
    }
    rows = _events(asked).order_by().annotate(all=Constant(1)).values_list("all").annotate(**sums)
    return asked.together.put(rows, lambda row: dict(zip(sums, row[1:], strict=True)))


def impact(told: Iterable[Mapping[str, Any]]) -> Impact:
    """Of customers who were escalated, and of the others where it compares them."""
    found: dict[str, Any] = defaultdict(int)
    for row in told:
        found |= row
    return Impact(
        retention=Value.of_rate(found["renewed"], found["decided"]),
        baseline=Value.of_rate(found["others_renewed"], found["others_decided"]),
        reviews=Value.of_rate(found["positive"], found["reviewed"]),
        retained=_money(found["renewed"], MONTHS * (found["retained"] or Decimal())),
        upsell=_money(found["upsells"], (found["bought"] or Decimal()) + MONTHS * (found["grown"] or Decimal())),
    )


def _events(asked: Asked) -> QuerySet[CustomerEvent]:
    before = Escalation.objects.filter(
        customer=OuterRef("customer"), opened_at__lt=OuterRef("at"), opened_at__gte=OuterRef("at") - BEFORE
    )
    period = CustomerEvent.objects.filter(at__gte=asked.window.start, at__lt=asked.window.end)
    later = period.filter(customer=OuterRef("customer"), kind__in=DECISIONS).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    )
    events = period.annotate(is_last=~Exists(later))
    if asked.teams is None:
        return events.annotate(escalated=Exists(before))
    ours = Exists(before.filter(team__in=asked.teams))
    return events.annotate(escalated=ours).filter(Q(escalated=True) | ~Exists(before))


def _count(where: Q) -> Count:
    return Count("pk", filter=where)


def _money(n: int, amount: Decimal) -> Value:
    return Value(float(amount) if n else None, n)


def business_impact(found: Impact, avoided: Figure) -> Section:
    """``avoided``: what the initiatives saved, beside what became of the customers."""
    figures = (
        _amount(
            "revenue_retained",
            "Revenue retained",
            found.retained,
            f"a year of {several(found.retained.n, 'escalated customer')} who renewed",
            "12 x monthly value of the customers who renewed within 90 days after an escalation.",
        ),
        _retention(found),
        _amount(
            "upsell",
            "Upsell after escalations",
            found.upsell,
            several(found.upsell.n, "purchase or upgrade", "purchases and upgrades"),
            "Purchases, and 12 x the increase of the monthly value, within 90 days after an escalation.",
        ),
        avoided,
        _rate(
            "positive_reviews",
            "Positive public reviews",
            found.reviews,
            "",
            "Positive reviews / reviews within 90 days after an escalation.",
        ),
    )
    is_known = any(figure.n for figure in figures)
    note = "" if is_known else "The billing system has told of no customer's renewal, purchase or review."
    return Section("impact", "Business impact", figures=figures, note=note)


def _retention(found: Impact) -> Figure:
    versus = f"vs {value_text(found.baseline, Unit.RATE)} {NOT_ESCALATED}, n = {found.baseline.n}"
    return _rate(
        "retention",
        "Customer retention",
        found.retention,
        versus,
        "Customers whose last decision in the period was to renew / those who renewed or cancelled, of those "
        "escalated in the 90 days before it.",
        before=found.baseline.value,
        **direction(compare(found.retention, found.baseline, Good.UP)),
    )


def cost_avoided(found: Iterable[Effect | None], cost: Value) -> Figure:
    """``cost``: of a resolution in the period, by which what was avoided is valued."""
    avoided = [one.avoided_in_all for one in found if one and one.avoided_in_all is not None]
    value, note = Value(None, 0), "no initiative is measurable yet"
    if avoided and cost.value is not None:
        value = Value(sum(avoided) * cost.value, len(avoided))
        note = (
            f"{rounded(sum(avoided)):,} fewer escalations since the start of {several(len(avoided), 'initiative')}"
        )
    return _amount(
        "cost_avoided",
        "Cost avoided",
        value,
        note,
        "Escalations avoided by the initiatives since their start, at the cost per resolution of the period.",
    )


def _amount(key: str, label: str, value: Value, note: str, definition: str) -> Figure:
    text = "–" if value.value is None else dollars(value.value)
    return Figure(
        key,
        label,
        text,
        Unit.MONEY.value,
        value.value,
        value.n,
        note=note,
        definition=definition,
    )


def _rate(key: str, label: str, value: Value, versus: str, definition: str, **more: Any) -> Figure:
    text = value_text(value, Unit.RATE)
    return Figure(
        key, label, text, Unit.RATE.value, value.value, value.n, versus=versus, definition=definition, **more
    )


def dollars(amount: float) -> str:
    """Whole ones: ``$127,000``."""
    return f"{'−' if amount < 0 else ''}${rounded(abs(amount)):,}"
