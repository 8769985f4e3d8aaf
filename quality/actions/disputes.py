"""An agent disputes a published review; a supervisor upholds, changes or voids it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from agents.models import Agent
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.review_answers import Said, answer_of, definition_of, facts_of, rescore
from quality.actions.reviews import keep_version, void
from quality.decisions.measuring import measure
from quality.enums import DisputeState, ReviewChange, ReviewState
from quality.models import Dispute, Review


@transaction.atomic
def open_dispute(*, review: Review, agent: Agent, key: str, text: str, by: Actor, now: datetime) -> Dispute:
    """``key`` names a criterion, or is empty for the whole. Raises ValidationError naming ``text`` or ``key``,

    and Conflict: not theirs, not published, too late, or disputed already.
    """
    current = _locked(review)
    if not text.strip():
        raise ValidationError({"text": "Say what you see otherwise."})
    if key and key not in definition_of(current).by_key:
        raise ValidationError({"key": "The review has no such criterion."})
    if current.agent_id != agent.pk or current.state != ReviewState.PUBLISHED:
        raise Conflict("Only a published review of one's own work can be disputed.")
    if now > disputable_until(current):
        raise Conflict(f"The time to dispute it ended on {disputable_until(current):%-d %B %Y}.")
    if current.disputes.filter(state=DisputeState.OPEN).exists():
        raise Conflict("It is disputed already.")
    return Dispute.objects.create(review=current, agent=agent, key=key, text=text.strip(), opened_at=now)


def disputable_until(review: Review) -> datetime:
    """Of a published one."""
    if review.published_at is None:
        raise ValueError("not published")
    return review.published_at + timedelta(days=review.rubric_version.rubric.dispute_days)


@transaction.atomic
def uphold(*, dispute: Dispute, decision: str, by: Actor, now: datetime) -> Dispute:
    """The score stands. Raises ValidationError naming ``decision``, and Conflict where it was decided before."""
    return _decide(dispute, DisputeState.UPHELD, decision, by, now)


@transaction.atomic
def void_review(*, dispute: Dispute, decision: str, by: Actor, now: datetime) -> Dispute:
    decided = _decide(dispute, DisputeState.VOIDED, decision, by, now)
    void(review=decided.review, why=decision, by=by, now=now)
    return decided


@transaction.atomic
def change(*, dispute: Dispute, answers: Mapping[str, Said], decision: str, by: Actor, now: datetime) -> Dispute:
    """These answers instead of the reviewer's, whose notes stay; of what the data says the decision overrules it.

    Raises ValidationError naming ``answers``, or ``answers.<key>``.
    """
    decided = _decide(dispute, DisputeState.CHANGED, decision, by, now)
    review = _locked(decided.review)
    definition, facts = definition_of(review), facts_of(review.escalation)
    unknown = sorted(set(answers) - set(definition.by_key))
    if unknown or not answers:
        raise ValidationError({"answers": f"The review has no {', '.join(unknown) or 'changed answer'}."})
    notes = dict(review.answers.values_list("key", "note"))
    for order, criterion in enumerate(definition.criteria, start=1):
        if criterion.key in answers:
            said = answers[criterion.key]
            said = replace(
                said, note=said.note or notes[criterion.key], overruled=said.overruled or decision[:300]
            )
            answer = answer_of(review, order, criterion, said, measure(criterion, facts))
            review.answers.filter(key=criterion.key).delete()
            answer.save(force_insert=True)
    rescore(review=review)
    if review.total is None:
        raise ValidationError({"answers": "Nothing would be scored: void the review instead."})
    keep_version(review=review, what=ReviewChange.CHANGED, why=decision, by=by, now=now)
    return decided


def _decide(dispute: Dispute, state: DisputeState, decision: str, by: Actor, now: datetime) -> Dispute:
    """Raises ValidationError naming ``decision``, and Conflict where somebody was quicker."""
    if not decision.strip():
        raise ValidationError({"decision": "Say why."})
    won = Dispute.objects.filter(pk=dispute.pk, state=DisputeState.OPEN).update(
        state=state, decision=decision.strip(), decided_by=by.label[:200], decided_at=now
    )
    if not won:
        raise Conflict("This dispute was decided before.")
    return Dispute.objects.select_related("review").get(pk=dispute.pk)


def _locked(review: Review) -> Review:
    rows = Review.objects.select_related("rubric_version__rubric", "escalation")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=review.pk)
