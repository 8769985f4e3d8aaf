"""What a calibration shows: how far reviewers of the same conversation agree, criterion by criterion."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from quality.decisions.agreement import (
    Agreement,
    Scale,
    Unit,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
)


@dataclass(frozen=True, slots=True)
class Rated:
    """One reviewer's answer to one criterion in one session. ``share`` of its points, None where it is N/A.

    ``measured``: it is what the data says. Where that holds for everybody's, nobody judged, and it tells nothing.
    """

    session: int
    reviewer: int
    key: str
    name: str
    share: float | None
    measured: bool = False


@dataclass(frozen=True, slots=True)
class OfCriterion:
    """``alpha`` is ordinal; ``kappa`` is Cohen's for two reviewers, else Fleiss'. ``na``: answers that are N/A.

    ``measured``: in how many conversations everybody left it to the data; they are not among the units.
    """

    key: str
    name: str
    alpha: Agreement
    kappa: Agreement
    na: int
    measured: int

    @property
    def is_low(self) -> bool:
        return self.alpha.is_low


def by_criterion(ratings: Iterable[Rated]) -> list[OfCriterion]:
    """A conversation is a unit. In the order in which criteria first come."""
    rows: dict[str, list[Rated]] = {}
    for one in ratings:
        rows.setdefault(one.key, []).append(one)
    return [_of_criterion(key, ones) for key, ones in rows.items()]


def _of_criterion(key: str, ratings: Sequence[Rated]) -> OfCriterion:
    judged = _judged(ratings)
    units = _units(judged, lambda one: one.session)
    raters = {rater for unit in units if len(unit) > 1 for rater in unit}
    return OfCriterion(
        key=key,
        name=ratings[-1].name,
        alpha=krippendorff_alpha(units, Scale.ORDINAL),
        kappa=cohen_kappa(units) if len(raters) == 2 else fleiss_kappa(units),
        na=sum(one.share is None for one in judged),
        measured=len({one.session for one in ratings} - {one.session for one in judged}),
    )


def of_session(ratings: Iterable[Rated]) -> Agreement:
    """Of one conversation, with its criteria as the units."""
    return krippendorff_alpha(_units(_judged(ratings), lambda one: one.key), Scale.ORDINAL)


def with_the_others(ratings: Iterable[Rated], reviewer: int) -> Agreement:
    """Of one reviewer and the median of the others, over each criterion of each session that they took part in."""
    units: dict[object, dict[int, float]] = {}
    for one in _judged(ratings):
        if one.share is not None:
            units.setdefault((one.session, one.key), {})[one.reviewer] = one.share
    pairs: list[Unit] = [
        {"own": shares[reviewer], "others": median(others)}
        for shares in units.values()
        if reviewer in shares and (others := [share for who, share in shares.items() if who != reviewer])
    ]
    return krippendorff_alpha(pairs, Scale.ORDINAL)


def _judged(ratings: Iterable[Rated]) -> list[Rated]:
    """Without what everybody left to the data."""
    known = list(ratings)
    judged = {(one.session, one.key) for one in known if not one.measured}
    return [one for one in known if (one.session, one.key) in judged]


def _units(ratings: Iterable[Rated], by: Callable[[Rated], object]) -> list[Unit]:
    units: dict[object, dict[Hashable, float]] = {}
    for one in ratings:
        shares = units.setdefault(by(one), {})
        if one.share is not None:
            shares[one.reviewer] = one.share
    return [*units.values()]


def distances(totals: Mapping[int, float]) -> dict[int, float]:
    """By reviewer, the own total of one session minus the median of the others'; nobody's where one was alone."""
    return {
        reviewer: total - median(other for who, other in totals.items() if who != reviewer)
        for reviewer, total in totals.items()
        if len(totals) > 1
    }
