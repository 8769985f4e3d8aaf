"""What people do with an escalation. Every function is one transaction: the change and its event, or neither.

They lock rows in one order (the conversation, one agent, the escalation), so that no two ever wait for each
other; the presence of those concerned follows after commit, from what they then hold.
Each returns the escalation as it then is, and raises Conflict where its present state forbids the step.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from agents.actions.presence import follow_work
from agents.models import Agent, Team
from escalations.actions.events import append_event
from escalations.decisions.deadlines import first_response_due, whole_seconds
from escalations.decisions.transitions import check_move
from escalations.enums import (
    HELD_STATES,
    OPEN_STATES,
    Author,
    EventKind,
    Necessity,
    Priority,
    ReescalationCause,
    ResolutionCategory,
    ResolutionQuality,
    State,
    Tier,
)
from escalations.models import Conversation, Escalation, HandlingInterval, Message, Note, Rating, ReplyDraft
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict


@transaction.atomic
def claim(*, escalation: Escalation, agent: Agent, by: Actor, now: datetime) -> Escalation:
    """The agent takes it from the queue or accepts the offer made to them.

    The loser of a race reads in ``Conflict.facts`` who has it; an agent at capacity is refused.
    """
    taker = _lock_agent(agent)
    current = _lock(escalation)
    if current.state in HELD_STATES:
        raise Conflict(f"{current.assignee} has it.", state=current.state, **_owner(current))
    if current.state == State.ASSIGNED and current.assignee_id != agent.pk:
        raise Conflict(f"It is offered to {current.assignee}.", state=current.state, **_owner(current))
    _check_capacity(current, taker)
    _move(
        current,
        EventKind.CLAIMED,
        State.ACTIVE,
        by=by,
        now=now,
        agent=taker,
        assignee=taker,
        claim_count=current.claim_count + 1,
    )
    return current


@transaction.atomic
def offer(*, escalation: Escalation, agent: Agent, by: Actor, now: datetime) -> Escalation:
    """Put before one agent, who claims or declines it."""
    taker = _lock_agent(agent)
    current = _lock(escalation)
    _check_capacity(current, taker)
    _move(current, EventKind.OFFERED, State.ASSIGNED, by=by, now=now, agent=taker, assignee=taker)
    return current


@transaction.atomic
def decline(*, escalation: Escalation, reason: str, by: Actor, now: datetime) -> Escalation:
    """The agent to whom it is offered does not take it: back to the queue."""
    current = _lock(escalation)
    _move(
        current,
        EventKind.DECLINED,
        State.WAITING,
        by=by,
        now=now,
        agent=current.assignee,
        data={"reason": reason},
        assignee=None,
    )
    return current


@transaction.atomic
def reply(*, escalation: Escalation, text: str, agent: Agent | None, by: Actor, now: datetime) -> Escalation:
    """A human message to the customer; the first one stops the response clock. The draft is used up."""
    Conversation.objects.select_for_update(no_key=True).get(pk=escalation.conversation_id)
    current = _lock(escalation)
    if current.state not in HELD_STATES:
        raise Conflict("Claim it before you reply.", state=current.state, **_owner(current))
    message = Message.objects.create(
        conversation_id=current.conversation_id,
        author=Author.AGENT,
        agent=agent,
        text=text,
        sent_at=now,
        attributes={} if agent else {"sent_by": by.label},
    )
    Conversation.objects.filter(pk=current.conversation_id).update(last_message_at=now)
    if current.first_response_at is None:
        _change(
            current,
            first_response_at=max(now, current.opened_at),
            first_response_seconds=whole_seconds(current.opened_at, now),
            first_responder=agent,
        )
    ReplyDraft.objects.filter(escalation=current).delete()
    _record(current, EventKind.REPLIED, by=by, now=now, agent=agent, message=message)
    return current


@transaction.atomic
def pend(*, escalation: Escalation, by: Actor, now: datetime) -> Escalation:
    """Waiting for the customer: nobody's handling time runs; their next message resumes it."""
    current = _lock(escalation)
    _move(current, EventKind.PENDED, State.PENDING, by=by, now=now, agent=current.assignee)
    return current


@transaction.atomic
def resume(*, escalation: Escalation, by: Actor, now: datetime) -> Escalation:
    """Back to work on it, by the agent who holds it or because the customer wrote."""
    current = _lock(escalation)
    _move(current, EventKind.RESUMED, State.ACTIVE, by=by, now=now, agent=current.assignee)
    return current


@transaction.atomic
def release(*, escalation: Escalation, reason: str, by: Actor, now: datetime) -> Escalation:
    """Back to the queue, in its old place."""
    current = _lock(escalation)
    _move(
        current,
        EventKind.RELEASED,
        State.WAITING,
        by=by,
        now=now,
        agent=current.assignee,
        data={"reason": reason},
        assignee=None,
    )
    return current


@transaction.atomic
def transfer(
    *,
    escalation: Escalation,
    by: Actor,
    now: datetime,
    agent: Agent | None = None,
    team: Team | None = None,
    reason: str = "",
) -> Escalation:
    """To an agent (who is offered it) or to a team's queue; one of the two is given."""
    if (agent is None) == (team is None):
        raise ValueError("transfer takes an agent or a team")
    taker = _lock_agent(agent) if agent is not None else None
    current = _lock(escalation)
    if taker is not None:
        if current.assignee_id == taker.pk:
            raise Conflict(f"{taker} has it already.", **_owner(current))
        _check_capacity(current, taker)
    target = State.WAITING if taker is None else State.ASSIGNED
    data = {"reason": reason, "from": str(current.assignee or ""), "to": str(taker or team)}
    changes: dict[str, Any] = {"team": team} if team is not None else {}
    if taker is not None and current.team_id not in taker.team_ids:
        changes["team_id"] = min(taker.team_ids)
    if changes:
        data["from_team"] = current.team.slug  # whose open pages let go of it
    _move(
        current,
        EventKind.TRANSFERRED,
        target,
        by=by,
        now=now,
        agent=taker,
        data=data,
        assignee=taker,
        transfer_count=current.transfer_count + 1,
        **changes,
    )
    return current


@transaction.atomic
def hand_to_tier(*, escalation: Escalation, tier: Tier, reason: str, by: Actor, now: datetime) -> Escalation:
    """To the specialists or to management: into the queue again, for agents of that tier."""
    current = _lock(escalation)
    if current.tier == tier:
        raise Conflict(f"It is with tier {tier.label} already.", tier=tier.value)
    _move(
        current,
        EventKind.TIER_CHANGED,
        State.WAITING,
        by=by,
        now=now,
        agent=current.assignee,
        data={"reason": reason, "from": current.tier, "to": tier.value},
        assignee=None,
        tier=tier,
        transfer_count=current.transfer_count + 1,
    )
    return current


@transaction.atomic
def change_priority(
    *, escalation: Escalation, priority: Priority, reason: str, by: Actor, now: datetime
) -> Escalation:
    """The deadline may come nearer by it, never move farther."""
    current = _lock(escalation)
    _check_open(current)
    if current.priority == priority:
        raise Conflict(f"Its priority is {priority.label} already.", priority=priority.code)
    data = {"from": Priority(current.priority).code, "to": priority.code, "reason": reason}
    due = first_response_due(current.opened_at, priority)
    if current.first_response_due_at is not None:
        due = min(due, current.first_response_due_at)
    _change(current, priority=priority, first_response_due_at=due)
    _record(current, EventKind.PRIORITY_CHANGED, by=by, now=now, data=data)
    return current


@transaction.atomic
def add_note(*, escalation: Escalation, text: str, by: Actor, now: datetime) -> Note:
    """For colleagues; the customer never sees it."""
    current = _lock(escalation)
    note = Note.objects.create(escalation=current, author=by.label, text=text, at=now)
    _record(current, EventKind.NOTED, by=by, now=now, data={"note": note.pk})
    return note


@transaction.atomic
def mark_repeated(*, escalation: Escalation, by: Actor, now: datetime) -> Escalation:
    """The customer had to tell their story again: the context was lost on the way."""
    current = _lock(escalation)
    if not current.customer_repeated:
        _change(current, customer_repeated=True)
        _record(current, EventKind.REPEAT_MARKED, by=by, now=now, agent=current.assignee)
    return current


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
    current = _lock(escalation)
    handler = current.assignee
    first = current.resolved_at is None
    seconds = whole_seconds(current.opened_at, now)
    _move(
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
    taker = _lock_agent(agent)
    current = _lock(escalation)
    if Escalation.objects.open().filter(conversation=current.conversation_id).exists():
        raise Conflict("The conversation was escalated again; work on that escalation.")
    _check_capacity(current, taker)
    _move(
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
    current = _lock(escalation)
    _move(
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
def record_customer_reply(*, escalation: Escalation, message: Message, by: Actor, now: datetime) -> Escalation:
    """The customer wrote while people have it; what was waiting for them goes on."""
    current = _lock(escalation)
    if current.state == State.PENDING:
        _move(
            current,
            EventKind.RESUMED,
            State.ACTIVE,
            by=by,
            now=now,
            agent=current.assignee,
            data={"because": "The customer wrote."},
        )
    _record(current, EventKind.CUSTOMER_REPLIED, by=by, now=now, message=message)
    return current


@transaction.atomic
def record_rating(*, escalation: Escalation, rating: Rating, by: Actor, now: datetime) -> Escalation:
    """The customer rated it, to the credit of the rating's handler."""
    current = _lock(escalation)
    data = {"csat": rating.csat, "nps": rating.nps}
    _record(current, EventKind.RATED, by=by, now=now, agent=rating.handler, data=data)
    return current


@transaction.atomic
def save_draft(*, escalation: Escalation, text: str, by: Actor, now: datetime) -> None:
    """The unsent reply, shared by all who work on it; an empty one is removed."""
    if text:
        ReplyDraft.objects.update_or_create(
            escalation=escalation, defaults={"text": text, "author": by.label, "updated_at": now}
        )
    else:
        ReplyDraft.objects.filter(escalation=escalation).delete()


@transaction.atomic
def settle_presence(*, agent_id: int, now: datetime) -> None:
    """In conversation or available, as the agent's work now says; running it twice changes nothing."""
    agent = Agent.objects.select_for_update(no_key=True).get(pk=agent_id)
    active = Escalation.objects.filter(assignee=agent, state=State.ACTIVE).count()
    follow_work(agent=agent, active=active, now=now)


def _lock(escalation: Escalation) -> Escalation:
    """The row as it now is, locked until the end of the transaction."""
    rows = Escalation.objects.select_for_update(no_key=True, of=("self",)).select_related("assignee")
    return rows.get(pk=escalation.pk)


def _lock_agent(agent: Agent) -> Agent:
    """Before the escalation that they are to take: what they hold can't grow in the meantime."""
    return Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)


def _owner(escalation: Escalation) -> dict[str, Any]:
    if escalation.assignee is None:
        return {}
    return {"owner": escalation.assignee.name, "owner_id": escalation.assignee.public_id}


def _check_open(escalation: Escalation) -> None:
    if escalation.state not in OPEN_STATES:
        raise Conflict(f"It is {State(escalation.state).label.lower()}.", state=escalation.state)


def _check_capacity(escalation: Escalation, agent: Agent) -> None:
    """With the agent's row locked, no other transaction can add to what is counted here."""
    held = Escalation.objects.busy().filter(assignee=agent).exclude(pk=escalation.pk).count()
    if held >= agent.capacity:
        raise Conflict(
            f"{agent} already has {held} of {agent.capacity} at the same time.", held=held, capacity=agent.capacity
        )


def _move(
    escalation: Escalation,
    kind: EventKind,
    target: State,
    *,
    by: Actor,
    now: datetime,
    agent: Agent | None = None,
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """The one writer of ``state``: by the table and conditional UPDATE, with handling interval and event."""
    source = escalation.state
    check_move(kind, source, target)
    before = Escalation.objects.filter(pk=escalation.pk, state=source, version=escalation.version)
    if not before.update(state=target, version=escalation.version + 1, **changes):
        raise Conflict("It changed in the meantime; look again.")
    concerned = {pk for pk in (escalation.assignee_id, agent and agent.pk) if pk is not None}
    escalation.state, escalation.version = target, escalation.version + 1
    for name, value in changes.items():
        setattr(escalation, name, value)
    if source == State.ACTIVE:
        _end_interval(escalation, now)
    if target == State.ACTIVE:
        _begin_interval(escalation, now)
    append_event(escalation, kind, by=by, at=now, agent=agent, data=data)
    for agent_id in concerned:
        transaction.on_commit(partial(settle_presence, agent_id=agent_id, now=now))


def _change(escalation: Escalation, **changes: Any) -> None:
    """Fields beside the state; the event that tells of it follows in the same transaction."""
    for name, value in changes.items():
        setattr(escalation, name, value)
    escalation.save(update_fields=list(changes))


def _record(escalation: Escalation, kind: EventKind, *, by: Actor, now: datetime, **event: Any) -> None:
    """An event that leaves the state as it is."""
    _change(escalation, version=escalation.version + 1)
    append_event(escalation, kind, by=by, at=now, **event)


def _begin_interval(escalation: Escalation, now: datetime) -> None:
    assert escalation.assignee is not None
    HandlingInterval.objects.create(
        escalation=escalation,
        agent=escalation.assignee,
        started_at=now,
        hourly_cost=escalation.assignee.hourly_cost,
    )


def _end_interval(escalation: Escalation, now: datetime) -> None:
    for interval in HandlingInterval.objects.filter(escalation=escalation, ended_at=None):
        interval.ended_at = max(now, interval.started_at)
        interval.seconds = whole_seconds(interval.started_at, now)
        interval.save(update_fields=["ended_at", "seconds"])


def _send_survey(escalation: Escalation, handler: Agent | None, now: datetime) -> None:
    """Once answered, a survey stays as it is, whatever happens to the escalation later."""
    rating, made = Rating.objects.get_or_create(
        escalation=escalation,
        defaults={"conversation_id": escalation.conversation_id, "handler": handler, "survey_sent_at": now},
    )
    if not made and rating.rated_at is None:
        rating.handler, rating.survey_sent_at = handler, now
        rating.save(update_fields=["handler", "survey_sent_at"])
