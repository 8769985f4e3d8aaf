"""Reads what the goals of coaching plans are measured by. Nothing here writes."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from agents.models import Agent, Scorecard
from agents.policy import Sight
from helpninja.common.values import Value
from helpninja.common.windows import Window
from quality.actions.figures import Asked, answers, scores
from quality.decisions.goals import DAYS, Goal, Progress, progress
from quality.enums import GoalMetric
from quality.models import CoachingGoal

Measured = dict[tuple[str, str], Value]


def measured(agent: Agent, now: datetime) -> Measured:
    """By metric and criterion, over the agent's last 30 days, in three queries.

    Reviews are read as they are now; the other figures from the scorecard, which is written anew every hour.
    """
    asked = Asked(Window.last_days(DAYS, now, "UTC"), Sight(agent=agent.pk))
    current = [row for row in scores(asked) if row.is_now]
    total = sum((row.total for row in current), Decimal(0))
    found: Measured = {(GoalMetric.QUALITY, ""): Value.of_mean(total, sum(row.n for row in current))}
    for row in answers(asked, []):
        found[GoalMetric.CRITERION, row.key] = Value(float(100 * row.score / row.possible), row.n)
    card = Scorecard.objects.filter(agent=agent, topic="").first()
    return found | (_of_card(card) if card else {})


def _of_card(card: Scorecard) -> Measured:
    shares = {GoalMetric.FIRST_CONTACT: card.first_contact, GoalMetric.LASTING: card.lasting}
    return {
        (GoalMetric.CSAT, ""): Value(card.csat, card.ratings),
        (GoalMetric.RESPONSE_TIME, ""): Value(card.response_seconds, card.responses),
        **{(metric, ""): Value.of_mean(100 * part, card.resolved) for metric, part in shares.items()},
    }


def progress_of(goals: Iterable[CoachingGoal], agent: Agent, now: datetime) -> list[tuple[CoachingGoal, Progress]]:
    goals = list(goals)
    figures = measured(agent, now) if goals else {}
    today = now.astimezone(agent.zone).date()
    return [(goal, progress(_goal(goal), value_of(figures, goal), today)) for goal in goals]


def value_of(figures: Measured, goal: Any) -> Value:
    return figures.get((goal.metric, goal.key), Value(None, 0))


def _goal(row: CoachingGoal) -> Goal:
    return Goal(row.metric, row.target, row.due, Value(row.start_value, row.start_n))
