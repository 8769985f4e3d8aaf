"""What to coach an agent in, as the figures have it: for somebody to accept or drop."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from helpninja.common.values import ENOUGH, rounded
from quality.decisions.standing import MARGIN, Compared, OfCriterion
from quality.enums import CoachingKind, Measure

# What helps with a criterion, by what it is scored from.
HELPS: Mapping[str, tuple[CoachingKind, str]] = {
    Measure.RESPONSE_TIME: (CoachingKind.WORKSHOP, "Time management and prioritization workshop"),
    Measure.FIRST_CONTACT: (CoachingKind.SHADOWING, "Shadow senior agents on cases that took several contacts"),
    Measure.SATISFACTION: (CoachingKind.PRACTICE, "Practice with context preservation techniques"),
}


@dataclass(frozen=True, slots=True)
class OfTopic:
    """Reviews of one agent's work on one topic, as a number and a sum of totals."""

    agent: int
    topic: int
    name: str
    n: int
    total: Decimal

    @property
    def mean(self) -> float:
        return float(self.total / self.n)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``key`` says what it is about, and stays the same while that is low. ``mentor``: an agent's id."""

    key: str
    kind: CoachingKind
    text: str
    because: str
    criterion: str = ""
    mentor: int | None = None


def criterion_key(key: str) -> str:
    """Keeps suggestions about a criterion apart from all others."""
    return f"criterion:{key}"


def suggestions(
    agent: int,
    criteria: Iterable[OfCriterion],
    compared: Iterable[Compared],
    topics: Sequence[OfTopic],
    measures: Mapping[str, str],
    least_good: float,
    answered: Collection[str] = (),
) -> tuple[Suggestion, ...]:
    """The lowest first. ``measures`` by criterion; ``answered``: keys that are not to come back yet."""
    beside = {one.criterion.key: one for one in compared}
    found = [
        (one.share, _of_criterion(one, beside.get(one.key), measures))
        for one in criteria
        if one.is_enough and _is_low(one, beside.get(one.key), least_good)
    ]
    found += [
        (one.mean, _of_topic(one, others))
        for one in topics
        if one.agent == agent
        and one.n >= ENOUGH
        and (others := _others(one, topics))
        and one.mean <= _mean(others) - MARGIN
    ]
    ranked = sorted(found, key=lambda item: (item[0], item[1].key))
    return tuple(one for _, one in ranked if one.key not in answered)


def _is_low(one: OfCriterion, compared: Compared | None, least_good: float) -> bool:
    return one.share < least_good or (compared is not None and compared.difference <= -MARGIN)


def _of_criterion(one: OfCriterion, compared: Compared | None, measures: Mapping[str, str]) -> Suggestion:
    kind, text = HELPS.get(measures.get(one.key, ""), (CoachingKind.TRAINING, f"Training: {one.name.lower()}"))
    because = f"{one.name} reached {_tenths(one.share)} of 100 (n = {one.n})"
    if compared is not None:
        because += f", the others {_tenths(compared.others.share)} (n = {compared.others.n})"
    return Suggestion(criterion_key(one.key), kind, text, f"{because}.", criterion=one.key)


def _of_topic(one: OfTopic, others: Sequence[OfTopic]) -> Suggestion:
    """With whoever does best on it, where one of them has enough reviews there to tell."""
    because = (
        f"Reviews on {one.name} average {_tenths(one.mean)} (n = {one.n}), "
        f"the others' {_tenths(_mean(others))} (n = {sum(other.n for other in others)})."
    )
    known = [other for other in others if other.n >= ENOUGH and other.mean > one.mean]
    best = max(known, key=lambda other: (other.mean, other.n, -other.agent), default=None)
    if best is None:
        return Suggestion(f"topic:{one.topic}", CoachingKind.TRAINING, f"Training on {one.name}", because)
    text = f"Shadow on {one.name} cases"
    return Suggestion(f"topic:{one.topic}", CoachingKind.SHADOWING, text, because, mentor=best.agent)


def _others(one: OfTopic, topics: Iterable[OfTopic]) -> list[OfTopic]:
    """Empty where there is too little to compare with."""
    found = [other for other in topics if other.topic == one.topic and other.agent != one.agent]
    return found if sum(other.n for other in found) >= ENOUGH else []


def _mean(rows: Sequence[OfTopic]) -> float:
    return float(sum((row.total for row in rows), Decimal(0)) / sum(row.n for row in rows))


def _tenths(value: float) -> str:
    return f"{rounded(value, 1)}"
