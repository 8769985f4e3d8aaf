"""Sums by period, stretch of time, value of a dimension, reason and hour of the day, as one array."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.frames import BEFORE, NOW, Part
from analytics.metrics.tables import Row

SEGMENTS, VALUES, REASONS, HOURS = range(4)


@dataclass(frozen=True)
class Cube:
    """``sums`` has an axis for each of ``AXES`` and one for the parts; axes that nobody asked for have length 1.

    ``periods`` and ``labels`` say what each segment of time is of; ``axes`` names the axes that are dimensions.
    """

    number_of: Mapping[Part, int]
    kinds: tuple[type, ...]
    periods: NDArray[np.int64]
    labels: Mapping[str, list[Any]]
    axes: Mapping[str, tuple[int, list[Any]]]
    sums: NDArray[np.float64]

    @property
    def rows(self) -> list[Row]:
        return [self._row(tuple(place)) for place in np.argwhere(self.sums.any(-1)).tolist()]

    def _row(self, place: tuple[int, ...]) -> Row:
        dims = {name: of[place[SEGMENTS]] for name, of in self.labels.items()}
        dims |= {name: values[place[axis]] for name, (axis, values) in self.axes.items()}
        numbers = {part: self._number(part, self.sums[place][at]) for part, at in self.number_of.items()}
        return Row(int(self.periods[place[SEGMENTS]]), dims, numbers)

    def numbers(self, part: Part, period: int, dims: Mapping[str, Any]) -> Iterator[Any]:
        if not dims:
            yield self._number(part, self._totals[period][self.number_of[part]])
            return
        sums = self._of(part)[self._segments(period, dims)]
        for name, value in dims.items():
            if name in self.axes:
                axis, values = self.axes[name]
                if value not in values:
                    return
                sums = np.take(sums, [values.index(value)], axis)
        yield self._number(part, sums.sum())

    def split(self, part: Part, dim: str, period: int) -> dict[Any, Any]:
        sums = self._of(part)
        if dim in self.axes:
            axis, values = self.axes[dim]
            others = tuple(other for other in range(sums.ndim) if other != axis)
            found = dict(zip(values, sums[self._segments(period, {})].sum(others), strict=True))
        else:
            found = {}
            for label, of, number in zip(self.labels[dim], self.periods, sums.sum((1, 2, 3)), strict=True):
                if of == period:
                    found[label] = found.get(label, 0) + number
        return {value: self._number(part, number) for value, number in found.items() if number}

    def by(self, dims: tuple[str, ...]) -> "dict[tuple[Any, ...], Cube]":
        if not self.axes.keys() | self.labels.keys() >= set(dims):
            return {}
        values = [self.axes[dim][1] if dim in self.axes else dict.fromkeys(self.labels[dim]) for dim in dims]
        groups = {group: self._only(dict(zip(dims, group, strict=True))) for group in product(*values)}
        return {group: cube for group, cube in groups.items() if cube.sums.any()}

    def _only(self, dims: Mapping[str, Any]) -> "Cube":
        wanted = np.flatnonzero(self._labelled(dims))
        sums, axes = self.sums[wanted], dict(self.axes)
        for name in dims.keys() & axes.keys():
            axis, values = axes[name]
            sums, axes[name] = np.take(sums, [values.index(dims[name])], axis), (axis, [dims[name]])
        labels = {name: [of[place] for place in wanted] for name, of in self.labels.items()}
        return Cube(self.number_of, self.kinds, self.periods[wanted], labels, axes, sums)

    def _segments(self, period: int, dims: Mapping[str, Any]) -> NDArray[np.bool_]:
        return self._of_period[period] & self._labelled(dims) if dims else self._of_period[period]

    @cached_property
    def _totals(self) -> Mapping[int, list[float]]:
        """By period, of each part."""
        return {period: self.sums[of].sum((0, 1, 2, 3)).tolist() for period, of in self._of_period.items()}

    @cached_property
    def _of_period(self) -> Mapping[int, NDArray[np.bool_]]:
        return {period: self.periods == period for period in (NOW, BEFORE)}

    def _labelled(self, dims: Mapping[str, Any]) -> NDArray[np.bool_]:
        found = np.ones(len(self.periods), bool)
        for name in dims.keys() & self.labels.keys():
            found &= np.array([label == dims[name] for label in self.labels[name]], bool)
        return found

    def _of(self, part: Part) -> NDArray[np.float64]:
        return self.sums[..., self.number_of[part]]

    def _number(self, part: Part, number: float) -> Any:
        kind = self.kinds[self.number_of[part]]
        if kind is int:
            return round(number)
        return Decimal(f"{number:.4f}") if kind is Decimal else float(number)
