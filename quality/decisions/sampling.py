"""Which conversations are reviewed, and by whom. Values in, values out: the same seed always draws the same.

A draw follows a hash of the seed and each candidate's id, never the order in which they come.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256


class Risk(Enum):
    """Why a conversation is more worth a review, with what it adds to its weight of 1."""

    LOW_CSAT = "low satisfaction", 4.0
    REESCALATED = "re-escalated", 3.0
    BREACHED = "deadline missed", 2.0
    UNNEEDED = "escalation not needed", 2.0
    TOO_LATE = "escalated too late", 2.0

    def __init__(self, label: str, weight: float) -> None:
        self.label = label
        self.weight = weight


class Left(Enum):
    """Why a candidate was not drawn."""

    NO_AGENT = "no_agent", "Nobody is known to have resolved it"
    REVIEWED = "reviewed", "It was reviewed before"
    ASSIGNED = "assigned", "Another cycle has it"
    NOBODY = "nobody", "No reviewer may: they took part in it, or it is of another team"
    AGENT_QUOTA = "agent_quota", "Others of the agent were drawn"
    REVIEWER_QUOTA = "reviewer_quota", "The reviewers had no room left"

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation of an agent. ``barred``: the reviewers who may not have it. ``unfit``: why nobody may."""

    id: int
    agent: int
    topic: int | None = None
    tier: str = ""
    risks: frozenset[Risk] = frozenset()
    barred: frozenset[int] = frozenset()
    unfit: Left | None = None

    @property
    def weight(self) -> float:
        return 1 + sum(risk.weight for risk in self.risks)


@dataclass(frozen=True, slots=True)
class Draw:
    """Which candidate goes to which reviewer, by id."""

    candidate: Candidate
    reviewer: int


@dataclass(frozen=True, slots=True)
class Sample:
    """``draws`` by the ids of their candidates; ``left`` says for each other candidate why it is none of them."""

    draws: tuple[Draw, ...]
    left: Mapping[int, Left]


# Candidates of one agent, the first to be drawn first; ``count`` is how many will be drawn.
Order = Callable[[Iterable[Candidate], str, int], list[Candidate]]


def at_random(candidates: Iterable[Candidate], seed: str, count: int) -> list[Candidate]:
    """Each equally likely."""
    return sorted(candidates, key=lambda one: chance(seed, one.id))


def stratified(candidates: Iterable[Candidate], seed: str, count: int) -> list[Candidate]:
    """Each equally likely, and of each topic and tier as many as its share, rounded up or down.

    Systematic sampling: stratum after stratum in a row, and of the row every (N / count)-th from a random start
    (W. G. Cochran 1977, Sampling Techniques, chapter 8).
    """
    row = sorted(
        at_random(candidates, seed, count), key=lambda one: chance(seed, f"stratum {one.topic} {one.tier}")
    )
    count = min(count, len(row))
    start = chance(seed, "start")
    chosen = {row[int((place + start) * len(row) / count)].id for place in range(count)}
    return sorted(row, key=lambda one: (one.id not in chosen, chance(seed, one.id)))


def by_risk(candidates: Iterable[Candidate], seed: str, count: int) -> list[Candidate]:
    """At each draw likely in proportion to the weight: ``u ** (1 / w)``, the greatest first.

    P. S. Efraimidis and P. G. Spirakis (2006), "Weighted random sampling with a reservoir", algorithm A.
    """
    return sorted(candidates, key=lambda one: -math.log(chance(seed, one.id)) / one.weight)


def chance(seed: str, of: object) -> float:
    """Uniform on (0, 1), always the same for the same two."""
    bits = int.from_bytes(sha256(f"{seed}:{of}".encode()).digest()[:6])
    return (bits + 0.5) / 2**48


def draw(
    candidates: Iterable[Candidate], *, per_agent: int, reviewers: Mapping[int, int], order: Order, seed: str
) -> Sample:
    """At most ``per_agent`` of each agent, and of each reviewer as many as they have room for.

    As many are drawn as any draw could: where a reviewer is missing, those drawn before are passed on to others or
    exchanged for others of their agent (augmenting paths: Ford and Fulkerson 1956). Agents take turns, so that
    where reviewers lack room no agent is two reviews ahead of another who could have had one more.
    """
    known = list(candidates)
    may = [one for one in known if one.unfit is None and not reviewers.keys() <= one.barred]
    by_agent: dict[int, list[Candidate]] = {}
    for one in may:
        by_agent.setdefault(one.agent, []).append(one)
    plan = _Plan({agent: order(ones, seed, per_agent) for agent, ones in by_agent.items()}, reviewers, seed)
    turns = sorted(by_agent, key=lambda agent: chance(seed, f"agent {agent}"))
    for _ in range(per_agent):
        turns = [agent for agent in turns if plan.add_of(agent)]
    draws = tuple(Draw(one, plan.reviewer_of[one.id]) for one in known if one.id in plan.reviewer_of)
    drawn_of = {agent: sum(one.id in plan.reviewer_of for one in ones) for agent, ones in by_agent.items()}
    return Sample(
        draws=tuple(sorted(draws, key=lambda one: one.candidate.id)),
        left={
            one.id: _why(one, reviewers, drawn_of.get(one.agent, 0) >= per_agent)
            for one in known
            if one.id not in plan.reviewer_of
        },
    )


def _why(one: Candidate, reviewers: Mapping[int, int], is_agent_done: bool) -> Left:
    if one.unfit is not None:
        return one.unfit
    if reviewers.keys() <= one.barred:
        return Left.NOBODY
    return Left.AGENT_QUOTA if is_agent_done else Left.REVIEWER_QUOTA


@dataclass
class _Plan:
    """Who reviews what, while it is made."""

    listed: Mapping[int, Sequence[Candidate]]  # by agent, the first to be drawn first
    room: Mapping[int, int]  # of each reviewer at the start
    seed: str
    reviewer_of: dict[int, int] = field(default_factory=dict)  # by candidate

    def __post_init__(self) -> None:
        self.held: dict[int, list[Candidate]] = {reviewer: [] for reviewer in self.room}
        self.places = sum(self.room.values())
        # Whom searches in vain have asked: no later one can succeed by way of them.
        self.agents_asked: set[int] = set()
        self.full: set[int] = set()

    def add_of(self, agent: int) -> bool:
        """One more of this agent, and none less of the others; False where that can't be."""
        if len(self.reviewer_of) == self.places or agent in self.agents_asked:
            return False
        agents, full = set(self.agents_asked), set(self.full)
        if self._give_one(agent, agents, full):
            return True
        self.agents_asked, self.full = agents, full
        return False

    def _give_one(self, agent: int, agents: set[int], full: set[int]) -> bool:
        """The sets hold whom this search has asked before."""
        agents.add(agent)
        undrawn = [one for one in self.listed[agent] if one.id not in self.reviewer_of]
        return any(self._place(one, agents, full) for one in undrawn)

    def _place(self, one: Candidate, agents: set[int], full: set[int]) -> bool:
        """With whoever has most room, or with somebody who can be relieved of another."""
        able = [reviewer for reviewer in self.room if reviewer not in one.barred and reviewer not in full]
        able.sort(key=lambda reviewer: (-self._free(reviewer), chance(self.seed, f"{one.id} {reviewer}")))
        for reviewer in able:
            if reviewer not in full and (self._free(reviewer) > 0 or self._relieve(reviewer, agents, full)):
                self.held[reviewer].append(one)
                self.reviewer_of[one.id] = reviewer
                return True
        return False

    def _relieve(self, reviewer: int, agents: set[int], full: set[int]) -> bool:
        """Passes one of theirs on, or gives it up for another of its agent."""
        full.add(reviewer)
        for one in list(self.held[reviewer]):
            if self._place(one, agents, full):
                self.held[reviewer].remove(one)
                return True
            if one.agent not in agents and self._give_one(one.agent, agents, full):
                self.held[reviewer].remove(one)
                del self.reviewer_of[one.id]
                return True
        return False

    def _free(self, reviewer: int) -> int:
        return self.room[reviewer] - len(self.held[reviewer])
