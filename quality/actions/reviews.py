"""The steps of a review. Each is kept as a version but the drafts between them; none is by whom it judges."""

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from escalations.enums import State
from escalations.models import Escalation
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.prescoring import write_hints
from quality.actions.review_answers import (
    Draft,
    content_of,
    definition_of,
    facts_of,
    measured_answers,
    scored_of,
    write_draft,
)
from quality.actions.rubrics import rubric_for
from quality.enums import REVIEW_STEPS, DisputeState, ReviewChange, ReviewKind, ReviewState
from quality.models import Review, ReviewVersion, RubricVersion


@transaction.atomic
def start_review(
    *,
    escalation: Escalation,
    reviewer: User,
    by: Actor,
    now: datetime,
    kind: ReviewKind = ReviewKind.SCORED,
    of_review: Review | None = None,
    rubric_version: RubricVersion | None = None,
) -> Review:
    """A draft by the rubric that is for the conversation, or a given one, with what the data says filled in.

    A reviewer's own draft or review of it is given again. Raises Conflict: not resolved, or one's own work.
    """
    agent = escalation.resolved_by
    if escalation.state != State.RESOLVED or agent is None:
        raise Conflict("Only what an agent resolved can be reviewed.")
    if agent.user_id == reviewer.pk:
        raise Conflict("Nobody reviews their own work.")
    if kind == ReviewKind.SCORED and (known := _begun(escalation, reviewer)):
        return known
    review = Review(
        kind=kind,
        escalation=escalation,
        agent=agent,
        reviewer=reviewer,
        rubric_version=of_review.rubric_version if of_review else rubric_version or rubric_for(escalation),
        of_review=of_review,
        created_at=now,
    )
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError:  # begun twice at once
        return Review.objects.get(escalation=escalation, reviewer=reviewer, kind=kind, state=ReviewState.DRAFT)
    definition = definition_of(review)
    write_draft(review, definition, Draft(measured_answers(definition, facts_of(escalation))))
    review.save(update_fields=["total", "auto_failed", "summary"])
    write_hints(escalation=escalation, now=now)
    return review


@transaction.atomic
def save_draft(*, review: Review, version: int, draft: Draft, by: Actor, now: datetime) -> Review:
    """Replaces what was said. Raises Conflict where the draft has gone on since that version, or is none any more,

    and ValidationError naming ``answers.<key>`` of each criterion at fault, ``remarks`` or ``root_causes``.
    """
    current = _locked(review)
    if current.state != ReviewState.DRAFT:
        raise Conflict(f"This review is {current.get_state_display().lower()}.", version=current.version)
    if current.version != version:
        raise Conflict("This review was changed in another window.", version=current.version)
    write_draft(current, definition_of(current), draft)
    current.version += 1
    current.save(update_fields=["version", "total", "auto_failed", "summary"])
    return current


@transaction.atomic
def submit(*, review: Review, by: Actor, now: datetime) -> Review:
    """Raises ValidationError naming the criteria that still need an answer, and Conflict where it is no draft."""
    current = _locked(review)
    missing = scored_of(current).missing
    if missing:
        named = definition_of(current).by_key
        names = ", ".join(named[key].name for key in missing)
        raise ValidationError({"answers": f"Still to be answered: {names}."})
    if current.total is None:
        raise ValidationError({"answers": "Everything is N/A: there is nothing to score."})
    current.submitted_at = now
    return move(review=current, to=ReviewState.SUBMITTED, what=ReviewChange.SUBMITTED, by=by, now=now)


@transaction.atomic
def give_back(*, review: Review, why: str, by: Actor, now: datetime) -> Review:
    """A submitted one becomes the reviewer's draft again."""
    current = _locked(review)
    return move(review=current, to=ReviewState.DRAFT, what=ReviewChange.RETURNED, why=why, by=by, now=now)


@transaction.atomic
def publish(*, review: Review, by: Actor, now: datetime) -> Review:
    """From now on the agent sees it and it counts. Raises Conflict where it was not submitted."""
    current = _locked(review)
    current.published_at = now
    return move(review=current, to=ReviewState.PUBLISHED, what=ReviewChange.PUBLISHED, by=by, now=now)


@transaction.atomic
def void(*, review: Review, why: str, by: Actor, now: datetime) -> Review:
    """It counts no more; it and its versions stay. A dispute that is still open has nothing left to decide."""
    current = _locked(review)
    current.disputes.filter(state=DisputeState.OPEN).update(
        state=DisputeState.VOIDED, decision=why, decided_by=by.label[:200], decided_at=now
    )
    return move(review=current, to=ReviewState.VOIDED, what=ReviewChange.VOIDED, why=why, by=by, now=now)


def move(
    *, review: Review, to: ReviewState, what: ReviewChange, by: Actor, now: datetime, why: str = ""
) -> Review:
    """The only writer of the state, of a locked row. Raises Conflict where no step leads there."""
    if to not in REVIEW_STEPS[ReviewState(review.state)]:
        raise Conflict(f"This review is {review.get_state_display().lower()}.", version=review.version)
    review.state = to
    keep_version(review=review, what=what, by=by, now=now, why=why)
    return review


def keep_version(*, review: Review, what: ReviewChange, by: Actor, now: datetime, why: str = "") -> None:
    """Saves the review as its next version, with all that it says."""
    review.version += 1
    review.save()
    ReviewVersion.objects.create(
        review=review,
        number=review.version,
        what=what,
        why=why[:300],
        at=now,
        actor=by.label[:200],
        content=content_of(review),
    )


def _begun(escalation: Escalation, reviewer: User) -> Review | None:
    mine = Review.objects.filter(escalation=escalation, reviewer=reviewer, kind=ReviewKind.SCORED)
    return mine.exclude(state=ReviewState.VOIDED).first()


def _locked(review: Review) -> Review:
    rows = Review.objects.select_related("rubric_version", "escalation")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=review.pk)
