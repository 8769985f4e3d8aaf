"""What counted reviews say together: of a team, of its agents and of the criteria. Every figure has its n."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import fmean, pstdev
from typing import Any, TypeVar

from helpninja.common.values import ENOUGH, Change, Good, Value, compare
from quality.decisions.scoring import TENTH, band_of

# Below it, of 100, a difference to the others is taken for chance.
MARGIN = 3.0
ZERO = Decimal(0)

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Scores:
    """Reviews of one agent in one week, of the window or of the one before it, as a number and a sum."""

    agent: int
    is_now: bool
    week: date
    n: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class Answers:
    """Scored answers to one criterion about one agent's work; ``weak`` of them are below the least good share."""

    agent: int
    key: str
    name: str
    n: int
    score: Decimal
    possible: Decimal
    weak: int


@dataclass(frozen=True, slots=True)
class OfCriterion:
    """``lost`` points of ``possible`` ones, of 100 for a review."""

    key: str
    name: str
    n: int
    score: Decimal
    possible: Decimal
    weak: int

    @property
    def share(self) -> float:
        """What was reached, of 100."""
        return float(100 * self.score / self.possible) if self.possible else 0.0

    @property
    def lost(self) -> Decimal:
        return self.possible - self.score

    @property
    def mean(self) -> float:
        return float(self.score / self.n)

    @property
    def mean_possible(self) -> float:
        return float(self.possible / self.n)

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class Score:
    """``band`` is None with too few reviews."""

    now: Value
    before: Value
    band: Any = None

    @property
    def change(self) -> Change:
        return compare(self.now, self.before, Good.UP)

    @property
    def is_enough(self) -> bool:
        return self.now.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class Spread:
    """Population standard deviation of the agents' means: these agents are the whole, not a sample of one.

    ``value`` is None for fewer than two agents with enough reviews.
    """

    now: Value
    before: Value

    @property
    def change(self) -> Change:
        if self.now.value is None or self.before.value is None:
            return Change(None, None, too_few=True)
        difference = self.now.value - self.before.value
        return Change(difference, difference < 0 if difference else None)


@dataclass(frozen=True, slots=True)
class Focus:
    """The criterion that is most often weak among the agents under the average, these ``agents``."""

    criterion: OfCriterion
    agents: frozenset[int]


@dataclass(frozen=True, slots=True)
class Standing:
    """A team's quality over a window.

    ``agents`` by id; ``weeks`` by their Monday; ``opportunity`` and ``focus`` are None where nothing stands
    out.
    """

    team: Score
    spread: Spread
    agents: Mapping[int, Score]
    criteria: tuple[OfCriterion, ...]
    weeks: tuple[tuple[date, Value], ...]
    opportunity: OfCriterion | None
    focus: Focus | None


def standing(
    scores: Sequence[Scores], answers: Sequence[Answers], bands: Sequence[Any], weeks: Iterable[date]
) -> Standing:
    """``weeks``: the first days of those to show, whether or not anything was reviewed in them."""
    agents = {agent: _score(rows, bands) for agent, rows in _by(scores, lambda row: row.agent).items()}
    by_week = _by((row for row in scores if row.is_now), lambda row: row.week)
    team = _score(scores, bands)
    criteria = of_criteria(answers)
    return Standing(
        team=team,
        spread=Spread(_spread(score.now for score in agents.values()), _spread(s.before for s in agents.values())),
        agents=agents,
        criteria=criteria,
        weeks=tuple((week, _mean(by_week.get(week, []))) for week in weeks),
        opportunity=opportunity(criteria),
        focus=focus(agents, team, answers),
    )


def of_criteria(answers: Iterable[Answers]) -> tuple[OfCriterion, ...]:
    """In the order of their names."""
    found = [
        OfCriterion(
            key,
            rows[0].name,
            sum(row.n for row in rows),
            sum((row.score for row in rows), ZERO),
            sum((row.possible for row in rows), ZERO),
            sum(row.weak for row in rows),
        )
        for key, rows in _by(answers, lambda row: row.key).items()
    ]
    return tuple(sorted(found, key=lambda one: one.name))


def opportunity(criteria: Iterable[OfCriterion]) -> OfCriterion | None:
    """Where the most points were lost in all."""
    enough = [one for one in criteria if one.is_enough and one.lost]
    return max(enough, key=lambda one: (one.lost, one.name), default=None)


def focus(agents: Mapping[int, Score], team: Score, answers: Iterable[Answers]) -> Focus | None:
    """None where no agent with enough reviews is under the average."""
    average = team.now.value
    under = frozenset(
        agent
        for agent, score in agents.items()
        if score.is_enough and score.now.value is not None and average is not None and score.now.value < average
    )
    criteria = of_criteria(row for row in answers if row.agent in under)
    weak = [one for one in criteria if one.is_enough and one.weak]
    found = max(weak, key=lambda one: (one.weak / one.n, one.lost, one.name), default=None)
    return Focus(found, under) if found else None


@dataclass(frozen=True, slots=True)
class Compared:
    """One agent's criterion beside that of the others, ``difference`` in points of 100."""

    criterion: OfCriterion
    others: OfCriterion

    @property
    def difference(self) -> float:
        return self.criterion.share - self.others.share


def against_others(agent: int, answers: Sequence[Answers]) -> tuple[Compared, ...]:
    """Criteria with enough answers about the agent and about the others, the strongest first."""
    others = {one.key: one for one in of_criteria(row for row in answers if row.agent != agent) if one.is_enough}
    own = of_criteria(row for row in answers if row.agent == agent)
    found = [Compared(one, others[one.key]) for one in own if one.is_enough and one.key in others]
    return tuple(sorted(found, key=lambda one: (-one.difference, one.criterion.name)))


def strengths(compared: Iterable[Compared]) -> tuple[Compared, ...]:
    """Those at least MARGIN above what they are compared with."""
    return tuple(one for one in compared if one.difference >= MARGIN)


def growth(compared: Iterable[Compared]) -> tuple[Compared, ...]:
    """The weakest first."""
    return tuple(one for one in reversed(tuple(compared)) if one.difference <= -MARGIN)


def _score(rows: Sequence[Scores], bands: Sequence[Any]) -> Score:
    now = _mean([row for row in rows if row.is_now])
    before = _mean([row for row in rows if not row.is_now])
    return Score(now, before, _band(now, bands))


def _band(value: Value, bands: Sequence[Any]) -> Any:
    """By the tenth that people read: what is shown as 90.0 is Excellent."""
    if value.value is None or value.n < ENOUGH:
        return None
    return band_of(Decimal(repr(value.value)).quantize(TENTH, ROUND_HALF_UP), bands)


def _mean(rows: Sequence[Scores]) -> Value:
    n = sum(row.n for row in rows)
    total = sum((row.total for row in rows), ZERO)
    return Value(float(total / n) if n else None, n)


def _spread(values: Iterable[Value]) -> Value:
    means = [one.value for one in values if one.value is not None and one.n >= ENOUGH]
    return Value(pstdev(means, fmean(means)) if len(means) > 1 else None, len(means))


def _by(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
