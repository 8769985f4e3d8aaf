"""How well each agent suits each item: the weighted sum of the factors, 0 to 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import numpy as np

from escalations.decisions.routing.facts import AgentFacts, ItemFacts, Weights
from escalations.decisions.routing.parts import PARTS, Array, Pairing, Part, known
from escalations.enums import RoutingFactor

# Scores closer than a hundredth of a percent are a tie.
DIGITS = 4
PERCENT = 100

# The same for all items, or one for each.
Weighing = Weights | Sequence[Weights]


@dataclass(frozen=True)
class Scores:
    """``total`` is (items, agents). Parts, with NaN where unknown, and factors are broadcastable to it."""

    parts: dict[str, Array]
    factors: dict[RoutingFactor, Array]
    total: Array


def score(items: Sequence[ItemFacts], agents: Sequence[AgentFacts], weights: Weighing, now: datetime) -> Scores:
    """All items against all agents, whether or not they may take them: sum of weight * factor / 100.

    Rounded to ``DIGITS``, which is what ranks.
    """
    pairing = Pairing(items, agents, now)
    parts = {part.key: part.rule(pairing) for part in PARTS}
    factors = {factor: mean_of(parts, factor) for factor in RoutingFactor}
    total = np.zeros((len(items), len(agents)))
    for factor, values in factors.items():
        total += values * share(weights, factor)
    return Scores(parts, factors, np.round(total, DIGITS))


def workload(agents: Sequence[AgentFacts], now: datetime) -> Array:
    """That factor alone, which is the agents' own: (1, agents)."""
    pairing = Pairing((), agents, now)
    return mean_of(
        {part.key: part.rule(pairing) for part in parts_of(RoutingFactor.WORKLOAD)}, RoutingFactor.WORKLOAD
    )


def mean_of(parts: Mapping[str, Array], factor: RoutingFactor) -> Array:
    """Of the factor's parts, each counting alike; those of agents alone are added up before the big ones."""
    mine = sorted((known(parts[part.key]) for part in parts_of(factor)), key=len)
    return reduce(np.add, mine) / len(mine)


def share(weights: Weighing, factor: RoutingFactor) -> Array | float:
    """As a column where each item has weights of its own."""
    if isinstance(weights, Weights):
        return weights.of(factor) / PERCENT
    return np.array([[one.of(factor) / PERCENT] for one in weights])


def parts_of(factor: RoutingFactor) -> list[Part]:
    return [part for part in PARTS if part.factor == factor]
