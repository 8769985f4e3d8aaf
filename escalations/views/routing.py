"""Why an agent was chosen, as the workspace shows it: to leaders the comparison, to an agent their own part."""

from typing import Any

from escalations.decisions.routing import drawn, drawn_for
from escalations.models import Escalation
from escalations.policy import Action, may
from helpninja.common.actors import Actor

CANDIDATES_SHOWN = 3
EXCLUSIONS_SHOWN = 8


def routing(actor: Actor, escalation: Escalation) -> dict[str, Any] | None:
    """Of the newest decision, None where there is none that the actor may know of. One query."""
    newest = escalation.routing_decisions.defer("inputs").first()
    if newest is None:
        return None
    if may(actor, Action.SEE_ROUTING, escalation):
        return {**drawn(newest, candidates=CANDIDATES_SHOWN, exclusions=EXCLUSIONS_SHOWN), "own": False}
    agent = getattr(actor.user, "agent", None)
    if agent is None or escalation.assignee_id != agent.pk:
        return None
    own = drawn_for(newest, agent.pk)
    return {**own, "own": True} if own else None
