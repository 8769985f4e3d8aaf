"""How it ends, how that was rated, and how it begins again."""

from datetime import datetime

from django.db import transaction

from agents.models import Agent
from escalations.actions.lifecycle.moves import (
    check_capacity,
    lock,
    lock_agent,
    move,
    record,
)
from escalations.decisions.deadlines import whole_seconds
from escalations.enums import (
    EventKind,
    Necessity,
    ReescalationCause,
    ResolutionCategory,
    ResolutionQuality,
    State,
)
from escalations.models import Conversation, Escalation, Rating, ReplyDraft
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict


@transaction.atomic
def resolve(
    *,
    escalation: Escalation,
    by: Actor,
    now: datetime,
    category: ResolutionCategory,
    quality: ResolutionQuality,
    necessity: Necessity,
    missing_content: str = "",
    note: str = "",
    reescalation_cause: ReescalationCause | str = "",
) -> Escalation:
    """Done. The survey goes out, to the credit of whoever handled it then."""
    current = lock(escalation)
    handler = current.assignee
    first = current.resolved_at is None
    seconds = whole_seconds(current.opened_at, now)
    move(
        current,
        EventKind.RESOLVED,
        State.RESOLVED,
        by=by,
        now=now,
        agent=handler,
        data={"category": category, "quality": quality, "necessity": necessity},
        assignee=None,
        resolved_by=handler,
        **({"resolved_at": now, "resolution_seconds": seconds} if first else {}),
        last_resolved_at=now,
        full_resolution_seconds=seconds,
        category=category,
        quality=quality,
        necessity=necessity,
        missing_content=missing_content,
        resolution_note=note,
        reescalation_cause=reescalation_cause if current.previous_id else "",
    )
    _send_survey(current, handler, now)
    ReplyDraft.objects.filter(escalation=current).delete()
    return current


@transaction.atomic
def reopen(*, escalation: Escalation, agent: Agent, reason: str, by: Actor, now: datetime) -> Escalation:
    """Resolved too early: the agent takes it up again. The first resolution keeps its time."""
    Conversation.objects.select_for_update(no_key=True).get(pk=escalation.conversation_id)
    taker = lock_agent(agent)
    current = lock(escalation)
    if Escalation.objects.open().filter(conversation=current.conversation_id).exists():
        raise Conflict("The conversation was escalated again; work on that escalation.")
    check_capacity(current, taker)
    move(
        current,
        EventKind.REOPENED,
        State.ACTIVE,
        by=by,
        now=now,
        agent=taker,
        data={"reason": reason},
        assignee=taker,
        claim_count=current.claim_count + 1,
    )
    return current


@transaction.atomic
def cancel(*, escalation: Escalation, reason: str, by: Actor, now: datetime) -> Escalation:
    """No person is needed any more, for the reason given."""
    current = lock(escalation)
    move(
        current,
        EventKind.CANCELLED,
        State.CANCELLED,
        by=by,
        now=now,
        agent=current.assignee,
        data={"reason": reason},
        assignee=None,
    )
    return current


@transaction.atomic
def record_rating(*, escalation: Escalation, rating: Rating, by: Actor, now: datetime) -> Escalation:
    """The customer rated it, to the credit of the rating's handler."""
    current = lock(escalation)
    data = {"csat": rating.csat, "nps": rating.nps}
    record(current, EventKind.RATED, by=by, now=now, agent=rating.handler, data=data)
    return current


def _send_survey(escalation: Escalation, handler: Agent | None, now: datetime) -> None:
    """Once answered, a survey stays as it is, whatever happens to the escalation later."""
    rating, made = Rating.objects.get_or_create(
        escalation=escalation,
        defaults={"conversation_id": escalation.conversation_id, "handler": handler, "survey_sent_at": now},
    )
    if not made and rating.rated_at is None:
        rating.handler, rating.survey_sent_at = handler, now
        rating.save(update_fields=["handler", "survey_sent_at"])
