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
    Count,
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
from django.db.models.lookups import Exact, GreaterThan, In, IsNull

from analytics.metrics.readings import Narrow, Plain, Read, Rows, everything
from analytics.metrics.sources import MEASURED, OPENED
from analytics.metrics.tally import Frame, Part, Splits, Tally
from billing.enums import STANDING_KINDS, EventKind
from billing.models import CustomerEvent
from escalations.models import Rating
from helpninja.common.intervals import estimated, rate, ratio
from helpninja.common.values import Value

KEPT, LEFT, TOO_EARLY, NO_CUSTOMER = "kept", "left", "too_early", "no_customer"
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


def standing(days: int, frame: Frame) -> Case:
    """Whether the escalation's customer still was one so many days after the opening; None where nobody knows."""
    then = Coalesce(_last_kind(OuterRef("opened_at")), _before_the_first())
    later = _last_kind(OuterRef("opened_at") + timedelta(days=days))
    return Case(
        When(opened_at__gt=frame.now - timedelta(days=days), then=Constant(TOO_EARLY)),
        When(Q(IsNull(then, True)), then=Constant(None)),
        When(Q(In(then, [EventKind.CANCELLED.value, NO_CUSTOMER])), then=Constant(NO_CUSTOMER)),
        When(Q(Exact(later, EventKind.CANCELLED.value)), then=Constant(LEFT)),
        default=Constant(KEPT),
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
        default=Constant(KEPT),
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


THEN = _monthly_value(OuterRef("opened_at"))
AFTER = _monthly_value(OuterRef("opened_at") + timedelta(days=LATE))
COMPARABLE = Q(MEASURED, Q(GreaterThan(THEN, 0)), Q(IsNull(AFTER, False)))


@dataclass(frozen=True)
class Retention(Plain):
    """The share of those who were customers at the opening that still were ``days`` later."""

    days: int
    sources = (OPENED,)

    @property
    def name(self) -> str:
        return f"standing_{self.days}"

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (ALL.count, KNOWN.count)

    def splits(self, frame: Frame) -> Splits:
        return {OPENED: {self.name: standing(self.days, frame)}}

    def reader(self, frame: Frame) -> Read:
        return self._read

    def _read(self, found: Tally, period: int) -> Value:
        kept, left = (found.sum(KNOWN.count, period, **{self.name: code}) for code in (KEPT, LEFT))
        return Value.of_rate(kept, kept + left, found.sum(ALL.count, period) - kept - left)

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        rows = KNOWN.within(frame).annotate(**{self.name: standing(self.days, frame)})
        return narrow(rows.filter(**{f"{self.name}__in": (KEPT, LEFT)}))


@dataclass(frozen=True)
class ValueChange(Plain):
    """Sum of the monthly values 90 days after the opening against the sum at the opening."""

    sources = (OPENED,)
    n = Part(OPENED, Count("pk", filter=COMPARABLE))
    then = Part(OPENED, Sum(THEN, filter=COMPARABLE))
    after = Part(OPENED, Sum(AFTER, filter=COMPARABLE))

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (ALL.count, self.n, self.then, self.after)

    def splits(self, frame: Frame) -> Splits:
        over = When(opened_at__lte=frame.now - timedelta(days=LATE), then=Constant(True))
        return {OPENED: {"is_over": Case(over, default=Constant(False), output_field=BooleanField())}}

    def reader(self, frame: Frame) -> Read:
        return self._read

    def _read(self, found: Tally, period: int) -> Value:
        n, then, after = (found.sum(part, period, is_over=True) for part in (self.n, self.then, self.after))
        missing = found.sum(ALL.count, period) - n
        return Value(float(after / then - 1) if then else None, n, missing)

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        over = Q(opened_at__lte=frame.now - timedelta(days=LATE))
        return narrow(ALL.within(frame).filter(COMPARABLE, over))


@dataclass(frozen=True)
class ChurnRisk(Plain):
    """How many times as likely to leave within 30 days after a poor experience as after another."""

    sources = (OPENED,)
    retention = Retention(EARLY)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return self.retention.parts(frame)

    def splits(self, frame: Frame) -> Splits:
        return {OPENED: {**self.retention.splits(frame)[OPENED], "rated_as": mood()}}

    def reader(self, frame: Frame) -> Read:
        return self._read

    def _read(self, found: Tally, period: int) -> Value:
        (left, n), (others_left, others_n) = (self._left(found, period, moods) for moods in (POOR, GOOD))
        missing = found.sum(ALL.count, period) - n - others_n
        risk = ratio(rate(left, n), rate(others_left, others_n)) if left and others_left else None
        return estimated(risk, n + others_n, missing)

    def _left(self, found: Tally, period: int, moods: tuple[str, ...]) -> tuple[int, int]:
        kept, left = (
            sum(found.sum(KNOWN.count, period, rated_as=mood, **{self.retention.name: code}) for mood in moods)
            for code in (KEPT, LEFT)
        )
        return left, kept + left

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return self.retention.counted(frame, narrow).filter(rating__csat__isnull=False)
