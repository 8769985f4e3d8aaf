"""Reads a question's numbers off the rollups, and off the rows themselves where these are not folded in yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from math import prod
from typing import Any
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.frames import Frame, Part
from analytics.metrics.rollups.asking import Asked, asked
from analytics.metrics.rollups.counting import Stretch, count, hour_of, moment_of, stretches
from analytics.metrics.rollups.cover import cover
from analytics.metrics.rollups.cube import HOURS as HOURS_AXIS
from analytics.metrics.rollups.cube import REASONS as REASONS_AXIS
from analytics.metrics.rollups.cube import VALUES, Cube
from analytics.metrics.rollups.facts import CLOCKED, IDS
from analytics.metrics.rollups.marks import Hours, unfolded
from analytics.metrics.rollups.packing import HOURS, day_of
from analytics.metrics.rollups.segments import is_whole
from analytics.metrics.rollups.shape import REASONS
from analytics.metrics.rollups.sheets import Sheet
from analytics.metrics.sources import Source
from analytics.models import Tier
from helpninja.common.snapshots import snapshot
from helpninja.common.together import Together

Numbers = NDArray[np.float64]
# Those that collect the queries of a page which rollups could not answer: it need not ask for them again.
_alone: WeakSet[Together] = WeakSet()
# The value of a dimension, an hour, and its sums.
Counted = tuple[str, int, Numbers]


def kept(
    wanted: Mapping[Source, Sequence[Part]], frame: Frame, dims: Mapping[Source, Mapping[str, Any]]
) -> dict[Source, Cube]:
    """What rollups hold of it; the other sources are left to be counted."""
    questions = {source: asked(source, parts, dims[source], frame) for source, parts in wanted.items()}
    if frame.together in _alone or not any(questions.values()):
        return {}
    with snapshot():
        marked = unfolded()
        if marked is None:
            _alone.add(frame.together)
            return {}
        known = (one for one in questions.values() if one and not (marked.teams_moved and one.dimension == "team"))
        answers = [_Answer(question, marked.hours) for question in known]
        sheets: dict[tuple[str, str | None], Sheet] = {}
        for answer in answers:
            key = answer.asked.dimension, answer.asked.value
            answer.plan(sheets.setdefault(key, Sheet(*key)))
        for sheet in sheets.values():
            sheet.fetch()
        return {answer.asked.block.facts.source: answer.cube() for answer in answers}


class _Answer:
    """Sums for each segment of the question: pieces of the sheet, corrected by what is counted from the rows."""

    def __init__(self, question: Asked, marked: Hours) -> None:
        self.asked, self.block = question, question.block
        key = self.block.facts.source.key
        self.is_clocked, self.by_hour = key in CLOCKED, bool(question.hour_as)
        edges = [(hour_of(one.start), hour_of(one.end)) for one in question.segments]
        self.covers = [cover(*edge, by_month=self.is_clocked or not self.by_hour) for edge in edges]
        self.changed = {hour: at for hour in marked.get(key, ()) if (at := _place(edges, hour)) is not None}
        self.ragged = {at for one in question.segments for at in (one.start, one.end) if not is_whole(at)}

    def plan(self, sheet: Sheet) -> None:
        self.sheet = sheet
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
        anew = list(self._counted(stretches(self.changed)))
        partly = {at: list(self._counted([(moment_of(hour_of(at)), at)])) for at in self.ragged}
        values = self._values([*anew, *chain.from_iterable(partly.values())])
        sums = np.zeros((len(self.covers), len(values), self.block.size, HOURS if self.by_hour else 1))
        sums[:, : len(self.sheet.values)] = self._kept()
        for hour, at in self.changed.items():
            self._add(sums[at], hour, -self._hours_of(day_of(hour))[..., hour % HOURS])
        for value, hour, number in anew:
            self._add(sums[self.changed[hour], values.index(value)], hour, number)
        for at, one in enumerate(self.asked.segments):
            for edge, sign in ((one.start, -1), (one.end, 1)):
                for value, hour, number in partly.get(edge, ()):
                    self._add(sums[at, values.index(value)], hour, sign * number)
        return self._shaped(sums, values)

    def _counted(self, when: list[Stretch]) -> Iterator[Counted]:
        for cells in count(self.block, when, self.asked.dimension):
            if self.asked.value in (None, cells.value):
                for hour, number in zip(cells.hours.tolist(), cells.sums, strict=True):
                    yield cells.value, hour, number

    def _values(self, counted: Iterable[Counted]) -> list[str]:
        return list(dict.fromkeys((*self.sheet.values, *(value for value, *_ in counted))))

    def _kept(self) -> Numbers:
        whole: Numbers
        if not self.by_hour:
            whole = _times_all(self._times(), self.sheet.sums[:, :, self.block.places])[..., None]
        elif self.is_clocked:
            whole = _times_all(self._times(), self.sheet.clock[:, :, self.block.places])
        else:
            whole = np.zeros((len(self.covers), len(self.sheet.values), self.block.size, HOURS))
            for at, one in enumerate(self.covers):
                for day, times in one.days.items():
                    whole[at] += times * self._hours_of(day)
        for at, one in enumerate(self.covers):
            for day, often in one.hours.items():
                hours = self._hours_of(day)
                whole[at] += hours * often if self.by_hour else (hours @ often)[..., None]
        return whole

    def _times(self) -> Numbers:
        """How often each segment has each piece of the sheet."""
        times = np.zeros((len(self.covers), len(self.sheet.place_of)))
        for at, one in enumerate(self.covers):
            for month, often in one.months.items():
                times[at, self.sheet.place_of[Tier.MONTH, month]] = often
            for day, often in one.days.items():
                times[at, self.sheet.place_of[Tier.DAY, day]] = often
        return times

    def _hours_of(self, day: date) -> Numbers:
        """By value, place and hour."""
        kept = (
            self.sheet.clock[:, self.sheet.place_of[Tier.DAY, day]] if self.is_clocked else self.sheet.hours[day]
        )
        return kept[:, self.block.places]

    def _add(self, sums: Numbers, hour: int, number: Numbers) -> None:
        sums[..., hour % HOURS if self.by_hour else 0] += number

    def _shaped(self, sums: Numbers, values: list[str]) -> Cube:
        if self.by_hour:
            offsets = np.array([one.offset for one in self.asked.segments])
            for offset in np.unique(offsets):
                sums[offsets == offset] = np.roll(sums[offsets == offset], offset, axis=-1)
        block, question = self.block, self.asked
        shape = (*sums.shape[:2], block.reasons, len(block.parts), sums.shape[-1])
        sums = np.moveaxis(sums.reshape(shape), 3, 4)
        axes: dict[str, tuple[int, list[Any]]] = {}
        if question.reason_as:
            axes[question.reason_as] = (REASONS_AXIS, [reason or None for reason in REASONS])
        else:
            sums = sums.sum(REASONS_AXIS, keepdims=True)
        if question.split_as:
            axes[question.split_as] = (VALUES, [_read(question.dimension, value) for value in values])
        if question.hour_as:
            axes[question.hour_as] = (HOURS_AXIS, list(range(HOURS)))
        periods = np.array([one.period for one in question.segments])
        labels = {name: [one.labels[name] for one in question.segments] for name in question.labels}
        numbers = {part: block.number_of[part] for part in question.parts}
        return Cube(numbers, block.kinds, periods, labels, axes, sums)


def _times_all(times: Numbers, pieces: Numbers) -> Numbers:
    """By segment and value, what the pieces add up to."""
    values, count, *shape = pieces.shape
    whole: Numbers = (times @ pieces.reshape(values, count, prod(shape))).swapaxes(0, 1)
    return whole.reshape(len(times), values, *shape)


def _place(edges: list[tuple[int, int]], hour: int) -> int | None:
    return next((at for at, (start, end) in enumerate(edges) if start <= hour < end), None)


def _read(dimension: str, value: str) -> Any:
    """As the rows have it."""
    if dimension in IDS:
        return int(value) if value else None
    return value
