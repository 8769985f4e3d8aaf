"""The rollups of some days as they are to be, and of the months that these are in."""

from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np

from analytics.metrics.rollups.counting import Cells, count, stretches
from analytics.metrics.rollups.packing import (
    HOURS,
    Numbers,
    add_packed,
    day_of,
    first_hour,
    month_of,
    packed,
    squeezed,
    unsqueeze,
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
    """The sums of some days, by day, dimension and value: an array by place and hour of the day.

    They begin as they are kept.
    """

    def __init__(self, kept: Iterable[date] = ()) -> None:
        self._kept = {
            (row.start, row.dimension, row.value): row
            for row in Rollup.objects.filter(tier=Tier.DAY, start__in=list(kept))
        }
        self._before = {key: _empty() for key in self._kept}
        for key, row in self._kept.items():
            unsqueeze(row.hours, self._before[key])
        self.hours = {key: hours.copy() for key, hours in self._before.items()}

    @classmethod
    def counted(cls, start: date, end: date) -> "Days":
        """From ``start`` up to, not including, ``end``, anew."""
        found = cls()
        when = stretches(range(first_hour(start), first_hour(end)))
        for block in blocks().values():
            for cells in count(block, when):
                found.put(block, cells)
        return found

    def clear(self, block: Block, hours: Iterable[int]) -> None:
        by_day: dict[date, list[int]] = {}
        for hour in hours:
            by_day.setdefault(day_of(hour), []).append(hour % HOURS)
        for (day, *_), numbers in self.hours.items():
            if day in by_day:
                numbers[block.places, by_day[day]] = 0

    def put(self, block: Block, cells: Cells) -> None:
        days, starts = np.unique(cells.hours // HOURS, return_index=True)
        for day, start, end in zip(days.tolist(), starts, [*starts[1:], len(cells.hours)], strict=True):
            key = (day_of(day * HOURS), cells.dimension, cells.value)
            if key not in self.hours:
                self.hours[key] = _empty()
            self.hours[key][block.places, cells.hours[start:end] % HOURS] = cells.sums[start:end].T

    def create(self, start: date, end: date) -> None:
        """In place of whatever is kept of the days from ``start`` up to, not including, ``end``."""
        Rollup.objects.filter(tier=Tier.DAY, start__gte=start, start__lt=end).delete()
        Rollup.objects.bulk_create(self._rows(self.hours), batch_size=AT_ONCE)

    def save(self) -> None:
        """What changed of the days, and by so much their months."""
        rows = list(self._rows(filter(self._differs, self.hours)))
        Rollup.objects.bulk_create(
            [*rows, *self._months(rows)],
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=("dimension", "value", "tier", "start"),
            update_fields=COLUMNS,
        )

    def _rows(self, keys: Iterable[DayKey]) -> Iterator[Rollup]:
        for day, dimension, value in keys:
            numbers = self.hours[day, dimension, value]
            yield Rollup(
                tier=Tier.DAY,
                start=day,
                dimension=dimension,
                value=value,
                sums=packed(numbers.sum(1)),
                clock=packed(numbers[: clocked_size()]),
                hours=squeezed(numbers),
            )

    def _differs(self, key: DayKey) -> bool:
        return key not in self._before or not np.array_equal(self._before[key], self.hours[key])

    def _months(self, rows: list[Rollup]) -> Iterator[Rollup]:
        changes = _Sums()
        for row in rows:
            changes.add(month_of(row.start), row)
            if kept := self._kept.get((row.start, row.dimension, row.value)):
                changes.add(month_of(row.start), kept, sign=-1)
        for row in Rollup.objects.filter(tier=Tier.MONTH, start__in={month for month, _ in changes.sums}):
            changes.add_to(row)
        return changes.months()


def _empty() -> Numbers:
    """By place and hour of the day."""
    return np.zeros((size(), HOURS))


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
                sums=packed(sums),
                clock=packed(clock),
            )
