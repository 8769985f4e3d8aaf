"""From what a reviewer says of each criterion to the total of 100, and what each criterion gave to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from quality.decisions.rubrics import Criterion, Definition
from quality.enums import CriterionKind, Verdict

WHOLE = Decimal(100)
TENTH = Decimal("0.1")
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Given:
    """``points`` within the criterion's own scale; None with ``na`` False: not answered yet."""

    points: Decimal | None = None
    na: bool = False
    verdict: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion gave to the total, of what it could have given."""

    score: Decimal
    possible: Decimal


@dataclass(frozen=True, slots=True)
class Scored:
    """``total`` is None where nothing was scored. ``missing``: keys that still need an answer."""

    total: Decimal | None
    auto_failed: bool
    parts: Mapping[str, Part]
    missing: tuple[str, ...]


def score(definition: Definition, given: Mapping[str, Given]) -> Scored:
    """The total of 100 with each criterion's part in it.

    A category's points are shared out by weight over those of its criteria that were scored, and the points of
    a category without any over the other categories; then all is brought to 100. Bonus points come on top, up
    to 100 in all. One failed auto-fail criterion makes the total 0, and leaves the parts as they are.
    """
    parts = _parts(definition, given)
    failed = any(
        given[one.key].verdict == Verdict.FAILED
        for one in definition.criteria
        if one.kind == CriterionKind.AUTO_FAIL and one.key in given
    )
    missing = tuple(one.key for one in definition.criteria if _is_missing(one, given.get(one.key, Given())))
    return Scored(_total(definition, given, parts, failed), failed, _rounded(parts), missing)


def _total(
    definition: Definition, given: Mapping[str, Given], parts: Mapping[str, Part], failed: bool
) -> Decimal | None:
    if failed:
        return Decimal("0.0")
    if not parts:
        return None
    reached = sum((part.score for part in parts.values()), _bonus(definition, given))
    return min(reached, WHOLE).quantize(TENTH, ROUND_HALF_UP)


def _rounded(parts: Mapping[str, Part]) -> dict[str, Part]:
    return {
        key: Part(part.score.quantize(HUNDREDTH, ROUND_HALF_UP), part.possible.quantize(HUNDREDTH, ROUND_HALF_UP))
        for key, part in parts.items()
    }


def _parts(definition: Definition, given: Mapping[str, Given]) -> dict[str, Part]:
    judged = {
        category: found
        for category in definition.categories
        if (found := _judged(definition, category.name, given)) and category.points
    }
    whole = sum((category.points for category in judged), Decimal(0))
    parts = {}
    for category, criteria in judged.items():
        weights = sum((one.weight for one in criteria), Decimal(0))
        for one in criteria:
            possible = WHOLE * category.points / whole * one.weight / weights
            parts[one.key] = Part(possible * (given[one.key].points or 0) / one.of_points, possible)
    return parts


def _judged(definition: Definition, category: str, given: Mapping[str, Given]) -> list[Criterion]:
    return [
        one
        for one in definition.criteria
        if one.is_scored and one.category == category and one.key in given and given[one.key].points is not None
    ]


def _bonus(definition: Definition, given: Mapping[str, Given]) -> Decimal:
    keys = [one.key for one in definition.criteria if one.kind == CriterionKind.BONUS]
    return sum((given[key].points or Decimal(0) for key in keys if key in given), Decimal(0))


def _is_missing(criterion: Criterion, said: Given) -> bool:
    match criterion.kind:
        case CriterionKind.SCORED:
            return said.points is None and not said.na
        case CriterionKind.AUTO_FAIL:
            return not said.verdict and not said.na
    return False


def band_of(total: Decimal | None, bands: Iterable[Any]) -> Any:
    """The best of them (each with ``least``) that the total reaches; None for no total."""
    reached = [band for band in bands if total is not None and band.least <= total]
    return max(reached, key=lambda band: band.least, default=None)
