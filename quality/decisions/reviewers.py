"""How reviewers review: how many and how fast, how strictly, how often overruled, how near to one another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from quality.decisions.agreement import Agreement
from quality.decisions.calibration import Rated, distances, with_the_others

# METRICS: below this many rows two numbers are not compared.
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Given:
    """A published review that counts. ``seconds`` from its beginning to its submission.

    ``disputed``; and ``overruled``: changed or voided after a dispute (those that are voided give no mean).
    """

    reviewer: int
    agent: int
    total: float
    seconds: float
    disputed: bool = False
    overruled: bool = False
    voided: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """A review of a review: its total beside the first one's."""

    reviewer: int  # of the first
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class Mean:
    """``value`` None without rows."""

    value: float | None
    n: int

    @property
    def is_few(self) -> bool:
        return self.n < ENOUGH


@dataclass(frozen=True, slots=True)
class OfReviewer:
    """``stricter``: what others give the same agents minus what this one gives them; None where nobody else did.

    ``distance`` and ``bias``: mean of how far the totals in calibrations are from the others' median, without and
    with the sign. ``second``: mean of the second reviewers' totals minus the own.
    """

    reviewer: int
    given: int
    seconds: float | None
    mean: Mean
    others: Mean
    disputed: int
    overruled: int
    distance: Mean
    bias: Mean
    agreement: Agreement
    second: Mean

    @property
    def stricter(self) -> float | None:
        if self.mean.value is None or self.others.value is None:
            return None
        return self.others.value - self.mean.value


def by_reviewer(
    given: Sequence[Given],
    sessions: Iterable[Mapping[int, float]],
    ratings: Sequence[Rated],
    again: Iterable[Again],
) -> list[OfReviewer]:
    """``sessions``: each calibration's totals by reviewer. Whoever did any of it is in the list, by id."""
    apart: dict[int, list[float]] = {}
    for totals in sessions:
        for reviewer, distance in distances(totals).items():
            apart.setdefault(reviewer, []).append(distance)
    seconds: dict[int, list[float]] = {}
    for one in again:
        seconds.setdefault(one.reviewer, []).append(one.second - one.first)
    everybody = {one.reviewer for one in given} | apart.keys() | seconds.keys()
    return [
        _of_reviewer(reviewer, given, apart.get(reviewer, []), ratings, seconds.get(reviewer, []))
        for reviewer in sorted(everybody)
    ]


def _of_reviewer(
    reviewer: int,
    given: Sequence[Given],
    apart: Sequence[float],
    ratings: Sequence[Rated],
    second: Sequence[float],
) -> OfReviewer:
    own = [one for one in given if one.reviewer == reviewer]
    mine, theirs = _compared(reviewer, given)
    return OfReviewer(
        reviewer=reviewer,
        given=len(own),
        seconds=median(one.seconds for one in own) if own else None,
        mean=_mean(mine),
        others=_mean(theirs),
        disputed=sum(one.disputed for one in own),
        overruled=sum(one.overruled for one in own),
        distance=_mean([abs(one) for one in apart]),
        bias=_mean(apart),
        agreement=with_the_others(ratings, reviewer),
        second=_mean(second),
    )


def _compared(reviewer: int, given: Sequence[Given]) -> tuple[list[float], list[float]]:
    """The own totals of agents whom others reviewed too; and for each the mean that others gave this agent.

    So both are of the same agents, as often: who happened to draw the weaker ones is not the stricter for it.
    """
    of_others: dict[int, list[float]] = {}
    for one in given:
        if one.reviewer != reviewer and not one.voided:
            of_others.setdefault(one.agent, []).append(one.total)
    means = {agent: fmean(totals) for agent, totals in of_others.items()}
    own = [one for one in given if one.reviewer == reviewer and not one.voided and one.agent in means]
    return [one.total for one in own], [means[one.agent] for one in own]


def _mean(values: Sequence[float]) -> Mean:
    return Mean(fmean(values) if values else None, len(values))
