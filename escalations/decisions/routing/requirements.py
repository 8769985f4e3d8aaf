"""Who can take an item at all. Every requirement is asked, so that a refusal tells all its reasons."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from agents.enums import ONLINE_STATUSES, Status
from escalations.decisions.routing.facts import AgentFacts
from escalations.decisions.routing.pairing import Array, Pairing
from escalations.enums import Requirement


def failed(pairing: Pairing) -> dict[Requirement, Array]:
    """True where an agent fails the requirement, each broadcastable to (items, agents)."""
    return {
        Requirement.PRESENT: _of_agents(pairing, _is_absent),
        Requirement.ON_SHIFT: _of_agents(pairing, lambda agent: not agent.on_shift),
        Requirement.NOT_ON_BREAK: _of_agents(pairing, _is_on_break),
        Requirement.NOT_ON_LEAVE: _of_agents(pairing, lambda agent: agent.on_leave),
        Requirement.CAPACITY: _of_agents(pairing, lambda agent: agent.busy >= agent.capacity),
        Requirement.TEAM: _without(pairing, "team", lambda agent: agent.teams),
        Requirement.SKILL: _without(pairing, "required_skill", lambda agent: [skill[0] for skill in agent.skills]),
        Requirement.LEVEL: pairing.crew.numbers("level") < pairing.of_items("least_level"),
        Requirement.NOT_ASKED: _asked(pairing),
    }


def eligible(pairing: Pairing) -> Array:
    """True where an agent may take an item: (items, agents)."""
    able = np.ones((len(pairing.items), len(pairing.agents)), dtype=bool)
    for wrong in failed(pairing).values():
        able &= ~wrong
    return able


def wording(agent: AgentFacts, requirement: Requirement) -> str:
    """How the failure reads beside the agent's name."""
    if requirement == Requirement.CAPACITY:
        return f"{requirement.label} ({agent.busy} of {agent.capacity})"
    return str(requirement.label)


def _is_absent(agent: AgentFacts) -> bool:
    return agent.status not in (*ONLINE_STATUSES, Status.ON_BREAK)


def _is_on_break(agent: AgentFacts) -> bool:
    return agent.on_break or agent.status == Status.ON_BREAK


def _of_agents(pairing: Pairing, fails: Callable[[AgentFacts], bool]) -> Array:
    return np.array([[fails(agent) for agent in pairing.agents]], dtype=bool)


def _without(pairing: Pairing, name: str, possessions: Callable[[AgentFacts], Iterable[int]]) -> Array:
    """Whoever has not what the item asks for; nobody fails where it asks for nothing."""
    owned = [frozenset(possessions(agent)) for agent in pairing.agents]

    def row(wanted: Any) -> list[bool]:
        return [wanted not in mine for mine in owned]

    return pairing.by_item(name, row) > 0  # NaN, where it asks for nothing, is not


def _asked(pairing: Pairing) -> Array:
    asked = np.zeros((len(pairing.items), len(pairing.agents)), dtype=bool)
    for index, item in enumerate(pairing.items):
        for agent in item.asked:
            if agent in pairing.crew.place_of:
                asked[index, pairing.crew.place_of[agent]] = True
    return asked
