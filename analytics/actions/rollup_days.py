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

# Dimension and value.
Key = tuple[str, str]
DayKey = tuple[date, str, str]


class Days:
    """The sums of some days, by day, dimension and value. They begin as they are kept.

    Each is laid out only when it is looked at: there may be very many.
    """

    def __init__(self, kept: Iterable[date] = ()) -> None:
        self._kept = {
            (row.start, row.dimension, row.value): row
            for row in Rollup.objects.filter(tier=Tier.DAY, start__in=list(kept))
        }
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
        rows = list(self._changed())
        Rollup.objects.bulk_create(
            [*rows, *self._months(rows)],
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=("dimension", "value", "tier", "start"),
            update_fields=COLUMNS,
        )

    def _changed(self) -> Iterator[Rollup]:
        cleared = {day: self._places_cleared(day) for day in self._cleared}
        for key in self.keys:
            if key not in self._put and not self._is_any(key, cleared.get(key[0])):
                continue
            before = self._before(key)
            after = self._after(key, before.copy())
            if key not in self._kept or not np.array_equal(before, after):
                yield _row(key, after)

    def _places_cleared(self, day: date) -> NDArray[np.bool_]:
        cleared = np.zeros((size(), HOURS), bool)
        for places, hours in self._cleared[day]:
            cleared[places, hours] = True
        return cleared.ravel()

    def _is_any(self, key: DayKey, cleared: NDArray[np.bool_] | None) -> bool:
        """Whether any of what is kept was cleared: of most nothing was, and that is told without laying it out."""
        return cleared is not None and bool(cleared[places_of(unsqueezed(self._kept[key].hours))].any())

    def _before(self, key: DayKey) -> Numbers:
        numbers = np.zeros((size(), HOURS))
        if row := self._kept.get(key):
            unpack(unsqueezed(row.hours), numbers)
        return numbers

    def _after(self, key: DayKey, numbers: Numbers) -> Numbers:
        for places, hours in self._cleared.get(key[0], ()):
            numbers[places, hours] = 0
        for places, at, sums in self._put.get(key, ()):
            numbers[places, at] = sums
        return numbers

    def _months(self, rows: list[Rollup]) -> Iterator[Rollup]:
        changes = _Sums()
        for row in rows:
            changes.add(month_of(row.start), row)
            if kept := self._kept.get((row.start, row.dimension, row.value)):
                changes.add(month_of(row.start), kept, sign=-1)
        for row in Rollup.objects.filter(tier=Tier.MONTH, start__in={month for month, _ in changes.sums}):
            changes.add_to(row)
        return changes.months()


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
    sums = _Sums()
    days = Rollup.objects.filter(tier=Tier.DAY, start__gte=month, start__lt=month_after(month))
    for row in days.defer("hours").iterator():
        sums.add(month, row)
    Rollup.objects.filter(tier=Tier.MONTH, start=month).delete()
    Rollup.objects.bulk_create(sums.months(), batch_size=AT_ONCE)


class _Sums:
    """Of months, by dimension and value: the sums, and those by the hour of the day."""

    def __init__(self) -> None:
        self.sums: dict[tuple[date, Key], tuple[Numbers, Numbers]] = {}

    def add(self, month: date, row: Rollup, sign: int = 1) -> None:
        key = (month, (row.dimension, row.value))
        if key not in self.sums:
            self.sums[key] = (np.zeros(size()), np.zeros(clocked_size() * HOURS))
        sums, clock = self.sums[key]
        add_packed(row.sums, sums, sign)
        add_packed(row.clock, clock, sign)

    def add_to(self, month: Rollup) -> None:
        """Of what else is kept of it, nothing is counted here."""
        if (month.start, (month.dimension, month.value)) in self.sums:
            self.add(month.start, month)

    def months(self) -> Iterator[Rollup]:
        for (month, (dimension, value)), (sums, clock) in self.sums.items():
            yield Rollup(
                tier=Tier.MONTH,
                start=month,
                dimension=dimension,
                value=value,
                **_columns(dimension, value),
                sums=packed(sums),
                clock=packed(clock),
            )
