"""What the lists of this app share."""

from agents.enums import Status
from helpninja.common.actors import Actor

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
