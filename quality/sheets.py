"""What a review's page shows, JSON-ready: the transcript once, and the card with the scores after each change."""

from datetime import datetime
from typing import Any

from escalations.enums import EventKind
from escalations.policy import may as may_with_escalation
from escalations.rows import iso
from escalations.timeline import newest_messages, timeline
from helpninja.common.actors import Actor
from quality.actions.disputes import disputable_until
from quality.actions.review_answers import definition_of, scored_of
from quality.decisions.differences import differences
from quality.decisions.rubrics import Criterion
from quality.decisions.scoring import band_of
from quality.enums import DisputeState, Hint, Measure, ReviewChange, ReviewKind, ReviewState
from quality.models import Answer, Dispute, PreScore, Review, RootCause, ScoreBand
from quality.policy import Action, may

# Of a longer conversation the newest.
MESSAGES_SHOWN = 500
# What an agent reads of a review's history: not the drafts before it was published.
SHOWN_TO_AGENTS = (ReviewChange.PUBLISHED, ReviewChange.CHANGED)


def sheet(actor: Actor, review: Review, now: datetime) -> dict[str, Any]:
    escalation = review.escalation
    messages = newest_messages(escalation, MESSAGES_SHOWN + 1)
    items = timeline(
        escalation, messages[-MESSAGES_SHOWN:], notes=may_with_escalation(actor, "see_notes", escalation)
    )
    return {
        **card(actor, review, now),
        "now": iso(now),
        "timeline": items,
        "earlier": len(messages) > MESSAGES_SHOWN,
        "evidence_at": _evidence_at(items),
        "hints": _hints(actor, review),
        "causes": list(RootCause.objects.filter(active=True).values("id", "name")),
    }


def card(actor: Actor, review: Review, now: datetime) -> dict[str, Any]:
    """All but the transcript."""
    answers = {one.key: one for one in review.answers.all()}
    definition, scored = definition_of(review), scored_of(review)
    band = band_of(review.total, ScoreBand.objects.all())
    return {
        "version": review.version,
        "state": {"code": review.state, "label": ReviewState(review.state).label},
        "kind": {"code": review.kind, "label": ReviewKind(review.kind).label},
        "total": None if review.total is None else float(review.total),
        "band": band.name if band else "",
        "auto_failed": review.auto_failed,
        "missing": list(scored.missing),
        "criteria": [_criterion(one, answers.get(one.key)) for one in definition.criteria],
        "remarks": _remarks(review),
        "summary": review.summary,
        "root_causes": [{"id": one.pk, "name": one.name} for one in review.root_causes.all()],
        "steps": steps(actor, review, now),
        "disputable_until": iso(disputable_until(review)) if review.published_at else None,
        "disputes": [_dispute(one) for one in review.disputes.all()],
        "versions": versions_of(actor, review),
    }


def steps(actor: Actor, review: Review, now: datetime) -> list[str]:
    """What the reader may do with it now."""
    state = review.state
    is_disputed = review.disputes.filter(state=DisputeState.OPEN).exists()
    possible = {
        "write": state == ReviewState.DRAFT and may(actor, Action.WRITE, review),
        "publish": state == ReviewState.SUBMITTED
        and review.kind == ReviewKind.SCORED
        and may(actor, Action.WRITE, review),
        "give-back": state == ReviewState.SUBMITTED and may(actor, Action.GIVE_BACK, review),
        "void": state != ReviewState.VOIDED and not is_disputed and may(actor, Action.VOID, review),
        "dispute": not is_disputed and may(actor, Action.DISPUTE, review) and now <= disputable_until(review),
        "decide": is_disputed and may(actor, Action.DECIDE, review),
    }
    return [step for step, allowed in possible.items() if allowed]


def versions_of(actor: Actor, review: Review) -> list[dict[str, Any]]:
    """The newest first, each with what it changed."""
    rows = list(review.versions.order_by("id"))
    if not may(actor, Action.READ_DRAFTS, review):
        rows = [row for row in rows if row.what in SHOWN_TO_AGENTS]
    before = [None, *rows]
    return [
        {
            "number": row.number,
            "what": row.get_what_display(),
            "by": row.actor,
            "at": iso(row.at),
            "why": row.why,
            "total": row.content["total"],
            "changes": differences(earlier.content, row.content) if earlier else [],
        }
        for earlier, row in zip(before, rows, strict=False)
    ][::-1]


def _criterion(criterion: Criterion, answer: Answer | None) -> dict[str, Any]:
    said = answer or Answer(of_points=criterion.of_points)
    return {
        "key": criterion.key,
        "name": criterion.name,
        "help": criterion.help,
        "category": criterion.category,
        "kind": criterion.kind,
        "bands": [{"name": band.name, "points": float(band.points)} for band in criterion.bands],
        "of_points": float(criterion.of_points),
        "na_allowed": criterion.na_allowed,
        "measure": criterion.measure,
        "measured_points": _number(said.measured_points),
        "evidence": said.evidence,
        "answer": {
            "band": said.band,
            "points": _number(said.points),
            "na": said.na,
            "verdict": said.verdict,
            "text": said.text,
            "note": said.note,
            "overruled": said.overruled,
        },
        "score": _number(said.score),
        "possible": _number(said.possible),
    }


def _remarks(review: Review) -> list[dict[str, str]]:
    return [
        {
            "kind": one.kind,
            "text": one.text,
            "key": one.key,
            "message": one.message.public_id if one.message else "",
        }
        for one in review.remarks.select_related("message")
    ]


def _dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        "key": dispute.key,
        "text": dispute.text,
        "state": {"code": dispute.state, "label": DisputeState(dispute.state).label},
        "opened_at": iso(dispute.opened_at),
        "decided_at": iso(dispute.decided_at),
        "decided_by": dispute.decided_by,
        "decision": dispute.decision,
    }


def _hints(actor: Actor, review: Review) -> dict[str, Any] | None:
    """For those who judge, and not where they are compared with one another."""
    if review.kind == ReviewKind.CALIBRATION or not may(actor, Action.READ_DRAFTS, review):
        return None
    hints = PreScore.objects.filter(escalation=review.escalation_id).first()
    if hints is None:
        return None
    findings = [{**one, "label": Hint(one["check"]).label} for one in hints.findings]
    return {"total": hints.total, "findings": findings}


def _evidence_at(items: list[dict[str, Any]]) -> dict[str, str]:
    """By measure the key of the transcript's item that shows it."""
    handed = next((index for index, one in enumerate(items) if one["type"] == "handoff"), 0)
    found = {
        Measure.RESPONSE_TIME: [one for one in items[handed:] if one.get("author") == "agent"][:1],
        Measure.FIRST_CONTACT: [one for one in items if one.get("kind") == EventKind.RESOLVED][-1:],
        Measure.SATISFACTION: [one for one in items if one.get("kind") == EventKind.RATED][-1:],
    }
    return {measure.value: one["key"] for measure, ones in found.items() for one in ones}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
