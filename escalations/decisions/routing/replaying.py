"""A decision's inputs as JSON, and the same decision from them again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from escalations.decisions.routing.deciding import Decision, decide
from escalations.decisions.routing.facts import AgentFacts, ItemFacts, Weights

# Counts the versions of the formulas: what was decided by others can be read, but not decided again.
FORMULAS = 1

_AGENT = tuple(field.name for field in fields(AgentFacts))


def inputs_json(item: ItemFacts, agents: Sequence[AgentFacts], weights: Weights, now: datetime) -> dict[str, Any]:
    """Agents as columns: one list for each fact, which is small and quick to write for hundreds of agents."""
    return {
        "formulas": FORMULAS,
        "now": now.isoformat(),
        "weights": weights.to_json(),
        "item": asdict(item),
        "agents": {name: [getattr(agent, name) for agent in agents] for name in _AGENT},
    }


def replay(inputs: Mapping[str, Any]) -> Decision:
    """Raises ValueError where it was decided by other formulas than today's."""
    if inputs["formulas"] != FORMULAS:
        raise ValueError(f"This was decided by formulas {inputs['formulas']}; today's are {FORMULAS}.")
    columns = inputs["agents"]
    agents = [
        AgentFacts(*(_frozen(columns[name][index]) for name in _AGENT)) for index in range(len(columns["id"]))
    ]
    item = ItemFacts(**{name: _frozen(value) for name, value in inputs["item"].items()})
    return decide(item, agents, Weights(**inputs["weights"]), datetime.fromisoformat(inputs["now"]))


def _frozen(value: Any) -> Any:
    """JSON knows no tuples."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value
