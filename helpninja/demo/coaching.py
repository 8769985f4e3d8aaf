"""The users' guide's coaching plan for Tom: opened three weeks ago, and part of it done."""

from datetime import datetime, timedelta

from agents.models import Agent
from helpninja.common.actors import Actor
from helpninja.demo.people import DAVID, SUPERVISOR, TOM
from quality.actions import coaching
from quality.enums import CoachingKind, GoalMetric
from quality.models import CoachingPlan, Review

OPENED = timedelta(days=21)
SUMMARY = "Fewer handovers to specialists, and answers that customers need not ask for twice."
# Kind, what, with whom, days until it is due, whether it is done.
ACTIONS = (
    (CoachingKind.TRAINING, "Technical training on API troubleshooting", "", 14, True),
    (CoachingKind.PRACTICE, "Practice with context preservation techniques", "", 18, True),
    (CoachingKind.WORKSHOP, "Time management and prioritization workshop", "", 35, False),
    (CoachingKind.SHADOWING, "Shadow senior agents on complex technical cases", DAVID.username, 42, False),
    (CoachingKind.REVIEW, "Monthly quality review and improvement planning", "", 30, False),
)
GOALS = ((GoalMetric.QUALITY, "", 90.0), (GoalMetric.CRITERION, "technical_accuracy", 95.0))
NOTES = (
    "Went through the API case that took three handovers. Tom had the details in the handoff summary and asked "
    "for them again; next time he reads it aloud first. He wants to see how David narrows such cases down."
)


def coach(agents: dict[str, Agent], now: datetime) -> CoachingPlan:
    """Call it once there are reviews: the goals start from them."""
    tom, morgan = agents[TOM.username], agents[SUPERVISOR.username]
    by, opened = Actor.of_user(morgan.user), now - OPENED
    plan = coaching.open_plan(agent=tom, coach=morgan.user, summary=SUMMARY, by=by, now=opened)
    _give_reasons(plan, by, opened)
    today = now.astimezone(tom.zone).date()
    for metric, key, target in GOALS:
        due = today + timedelta(days=60)
        coaching.set_goal(plan=plan, metric=metric, key=key, target=target, due=due, by=by, now=opened)
    for kind, text, mentor, days, is_done in ACTIONS:
        due = today + timedelta(days=days) - OPENED
        action = coaching.add_action(plan=plan, kind=kind, text=text, mentor=agents.get(mentor), due=due, by=by)
        if is_done:
            coaching.complete(action=action, by=Actor.of_user(tom.user), now=opened + timedelta(days=days - 2))
    plan = coaching.start(plan=plan, by=by, now=opened)
    coaching.note_session(plan=plan, notes=NOTES, by=by, now=now - timedelta(days=7))
    return plan


def _give_reasons(plan: CoachingPlan, by: Actor, opened: datetime) -> None:
    known = Review.objects.counted().of_agent(plan.agent).filter(published_at__lt=opened)
    lowest = known.order_by("total", "id").first()
    if lowest is not None:
        coaching.add_reason(plan=plan, review=lowest, text="The customer had to repeat what was said.", by=by)
    coaching.add_reason(
        plan=plan, key="technical_accuracy", text="Answers to API questions leave something out.", by=by
    )
