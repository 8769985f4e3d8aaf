"""How well each agent suits each item: the weighted sum of the factors, 0 to 1."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial, reduce
from itertools import groupby

import numpy as np

from escalations.decisions.routing.facts import AgentFacts, ItemFacts, Weights
from escalations.decisions.routing.pairing import Array, Pairing
from escalations.decisions.routing.parts import PARTS, Part, known
from escalations.enums import RoutingFactor

# Scores closer than a hundredth of a percent are a tie.
DIGITS = 4
PERCENT = 100
# The same for all items, or one for each.
Weighing = Weights | Sequence[Weights]

PARTS_OF = {factor: [part for part in PARTS if part.factor == factor] for factor in RoutingFactor}
# Parts of one factor that read the same fact of an item.
GROUPS = [
    (factor, reads, list(group))
    for factor, parts in PARTS_OF.items()
    for reads, group in groupby(parts, key=lambda part: part.reads)
]


def score(items: Sequence[ItemFacts], agents: Sequence[AgentFacts], weights: Weighing, now: datetime) -> Array:
    """All items against all agents, whether or not they may take them: sum of weight * factor / 100.

    (items, agents), rounded to ``DIGITS``, which is what ranks. What depends on the same fact is worked out once
    for each of its values and given to all items of that value: a thousand items have some ten topics.
    """
    if not isinstance(weights, Weights):
        return _score_each(items, agents, weights, now)
    pairing = Pairing.of(items, agents, now)
    total = np.zeros(pairing.shape)
    for factor, reads, parts in GROUPS:
        share = _share(weights, factor)
        total += pairing.spread(reads, partial(_weighed_rules, parts, share))
    return np.round(total, DIGITS)


def _score_each(
    items: Sequence[ItemFacts], agents: Sequence[AgentFacts], weights: Sequence[Weights], now: datetime
) -> Array:
    total = np.empty((len(items), len(agents)))
    for one in set(weights):
        rows = [row for row, weighed in enumerate(weights) if weighed == one]
        total[rows] = score([items[row] for row in rows], agents, one, now)
    return total


def _weighed_rules(parts: Sequence[Part], share: float, pairing: Pairing) -> Array:
    return _weighed([part.rule(pairing) for part in parts], share)


def _weighed(values: Sequence[Array], share: float) -> Array:
    """The sum of the values times the share, in place: arrays of a thousand items are dear to make."""
    total = known(values[0])
    for more in values[1:]:
        total += known(more)
    total *= share
    return total


def _share(weights: Weights, factor: RoutingFactor) -> float:
    """Of each part of the factor."""
    return weights.of(factor) / PERCENT / len(PARTS_OF[factor])


def parts_of(item: ItemFacts, agents: Sequence[AgentFacts], now: datetime) -> dict[str, Array]:
    """What each part says of the agents, with NaN where it is unknown; by key, (agents)."""
    pairing = Pairing.of((item,), agents, now)
    return {part.key: part.rule(pairing)[0] for part in PARTS}


def factor_of(parts: Mapping[str, Array], factor: RoutingFactor) -> Array:
    """The mean of the factor's parts, each counting alike."""
    return _weighed([parts[part.key] for part in PARTS_OF[factor]], 1 / len(PARTS_OF[factor]))


def total_of(parts: Mapping[str, Array], weights: Weights) -> Array:
    """The same numbers, added in the same order, as ``score`` gives for the item."""
    weighed = [
        _weighed([parts[part.key] for part in group], _share(weights, factor)) for factor, _, group in GROUPS
    ]
    return np.round(reduce(np.add, weighed), DIGITS)


def workload(pairing: Pairing) -> Array:
    """That factor alone, which is the agents' own: (agents)."""
    parts = {part.key: part.rule(pairing)[0] for part in PARTS_OF[RoutingFactor.WORKLOAD]}
    return factor_of(parts, RoutingFactor.WORKLOAD)


def shares_of(weights: Weighing, factor: RoutingFactor, items: int) -> Array:
    """How much the factor weighs for each item, 0 to 1: (items, 1)."""
    each = [weights] * items if isinstance(weights, Weights) else weights
    return np.array([one.of(factor) / PERCENT for one in each]).reshape(-1, 1)
