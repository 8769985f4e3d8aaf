"""What a question is answered with: pieces of rollups, corrected by what is counted from the rows."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.rollups.asking import Asked
from analytics.metrics.rollups.counting import Cells, Stretch, count, hour_of, moment_of, stretches
from analytics.metrics.rollups.cover import Cover, cover
from analytics.metrics.rollups.cube import HOURS as HOURS_AXIS
from analytics.metrics.rollups.cube import REASONS as REASONS_AXIS
from analytics.metrics.rollups.cube import VALUES, Cube
from analytics.metrics.rollups.facts import CLOCKED, IDS
from analytics.metrics.rollups.marks import Hours
from analytics.metrics.rollups.packing import HOURS, day_of
from analytics.metrics.rollups.segments import Segment, is_whole
from analytics.metrics.rollups.shape import REASONS
from analytics.metrics.rollups.sheets import Sheet
from helpninja.common.together import Together

Numbers = NDArray[np.float64]
# What values are told apart as, an hour, and its sums.
Counted = tuple[str, int, Numbers]


class Answer:
    """Sums for each segment of the question: ``put`` is called before all is asked, ``cube`` after it.

    ``marked`` hours are counted anew.
    """

    def __init__(self, question: Asked, marked: Hours) -> None:
        self.asked, self.block = question, question.block
        key = self.block.facts.source.key
        self.is_clocked, self.by_hour = key in CLOCKED, bool(question.hour_as)
        self.in_block = self.block.places_of(question.parts)
        edges, self.ragged = _edges(question.segments)
        self.covers = _covers(question.segments, self.is_clocked or not self.by_hour)
        self.changed = {hour: at for hour in marked.get(key, ()) if (at := _place(edges, hour)) is not None}

    def put(self, sheet: Sheet, together: Together) -> None:
        """What it needs of the sheet, and of the rows."""
        self.sheet = sheet
        self._anew = self._count(stretches(self.changed), together)
        self._partly = {at: self._count([(moment_of(hour_of(at)), at)], together) for at in self.ragged}
        partial = {day for one in self.covers for day in one.hours} | {day_of(hour) for hour in self.changed}
        days = {day for one in self.covers for day in one.days}
        sheet.months |= {month for one in self.covers for month in one.months}
        if self.is_clocked:
            sheet.days |= days | partial
            sheet.clocked |= partial
            sheet.is_clocked |= self.by_hour
        elif self.by_hour:
            sheet.parted |= days | partial
        else:
            sheet.days |= days
            sheet.parted |= partial

    def cube(self) -> Cube:
        anew = list(self._counted(self._anew))
        partly = {at: list(self._counted(cells)) for at, cells in self._partly.items()}
        values = self._values([*anew, *chain.from_iterable(partly.values())])
        kept = self._kept()
        sums = np.zeros((len(kept), len(values), *kept.shape[2:]))
        sums[:, : kept.shape[1]] = kept
        for hour, at in self.changed.items():
            known = self._asked_of(self.sheet.hours_of(day_of(hour)))[..., hour % HOURS]
            self._add(sums[at, : len(known)], hour, -known)
        for value, hour, number in anew:
            self._add(sums[self.changed[hour], values.index(value)], hour, number)
        for at, one in enumerate(self.asked.segments):
            for edge, sign in ((one.start, -1), (one.end, 1)):
                for value, hour, number in partly.get(edge, ()):
                    self._add(sums[at, values.index(value)], hour, sign * number)
        return self._shaped(sums, values)

    def _count(self, when: list[Stretch], together: Together) -> Iterator[Cells]:
        return count(self.block, when, self.asked.pick.dimension, together)

    def _counted(self, cells: Iterator[Cells]) -> Iterator[Counted]:
        for one in cells:
            if (group := self.asked.pick.group(one.value)) is not None:
                numbers = self._asked_of(one.sums[..., None], in_rollup=False)[..., 0]
                for hour, number in zip(one.hours.tolist(), numbers, strict=True):
                    yield group, hour, number

    def _values(self, counted: Iterable[Counted]) -> list[str]:
        return list(dict.fromkeys((*self.sheet.values, *(value for value, *_ in counted))))

    def _kept(self) -> Numbers:
        if self.by_hour:
            by_hour = self.sheet.clocked_by_hour if self.is_clocked else self.sheet.parted_by_hour
            return by_hour(self.covers, self._asked_of)
        return self._asked_of(self.sheet.whole(self.covers)[..., None])

    def _asked_of(self, numbers: Numbers, *, in_rollup: bool = True) -> Numbers:
        """Of numbers by place and hour those asked for, by reason, part and hour."""
        found: Numbers = numbers[..., self.in_block + (self.block.first if in_rollup else 0), :]
        return found if self.asked.reason_as else found.sum(-3, keepdims=True)

    def _add(self, sums: Numbers, hour: int, number: Numbers) -> None:
        sums[..., hour % HOURS if self.by_hour else 0] += number

    def _shaped(self, sums: Numbers, values: list[str]) -> Cube:
        if self.by_hour:
            offsets = np.array([one.offset for one in self.asked.segments])
            for offset in np.unique(offsets):
                sums[offsets == offset] = np.roll(sums[offsets == offset], offset, axis=-1)
        question, sums = self.asked, np.moveaxis(sums, 3, 4)
        axes: dict[str, tuple[int, list[Any]]] = {}
        if question.reason_as:
            axes[question.reason_as] = (REASONS_AXIS, [reason or None for reason in REASONS])
        if question.split_as:
            axes[question.split_as] = (VALUES, [_read(question.pick.by, value) for value in values])
        if question.hour_as:
            axes[question.hour_as] = (HOURS_AXIS, list(range(HOURS)))
        periods = np.array([one.period for one in question.segments])
        labels = {name: [one.labels[name] for one in question.segments] for name in question.labels}
        numbers = {part: number for number, part in enumerate(question.parts)}
        kinds = tuple(self.block.kinds[self.block.number_of[part]] for part in question.parts)
        return Cube(numbers, kinds, periods, labels, axes, sums)


@lru_cache(maxsize=256)
def _edges(segments: tuple[Segment, ...]) -> tuple[tuple[tuple[int, int], ...], frozenset[datetime]]:
    """The hours that the segments' ends are in, and those ends that are within one."""
    hours = tuple((hour_of(one.start), hour_of(one.end)) for one in segments)
    return hours, frozenset(at for one in segments for at in (one.start, one.end) if not is_whole(at))


@lru_cache(maxsize=256)
def _covers(segments: tuple[Segment, ...], by_month: bool) -> tuple[Cover, ...]:
    return tuple(cover(*edge, by_month=by_month) for edge in _edges(segments)[0])


def _place(edges: Iterable[tuple[int, int]], hour: int) -> int | None:
    return next((at for at, (start, end) in enumerate(edges) if start <= hour < end), None)


def _read(dimension: str, value: str) -> Any:
    """As the rows have it."""
    if dimension in IDS:
        return int(value) if value else None
    return value
