"""The only writers of coaching plans, and of what becomes of suggestions."""

from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agents.models import Agent
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.goals import measured, value_of
from quality.decisions.goals import problem_of
from quality.decisions.suggestions import Suggestion
from quality.enums import PLAN_STEPS, CoachingKind, PlanState
from quality.models import (
    CoachingAction,
    CoachingAnswer,
    CoachingGoal,
    CoachingPlan,
    CoachingReason,
    CoachingSession,
    Review,
)


@transaction.atomic
def open_plan(*, agent: Agent, coach: User, by: Actor, now: datetime, summary: str = "") -> CoachingPlan:
    """Proposed, until ``start``. Raises Conflict: nobody coaches themselves; one open plan for an agent."""
    if agent.user_id == coach.pk:
        raise Conflict("Nobody coaches themselves.")
    plan = CoachingPlan(agent=agent, coach=coach, summary=summary.strip(), opened_at=now)
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError:
        raise Conflict(f"{agent} has an open coaching plan already.") from None
    record(by=by, action="coaching_plan.opened", subject=plan, now=now)
    return plan


def start(*, plan: CoachingPlan, by: Actor, now: datetime) -> CoachingPlan:
    """The agent and the coach agreed on it. Raises Conflict where it is not proposed any more."""
    return _move(plan, PlanState.ACTIVE, by, now)


def finish(*, plan: CoachingPlan, why: str, by: Actor, now: datetime) -> CoachingPlan:
    """``why`` may be empty. Raises Conflict where it is not active."""
    return _move(plan, PlanState.DONE, by, now, why)


def drop(*, plan: CoachingPlan, why: str, by: Actor, now: datetime) -> CoachingPlan:
    """Raises ValidationError naming ``why``."""
    if not why.strip():
        raise ValidationError({"why": "Say why it is dropped."})
    return _move(plan, PlanState.DROPPED, by, now, why)


@transaction.atomic
def _move(plan: CoachingPlan, to: PlanState, by: Actor, now: datetime, why: str = "") -> CoachingPlan:
    """The only writer of the state. Raises Conflict where no step leads there any more."""
    may_come_from = [state for state, steps in PLAN_STEPS.items() if to in steps]
    closed = {} if to == PlanState.ACTIVE else {"closed_at": now, "closed_because": why.strip()[:300]}
    if not CoachingPlan.objects.filter(pk=plan.pk, state__in=may_come_from).update(state=to, **closed):
        plan.refresh_from_db()
        raise Conflict(f"This plan is {plan.get_state_display().lower()}.")
    plan.refresh_from_db()
    record(by=by, action=f"coaching_plan.{to}", subject=plan, now=now, why=plan.closed_because)
    return plan


@transaction.atomic
def add_reason(
    *, plan: CoachingPlan, by: Actor, review: Review | None = None, key: str = "", text: str = ""
) -> CoachingReason:
    """Raises ValidationError where it names nothing, or a review of somebody else's work, or one twice."""
    check_open(plan)
    reason = CoachingReason(plan=plan, review=review, key=key, text=text.strip())
    if review is not None and review.agent_id != plan.agent_id:
        raise ValidationError({"review": f"That review is not of {plan.agent}'s work."})
    reason.full_clean()
    reason.save()
    return reason


@transaction.atomic
def add_action(
    *,
    plan: CoachingPlan,
    kind: CoachingKind,
    text: str,
    by: Actor,
    mentor: Agent | None = None,
    due: date | None = None,
) -> CoachingAction:
    """Raises ValidationError naming the field."""
    check_open(plan)
    action = CoachingAction(plan=plan, kind=kind, text=text.strip(), mentor=mentor, due=due)
    if mentor is not None and mentor.pk == plan.agent_id:
        raise ValidationError({"mentor": "Nobody is their own mentor."})
    action.full_clean()
    action.save()
    return action


@transaction.atomic
def complete(*, action: CoachingAction, by: Actor, now: datetime) -> CoachingAction:
    """Raises Conflict where it was done before."""
    check_open(action.plan)
    undone = CoachingAction.objects.filter(pk=action.pk, done_at=None)
    if not undone.update(done_at=now, done_by=by.label[:200]):
        raise Conflict("That was done before.")
    action.refresh_from_db()
    return action


@transaction.atomic
def set_goal(
    *, plan: CoachingPlan, metric: str, target: float, due: date, by: Actor, now: datetime, key: str = ""
) -> CoachingGoal:
    """With what the data says now as its start. Raises ValidationError naming the field."""
    check_open(plan)
    goal = CoachingGoal(plan=plan, metric=metric, key=key, target=target, due=due)
    freeze(goal=goal, now=now)
    goal.full_clean()
    if goal.due <= now.astimezone(plan.agent.zone).date():
        raise ValidationError({"due": "Give a day to come."})
    goal.save()
    return goal


def freeze(*, goal: CoachingGoal, now: datetime) -> None:
    """Sets its start from the data, not saved. Raises ValidationError naming ``target``."""
    start = value_of(measured(goal.plan.agent, now), goal)
    goal.start_value, goal.start_n, goal.start_at = start.value, start.n, now
    if problem := problem_of(goal.metric, goal.target, start):
        raise ValidationError({"target": problem})


@transaction.atomic
def note_session(
    *, plan: CoachingPlan, notes: str, by: Actor, now: datetime, at: datetime | None = None
) -> CoachingSession:
    """Of an open plan or a closed one. The audit says that there was one, never what was said."""
    session = CoachingSession(plan=plan, at=at or now, author=by.label[:200], notes=notes.strip())
    if session.at > now + timedelta(minutes=1):
        raise ValidationError({"at": "Notes are of a session that was."})
    session.full_clean()
    session.save()
    record(by=by, action="coaching_session.noted", subject=plan, now=now)
    return session


@transaction.atomic
def accept(*, agent: Agent, suggestion: Suggestion, by: Actor, now: datetime) -> CoachingPlan:
    """Into the agent's open plan, or a new one with ``by`` as the coach: its reason and what to do."""
    known: CoachingPlan | None = CoachingPlan.objects.open().filter(agent=agent).first()
    plan = known or open_plan(agent=agent, coach=by.user, by=by, now=now)
    add_reason(plan=plan, key=suggestion.criterion, text=suggestion.because, by=by)
    mentor = Agent.objects.filter(pk=suggestion.mentor).first() if suggestion.mentor else None
    add_action(plan=plan, kind=suggestion.kind, text=suggestion.text, mentor=mentor, by=by)
    _answer(agent, suggestion, plan, by, now)
    return plan


@transaction.atomic
def dismiss(*, agent: Agent, suggestion: Suggestion, by: Actor, now: datetime) -> CoachingAnswer:
    """It comes back after 30 days, if the figures still say so."""
    return _answer(agent, suggestion, None, by, now)


def _answer(
    agent: Agent, suggestion: Suggestion, plan: CoachingPlan | None, by: Actor, now: datetime
) -> CoachingAnswer:
    return CoachingAnswer.objects.create(
        agent=agent,
        key=suggestion.key,
        text=suggestion.text,
        because=suggestion.because[:300],
        plan=plan,
        at=now,
        actor=by.label[:200],
    )


def check_open(plan: CoachingPlan) -> None:
    """Raises Conflict where nothing can be added any more."""
    if not plan.is_open:
        raise Conflict(f"This plan is {plan.get_state_display().lower()}: open another.")
