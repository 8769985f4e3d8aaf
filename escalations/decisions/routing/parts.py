"""The parts that each factor is the mean of. Every part maps what is known to 0 (worst) .. 1 (best).

Unknown is NaN here and counts as ``NEUTRAL``. A part of the agent alone has the shape (1, agents), a part of a
pair (items, agents). Only the four basic operations are used, element by element, so that an item and an agent
give the same number alone and among thousands, in any order and on any machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# 15 MB and 0.04 s once in each process: routing one item needs it in the web process too.
import numpy as np

from agents.enums import Status
from escalations.decisions.routing.pairing import Array, Pairing
from escalations.enums import RoutingFactor

Rule = Callable[[Pairing], Array]

NEUTRAL = 0.5
TOP_SKILL = 5
EXPERIENCED = 20  # resolved on the topic in 30 days: one on each working day
FULL_HOUR = 3600
LONGEST_DUTY = 10 * 3600
GREAT_VALUE = 1000  # US dollars a month
SLOW_RESPONSE = 600  # the first-response target of low priority
IN_CONVERSATION = 0.5
NOON = 14  # the middle of a working day of 8 to 20 o'clock


@dataclass(frozen=True)
class Part:
    """``reads``: the fact of the item that it depends on; empty for a part of the agent alone."""

    key: str
    label: str
    factor: RoutingFactor
    reads: str
    rule: Rule

    @property
    def formula(self) -> str:
        """For people: what the rule's docstring says."""
        return " ".join((self.rule.__doc__ or "").split())


PARTS: list[Part] = []


def part(factor: RoutingFactor, label: str, reads: str = "") -> Callable[[Rule], Rule]:
    """Registers a rule as a part of the factor, under the function's name."""

    def register(rule: Rule) -> Rule:
        PARTS.append(Part(rule.__name__, label, factor, reads, rule))
        return rule

    return register


def at_most_one(share: Array) -> Array:
    """More than the whole counts as the whole."""
    return share.clip(max=1)


def shrunk(mean: Array, n: Array) -> Array:
    """A mean (0..1) of n rows as if there were one good and one bad more: (n * mean + 1) / (n + 2).

    Laplace's rule of succession: few rows stay near the neutral 0.5, and no row is unknown (NaN).
    """
    rows = np.where(n > 0, n, np.nan)
    drawn: Array = (rows * mean + 1) / (rows + 2)
    return drawn


@part(RoutingFactor.SPECIALIZATION, "Skill level", "skill")
def skill_level(pairing: Pairing) -> Array:
    """Level / 5 in the skill that it asks for or that its topic takes; 0 without the skill."""
    return pairing.by_item("skill", lambda skill: pairing.crew.held("skills", skill)[0] / TOP_SKILL)


@part(RoutingFactor.SPECIALIZATION, "Certification", "skill")
def certification(pairing: Pairing) -> Array:
    """1 if certified in that skill, otherwise 0."""
    return pairing.by_item("skill", lambda skill: pairing.crew.held("skills", skill)[1])


@part(RoutingFactor.SPECIALIZATION, "Experience", "topic")
def experience(pairing: Pairing) -> Array:
    """Escalations of the topic resolved in 30 days / 20, at most 1."""
    return pairing.by_item("topic", lambda topic: at_most_one(pairing.crew.held("topics", topic)[0] / EXPERIENCED))


@part(RoutingFactor.SPECIALIZATION, "Success rate", "topic")
def success_rate(pairing: Pairing) -> Array:
    """Share of those resolved on the topic that were not re-escalated within 7 days, drawn to 0.5 where they
    are few: (lasting + 1) / (resolved + 2)."""

    def row(topic: Any) -> Array:
        resolved, lasting = pairing.crew.held("topics", topic)
        return shrunk(lasting / np.maximum(resolved, 1), resolved)

    return pairing.by_item("topic", row)


@part(RoutingFactor.SPECIALIZATION, "Seniority", "preferred_level")
def seniority(pairing: Pairing) -> Array:
    """The agent's level / the preferred level, at most 1; 1 for everybody where none is preferred."""
    preferred = np.nan_to_num(pairing.of_items("preferred_level"), nan=1)
    return at_most_one(pairing.crew.numbers("level") / preferred)


@part(RoutingFactor.WORKLOAD, "Open work")
def open_work(pairing: Pairing) -> Array:
    """1 - open work / capacity, at least 0. A case counts 1, half more for a higher tier, half more for a
    re-escalation."""
    return 1 - at_most_one(pairing.crew.numbers("load") / np.maximum(pairing.crew.numbers("capacity"), 1))


@part(RoutingFactor.WORKLOAD, "Time to finish")
def time_to_finish(pairing: Pairing) -> Array:
    """1 - estimated time for the work in hand / one hour, at least 0. The estimate of a case is the agent's
    mean handling time of 30 days less the time spent on it."""
    return 1 - at_most_one(pairing.crew.numbers("seconds_of_work") / FULL_HOUR)


@part(RoutingFactor.WORKLOAD, "Hours on duty")
def hours_on_duty(pairing: Pairing) -> Array:
    """1 - time on duty / 10 hours, at least 0: whoever came lately is fresher."""
    return 1 - at_most_one(pairing.crew.numbers("seconds_on_duty") / LONGEST_DUTY)


@part(RoutingFactor.CUSTOMER, "Plan", "plan_rank")
def plan(pairing: Pairing) -> Array:
    """1 - plan * (1 - seniority): the plan's place among the plans from 0 to 1; seniority 0 for an agent, 0.5
    for a senior, 1 for a specialist or manager. The greatest plan asks for seniority, the least for none."""
    senior = at_most_one((pairing.crew.numbers("level") - 1) / 2)[0]
    return pairing.by_item("plan_rank", lambda rank: 1 - rank * (1 - senior))


@part(RoutingFactor.CUSTOMER, "Account value", "monthly_value")
def account_value(pairing: Pairing) -> Array:
    """1 - value * (1 - satisfaction): value is the monthly value / 1,000 USD, at most 1; satisfaction the
    agent's CSAT as in performance. Great accounts go to those who satisfy."""
    value = at_most_one(pairing.of_items("monthly_value") / GREAT_VALUE)
    suited: Array = value * (known(satisfaction(pairing)) - 1)
    suited += 1
    return suited


@part(RoutingFactor.CUSTOMER, "Earlier success", "earlier")
def earlier_success(pairing: Pairing) -> Array:
    """Share of this customer's escalations resolved by the agent that were not re-escalated, drawn to 0.5
    where they are few: (lasting + 1) / (resolved + 2)."""
    column = pairing.crew.place_of
    known_pairs = [
        (row, column[agent], (lasting + 1) / (resolved + 2))
        for row, item in enumerate(pairing.items)
        for agent, resolved, lasting in item.earlier
        if agent in column
    ]
    shares = np.full(pairing.shape, np.nan)
    if known_pairs:
        rows, columns, values = zip(*known_pairs, strict=True)
        shares[rows, columns] = values
    return shares


@part(RoutingFactor.CUSTOMER, "Language", "language")
def language(pairing: Pairing) -> Array:
    """1 if the agent speaks the customer's language (whatever the region), otherwise 0."""
    spoken = [{_plain(tag) for tag in agent.languages} for agent in pairing.agents]

    def row(tag: str) -> list[float]:
        return [np.nan if not tags else _plain(tag) in tags for tags in spoken]

    return pairing.by_item("language", row)


def _plain(tag: str) -> str:
    """The primary language of a BCP 47 tag: pt of pt-BR."""
    return tag.replace("_", "-").partition("-")[0].lower()


@part(RoutingFactor.CUSTOMER, "Time zone", "utc_offset")
def zone(pairing: Pairing) -> Array:
    """1 - hours between the agent's and the customer's clocks / 12."""
    offsets = pairing.crew.numbers("utc_offset")[0]

    def row(offset: float) -> Array:
        return 1 - _hours_apart(offsets, offset) / 12

    return pairing.by_item("utc_offset", row)


def _hours_apart(one: Array, other: float) -> Array:
    """On a clock of 24 hours, so at most 12."""
    return 12 - abs(12 - abs(one - other) % 24)


@part(RoutingFactor.PERFORMANCE, "Satisfaction")
def satisfaction(pairing: Pairing) -> Array:
    """(Mean CSAT of 30 days - 1) / 4, drawn to 0.5 where the ratings are few."""
    return shrunk((pairing.crew.numbers("csat") - 1) / 4, pairing.crew.numbers("ratings"))


@part(RoutingFactor.PERFORMANCE, "Response time")
def response_time(pairing: Pairing) -> Array:
    """1 - mean first response of 30 days / 10 minutes, at least 0; drawn to 0.5 where they are few."""
    quick = 1 - at_most_one(pairing.crew.numbers("response_seconds") / SLOW_RESPONSE)
    return shrunk(quick, pairing.crew.numbers("responses"))


@part(RoutingFactor.PERFORMANCE, "First contact resolution")
def first_contact(pairing: Pairing) -> Array:
    """Share of those resolved in 30 days that took one agent, one handling and no re-escalation, drawn to 0.5
    where they are few."""
    resolved = pairing.crew.numbers("resolved")
    return shrunk(pairing.crew.numbers("first_contact") / np.maximum(resolved, 1), resolved)


@part(RoutingFactor.PERFORMANCE, "Quality score")
def quality(pairing: Pairing) -> Array:
    """Mean review score of 30 days / 100, drawn to 0.5 where the reviews are few."""
    return shrunk(pairing.crew.numbers("quality_score") / 100, pairing.crew.numbers("reviews"))


@part(RoutingFactor.AVAILABILITY, "Status")
def status(pairing: Pairing) -> Array:
    """1 for available, 0.5 for in conversation, otherwise 0."""
    of_status = {Status.AVAILABLE: 1.0, Status.IN_CONVERSATION: IN_CONVERSATION}
    return np.array([[of_status.get(Status(agent.status), 0.0) for agent in pairing.agents]])


@part(RoutingFactor.AVAILABILITY, "Time to the next pause")
def time_to_pause(pairing: Pairing) -> Array:
    """Time to the next break or the end of the shift / one hour, at most 1."""
    return at_most_one(np.maximum(pairing.crew.numbers("seconds_to_pause"), 0) / FULL_HOUR)


@part(RoutingFactor.AVAILABILITY, "Hour of the agent's day")
def local_hour(pairing: Pairing) -> Array:
    """1 from 8 to 20 o'clock where the agent is, falling to 0 at 2 at night."""
    utc = pairing.now.hour + pairing.now.minute / 60
    late = _hours_apart(pairing.crew.numbers("utc_offset") + utc, NOON)
    return at_most_one((12 - late) / 6)


def known(values: Array, otherwise: float = NEUTRAL) -> Array:
    """With the neutral value where nothing is known."""
    return np.where(np.isnan(values), otherwise, values)
