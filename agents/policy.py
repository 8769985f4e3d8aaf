"""Whom somebody looks after, and whose hours they may read."""

from dataclasses import dataclass

from agents.models import Agent
from agents.models.agent import AgentQuerySet
from helpninja.common.actors import Actor
from helpninja.common.roles import Role


@dataclass(frozen=True)
class Sight:
    """Whose work somebody's figures are of: ``teams`` None: of all; ``agent``: of this one's own work only."""

    teams: frozenset[int] | None = None
    agent: int | None = None

    @property
    def is_own(self) -> bool:
        return self.agent is not None


ALL = Sight()


def seen_agents(sight: Sight) -> AgentQuerySet:
    """Those whose figures are seen."""
    if sight.agent is not None:
        return Agent.objects.filter(pk=sight.agent)
    return Agent.objects.all() if sight.teams is None else Agent.objects.in_teams(sight.teams)


def seen_agent(sight: Sight, public_id: str) -> Agent | None:
    """None where it is nobody whose figures are seen."""
    return None if "\x00" in public_id else seen_agents(sight).filter(public_id=public_id).first()


AT_WORK = (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.ADMIN)


def own_teams(actor: Actor) -> frozenset[int]:
    """A supervisor looks after those who share a team."""
    agent = getattr(actor.user, "agent", None)
    return agent.team_ids if agent is not None else frozenset()


def known_agents(actor: Actor) -> AgentQuerySet:
    """All for admins, for supervisors those of their teams."""
    return Agent.objects.all() if actor.is_any(Role.ADMIN) else Agent.objects.in_teams(own_teams(actor))


def agents_with_known_hours(actor: Actor) -> AgentQuerySet:
    """Leaders read those of whom they look after, others their own."""
    if actor.is_any(Role.SUPERVISOR, Role.ADMIN):
        return known_agents(actor)
    return Agent.objects.filter(user=actor.user) if actor.is_any(*AT_WORK) else Agent.objects.none()
