"""What the lists of this app share."""

from agents.enums import Status
from agents.models import Agent
from helpninja.common.actors import Actor
from helpninja.common.roles import Role

RULE_READERS = frozenset({Role.SENIOR_AGENT, Role.SUPERVISOR, Role.ADMIN})

STATUS_COLOURS = {
    Status.AVAILABLE.label: "success",
    Status.IN_CONVERSATION.label: "info",
    Status.AWAY.label: "warning",
    Status.ON_BREAK.label: "warning",
}


def own_teams(actor: Actor) -> frozenset[int]:
    """A supervisor looks after those who share a team."""
    agent = getattr(actor.user, "agent", None)
    return agent.team_ids if agent is not None else frozenset()


def known_agents(actor: Actor):
    """All for admins, for supervisors those of their teams."""
    return Agent.objects.all() if actor.is_any(Role.ADMIN) else Agent.objects.in_teams(own_teams(actor))
