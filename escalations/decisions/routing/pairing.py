"""Items against agents: what is known of both, as arrays."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Self

import numpy as np

from escalations.decisions.routing.facts import AgentFacts, ItemFacts

Array = np.ndarray
Row = Callable[[Any], Sequence[float] | Array]
NOTHING_KNOWN = (None, "", ())


@dataclass(frozen=True)
class Crew:
    """The agents, as the columns. ``given``: numbers that differ from the agents' own facts."""

    agents: Sequence[AgentFacts]
    given: Mapping[str, Array] = field(default_factory=dict)

    def numbers(self, name: str) -> Array:
        """One of each agent: (1, agents). None becomes NaN."""
        if name in self.given:
            return self.given[name]
        return np.array([[getattr(agent, name) for agent in self.agents]], dtype=float)

    def held(self, name: str, key: int) -> Array:
        """Of the agents' lists of (key, number, number) both numbers of the key: (2, agents).

        0 for those who don't have it, NaN for those of whom there is no list.
        """
        places, nothing = self._lists[name]
        found = nothing.copy()
        for place, number, other in places.get(key, ()):
            found[:, place] = number, other
        return found

    @cached_property
    def place_of(self) -> dict[int, int]:
        """The columns, by the agents' ids."""
        return {agent.id: place for place, agent in enumerate(self.agents)}

    @cached_property
    def _lists(self) -> dict[str, tuple[dict[int, list[tuple[int, int, int]]], Array]]:
        return {name: self._listed(name) for name in ("skills", "topics")}

    def _listed(self, name: str) -> tuple[dict[int, list[tuple[int, int, int]]], Array]:
        lists = [getattr(agent, name) for agent in self.agents]
        places: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for place, one in enumerate(lists):
            for key, number, other in one or ():
                places[key].append((place, number, other))
        return places, np.array([[np.nan if one is None else 0.0 for one in lists]] * 2)


@dataclass(frozen=True)
class Pairing:
    """Items in rows against agents in columns."""

    items: Sequence[ItemFacts]
    crew: Crew
    now: datetime

    @classmethod
    def of(cls, items: Sequence[ItemFacts], agents: Sequence[AgentFacts], now: datetime) -> Self:
        return cls(items, Crew(agents), now)

    @property
    def agents(self) -> Sequence[AgentFacts]:
        return self.crew.agents

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.items), len(self.agents)

    def of_items(self, name: str) -> Array:
        """A number of each item: (items, 1). None becomes NaN."""
        return np.array([getattr(item, name) for item in self.items], dtype=float).reshape(-1, 1)

    def by_item(self, name: str, row: Row) -> Array:
        """``row`` gives a number of each agent, once for each value that the items have: (items, agents)."""
        return self.spread(name, lambda few: few._rows(name, row))

    def spread(self, name: str, rule: Callable[["Pairing"], Array]) -> Array:
        """The rule for one item of each value of the fact, given to all items of that value: (items, agents).

        Without a name the rule is the agents' own, and stays (1, agents).
        """
        if not name:
            return rule(replace(self, items=()))
        first: dict[Any, ItemFacts] = {}
        for item in self.items:
            first.setdefault(getattr(item, name), item)
        if len(first) == len(self.items):
            return rule(self)
        place = {value: index for index, value in enumerate(first)}
        values = rule(replace(self, items=list(first.values())))
        return values.take([place[getattr(item, name)] for item in self.items], axis=0)

    def _rows(self, name: str, row: Row) -> Array:
        unknown = np.full(len(self.agents), np.nan)
        values = [getattr(item, name) for item in self.items]
        rows = [unknown if value in NOTHING_KNOWN else row(value) for value in values]
        return np.array(rows, dtype=float).reshape(self.shape)
