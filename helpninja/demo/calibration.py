"""Calibrations of the last month: two score the same conversations, neither seeing what the other says."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import User

from agents.models import Agent
from escalations.enums import State
from escalations.models import Escalation
from helpninja.common.actors import Actor
from helpninja.demo.people import REVIEWER, SUPERVISOR
from quality.actions import calibration, reviews
from quality.actions.review_answers import Draft, Said
from quality.actions.rubrics import rubric_for
from quality.models import CalibrationSeat, CalibrationSession

# Days ago, what to look at, and the technical accuracy that the reviewer and the supervisor gave; None: not yet.
SESSIONS: tuple[tuple[int, str, int, int | None], ...] = (
    (27, "Where does an answer stop being complete?", 25, 24),
    (20, "An answer that is right, but not for the customer's plan.", 15, 22),
    (13, "Is a workaround a solution?", 20, 18),
    (6, "When the article itself is wrong.", 10, 12),
    (1, "Handover to a specialist: whose accuracy is it?", 18, None),
)
TAKES = timedelta(days=3)
SUMMARIES = ("The facts are right; one step is left out.", "What was asked is answered, though late.")


def calibrate(agents: dict[str, Agent], now: datetime) -> None:
    """Of what nobody has reviewed; the newest is still open, and the supervisor's turn."""
    rated = Escalation.objects.filter(state=State.RESOLVED, reviews=None, rating__csat__isnull=False)
    of_others = rated.exclude(resolved_by=agents[SUPERVISOR.username]).order_by("-last_resolved_at", "-pk")
    for days, note, reviewers, supervisors in SESSIONS:
        opened = now - timedelta(days=days)
        newest = of_others.filter(last_resolved_at__lt=opened).first()
        if newest is not None:
            _session(newest, note, (reviewers, supervisors), opened, now)


def _session(
    escalation: Escalation, note: str, accuracies: tuple[int | None, ...], opened: datetime, now: datetime
) -> None:
    session = CalibrationSession.objects.create(
        escalation=escalation,
        rubric_version=rubric_for(escalation),
        note=note,
        deadline=opened + TAKES,
        opened_at=opened,
    )
    usernames = (REVIEWER.username, SUPERVISOR.username)
    for username, accuracy, summary in zip(usernames, accuracies, SUMMARIES, strict=True):
        seat = session.seats.create(reviewer=User.objects.get(username=username))
        if accuracy is not None:
            _score(seat, accuracy, summary, opened + timedelta(hours=5))
    if session.deadline <= now:
        calibration.close_session(session=session, by=Actor.of_user(seat.reviewer), now=session.deadline)


def _score(seat: CalibrationSeat, accuracy: int, summary: str, now: datetime) -> None:
    by = Actor.of_user(seat.reviewer)
    review = calibration.start_calibration(seat=seat, by=by, now=now)
    answers = {one.key: Said(band=one.band, na=one.na) for one in review.answers.all()}
    answers["technical_accuracy"] = Said(points=Decimal(accuracy))
    draft = Draft(answers, summary=summary)
    review = reviews.save_draft(review=review, version=review.version, draft=draft, by=by, now=now)
    reviews.submit(review=review, by=by, now=now + timedelta(minutes=9))
