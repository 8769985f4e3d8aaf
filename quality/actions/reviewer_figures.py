"""What is stored of how reviewers review, as their figures take it. Reads, writes nothing."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, QuerySet

from helpninja.common.actors import Actor
from quality.actions.ratings import ratings_of, submitted_in
from quality.decisions.reviewers import Again, Given, OfReviewer, by_reviewer
from quality.enums import DisputeState, ReviewKind, ReviewState
from quality.models import CalibrationSession, Dispute, Review

OVERRULED = (DisputeState.CHANGED, DisputeState.VOIDED)


def figures_of_reviewers(*, actor: Actor, start: datetime, end: datetime) -> list[OfReviewer]:
    """Of what was published, calibrated and reviewed again in ``[start, end)``, as far as the actor may see it."""
    visible = Review.objects.visible_to(actor)
    closed = CalibrationSession.objects.visible_to(actor).closed()
    sessions = closed.filter(closed_at__gte=start, closed_at__lt=end)
    calibrations = list(submitted_in(sessions))
    totals: dict[int, dict[int, float]] = {}
    for review in calibrations:
        if review.total is not None:
            by_session = totals.setdefault(review.calibration_seat.session_id, {})
            by_session[review.reviewer_id] = float(review.total)
    return by_reviewer(
        _given(visible, start, end), totals.values(), ratings_of(calibrations), _again(visible, start, end)
    )


def names_of(reviewers: list[OfReviewer]) -> dict[int, User]:
    return User.objects.in_bulk([one.reviewer for one in reviewers])


def _given(visible: QuerySet[Review], start: datetime, end: datetime) -> list[Given]:
    """Also what was voided after a dispute."""
    disputes = Dispute.objects.filter(review=OuterRef("pk"))
    overruled = disputes.filter(state__in=OVERRULED)
    published = visible.filter(kind=ReviewKind.SCORED, published_at__gte=start, published_at__lt=end)
    rows = published.annotate(is_disputed=Exists(disputes), is_overruled=Exists(overruled)).values_list(
        "reviewer", "agent", "total", "created_at", "submitted_at", "is_disputed", "is_overruled", "state"
    )
    return [
        Given(
            reviewer=reviewer,
            agent=agent,
            total=float(total),
            seconds=(submitted_at - created_at).total_seconds(),
            disputed=disputed,
            overruled=overruled,
            voided=state == ReviewState.VOIDED,
        )
        for reviewer, agent, total, created_at, submitted_at, disputed, overruled, state in rows
        if total is not None and submitted_at is not None
    ]


def _again(visible: QuerySet[Review], start: datetime, end: datetime) -> list[Again]:
    """Second reviews that were submitted; against what the first one says now."""
    rows = visible.filter(
        kind=ReviewKind.SECOND,
        state=ReviewState.SUBMITTED,
        submitted_at__gte=start,
        submitted_at__lt=end,
        total__isnull=False,
        of_review__total__isnull=False,
    ).values_list(F("of_review__reviewer"), F("of_review__total"), "total")
    return [Again(reviewer, float(first), float(second)) for reviewer, first, second in rows]
