"""The dispatcher: offers what waits, takes back what nobody answered, and tells supervisors what found nobody.

It works from rows alone (``Escalation.next_dispatch_at``), so passes may be lost, doubled or run side by side:
each one is leased by a conditional UPDATE before it is looked at, and ``lifecycle`` lets one offer win.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from agents.enums import ONLINE_STATUSES
from agents.models import Agent
from escalations.actions import lifecycle
from escalations.actions.alerts import clear_alerts
from escalations.actions.routing import decide_for, decide_many
from escalations.decisions.dispatch import (
    LOOK_AGAIN,
    Asked,
    Candidate,
    Round,
    Step,
    assigned_step,
    covering,
    current_round,
    judge,
)
from escalations.decisions.routing import Assignment
from escalations.enums import ENTRY_KINDS, ROUTING_ALERTS, OfferOutcome, RoutingMode, State
from escalations.models import Alert, Escalation, EscalationEvent, Offer, RoutingPolicy
from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict

logger = logging.getLogger(__name__)

# Looked at together in a pass, and of these decided one by one.
AT_MOST, AT_ONCE = 1000, 50
# More than so many are a crowd, of which only those are decided anew for whom that may say something new.
FEW = 5
# Longer than a pass takes; whose worker is killed meanwhile is looked at again after it.
LEASE = timedelta(seconds=20)

Work = list[tuple[Escalation, RoutingPolicy]]
Assigned = dict[int, Assignment]


def dispatch_due(*, now: datetime) -> int:
    """One pass over what is due, the most urgent first; how many it saw. Zero says that nothing is left."""
    taken_back = _take_back(now)
    due = list(_due(now, State.WAITING).in_queue_order()[:AT_MOST])
    policies = list(RoutingPolicy.objects.all()) if due else []
    pairs = [(one, covering(policies, one.team_id, one.topic_id)) for one in due]
    _leave_to_pull([one for one, policy in pairs if policy.mode == RoutingMode.PULL], now)
    work = [(one, policy) for one, policy in pairs if policy.mode != RoutingMode.PULL]
    assigned = _assigned_together(work, now)
    for one, policy in _worth_a_look(work, assigned, now)[:AT_ONCE]:
        if _lease(one, policy, now):
            _guarded(_dispatch, one, policy, assigned.get(one.pk), now)
    return len(due) + taken_back


def recall_backlog(*, agent_id: int, now: datetime) -> None:
    """The agent came, or has a place free: what was left in the queues of their teams is looked at again."""
    agent = Agent.objects.active().filter(pk=agent_id, status__in=ONLINE_STATUSES).first()
    if agent is not None:
        left = Escalation.objects.filter(state=State.WAITING, team__in=agent.team_ids, next_dispatch_at__gt=now)
        left.update(next_dispatch_at=now)


def _due(now: datetime, state: State) -> Any:
    return Escalation.objects.due_for_dispatch(now).filter(state=state)


def _take_back(now: datetime) -> int:
    expired = list(_due(now, State.ASSIGNED).order_by("next_dispatch_at")[:AT_MOST])
    for one in expired:
        with suppress(Conflict):
            lifecycle.expire_offer(escalation=one, by=SYSTEM, now=now)
    return len(expired)


def _leave_to_pull(escalations: list[Escalation], now: datetime) -> None:
    """Nothing to do until they come into the queue anew, or the policy changes."""
    if escalations:
        clear_alerts(escalations=escalations, kinds=ROUTING_ALERTS, now=now)
        waiting = _due(now, State.WAITING).filter(pk__in=[one.pk for one in escalations])
        waiting.update(next_dispatch_at=None, offer_only=False)


def _lease(escalation: Escalation, policy: RoutingPolicy, now: datetime) -> bool:
    as_seen = Escalation.objects.filter(
        pk=escalation.pk,
        state=State.WAITING,
        version=escalation.version,
        next_dispatch_at=escalation.next_dispatch_at,
    )
    return bool(as_seen.update(next_dispatch_at=now + LEASE, offer_only=policy.mode == RoutingMode.OFFER))


def _assigned_together(work: Work, now: datetime) -> Assigned:
    """What all of them would get with the greatest total score; asked only where that matters."""
    if len(work) <= FEW and not any(policy.batch for _, policy in work):
        return {}
    return {one.item: one for one in decide_many(escalations=[one for one, _ in work], now=now)}


def _worth_a_look(work: Work, assigned: Assigned, now: datetime) -> Work:
    """Of a crowd, whoever would be left to the queue again with the alert that stands is looked at later again."""
    if len(work) <= FEW:
        return work
    alerts = Alert.objects.standing().filter(kind__in=ROUTING_ALERTS, escalation__in=[one for one, _ in work])
    alerted = set(alerts.values_list("escalation", flat=True))
    left = {
        one.pk for one, policy in work[FEW:] if one.pk in alerted and not _reaches(assigned.get(one.pk), policy)
    }
    _due(now, State.WAITING).filter(pk__in=left).update(next_dispatch_at=now + LOOK_AGAIN)
    return [(one, policy) for one, policy in work if one.pk not in left]


def _reaches(assignment: Assignment | None, policy: RoutingPolicy) -> bool:
    return assignment is not None and assignment.score >= policy.threshold


def _dispatch(escalation: Escalation, policy: RoutingPolicy, assignment: Assignment | None, now: datetime) -> None:
    """Decides and offers in one transaction, or says why not. What says nothing new leaves nothing behind."""
    round_ = _round(escalation, now)
    with transaction.atomic():
        if policy.batch and not round_.asked and assignment is not None and _reaches(assignment, policy):
            step = assigned_step(Agent.objects.get(pk=assignment.agent), assignment.score)
        else:
            step = _decide(escalation, policy, round_, now)
        if step.agent is not None:
            because = {"because": step.because}
            lifecycle.offer(escalation=escalation, agent=step.agent, by=SYSTEM, now=now, because=because)
        elif step.alert is not None:
            news = lifecycle.alert_supervisors(
                escalation=escalation, kind=step.alert, text=step.because, by=SYSTEM, now=now
            )
            transaction.set_rollback(not news)
    if step.agent is None:
        leased = Escalation.objects.filter(pk=escalation.pk, next_dispatch_at=now + LEASE)
        leased.update(next_dispatch_at=step.again_at)


def _decide(escalation: Escalation, policy: RoutingPolicy, round_: Round, now: datetime) -> Step:
    decision = decide_for(escalation=escalation, by=SYSTEM, now=now, asked=round_.agents)
    candidate = None
    if decision.choice is not None and decision.score is not None:
        candidate = Candidate(decision.choice, decision.score, decision.choice.status_since)
    return judge(policy, round_, candidate, reasons=str(decision), now=now)


def _round(escalation: Escalation, now: datetime) -> Round:
    """The offers since the escalation last came into the queue that were not accepted."""
    entries = EscalationEvent.objects.filter(escalation=escalation, kind__in=ENTRY_KINDS).order_by("-version")
    since = entries.values_list("version", flat=True).first() or 0
    offers: Any = Offer.objects.filter(
        escalation=escalation, version__gte=since, outcome__in=(OfferOutcome.DECLINED, OfferOutcome.EXPIRED)
    )
    asked = offers.order_by("version").values_list("agent", "offered_at", "ended_at")
    return current_round([Asked(*row) for row in asked], now)


def _guarded(work: Callable[..., None], *arguments: object) -> None:
    """Whoever was faster is right; and one that fails is tried again after its lease, and stops no other."""
    try:
        work(*arguments)
    except Conflict as conflict:
        logger.info("Not dispatched: %s", conflict)
    except Exception:
        logger.exception("An escalation could not be dispatched")
