"""Calibrations: begun by each who takes part, closed for all at once."""

from datetime import datetime

from django.db import transaction

from helpninja.common.actions import record
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from quality.actions.reviews import start_review, void
from quality.enums import ReviewKind, ReviewState
from quality.models import CalibrationSeat, CalibrationSession, Review


@transaction.atomic
def start_calibration(*, seat: CalibrationSeat, by: Actor, now: datetime) -> Review:
    """The participant's draft, or what became of it; a voided one begins anew. Raises Conflict once closed."""
    session = CalibrationSession.objects.select_for_update(no_key=True).get(pk=seat.session_id)
    current = session.seats.select_related("review", "reviewer").get(pk=seat.pk)
    if current.review and (current.review.state != ReviewState.VOIDED or not session.is_open):
        return current.review
    if not session.is_open:
        raise Conflict("This calibration is closed.")
    current.review = start_review(
        escalation=session.escalation,
        reviewer=current.reviewer,
        kind=ReviewKind.CALIBRATION,
        rubric_version=session.rubric_version,
        by=by,
        now=now,
    )
    current.save(update_fields=["review"])
    return current.review


@transaction.atomic
def close_session(*, session: CalibrationSession, by: Actor, now: datetime) -> None:
    """Shows everybody's answers, and voids what is not submitted: who has seen them can't go on blind.

    Raises Conflict where it was closed before.
    """
    locked = CalibrationSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    if not locked.is_open:
        raise Conflict("This calibration was closed before.")
    for review in Review.objects.filter(calibration_seat__session=locked, state=ReviewState.DRAFT):
        void(review=review, why="The calibration was closed before it was submitted.", by=by, now=now)
    locked.closed_at = now
    locked.save(update_fields=["closed_at"])
    record(by=by, action="calibration.closed", subject=locked, now=now)


def close_due(*, now: datetime) -> None:
    """Those whose deadline has come. May run at any time, twice."""
    for session in CalibrationSession.objects.open().filter(deadline__lte=now):
        try:
            close_session(session=session, by=SYSTEM, now=now)
        except Conflict:
            continue  # by somebody else in the meantime
