"""Waiting items and free places assigned together."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import numpy as np

from escalations.decisions.routing.facts import AgentFacts, Assignment, ItemFacts, Weights
from escalations.decisions.routing.parts import Pairing
from escalations.decisions.routing.requirements import eligible
from escalations.decisions.routing.scoring import Weighing, score, share, workload
from escalations.enums import RoutingFactor


def assign_batch(
    items: Sequence[ItemFacts], agents: Sequence[AgentFacts], weights: Weighing, now: datetime
) -> list[Assignment]:
    """The items of the highest queue level first: for them the greatest total score over all free places, then
    the next level with the places left. Whoever is eligible for nothing gets nothing.

    An agent's second place counts with the work that the first one brings, so that work spreads.
    """
    order = sorted(range(len(items)), key=lambda index: (-items[index].queue_level, items[index].id))
    ordered = [items[index] for index in order]
    if not isinstance(weights, Weights):
        weights = [weights[index] for index in order]
    places = Places(ordered, sorted(agents, key=lambda agent: agent.id), weights, now)
    return [
        assignment
        for _, rows in groupby(range(len(ordered)), key=lambda row: ordered[row].queue_level)
        for assignment in places.fill(list(rows))
    ]


class Places:
    """Every free place of every agent as a column, with what each item scores there."""

    def __init__(
        self, items: Sequence[ItemFacts], agents: Sequence[AgentFacts], weights: Weighing, now: datetime
    ) -> None:
        self.items, self.agents = items, agents
        places = [
            (index, more) for index, agent in enumerate(agents) for more in range(agent.capacity - agent.busy)
        ]
        self.owners = np.array([index for index, _ in places], dtype=int)
        self.free = np.ones(len(places), dtype=bool)
        now_and_then = workload([agents[index].after(more) for index, more in places], now)
        total = score(items, agents, weights, now).total
        lost = (workload(agents, now)[:, self.owners] - now_and_then) * share(weights, RoutingFactor.WORKLOAD)
        self.scores = np.where(eligible(Pairing(items, agents, now)), total, np.nan)[:, self.owners] - lost

    def fill(self, rows: list[int]) -> list[Assignment]:
        """The best assignment of these items to the places still free, which it takes."""
        # 0.3 s and 50 MB: needed only where waiting items are assigned together.
        from scipy.optimize import linear_sum_assignment

        columns = np.flatnonzero(self.free)
        scores = self.scores[np.ix_(np.array(rows), columns)]
        able = ~np.isnan(scores)
        chosen, places = linear_sum_assignment(np.where(able, scores, 0), maximize=True)
        pairs = [
            (rows[row], columns[place], scores[row, place])
            for row, place in zip(chosen, places, strict=True)
            if able[row, place]
        ]
        self.free[[place for _, place, _ in pairs]] = False
        return [
            Assignment(self.items[row].id, self.agents[self.owners[place]].id, float(value))
            for row, place, value in pairs
        ]
