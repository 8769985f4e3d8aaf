"""The only writer of rollups: one at a time, in steps of one transaction each: what was lost is done again."""

import logging
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max, Min

import analytics.metrics.registry  # noqa: F401  # it says what rollups hold
from analytics.metrics.rollups.counting import Cell, count, stretches
from analytics.metrics.rollups.cover import month_after
from analytics.metrics.rollups.marks import Hours, hours_of
from analytics.metrics.rollups.packing import (
    HOURS,
    Numbers,
    day_of,
    first_hour,
    month_of,
    packed,
    packed_hours,
    unpacked,
    unpacked_hours,
)
from analytics.metrics.rollups.shape import Block, blocks, clocked_size, revision, size
from analytics.models import Mark, Reconciliation, Rollup, RollupState, Tier

logger = logging.getLogger(__name__)

# Marks taken in one step, and days built in one.
MARKS, DAYS = 2000, 8
DAY = timedelta(days=1)
COLUMNS = ("sums", "clock", "hours")
# Days that are compared every night; differences that are kept of one comparison.
RECENT, SHOWN = 3, 100

Key = tuple[str, str]
Hours24 = dict[tuple[date, str, str], Numbers]


@transaction.atomic
def fold(*, now: datetime) -> int:
    """Counts anew the hours of the oldest marks, and takes these away; gives their number."""
    state = _state()
    if state.revision != revision():
        return 0
    marks = list(Mark.objects.order_by("pk").values_list("pk", "kind", "ref", "at")[:MARKS])
    if marks:
        _count_anew(hours_of(mark[1:] for mark in marks))
        Mark.objects.filter(pk__in=[mark[0] for mark in marks]).delete()
    state.folded_at = now
    state.save(update_fields=["folded_at"])
    return len(marks)


@transaction.atomic
def build(*, now: datetime) -> bool:
    """Builds some days of rollups that are missing or of another revision; False when all are there.

    What is written meanwhile is marked, as always, and folded in when they are complete.
    """
    state = _state()
    if state.revision == revision():
        return False
    first, last = _extent(now)
    start = state.built_until if state.building == revision() else None
    if start is None:
        Rollup.objects.all().delete()
        start = first
    end = min(start + DAYS * DAY, last + DAY)
    _build_days(start, end)
    done = end > last
    state.revision = revision() if done else ""
    state.building, state.built_until = ("", None) if done else (revision(), end)
    state.save()
    return not done


@transaction.atomic
def rebuild(*, first: date, last: date) -> None:
    """Counts these days anew, both included; what they held does not matter."""
    _state()
    for start in _every(DAYS, first, last):
        _build_days(start, min(start + DAYS * DAY, last + DAY))


def reconcile_nightly(*, now: datetime) -> None:
    """Once a day: the last days, and so many of those before that each has its turn within a month."""
    today = now.date()
    if Reconciliation.objects.filter(at__gte=now - DAY).exists() or not are_built():
        return
    reconcile(first=today - RECENT * DAY, last=today, now=now)
    older = _extent(now)[0], today - (RECENT + 1) * DAY
    for start in list(_every(DAYS, *older))[today.day - 1 :: 31]:
        reconcile(first=start, last=min(start + (DAYS - 1) * DAY, older[1]), now=now)


def are_built() -> bool:
    """Complete, and of what the code counts now."""
    return RollupState.objects.filter(revision=revision()).exists()


def are_behind() -> bool:
    """Something is marked; asked without a lock, so that idle sweeps hold nobody up."""
    return Mark.objects.exists()


@transaction.atomic
def reconcile(*, first: date, last: date, now: datetime) -> Reconciliation:
    """Compares the rollups of these days, both included, with the rows; logs, records and repairs what differs.

    Hours that are marked are not compared: nobody says that they are up to date.
    """
    _state()
    kept, anew = _Days(_days(first, last)), _Days([])
    when = stretches(range(first_hour(first), first_hour(last + DAY)))
    for block in blocks().values():
        for cell in count(block, when):
            anew.put(block, cell)
    differences = list(
        _differences(kept.hours, anew.hours, hours_of(Mark.objects.values_list("kind", "ref", "at")))
    )
    if differences:
        logger.error("Rollups differ from the rows in %d sums: %s", len(differences), differences[:10])
        for start in _every(DAYS, first, last):
            _build_days(start, min(start + DAYS * DAY, last + DAY))
    compared = len(kept.hours.keys() | anew.hours.keys()) * size()
    return Reconciliation.objects.create(
        at=now, first=first, last=last, compared=compared, differences=differences[:SHOWN]
    )


def _days(first: date, last: date) -> list[date]:
    return list(_every(1, first, last))


def _differences(kept: Hours24, anew: Hours24, marked: Hours) -> Iterator[dict[str, Any]]:
    """What differs, sum by sum: where, what was kept and what is right."""
    nothing = np.zeros((size(), HOURS))
    for key in sorted(kept.keys() | anew.keys()):
        a, b = kept.get(key, nothing), anew.get(key, nothing)
        for place, hour in zip(*np.nonzero(~np.isclose(a, b, rtol=0, atol=1e-6)), strict=True):
            block = next(block for block in blocks().values() if place < block.first + block.size)
            source, (day, dimension, value) = block.facts.source.key, key
            if first_hour(day) + hour not in marked.get(source, ()):
                part = str(block.parts[(place - block.first) % len(block.parts)].aggregate)
                where = {"day": f"{day}", "hour": int(hour), "dimension": dimension, "value": value}
                yield {**where, "source": source, "sum": part, "kept": a[place, hour], "right": b[place, hour]}


def _every(days: int, first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += days * DAY


def _state() -> RollupState:
    """Locked: whoever else wants to write rollups waits."""
    RollupState.objects.get_or_create(pk=1)
    return RollupState.objects.select_for_update().get(pk=1)


def _extent(now: datetime) -> tuple[date, date]:
    """The first and last day that any source has a row of."""
    found = [now.date()]
    for block in blocks().values():
        clock = block.facts.source.clock
        ends = block.rows().aggregate(first=Min(clock), last=Max(clock))
        found += [at.date() for at in ends.values() if at is not None]
    return min(found), max(found)


def _count_anew(changed: Hours) -> None:
    wanted = {blocks()[key]: hours for key, hours in changed.items() if key in blocks()}
    days = sorted({day_of(hour) for hours in wanted.values() for hour in hours})
    sheet = _Days(days)
    for block, hours in wanted.items():
        sheet.clear(block, hours)
        for cell in count(block, stretches(hours)):
            sheet.put(block, cell)
    sheet.save()


def _build_days(start: date, end: date) -> None:
    """Days from ``start`` up to, not including, ``end``, and the months that these are in."""
    sheet = _Days([])
    when = stretches(range(first_hour(start), first_hour(end)))
    for block in blocks().values():
        for cell in count(block, when):
            sheet.put(block, cell)
    Rollup.objects.filter(tier=Tier.DAY, start__gte=start, start__lt=end).delete()
    Rollup.objects.bulk_create(sheet.rows(), batch_size=500)
    for month in sorted({month_of(start + number * DAY) for number in range((end - start).days)}):
        _sum_up(month)


def _sum_up(month: date) -> None:
    """The month's rollups, from its days'."""
    sums: dict[Key, list[Numbers]] = {}
    days = Rollup.objects.filter(tier=Tier.DAY, start__gte=month, start__lt=month_after(month))
    for dimension, value, *blobs in days.values_list("dimension", "value", "sums", "clock").iterator():
        found = [unpacked(blob) for blob in blobs]
        kept = sums.get((dimension, value))
        sums[dimension, value] = found if kept is None else [a + b for a, b in zip(kept, found, strict=True)]
    Rollup.objects.filter(tier=Tier.MONTH, start=month).delete()
    Rollup.objects.bulk_create(
        (
            Rollup(tier=Tier.MONTH, start=month, dimension=dimension, value=value, sums=packed(a), clock=packed(b))
            for (dimension, value), (a, b) in sums.items()
        ),
        batch_size=500,
    )


class _Days:
    """The hours of some days, by day, dimension and value, as they are to be; they begin as they are kept."""

    def __init__(self, days: list[date]) -> None:
        self.kept = {
            (row.start, row.dimension, row.value): row
            for row in Rollup.objects.filter(tier=Tier.DAY, start__in=days)
        }
        self.hours = {key: unpacked_hours(row.hours, size()) for key, row in self.kept.items()}

    def clear(self, block: Block, hours: Iterable[int]) -> None:
        by_day: dict[date, list[int]] = {}
        for hour in hours:
            by_day.setdefault(day_of(hour), []).append(hour % HOURS)
        for (day, *_), numbers in self.hours.items():
            if day in by_day:
                numbers[block.places, by_day[day]] = 0

    def put(self, block: Block, cell: Cell) -> None:
        key = (day_of(cell.hour), cell.dimension, cell.value)
        if key not in self.hours:
            self.hours[key] = np.zeros((size(), HOURS))
        self.hours[key][block.places, cell.hour % HOURS] = cell.sums

    def rows(self) -> Iterator[Rollup]:
        for (day, dimension, value), numbers in self.hours.items():
            yield Rollup(
                tier=Tier.DAY,
                start=day,
                dimension=dimension,
                value=value,
                sums=packed(numbers.sum(1)),
                clock=packed(numbers[: clocked_size()]),
                hours=packed_hours(numbers),
            )

    def save(self) -> None:
        """What changed of the days, and by so much their months."""
        rows = [row for row in self.rows() if self._differs(row)]
        months = self._months(rows)
        Rollup.objects.bulk_create(
            [*rows, *months],
            batch_size=500,
            update_conflicts=True,
            unique_fields=("dimension", "value", "tier", "start"),
            update_fields=COLUMNS,
        )

    def _differs(self, row: Rollup) -> bool:
        kept = self.kept.get((row.start, row.dimension, row.value))
        return kept is None or bytes(kept.hours) != row.hours

    def _months(self, rows: list[Rollup]) -> list[Rollup]:
        changes: dict[tuple[date, str, str], list[Numbers]] = {}
        for row in rows:
            change = [unpacked(row.sums), unpacked(row.clock)]
            if kept := self.kept.get((row.start, row.dimension, row.value)):
                change = [change[0] - unpacked(kept.sums), change[1] - unpacked(kept.clock)]
            key = (month_of(row.start), row.dimension, row.value)
            earlier = changes.get(key)
            changes[key] = change if earlier is None else [a + b for a, b in zip(earlier, change, strict=True)]
        return list(_with(changes))


def _with(changes: dict[tuple[date, str, str], list[Numbers]]) -> Iterator[Rollup]:
    months = Rollup.objects.filter(tier=Tier.MONTH, start__in={month for month, *_ in changes})
    kept = {(row.start, row.dimension, row.value): row for row in months}
    for (month, dimension, value), (sums, clock) in changes.items():
        if row := kept.get((month, dimension, value)):
            sums, clock = sums + unpacked(row.sums), clock + unpacked(row.clock)
        yield Rollup(
            tier=Tier.MONTH,
            start=month,
            dimension=dimension,
            value=value,
            sums=packed(sums),
            clock=packed(clock),
        )
