"""Who should take one item, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from escalations.decisions.routing.facts import AgentFacts, ItemFacts, Weights
from escalations.decisions.routing.pairing import Array, Pairing
from escalations.decisions.routing.requirements import failed, wording
from escalations.decisions.routing.scoring import DIGITS, PERCENT, factor_of, parts_of, total_of
from escalations.enums import Requirement, RoutingFactor


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part of which nothing is known is None, and counts as 0.5 in its factor."""

    agent: int
    public_id: str
    name: str
    score: float
    factors: dict[str, float]
    parts: dict[str, float | None]

    @property
    def percent(self) -> str:
        return f"{int(self.score * PERCENT + 0.5)} %"


Ranked = tuple[Candidate, AgentFacts]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """``failed``: all requirements that the agent does not meet; ``because`` says them for people."""

    agent: int
    public_id: str
    name: str
    failed: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Decision:
    """``candidates`` in order, best first: the choice, its backup, and whom to ask then.

    ``tie_break`` says what set the choice before an equal; empty where the score did.
    """

    candidates: tuple[Candidate, ...]
    exclusions: tuple[Exclusion, ...]
    weights: Weights
    tie_break: str = ""

    @property
    def choice(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @property
    def backup(self) -> Candidate | None:
        return self.candidates[1] if len(self.candidates) > 1 else None

    @property
    def failed(self) -> dict[str, int]:
        """How many agents failed each requirement; one agent may fail several."""
        found = Counter(name for exclusion in self.exclusions for name in exclusion.failed)
        return {requirement.value: found[requirement] for requirement in Requirement if found[requirement]}

    @property
    def because(self) -> dict[str, Any]:
        return {"text": self._text(), "tie_break": self.tie_break, "failed": self.failed}

    def to_json(self) -> dict[str, Any]:
        """As RoutingDecision keeps it."""
        return {
            "candidates": [_fields(one) for one in self.candidates],
            "exclusions": [{**_fields(one), "failed": list(one.failed)} for one in self.exclusions],
            "weights": self.weights.to_json(),
            "because": self.because,
        }

    def _text(self) -> str:
        choice, backup = self.choice, self.backup
        if choice is None:
            return f"Nobody can take it: {self._failures() or 'there are no agents'}."
        text = f"{choice.name} {choice.percent}"
        if backup is None:
            return f"{text}, the only one who can take it."
        if self.tie_break:
            text += f", before equals by {self.tie_break}"
        elif ahead := self._ahead(choice, backup):
            text += f", ahead in {' and '.join(ahead)}"
        return f"{text}. Backup {backup.name} {backup.percent}."

    def _failures(self) -> str:
        return ", ".join(f"{count} {Requirement(name).label}" for name, count in self.failed.items())

    def _ahead(self, choice: Candidate, backup: Candidate) -> list[str]:
        """The one or two factors that set the choice before the backup, the greatest difference first."""
        leads = {
            factor: (choice.factors[factor] - backup.factors[factor]) * self.weights.of(factor)
            for factor in RoutingFactor
        }
        best = sorted((factor for factor in RoutingFactor if leads[factor] > 0), key=lambda one: -leads[one])
        return [factor.label.lower() for factor in best[:2]]


def _fields(one: Candidate | Exclusion) -> dict[str, Any]:
    """``asdict`` would copy every mapping, which takes longer than deciding."""
    return {name: getattr(one, name) for name in one.__slots__}


def decide(item: ItemFacts, agents: Sequence[AgentFacts], weights: Weights, now: datetime) -> Decision:
    """The eligible agents by their scores, and why each other agent is none.

    Equal scores go to the lesser open work, then to who has been longest in their present status, then to the
    lower id: the same facts always give the same answer, whatever their order.
    """
    agents = sorted(agents, key=lambda agent: agent.id)
    reasons = _reasons(Pairing.of((item,), agents, now))
    able = [agent for agent in agents if agent.id not in reasons]
    scored = _candidates(item, able, weights, now)
    ranked = sorted(zip(scored, able, strict=True), key=_rank)
    return Decision(
        tuple(candidate for candidate, _ in ranked),
        tuple(_exclusion(agent, reasons[agent.id]) for agent in agents if agent.id in reasons),
        weights,
        _tie_break(*ranked[:2]) if len(ranked) > 1 else "",
    )


def _reasons(pairing: Pairing) -> dict[int, list[Requirement]]:
    """All that each ineligible agent fails, by the agent's id."""
    shape = (1, len(pairing.agents))
    found: dict[int, list[Requirement]] = {}
    for requirement, wrong in failed(pairing).items():
        for index in np.flatnonzero(np.broadcast_to(wrong, shape)).tolist():
            found.setdefault(pairing.agents[index].id, []).append(requirement)
    return found


def _exclusion(agent: AgentFacts, reasons: list[Requirement]) -> Exclusion:
    codes = tuple(requirement.value for requirement in reasons)
    text = ", ".join(wording(agent, requirement) for requirement in reasons)
    return Exclusion(agent.id, agent.public_id, agent.name, codes, text)


def _rank(one: Ranked) -> tuple[float, float, float, int]:
    candidate, agent = one
    return -candidate.score, agent.load, -agent.status_seconds, agent.id


def _tie_break(one: Ranked, other: Ranked) -> str:
    if one[0].score != other[0].score:
        return ""
    first, second = one[1], other[1]
    if first.load != second.load:
        return "less open work"
    if first.status_seconds != second.status_seconds:
        return "a longer time in the present status"
    return "order of joining"


def _candidates(item: ItemFacts, agents: Sequence[AgentFacts], weights: Weights, now: datetime) -> list[Candidate]:
    parts = parts_of(item, agents, now)
    totals = total_of(parts, weights).tolist()
    shown_parts = _by_agent(parts)
    shown_factors = _by_agent({factor.value: factor_of(parts, factor) for factor in RoutingFactor})
    return [
        Candidate(agent.id, agent.public_id, agent.name, *numbers)
        for agent, *numbers in zip(agents, totals, shown_factors, shown_parts, strict=True)
    ]


def _by_agent(values: Mapping[str, Array]) -> list[dict[str, Any]]:
    """One mapping for each agent, rounded, with None where nothing is known."""
    table = np.round(list(values.values()), DIGITS)
    columns = table.astype(object)
    columns[np.isnan(table)] = None
    return [dict(zip(values, column, strict=True)) for column in columns.T.tolist()]
