"""Reads what counted reviews say, in a fixed number of queries; ``decisions.standing`` makes figures of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DateField, F, Max, Q, Sum, Value, When
from django.db.models.functions import TruncWeek

from agents.policy import ALL, Sight
from helpninja.common.windows import Window
from quality.decisions.standing import Answers, Scores, Standing, standing
from quality.enums import CriterionKind
from quality.models import Answer, Review, ReviewQuerySet, ScoreBand

WHOLE = 100


@dataclass(frozen=True)
class Asked:
    """Whose reviews, and of when."""

    window: Window
    sight: Sight = ALL

    def reviews(self, window: Window | None = None) -> ReviewQuerySet:
        found: ReviewQuerySet = Review.objects.counted().within(window or self.window)
        if self.sight.agent is not None:
            found = found.filter(agent=self.sight.agent)
        return found if self.sight.teams is None else found.filter(escalation__team__in=self.sight.teams)


def standing_of(asked: Asked) -> Standing:
    """Three queries, however many agents and criteria."""
    bands = list(ScoreBand.objects.all())
    return standing(scores(asked), answers(asked, bands), bands, weeks_of(asked.window))


def scores(asked: Asked) -> list[Scores]:
    """Of the window and the one before it, by agent and week."""
    window = asked.window
    span = Window(window.previous().start, window.end, window.zone)
    in_window = Case(When(published_at__gte=window.start, then=Value(True)), default=Value(False))
    week = TruncWeek("published_at", output_field=DateField(), tzinfo=window.tzinfo)
    rows = asked.reviews(span).order_by().annotate(is_now=in_window, week=week).values("agent", "is_now", "week")
    return [Scores(**row) for row in rows.annotate(n=Count("pk"), sum=Sum("total")).values(
        "agent", "is_now", "week", "n", total=F("sum")
    )]  # fmt: skip


def answers(asked: Asked, bands: Sequence[Any]) -> list[Answers]:
    """Of the window's reviews, by agent and criterion."""
    weak = Q(score__lt=F("possible") * Value(least_good(bands) / WHOLE))
    rows = (
        Answer.objects.filter(review__in=asked.reviews(), kind=CriterionKind.SCORED, possible__gt=0)
        .order_by()
        .values("key", agent=F("review__agent"))
        .annotate(n=Count("pk"), scored=Sum("score"), could=Sum("possible"), called=Max("name"))
        .annotate(weak=Count("pk", filter=weak))
    )
    return [
        Answers(row["agent"], row["key"], row["called"], row["n"], row["scored"], row["could"], weak=row["weak"])
        for row in rows
    ]


def least_good(bands: Sequence[Any]) -> Decimal:
    """Where the lowest band above 0 begins: what is below it counts as weak."""
    return min((band.least for band in bands if band.least), default=Decimal(0))


def weeks_of(window: Window) -> list[date]:
    """The first days of the weeks that the window touches."""
    return sorted({day - timedelta(days=day.weekday()) for day in window.days()})
