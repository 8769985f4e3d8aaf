"""The rollups that a question needs, as arrays."""

from datetime import date
from typing import Any

import numpy as np
from django.db.models import BinaryField, Case, F, Q, Value, When
from numpy.typing import NDArray

from analytics.metrics.rollups.packing import HOURS, add_packed, add_squeezed
from analytics.metrics.rollups.shape import clocked_size, size
from analytics.models import Rollup, Tier

Numbers = NDArray[np.float64]


class Sheet:
    """Of one value of a dimension, or of all (None): what is needed is put down first, then fetched at once.

    ``sums`` is by value, piece and place, ``clock`` by hour of the day besides; ``place_of`` says which piece is
    which. ``hours`` has days in parts, by value, place and hour. The ``clock`` is that of the ``clocked`` days, or
    of all where it ``is_clocked``.
    """

    def __init__(self, dimension: str, value: str | None) -> None:
        self.months: set[date] = set()
        self.days: set[date] = set()
        self.parted: set[date] = set()
        self.clocked: set[date] = set()
        self.is_clocked = False
        self._of = Q(dimension=dimension) if value is None else Q(dimension=dimension, value=value)
        self.values: list[str] = [] if value is None else [value]

    def fetch(self) -> None:
        """One query."""
        pieces = [*((Tier.MONTH, month) for month in self.months), *((Tier.DAY, day) for day in self.days)]
        self.place_of = {piece: place for place, piece in enumerate(pieces)}
        rows = self._rows()
        self.values += sorted({value for value, *_ in rows} - set(self.values))
        number_of = {value: number for number, value in enumerate(self.values)}
        self.sums = np.zeros((len(self.values), len(pieces), size()))
        has_clock = self.is_clocked or self.clocked
        self.clock = np.zeros((len(self.values), len(pieces), clocked_size(), HOURS) if has_clock else (0,))
        self.hours = {day: np.zeros((len(self.values), size(), HOURS)) for day in self.parted}
        for value, tier, start, sums, clock, hours in rows:
            number, place = number_of[value], self.place_of.get((tier, start))
            if place is not None:
                add_packed(sums, self.sums[number, place])
                if clock is not None:
                    add_squeezed(clock, self.clock[number, place])
            if hours is not None:
                add_squeezed(hours, self.hours[start][number])

    def _rows(self) -> list[tuple[Any, ...]]:
        pieces = Q(tier=Tier.MONTH, start__in=self.months) | Q(tier=Tier.DAY, start__in=self.days | self.parted)
        nothing = Value(None, BinaryField())
        clocked = When(tier=Tier.DAY, start__in=self.clocked, then="clock")
        parted = When(tier=Tier.DAY, start__in=self.parted, then="hours")
        columns = (
            "value",
            "tier",
            "start",
            "sums",
            F("clock") if self.is_clocked else Case(clocked, default=nothing),
            Case(parted, default=nothing),
        )
        return list(Rollup.objects.filter(pieces, self._of).values_list(*columns))
