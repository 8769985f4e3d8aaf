"""What was said in calibrations, as their statistics take it. Reads, writes nothing."""

from collections.abc import Iterable

from django.db.models import QuerySet

from quality.decisions.calibration import Rated
from quality.enums import CriterionKind, ReviewState, Verdict
from quality.models import Answer, CalibrationSession, Review

COMPARED = (CriterionKind.SCORED, CriterionKind.BONUS, CriterionKind.AUTO_FAIL)


def submitted_in(sessions: Iterable[CalibrationSession]) -> QuerySet[Review]:
    """Of closed ones alone: what was said blind is read by nobody before."""
    found = Review.objects.filter(
        calibration_seat__session__in=[one.pk for one in sessions if not one.is_open],
        state=ReviewState.SUBMITTED,
    )
    return found.select_related("reviewer", "calibration_seat").order_by("calibration_seat__session", "pk")


def ratings_of(reviews: Iterable[Review]) -> list[Rated]:
    """Of calibration reviews, in the rubric's order."""
    sessions = {review.pk: (review.calibration_seat.session_id, review.reviewer_id) for review in reviews}
    answers = Answer.objects.filter(review__in=sessions, kind__in=COMPARED).order_by("order", "review")
    return [Rated(*sessions[one.review_id], one.key, one.name, share_of(one), is_measured(one)) for one in answers]


def is_measured(answer: Answer) -> bool:
    """Whether it is what the data says, and the reviewer let it be."""
    return answer.measured_points is not None and answer.points == answer.measured_points


def share_of(answer: Answer) -> float | None:
    """Of its points, 0 to 1; of what passes or fails 1 or 0; None where it is N/A."""
    if answer.kind == CriterionKind.AUTO_FAIL and answer.verdict:
        return float(answer.verdict == Verdict.PASSED)
    if answer.points is None or not answer.of_points:
        return None
    return float(answer.points / answer.of_points)
