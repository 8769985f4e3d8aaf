"""What a reviewer does with an assignment: begin it, skip it; and passing it on to somebody else."""

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from escalations.models import HandlingInterval
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.reviews import start_review
from quality.actions.rubrics import newest
from quality.enums import AssignmentState, ReviewKind
from quality.models import Review, ReviewAssignment


@transaction.atomic
def start_assignment(*, assignment: ReviewAssignment, by: Actor, now: datetime) -> Review:
    """The reviewer's draft, or what became of it. Raises Conflict where it was skipped."""
    locked = _locked(assignment)
    if locked.skipped_at:
        raise Conflict("This assignment was skipped.")
    if known := _review_of(locked):
        return known
    rubric = locked.cycle.rubric
    return start_review(
        escalation=locked.escalation,
        reviewer=locked.reviewer,
        kind=ReviewKind(locked.kind),
        of_review=locked.of_review,
        rubric_version=newest(rubric) if rubric and locked.of_review is None else None,
        by=by,
        now=now,
    )


@transaction.atomic
def skip_assignment(*, assignment: ReviewAssignment, reason: str, by: Actor, now: datetime) -> None:
    """Raises ValidationError naming ``reason``, and Conflict where it was done or skipped before."""
    locked = _locked(assignment)
    if not reason.strip():
        raise ValidationError({"reason": "Say why it is skipped."})
    if _state_of(locked) in (AssignmentState.DONE, AssignmentState.SKIPPED):
        raise Conflict("This assignment is finished.")
    locked.skipped_at, locked.skip_reason = now, reason.strip()[:200]
    locked.save(update_fields=["skipped_at", "skip_reason"])
    record(by=by, action="assignment.skipped", subject=locked, now=now, reason=locked.skip_reason)


@transaction.atomic
def pass_on(*, assignment: ReviewAssignment, to: User, by: Actor, now: datetime) -> None:
    """Raises ValidationError naming ``reviewer`` where it is their own work, and Conflict where it was begun."""
    locked = _locked(assignment)
    if _state_of(locked) != AssignmentState.OPEN:
        raise Conflict("Only what nobody has begun can be passed on.")
    if took_part(locked, to):
        raise ValidationError({"reviewer": "Nobody reviews what they took part in."})
    before, locked.reviewer = locked.reviewer, to
    locked.save(update_fields=["reviewer"])
    record(by=by, action="assignment.passed_on", subject=locked, now=now, before=before.get_username())


def took_part(assignment: ReviewAssignment, user: User) -> bool:
    """Whether they had the conversation in hand, or wrote the review that is to be reviewed."""
    agent = getattr(user, "agent", None)
    if assignment.of_review and assignment.of_review.reviewer_id == user.pk:
        return True
    if agent is None:
        return False
    handled = HandlingInterval.objects.filter(escalation=assignment.escalation_id, agent=agent)
    return assignment.agent_id == agent.pk or handled.exists()


def _locked(assignment: ReviewAssignment) -> ReviewAssignment:
    rows = ReviewAssignment.objects.select_related("cycle__rubric", "escalation", "reviewer", "of_review")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=assignment.pk)


def _state_of(assignment: ReviewAssignment) -> str:
    state: str = ReviewAssignment.objects.with_review().values_list("state", flat=True).get(pk=assignment.pk)
    return state


def _review_of(assignment: ReviewAssignment) -> Review | None:
    found = ReviewAssignment.objects.with_review().values_list("review_public_id", flat=True).get(pk=assignment.pk)
    return Review.objects.get(public_id=found) if found else None
