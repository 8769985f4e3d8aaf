"""The rollups that a question needs, as arrays."""

from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from analytics.metrics.rollups.packing import HOURS, unpacked
from analytics.metrics.rollups.shape import clocked_size, size
from analytics.models import Rollup, Tier

Numbers = NDArray[np.float64]


class Sheet:
    """Of one value of a dimension, or of all (None): what is needed is put down first, then fetched at once.

    ``sums`` is by value, piece and place, ``clock`` by hour of the day besides; ``place_of`` says which piece is
    which. ``hours`` has days in parts, by value, place and hour.
    """

    def __init__(self, dimension: str, value: str | None) -> None:
        self.months: set[date] = set()
        self.days: set[date] = set()
        self.parted: set[date] = set()
        self.is_clocked = False
        self._of = Q(dimension=dimension) if value is None else Q(dimension=dimension, value=value)
        self.values: list[str] = [] if value is None else [value]

    def fetch(self) -> None:
        pieces = [*((Tier.MONTH, month) for month in self.months), *((Tier.DAY, day) for day in self.days)]
        self.place_of = {piece: place for place, piece in enumerate(pieces)}
        rows, parted = self._rows(), self._parted()
        self.values += sorted({value for value, *_ in (*rows, *parted)} - set(self.values))
        number_of = {value: number for number, value in enumerate(self.values)}
        self.sums = np.zeros((len(self.values), len(pieces), size()))
        self.clock = np.zeros((len(self.values), len(pieces), clocked_size(), HOURS) if self.is_clocked else (0,))
        self.hours = {day: np.zeros((len(self.values), size(), HOURS)) for day in self.parted}
        for value, tier, start, sums, *clock in rows:
            self.sums[number_of[value], self.place_of[tier, start]] = unpacked(sums)
            if clock:
                self.clock[number_of[value], self.place_of[tier, start]] = unpacked(clock[0], HOURS)
        for value, day, hours in parted:
            self.hours[day][number_of[value]] = unpacked(hours, HOURS)

    def _rows(self) -> list[tuple[Any, ...]]:
        pieces = Q(tier=Tier.MONTH, start__in=self.months) | Q(tier=Tier.DAY, start__in=self.days)
        columns = ("value", "tier", "start", "sums", *(("clock",) if self.is_clocked else ()))
        return list(Rollup.objects.filter(pieces, self._of).values_list(*columns))

    def _parted(self) -> list[tuple[Any, ...]]:
        if not self.parted:
            return []
        days = Rollup.objects.filter(self._of, tier=Tier.DAY, start__in=self.parted)
        return list(days.values_list("value", "start", "hours"))
