"""The rollups of some days as they are to be, and of the months that these are in."""

from collections.abc import Iterable, Iterator, Set
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.rollups.counting import Cells, count, stretches
from analytics.metrics.rollups.facts import MIX, mix_of
from analytics.metrics.rollups.packing import (
    HOURS,
    Buffer,
    Numbers,
    add_packed,
    day_of,
    first_hour,
    month_of,
    packed,
    places_of,
    squeezed,
    unpack,
    unsqueezed,
)
from analytics.metrics.rollups.shape import Block, blocks, clocked_size, size
from analytics.models import Rollup, Tier
from helpninja.common.windows import month_after

AT_ONCE = 500
COLUMNS = ("sums", "clock", "hours")
DAY_KEY = ("start", "dimension", "value")

# Day, dimension and value.
DayKey = tuple[date, str, str]


class Days:
    """The sums of some days, by day, dimension and value. They begin as they are kept.

    Each is laid out only when it is looked at: there may be very many.
    """

    def __init__(self, kept: Iterable[date] = ()) -> None:
        rows = Rollup.objects.filter(tier=Tier.DAY, start__in=list(kept)).values_list(*DAY_KEY, "hours")
        self._kept = {(day, dimension, value): hours for day, dimension, value, hours in rows}
        # Places and hours of the day.
        self._cleared: dict[date, list[tuple[slice, list[int]]]] = {}
        self._put: dict[DayKey, list[tuple[slice, NDArray[np.int64], Numbers]]] = {}

    @classmethod
    def counted(cls, start: date, end: date) -> "Days":
        """From ``start`` up to, not including, ``end``, anew."""
        found = cls()
        when = stretches(range(first_hour(start), first_hour(end)))
        for block in blocks().values():
            for cells in count(block, when):
                found.put(block, cells)
        return found

    @property
    def keys(self) -> Set[DayKey]:
        return self._kept.keys() | self._put.keys()

    def numbers_of(self, key: DayKey) -> Numbers:
        """By place and hour of the day."""
        return self._after(key, self._before(key))

    def clear(self, block: Block, hours: Iterable[int]) -> None:
        """Before others are put there."""
        by_day: dict[date, list[int]] = {}
        for hour in hours:
            by_day.setdefault(day_of(hour), []).append(hour % HOURS)
        for day, of in by_day.items():
            self._cleared.setdefault(day, []).append((block.places, of))

    def put(self, block: Block, cells: Cells) -> None:
        days = cells.hours // HOURS
        cuts = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
        for start, end in pairwise(cuts):
            key = (day_of(int(cells.hours[start])), cells.dimension, cells.value)
            of = (block.places, cells.hours[start:end] % HOURS, cells.sums[start:end].T)
            self._put.setdefault(key, []).append(of)

    def create(self, start: date, end: date) -> None:
        """In place of whatever is kept of the days from ``start`` up to, not including, ``end``."""
        Rollup.objects.filter(tier=Tier.DAY, start__gte=start, start__lt=end).delete()
        Rollup.objects.bulk_create((_row(key, self.numbers_of(key)) for key in self.keys), batch_size=AT_ONCE)

    def save(self) -> None:
        """What changed of the days, and by so much their months."""
        rows, months = [], _Months()
        for key, before, after in self._changed():
            rows.append(_row(key, after))
            day, dimension, value = key
            months.add((month_of(day), dimension, value), after - before)
        months.add_kept()
        Rollup.objects.bulk_create(
            [*rows, *months.rows()],
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=("dimension", "value", "tier", "start"),
            update_fields=COLUMNS,
        )

    def _changed(self) -> Iterator[tuple[DayKey, Numbers, Numbers]]:
        """Before and after."""
        cleared = {day: self._places_cleared(day) for day in self._cleared}
        for key in self.keys:
            if key not in self._put and not self._is_any(key, cleared.get(key[0])):
                continue
            before = self._before(key)
            after = self._after(key, before.copy())
            if key not in self._kept or not np.array_equal(before, after):
                yield key, before, after

    def _places_cleared(self, day: date) -> NDArray[np.bool_]:
        cleared = np.zeros((size(), HOURS), bool)
        for places, hours in self._cleared[day]:
            cleared[places, hours] = True
        return cleared.ravel()

    def _is_any(self, key: DayKey, cleared: NDArray[np.bool_] | None) -> bool:
        """Whether any of what is kept was cleared: of most nothing was, and that is told without laying it out."""
        return cleared is not None and bool(cleared[places_of(unsqueezed(self._kept[key]))].any())

    def _before(self, key: DayKey) -> Numbers:
        numbers = np.zeros((size(), HOURS))
        if key in self._kept:
            unpack(unsqueezed(self._kept[key]), numbers)
        return numbers

    def _after(self, key: DayKey, numbers: Numbers) -> Numbers:
        for places, hours in self._cleared.get(key[0], ()):
            numbers[places, hours] = 0
        for places, at, sums in self._put.get(key, ()):
            numbers[places, at] = sums
        return numbers


def _row(key: DayKey, numbers: Numbers) -> Rollup:
    day, dimension, value = key
    return Rollup(
        tier=Tier.DAY,
        start=day,
        dimension=dimension,
        value=value,
        **_columns(dimension, value),
        sums=packed(numbers.sum(1)),
        clock=packed(numbers[: clocked_size()]),
        hours=squeezed(numbers),
    )


def _columns(dimension: str, value: str) -> dict[str, str | None]:
    return mix_of(value) if dimension == MIX else {}


def sum_up(month: date) -> None:
    """The month's rollups, from its days'."""
    months = _Months()
    days = Rollup.objects.filter(tier=Tier.DAY, start__gte=month, start__lt=month_after(month))
    for dimension, value, sums, clock in days.values_list("dimension", "value", "sums", "clock").iterator():
        months.add_packed((month, dimension, value), sums, clock)
    Rollup.objects.filter(tier=Tier.MONTH, start=month).delete()
    Rollup.objects.bulk_create(months.rows(), batch_size=AT_ONCE)


class _Months:
    """By first day, dimension and value: the sums, and those by the hour of the day."""

    def __init__(self) -> None:
        self._of: dict[DayKey, tuple[Numbers, Numbers]] = {}

    def add(self, key: DayKey, numbers: Numbers) -> None:
        """By place and hour."""
        sums, clock = self._sums_of(key)
        sums += numbers.sum(1)
        clock += numbers[: clocked_size()].ravel()

    def add_packed(self, key: DayKey, sums: Buffer, clock: Buffer) -> None:
        for blob, numbers in zip((sums, clock), self._sums_of(key), strict=True):
            add_packed(blob, numbers)

    def add_kept(self) -> None:
        """What is kept of them."""
        months, _, values = (set(of) for of in zip(*self._of, strict=True)) if self._of else ((), (), ())
        kept = Rollup.objects.filter(tier=Tier.MONTH, start__in=months, value__in=values)
        for month, dimension, value, sums, clock in kept.values_list(*DAY_KEY, "sums", "clock"):
            if (month, dimension, value) in self._of:
                self.add_packed((month, dimension, value), sums, clock)

    def rows(self) -> Iterator[Rollup]:
        for (month, dimension, value), (sums, clock) in self._of.items():
            yield Rollup(
                tier=Tier.MONTH,
                start=month,
                dimension=dimension,
                value=value,
                **_columns(dimension, value),
                sums=packed(sums),
                clock=packed(clock),
            )

    def _sums_of(self, key: DayKey) -> tuple[Numbers, Numbers]:
        if key not in self._of:
            self._of[key] = (np.zeros(size()), np.zeros(clocked_size() * HOURS))
        return self._of[key]
