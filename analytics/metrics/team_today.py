"""Each agent's day so far, for the team panel beside the queue."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Avg, Count, QuerySet

from agents.models import Agent
from escalations.enums import Timing
from escalations.models import Escalation, HandlingInterval, Rating
from helpninja.common.values import Value
from helpninja.common.windows import Window


@dataclass(frozen=True)
class AgentDay:
    """What one did today; ``agent`` is the public id."""

    agent: str
    conversations: int
    first_response: Value
    csat: Value


def team_today(teams: frozenset[int] | None, day: Window) -> list[AgentDay]:
    """One for each active agent of the teams (None: of all), by public id. Four queries.

    Conversations: those that the agent began to handle, each once. The response time is credited to who
    responded first, a rating to the handler frozen with its survey.
    """
    agents = Agent.objects.active()
    if teams is not None:
        agents = agents.in_teams(teams)
    inside = (day.start, day.end)
    handled = _by_agent(
        HandlingInterval.objects.filter(
            escalation__timing=Timing.MEASURED, started_at__gte=inside[0], started_at__lt=inside[1]
        ).values_list("agent"),
        count=Count("escalation__conversation", distinct=True),
    )
    answered = _by_agent(
        Escalation.objects.filter(
            timing=Timing.MEASURED, first_response_at__gte=inside[0], first_response_at__lt=inside[1]
        ).values_list("first_responder"),
        mean=Avg("first_response_seconds"),
        n=Count("pk"),
    )
    rated = _by_agent(
        Rating.objects.filter(csat__isnull=False, rated_at__gte=inside[0], rated_at__lt=inside[1]).values_list(
            "handler"
        ),
        mean=Avg("csat"),
        n=Count("pk"),
    )
    return [
        AgentDay(
            public_id,
            conversations=handled.get(pk, (0,))[0],
            first_response=Value(*answered.get(pk, (None, 0))),
            csat=Value(*rated.get(pk, (None, 0))),
        )
        for pk, public_id in agents.order_by("public_id").values_list("pk", "public_id")
    ]


def _by_agent(rows: QuerySet[Any, tuple[Any, ...]], **aggregates: Aggregate) -> dict[int, tuple[Any, ...]]:
    return {agent: tuple(found) for agent, *found in rows.order_by().annotate(**aggregates)}
