"""How every step is written: lock, check, change the state, append the event. For this package alone.

Rows are locked in one order (the conversation, one agent, the escalation), so that no two steps ever wait for
each other; the presence of those concerned follows after commit, from what they then hold.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from agents.actions.presence import follow_work
from agents.models import Agent, capacity_of
from escalations.actions import deadlines
from escalations.actions.alerts import clear_alerts
from escalations.actions.events import append_event, change, record
from escalations.actions.lifecycle.offers import begin_offer, end_offer, offer_ends_at
from escalations.decisions.deadlines import whole_seconds
from escalations.decisions.transitions import check_move
from escalations.enums import CLOSED_STATES, OPEN_STATES, ROUTING_ALERTS, EventKind, State
from escalations.models import Escalation, HandlingInterval
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict

__all__ = ["change", "check_capacity", "check_open", "lock", "lock_agent", "move", "owner_facts", "record"]


def lock(escalation: Escalation) -> Escalation:
    """The row as it now is, locked until the end of the transaction."""
    rows = Escalation.objects.select_for_update(no_key=True, of=("self",)).select_related("assignee")
    return rows.get(pk=escalation.pk)


def lock_agent(agent: Agent) -> Agent:
    """Before the escalation that they are to take: what they hold can't grow in the meantime."""
    return Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)


def owner_facts(escalation: Escalation) -> dict[str, Any]:
    """Who has it, for the ``facts`` of a Conflict; empty where nobody does."""
    if escalation.assignee is None:
        return {}
    return {"owner": escalation.assignee.name, "owner_id": escalation.assignee.public_id}


def check_open(escalation: Escalation) -> None:
    """Raises Conflict for what is resolved or cancelled."""
    if escalation.state not in OPEN_STATES:
        raise Conflict(f"It is {State(escalation.state).label.lower()}.", state=escalation.state)


def check_capacity(escalation: Escalation, agent: Agent) -> None:
    """With the agent's row locked, no other transaction can add to what is counted here."""
    held = Escalation.objects.busy().filter(assignee=agent).exclude(pk=escalation.pk).count()
    capacity = capacity_of(agent)
    if held >= capacity:
        raise Conflict(f"{agent} already has {held} of {capacity} at the same time.", held=held, capacity=capacity)


def move(
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
    """The one writer of ``state``: by the table and conditional UPDATE, with its offer, interval and event.

    What waits is looked at by the dispatcher at once, what is offered when the offer expires.
    """
    source = escalation.state
    check_move(kind, source, target)
    changes["next_dispatch_at"] = now if target == State.WAITING else None
    if target == State.ASSIGNED:
        changes["next_dispatch_at"] = offer_ends_at(escalation, changes, now)
    deadlines.before_move(escalation=escalation, target=target, now=now)
    before = Escalation.objects.filter(pk=escalation.pk, state=source, version=escalation.version)
    if not before.update(state=target, version=escalation.version + 1, **changes):
        raise Conflict("It changed in the meantime; look again.")
    concerned = {one.pk for one in (escalation.assignee, agent) if one is not None}
    escalation.state, escalation.version = target, escalation.version + 1
    for name, value in changes.items():
        setattr(escalation, name, value)
    if source == State.ASSIGNED:
        end_offer(escalation, kind, data or {}, now)
    if target == State.ASSIGNED:
        begin_offer(escalation, data or {}, by=by, now=now)
    if source == State.ACTIVE:
        _end_interval(escalation, now)
    if target == State.ACTIVE:
        _begin_interval(escalation, now)
    if source == State.WAITING or target in CLOSED_STATES:
        kinds = None if target in CLOSED_STATES else ROUTING_ALERTS
        clear_alerts(escalations=[escalation], kinds=kinds, now=now)
    append_event(escalation, kind, by=by, at=now, agent=agent, data=data)
    deadlines.after_move(
        escalation=escalation, source=source, by=by, now=now, reason=(data or {}).get("reason", "")
    )
    taker = _taker(kind, agent, by)
    for agent_id in concerned:
        # Robust: the step is committed, whatever happens to what follows from it.
        settle = partial(settle_presence, agent_id=agent_id, now=now, at_work=agent_id == taker)
        transaction.on_commit(settle, robust=True)


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


def _taker(kind: EventKind, agent: Agent | None, by: Actor) -> int | None:
    """Who evidently is at work, because they take it up themselves."""
    if agent is None:
        return None
    resumes = kind == EventKind.RESUMED and getattr(by.user, "agent", None) == agent
    return agent.pk if resumes or kind in (EventKind.CLAIMED, EventKind.REOPENED) else None


@transaction.atomic
def settle_presence(*, agent_id: int, now: datetime, at_work: bool = False) -> None:
    """In conversation or available, as the agent's work now says; running it twice changes nothing."""
    agent = Agent.objects.select_for_update(no_key=True).get(pk=agent_id)
    active = Escalation.objects.filter(assignee=agent, state=State.ACTIVE).count()
    follow_work(agent=agent, active=active, now=now, at_work=at_work)
