"""What a rubric says, as one value: the form in which a version keeps it, and by which reviews are scored."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from quality.enums import CriterionKind

NUMBERS = ("points", "below", "up_to")


@dataclass(frozen=True, slots=True)
class Band:
    """``below``, ``up_to`` and ``values`` say what a measured value is like that falls into it."""

    name: str
    points: Decimal = Decimal(0)
    below: Decimal | None = None
    up_to: Decimal | None = None
    values: tuple[Any, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        said = {name: data[name] for name in NUMBERS if data.get(name) is not None}
        numbers = {name: Decimal(str(value)) for name, value in said.items()}
        return cls(name=data["name"], values=tuple(data.get("values") or ()), **numbers)

    def to_json(self) -> dict[str, Any]:
        numbers = {name: getattr(self, name) for name in NUMBERS}
        said = {name: float(value) for name, value in numbers.items() if value is not None}
        return {"name": self.name, **said, **({"values": list(self.values)} if self.values else {})}

    def holds(self, value: Any) -> bool:
        """Whether a measured value falls into it, asked of the bands in their order."""
        if self.values:
            return value in self.values
        if self.below is not None:
            return bool(value < self.below)
        return self.up_to is None or bool(value <= self.up_to)


@dataclass(frozen=True)
class Criterion:
    """What a review looks at. ``bands`` are of measured ones alone, by their ``measure``."""

    key: str
    name: str
    category: str = ""
    kind: str = CriterionKind.SCORED
    weight: Decimal = Decimal(1)
    bands: tuple[Band, ...] = ()
    measure: str = ""
    na_allowed: bool = True
    help: str = ""

    @cached_property
    def of_points(self) -> Decimal:
        """What can be reached at most."""
        return max((band.points for band in self.bands), default=Decimal(0))

    @property
    def is_scored(self) -> bool:
        return self.kind == CriterionKind.SCORED

    def band_named(self, name: str) -> Band | None:
        return next((band for band in self.bands if band.name == name), None)

    def band_at(self, points: Decimal) -> Band | None:
        """The best one that these points reach; points between two bands belong to the lower."""
        reached = [band for band in self.bands if band.points <= points]
        return max(reached, key=lambda band: band.points, default=None)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        bands = tuple(map(Band.from_json, data["bands"]))
        return cls(**{**data, "weight": Decimal(str(data["weight"])), "bands": bands})

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "weight": float(self.weight), "bands": [band.to_json() for band in self.bands]}


@dataclass(frozen=True, slots=True)
class Category:
    """``points``: its share of the whole, beside those of the other categories."""

    name: str
    points: Decimal


@dataclass(frozen=True)
class Definition:
    """A whole rubric, as its version keeps it in JSON."""

    categories: tuple[Category, ...]
    criteria: tuple[Criterion, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        categories = tuple(Category(one["name"], Decimal(str(one["points"]))) for one in data["categories"])
        return cls(categories, tuple(map(Criterion.from_json, data["criteria"])))

    def to_json(self) -> dict[str, Any]:
        return {
            "categories": [{"name": one.name, "points": float(one.points)} for one in self.categories],
            "criteria": [criterion.to_json() for criterion in self.criteria],
        }

    @cached_property
    def by_key(self) -> dict[str, Criterion]:
        return {criterion.key: criterion for criterion in self.criteria}
