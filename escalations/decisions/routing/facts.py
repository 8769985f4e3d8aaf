"""What a routing decision knows: of the waiting item, of each agent, and how the factors weigh.

Plain numbers, texts and tuples only, so that they are stored as they are and decided from again.
Times are seconds before or after the decision; None is unknown, which is never taken for zero.
"""

from dataclasses import asdict, dataclass, field

from agents.enums import Level, Status
from escalations.enums import Priority, RoutingFactor


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One escalation that somebody should take.

    ``skill`` is what it is about, ``required_skill`` what its agent must have. ``plan_rank`` is the plan's place
    among the plans, 0 (least) to 1 (greatest). ``earlier``: for each agent who resolved something of this
    customer (agent, how many, of those not re-escalated). ``asked``: who was offered it and did not take it.
    """

    id: int
    team: int
    queue_level: int = Priority.MEDIUM
    least_level: int = Level.AGENT
    preferred_level: int | None = None
    required_skill: int | None = None
    skill: int | None = None
    topic: int | None = None
    plan_rank: float | None = None
    monthly_value: float | None = None
    language: str = ""
    utc_offset: float | None = None
    earlier: tuple[tuple[int, int, int], ...] = ()
    asked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """One agent at this moment.

    ``busy`` counts against ``capacity``; ``load`` is the same work weighed by its complexity. ``skills``: (skill,
    level 1 to 5, certified). ``topics``: (topic, resolved in 30 days, of those not re-escalated), None before any
    figures were written. ``seconds_of_work`` is the estimate for what is in hand, ``handling_seconds`` the mean
    of a case. Of ``csat`` and the other means the next field says of how many rows they are.
    """

    id: int
    public_id: str
    name: str
    teams: tuple[int, ...] = ()
    level: int = Level.AGENT
    status: str = Status.AVAILABLE
    status_seconds: float = 0
    on_shift: bool = True
    on_break: bool = False
    on_leave: bool = False
    seconds_to_pause: float | None = None
    seconds_on_duty: float | None = None
    utc_offset: float | None = None
    capacity: int = 3
    busy: int = 0
    load: float = 0
    seconds_of_work: float | None = 0
    handling_seconds: float | None = None
    skills: tuple[tuple[int, int, bool], ...] = ()
    topics: tuple[tuple[int, int, int], ...] | None = None
    languages: tuple[str, ...] = ()
    csat: float | None = None
    ratings: int = 0
    response_seconds: float | None = None
    responses: int = 0
    first_contact: int = 0
    resolved: int = 0
    quality_score: float | None = None
    reviews: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """Percent of each factor; together 100. Installed with the guide's "Smart Routing Algorithm"."""

    specialization: int = 35
    workload: int = 25
    customer: int = 20
    performance: int = 15
    availability: int = 5

    def of(self, factor: RoutingFactor) -> int:
        weight: int = getattr(self, factor.value)
        return weight

    def to_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Assignment:
    """An item for an agent; both by id."""

    item: int
    agent: int
    score: float = field(compare=False)
