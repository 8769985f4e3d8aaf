"""Reads what could be suggested for an agent now. Nothing here writes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from agents.models import Agent
from agents.policy import Sight
from helpninja.common.windows import Window
from quality.actions.figures import Asked, answers, least_good
from quality.decisions.standing import against_others, of_criteria
from quality.decisions.suggestions import OfTopic, Suggestion, criterion_key, suggestions
from quality.enums import OPEN_PLAN_STATES
from quality.models import CoachingAnswer, CoachingReason, Criterion, ScoreBand

REST = timedelta(days=30)
DAYS = 90


def suggestions_for(agent: Agent, now: datetime) -> tuple[Suggestion, ...]:
    """From the reviews of 90 days, beside those of the others in the agent's teams; eight queries."""
    bands: Sequence[Any] = list(ScoreBand.objects.all())
    window = Window.last_days(DAYS, now, "UTC")
    own, teams = Asked(window, Sight(agent=agent.pk)), Asked(window, Sight(teams=agent.team_ids))
    theirs = answers(own, bands)
    rows = [*theirs, *(row for row in answers(teams, bands) if row.agent != agent.pk)]
    return suggestions(
        agent.pk,
        of_criteria(theirs),
        against_others(agent.pk, rows),
        _topics(teams),
        dict(Criterion.objects.order_by("rubric__order").values_list("key", "measure")),
        float(least_good(bands)),
        _answered(agent, now),
    )


def _topics(asked: Asked) -> list[OfTopic]:
    rows = (
        asked.reviews()
        .filter(escalation__topic__isnull=False)
        .order_by()
        .values_list("agent", "escalation__topic", "escalation__topic__name")
        .annotate(n=Count("pk"), sum=Sum("total"))
    )
    return [OfTopic(*row) for row in rows]


def _answered(agent: Agent, now: datetime) -> set[str]:
    """Dropped within 30 days, or part of the plan that is open."""
    dropped, taken_up = Q(plan=None, at__gt=now - REST), Q(plan__state__in=OPEN_PLAN_STATES)
    answers = CoachingAnswer.objects.filter(dropped | taken_up, agent=agent).values_list("key", flat=True)
    reasons = CoachingReason.objects.filter(plan__agent=agent, plan__state__in=OPEN_PLAN_STATES)
    return {*answers, *(criterion_key(key) for key in reasons.values_list("key", flat=True) if key)}
