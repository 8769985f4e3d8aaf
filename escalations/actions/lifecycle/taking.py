"""Who works on it: taken, offered, given back, passed on."""

from datetime import datetime
from typing import Any

from django.db import transaction

from agents.models import Agent, Team
from escalations.actions.lifecycle.moves import (
    check_capacity,
    lock,
    lock_agent,
    move,
    owner_facts,
)
from escalations.enums import (
    HELD_STATES,
    DeclineReason,
    EventKind,
    State,
    Tier,
)
from escalations.models import Escalation
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict


@transaction.atomic
def claim(*, escalation: Escalation, agent: Agent, by: Actor, now: datetime) -> Escalation:
    """The agent takes it from the queue or accepts the offer made to them.

    The loser of a race reads in ``Conflict.facts`` who has it; an agent at capacity is refused.
    """
    taker = lock_agent(agent)
    current = lock(escalation)
    if current.state in HELD_STATES:
        raise Conflict(f"{current.assignee} has it.", state=current.state, **owner_facts(current))
    if current.state == State.ASSIGNED and current.assignee_id != agent.pk:
        raise Conflict(f"It is offered to {current.assignee}.", state=current.state, **owner_facts(current))
    check_capacity(current, taker)
    move(
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
def offer(
    *, escalation: Escalation, agent: Agent, by: Actor, now: datetime, because: dict[str, Any] | None = None
) -> Escalation:
    """Put before one agent, who claims or declines it before it expires. ``because`` says why it is this agent."""
    taker = lock_agent(agent)
    current = lock(escalation)
    check_capacity(current, taker)
    move(current, EventKind.OFFERED, State.ASSIGNED, by=by, now=now, agent=taker, data=because, assignee=taker)
    return current


@transaction.atomic
def expire_offer(*, escalation: Escalation, by: Actor, now: datetime) -> Escalation:
    """Nobody answered in time: back to the queue. Raises Conflict where it was answered, or still has time."""
    current = lock(escalation)
    ends_at = current.next_dispatch_at
    if current.state != State.ASSIGNED or ends_at is None or ends_at > now:
        raise Conflict("There is no offer that has expired.", state=current.state)
    move(
        current,
        EventKind.OFFER_EXPIRED,
        State.WAITING,
        by=by,
        now=now,
        agent=current.assignee,
        assignee=None,
    )
    return current


@transaction.atomic
def decline(
    *,
    escalation: Escalation,
    reason: str,
    by: Actor,
    now: datetime,
    code: DeclineReason | str = DeclineReason.OTHER,
) -> Escalation:
    """The agent to whom it is offered does not take it: back to the queue, and on to somebody else."""
    current = lock(escalation)
    move(
        current,
        EventKind.DECLINED,
        State.WAITING,
        by=by,
        now=now,
        agent=current.assignee,
        data={"code": str(code), "reason": reason},
        assignee=None,
    )
    return current


@transaction.atomic
def release(
    *,
    escalation: Escalation,
    reason: str,
    by: Actor,
    now: datetime,
    holder: Agent | None = None,
    because: dict[str, Any] | None = None,
) -> Escalation:
    """Back to the queue, in its old place; with ``holder`` only while it is theirs still."""
    current = lock(escalation)
    if holder is not None and current.assignee_id != holder.pk:
        raise Conflict(f"{holder} has it no longer.", **owner_facts(current))
    move(
        current,
        EventKind.RELEASED,
        State.WAITING,
        by=by,
        now=now,
        agent=current.assignee,
        data={"reason": reason, **({"because": because} if because else {})},
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
    taker = lock_agent(agent) if agent is not None else None
    current = lock(escalation)
    if taker is not None:
        if current.assignee_id == taker.pk:
            raise Conflict(f"{taker} has it already.", **owner_facts(current))
        check_capacity(current, taker)
    target = State.WAITING if taker is None else State.ASSIGNED
    data = {"reason": reason, "from": str(current.assignee or ""), "to": str(taker or team)}
    changes: dict[str, Any] = {"team": team} if team is not None else {}
    if taker is not None and current.team_id not in taker.team_ids:
        changes["team_id"] = min(taker.team_ids)
    if changes:
        data["from_team"] = current.team.slug  # whose open pages let go of it
    move(
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
    current = lock(escalation)
    if current.tier == tier:
        raise Conflict(f"It is with tier {tier.label} already.", tier=tier.value)
    move(
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
