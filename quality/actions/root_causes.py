"""How often reviews found each root cause, and which gaps in the knowledge belong to it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum

from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.values import Value
from quality.actions.figures import Asked
from quality.models import GapQuestion, KnowledgeGap, RootCause


@dataclass(frozen=True)
class OfCause:
    """``reviews`` in the window and ``before`` in the one before it; ``score`` is the mean of their totals."""

    cause: RootCause
    reviews: int
    before: int
    score: Value


def causes_of(asked: Asked) -> list[OfCause]:
    """The most frequent first; those that are offered no more only where they were found. One query."""
    now = Q(reviews__in=asked.reviews().order_by().values("pk"))
    before = Q(reviews__in=asked.reviews(asked.window.previous()).order_by().values("pk"))
    rows = RootCause.objects.annotate(
        found=Count("reviews", filter=now), found_before=Count("reviews", filter=before),
        points=Sum("reviews__total", filter=now),
    ).filter(Q(active=True) | Q(found__gt=0) | Q(found_before__gt=0))  # fmt: skip
    return [
        OfCause(row, row.found, row.found_before, Value.of_mean(row.points or 0, row.found))
        for row in rows.order_by("-found", "-found_before", "name")
    ]


def asked_gaps(actor: Actor, asked: Asked) -> QuerySet[KnowledgeGap]:
    """The live ones that the actor may know of, asked about in the window."""
    window = asked.window
    questions = GapQuestion.objects.filter(at__gte=window.start, at__lt=window.end)
    live: QuerySet[KnowledgeGap] = KnowledgeGap.objects.visible_to(actor).live()
    return live.filter(pk__in=questions.values("gap"))


def gap_counts(actor: Actor, asked: Asked) -> dict[int, int]:
    """By root cause, of ``asked_gaps``."""
    rows = RootCause.gaps.through.objects.filter(knowledgegap__in=asked_gaps(actor, asked).values("pk"))
    return dict(rows.order_by().values_list("rootcause").annotate(Count("pk")))


@transaction.atomic
def link_gap(*, cause: RootCause, gap: KnowledgeGap, linked: bool, by: Actor, now: datetime) -> None:
    """That the gap has this cause, or has it no more. Raises Conflict where it is so already."""
    if linked == cause.gaps.filter(pk=gap.pk).exists():
        raise Conflict("This gap is linked already." if linked else "This gap is not linked.")
    if linked:
        cause.gaps.add(gap)
    else:
        cause.gaps.remove(gap)
    record(
        by=by,
        action="root_cause.gap_linked" if linked else "root_cause.gap_unlinked",
        subject=cause,
        now=now,
        gap=gap.public_id,
    )
