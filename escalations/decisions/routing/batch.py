"""Waiting items and free places assigned together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

import numpy as np

from escalations.decisions.routing.facts import AgentFacts, Assignment, ItemFacts, Weights
from escalations.decisions.routing.pairing import Array, Crew, Pairing
from escalations.decisions.routing.parts import known
from escalations.decisions.routing.requirements import eligible
from escalations.decisions.routing.scoring import Weighing, score, shares_of, workload
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
        for assignment in places.fill(np.array(list(rows)))
    ]


class Places:
    """Every free place of every agent as a column, and what each item would score there."""

    def __init__(
        self, items: Sequence[ItemFacts], agents: Sequence[AgentFacts], weights: Weighing, now: datetime
    ) -> None:
        self.items, self.agents = items, agents
        places = [
            (column, more) for column, agent in enumerate(agents) for more in range(agent.capacity - agent.busy)
        ]
        self.owners = np.array([column for column, _ in places], dtype=int)
        self.free = np.ones(len(places), dtype=bool)
        pairing = Pairing.of(items, agents, now)
        self.scores = np.where(eligible(pairing), score(items, agents, weights, now), np.nan)
        self.lost = _lost(pairing, self.owners, np.array([more for _, more in places]))
        self.shares = shares_of(weights, RoutingFactor.WORKLOAD, len(items))

    def fill(self, rows: Array) -> list[Assignment]:
        """The best assignment of these items to the places still free, which it takes."""
        # 0.3 s and 50 MB: needed only where waiting items are assigned together.
        from scipy.optimize import linear_sum_assignment

        free = np.flatnonzero(self.free)
        scores = self.scores[np.ix_(rows, self.owners[free])]
        scores -= self.lost[free] * self.shares[rows]
        unable = np.isnan(scores)
        scores[unable] = 0
        chosen, places = linear_sum_assignment(scores, maximize=True)
        able = ~unable[chosen, places]
        chosen, places = chosen[able], places[able]
        self.free[free[places]] = False
        return [
            Assignment(self.items[row].id, self.agents[owner].id, value)
            for row, owner, value in zip(
                rows[chosen], self.owners[free[places]], scores[chosen, places].tolist(), strict=True
            )
        ]


def _lost(pairing: Pairing, owners: Array, more: Array) -> Array:
    """How much less of the workload factor is left at each place, with the cases of the places before it."""
    load, work, handling = (
        pairing.crew.numbers(name)[:, owners] for name in ("load", "seconds_of_work", "handling_seconds")
    )
    given = {"load": load + more, "seconds_of_work": work + more * known(handling, 0)}
    then = Crew([pairing.agents[owner] for owner in owners], given)
    less: Array = workload(pairing)[owners] - workload(replace(pairing, crew=then))
    return less
