"""What became of customers after an escalation, by what their events say. Escalations of an unknown customer,
or of one without events, are missing: nobody knows whether they stayed.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DecimalField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, IsNull

from analytics.metrics.readings import ALL as EVERYTHING
from analytics.metrics.readings import Narrow, Plain, Read, Rows, everything
from analytics.metrics.sources import MEASURED, OPENED
from analytics.metrics.tally import Frame, Part, Splits, Tally
from billing.enums import STANDING_KINDS, EventKind
from billing.models import CustomerEvent
from escalations.models import Rating
from helpninja.common.intervals import estimated, rate, ratio
from helpninja.common.values import Value

CUSTOMER, NO_CUSTOMER = "customer", "no_customer"
HORIZONS = (30, 60, 90)
EARLY, LATE = 30, 90
NEGATIVE = 2
MOODS = {
    "positive": "Positive experience",
    "neutral": "Neutral experience",
    "negative": "Negative experience",
    "several_negative": "Multiple negative escalations",
}
POOR, GOOD = ("negative", "several_negative"), ("positive", "neutral")
ALL = Rows(OPENED)
KNOWN = Rows(OPENED, MEASURED)


def mood(path: str = "") -> Case:
    """By the rating; several negative ones within 90 days are a group of their own."""
    opened = OuterRef(f"{path}opened_at")
    others = Rating.objects.filter(
        escalation__customer=OuterRef(f"{path}customer"),
        csat__lte=NEGATIVE,
        escalation__opened_at__lt=opened,
        escalation__opened_at__gte=opened - timedelta(days=LATE),
    )
    csat = f"{path}rating__csat"
    negative = Q(**{f"{csat}__lte": NEGATIVE})
    return Case(
        When(negative & Q(Exists(others)), then=Constant("several_negative")),
        When(negative, then=Constant("negative")),
        When(Q(**{csat: 3}), then=Constant("neutral")),
        When(Q(**{f"{csat}__gte": 4}), then=Constant("positive")),
        default=None,
        output_field=CharField(),
    )


def _events() -> QuerySet[CustomerEvent]:
    return CustomerEvent.objects.filter(customer=OuterRef("customer"))


def _last_kind(moment: Any) -> Subquery:
    found = _events().filter(kind__in=STANDING_KINDS, at__lte=moment).order_by("-at", "-id")
    return Subquery(found.values("kind")[:1])


def _before_the_first() -> Subquery:
    """Whose first event is the sign-up was no customer before it; of others the beginning was not told."""
    was = Case(
        When(kind=EventKind.SIGNED_UP, then=Constant(NO_CUSTOMER)),
        default=Constant(CUSTOMER),
        output_field=CharField(),
    )
    found = _events().filter(kind__in=STANDING_KINDS).order_by("at", "id")
    return Subquery(found.annotate(was=was).values("was")[:1])


def _monthly_value(moment: Any) -> Coalesce:
    """By the last event that said it until then, or by what the next one says of before."""
    said = _events().filter(at__lte=moment, monthly_value_after__isnull=False).order_by("-at", "-id")
    next_one = _events().filter(at__gt=moment, monthly_value_before__isnull=False).order_by("at", "id")
    return Coalesce(
        Subquery(said.values("monthly_value_after")[:1]),
        Subquery(next_one.values("monthly_value_before")[:1]),
        output_field=DecimalField(max_digits=12, decimal_places=2),
    )


# What the customer's events said last: at the opening, and so many days later.
STOOD = Coalesce(_last_kind(OuterRef("opened_at")), _before_the_first())
STANDS = {days: _last_kind(OuterRef("opened_at") + timedelta(days=days)) for days in HORIZONS}
NO_CUSTOMERS = (None, NO_CUSTOMER, EventKind.CANCELLED.value)
THEN = _monthly_value(OuterRef("opened_at"))
AFTER = _monthly_value(OuterRef("opened_at") + timedelta(days=LATE))


def _is_over(days: int, frame: Frame, also: Q = EVERYTHING) -> Case:
    over = When(Q(opened_at__lte=frame.now - timedelta(days=days)) & also, then=Constant(True))
    return Case(over, default=Constant(False), output_field=BooleanField())


@dataclass(frozen=True)
class Retention(Plain):
    """The share of those who were customers at the opening that still were ``days`` later.

    Each of the events' subqueries is asked once for a row, and the standing at the opening once for all horizons.
    """

    days: int
    sources = (OPENED,)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (ALL.count, KNOWN.count)

    def splits(self, frame: Frame) -> Splits:
        return {
            OPENED: {
                "stood": STOOD,
                f"stands_{self.days}": STANDS[self.days],
                f"is_over_{self.days}": _is_over(self.days, frame),
            }
        }

    def reader(self, frame: Frame) -> Read:
        return self._read

    def _read(self, found: Tally, period: int) -> Value:
        kept, left = self.kept_and_left(found, period)
        return Value.of_rate(kept, kept + left, found.sum(ALL.count, period) - kept - left)

    def kept_and_left(self, found: Tally, period: int, **dims: Any) -> tuple[int, int]:
        """Of those observed long enough who were customers at the opening."""
        rows = [
            row
            for row in found.rows[OPENED.key]
            if row.period == period
            and row.dims[f"is_over_{self.days}"]
            and row.dims["stood"] not in NO_CUSTOMERS
            and all(row.dims[name] == value for name, value in dims.items())
        ]
        left = [row for row in rows if row.dims[f"stands_{self.days}"] == EventKind.CANCELLED]
        n, gone = (sum(row.sums[KNOWN.count] for row in some) for some in (rows, left))
        return n - gone, gone

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        over = Q(opened_at__lte=frame.now - timedelta(days=self.days))
        rows = KNOWN.within(frame).filter(over).annotate(stood=STOOD)
        return narrow(rows.filter(stood__isnull=False).exclude(stood__in=NO_CUSTOMERS[1:]))


@dataclass(frozen=True)
class ValueChange(Plain):
    """Sum of the monthly values 90 days after the opening against the sum at the opening."""

    sources = (OPENED,)
    comparable = Q(MEASURED, Q(GreaterThan(THEN, 0)), Q(IsNull(AFTER, False)))
    then = Part(OPENED, Sum(THEN))
    after = Part(OPENED, Sum(AFTER))

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (ALL.count, self.then, self.after)

    def splits(self, frame: Frame) -> Splits:
        return {OPENED: {"is_comparable": _is_over(LATE, frame, self.comparable)}}

    def reader(self, frame: Frame) -> Read:
        return self._read

    def _read(self, found: Tally, period: int) -> Value:
        n, then, after = (
            found.sum(part, period, is_comparable=True) for part in (ALL.count, self.then, self.after)
        )
        missing = found.sum(ALL.count, period) - n
        return Value(float(after / then - 1) if then else None, n, missing, sums=(after - then, then))

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        over = Q(opened_at__lte=frame.now - timedelta(days=LATE))
        return narrow(ALL.within(frame).filter(over, self.comparable))


@dataclass(frozen=True)
class ChurnRisk(Plain):
    """How many times as likely to leave within 30 days after a poor experience as after another."""

    sources = (OPENED,)
    retention = Retention(EARLY)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return self.retention.parts(frame)

    def splits(self, frame: Frame) -> Splits:
        return {OPENED: {**self.retention.splits(frame)[OPENED], "rated_experience": mood()}}

    def reader(self, frame: Frame) -> Read:
        return self._read

    def _read(self, found: Tally, period: int) -> Value:
        (left, n), (others_left, others_n) = (self._left(found, period, moods) for moods in (POOR, GOOD))
        missing = found.sum(ALL.count, period) - n - others_n
        risk = ratio(rate(left, n), rate(others_left, others_n)) if left and others_left else None
        return estimated(risk, n + others_n, missing)

    def _left(self, found: Tally, period: int, moods: tuple[str, ...]) -> tuple[int, int]:
        both = [self.retention.kept_and_left(found, period, rated_experience=mood) for mood in moods]
        left = sum(left for _, left in both)
        return left, left + sum(kept for kept, _ in both)

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return self.retention.counted(frame, narrow).filter(rating__csat__isnull=False)
