"""The rollups that questions need, as arrays, and what these add up to."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from django.db.models import BinaryField, BooleanField, Case, F, Func, Q, Value, When
from numpy.typing import NDArray

from analytics.metrics.rollups.asking import Pick
from analytics.metrics.rollups.cover import Cover
from analytics.metrics.rollups.facts import MIX
from analytics.metrics.rollups.packing import HOURS, added_up, unsqueezed
from analytics.metrics.rollups.shape import clocked_size, size
from analytics.models import Rollup, Tier
from helpninja.common.fixed import HOLE, Fixed
from helpninja.common.together import Together

Numbers = NDArray[np.float64]
# What is filled into the query of a sheet.
MONTHS, DAYS, CLOCKED, PARTED = (f"{HOLE} {name}*/" for name in ("months", "days", "clocked", "parted"))
DIMENSION = "the dimension"


class Sheet:
    """Of what a question picks: what is needed is put down first, then fetched at once.

    ``values``: what the picked ones are told apart as. ``clocked`` days, and all pieces where it ``is_clocked``,
    come with the sums by hour of the first places; ``parted`` days with those of all places.
    """

    def __init__(self, pick: Pick) -> None:
        self.months: set[date] = set()
        self.days: set[date] = set()
        self.parted: set[date] = set()
        self.clocked: set[date] = set()
        self.is_clocked = False
        self._pick = pick
        self.values: list[str] = [] if pick.by else [""]
        self._times_of: dict[tuple[Cover, ...], Numbers] = {}
        self._whole_of: dict[tuple[Cover, ...], Numbers] = {}

    def put(self, together: Together) -> None:
        """What is needed, among a page's queries."""
        days = {
            MONTHS: self.months,
            DAYS: self.days | self.parted,
            CLOCKED: self.clocked,
            PARTED: self.parted,
        }
        filled = {hole: _written(of) for hole, of in days.items()}
        dimension = self._pick.dimension
        wanted = [(name if dimension == MIX else "value", values) for name, values in self._pick.wanted]
        filled |= {DIMENSION: dimension}
        filled |= {_place(name, at): value for name, values in wanted for at, value in enumerate(values)}
        rollups = _rollups(tuple((name, len(values)) for name, values in wanted), self.is_clocked)
        self._rows = together.put(rollups.filled(filled), tuple)

    def lay_out(self) -> None:
        """Once it was asked: from then on its numbers can be read."""
        pieces = [*((Tier.MONTH, month) for month in self.months), *((Tier.DAY, day) for day in self.days)]
        self._place_of = {piece: place for place, piece in enumerate(pieces)}
        group_of = {value: self._pick.group(value) for value in {value for value, *_ in self._rows}}
        self.values += sorted({group for group in group_of.values() if group is not None} - set(self.values))
        number_of = {value: self.values.index(group) for value, group in group_of.items() if group is not None}
        days = {day: number for number, day in enumerate(self.parted)}
        sums, clocks, parted = [], [], []
        for value, tier, start, of_sums, of_clock, hours in self._rows:
            number, place = number_of.get(value), self._place_of.get((tier, start))
            if number is None:
                continue
            if place is not None:
                sums.append((number * len(pieces) + place, of_sums))
                if of_clock is not None:
                    clocks.append((number * len(pieces) + place, of_clock))
            if hours is not None:
                parted.append((days[start] * len(self.values) + number, unsqueezed(hours)))
        shape = (len(self.values), len(pieces))
        self._sums = added_up(sums, prod(shape), size()).reshape(*shape, size())
        if self.is_clocked or self.clocked:
            clock = added_up(clocks, prod(shape), clocked_size() * HOURS)
            self._clock = clock.reshape(*shape, clocked_size(), HOURS)
        of_days = added_up(parted, len(days) * len(self.values), size() * HOURS)
        self._hours = dict(zip(days, of_days.reshape(len(days), len(self.values), size(), HOURS), strict=True))

    def whole(self, covers: tuple[Cover, ...]) -> Numbers:
        """The sums by cover, value and place, put together once for all sources that are asked of these covers.

        Of places whose parted days were not asked for they are wrong.
        """
        if covers not in self._whole_of:
            whole = self._whole_of[covers] = _times_all(self._times(covers), self._sums)
            for at, cover in enumerate(covers):
                for day, often in cover.hours.items():
                    hours = self.hours_of(day)
                    whole[at, :, : hours.shape[1]] += hours @ often
        return self._whole_of[covers]

    def clocked_by_hour(self, covers: tuple[Cover, ...], of: Callable[[Numbers], Numbers]) -> Numbers:
        """By cover, value, and what ``of`` takes of numbers by place and hour: of places that have a clock."""
        pieces = of(self._clock)
        whole = _times_all(self._times(covers), pieces)
        for at, cover in enumerate(covers):
            for day, often in cover.hours.items():
                whole[at] += often * pieces[:, self._place_of[Tier.DAY, day]]
        return whole

    def parted_by_hour(self, covers: tuple[Cover, ...], of: Callable[[Numbers], Numbers]) -> Numbers:
        """The same of any places, where all days are parted."""
        whole = np.stack([of(np.zeros((len(self.values), size(), HOURS)))] * len(covers))
        for at, cover in enumerate(covers):
            pieces: list[tuple[date, Any]] = [*cover.days.items(), *cover.hours.items()]
            for day, often in pieces:
                whole[at] += often * of(self._hours[day])
        return whole

    def hours_of(self, day: date) -> Numbers:
        """By value, place and hour: of all places or, where only these were asked for, of those first ones."""
        if day in self._hours:
            return self._hours[day]
        return self._clock[:, self._place_of[Tier.DAY, day]]

    def _times(self, covers: tuple[Cover, ...]) -> Numbers:
        """How often each cover has each piece."""
        if covers not in self._times_of:
            times = self._times_of[covers] = np.zeros((len(covers), len(self._place_of)))
            for at, cover in enumerate(covers):
                for tier, pieces in ((Tier.MONTH, cover.months), (Tier.DAY, cover.days)):
                    for start, often in pieces.items():
                        times[at, self._place_of[tier, start]] = often
        return self._times_of[covers]


@lru_cache(maxsize=256)
def _rollups(counts: tuple[tuple[str, int], ...], is_clocked: bool) -> Fixed:
    """``counts``: of some columns, how many of their values are wanted."""
    rows = Rollup.objects.filter(_of(Tier.MONTH, MONTHS) | _of(Tier.DAY, DAYS), dimension=DIMENSION)
    for name, count in counts:
        rows = rows.filter(**{f"{name}__in": [_place(name, at) for at in range(count)]})
    nothing = Value(None, BinaryField())
    clock = F("clock") if is_clocked else Case(When(_of(Tier.DAY, CLOCKED), then="clock"), default=nothing)
    hours = Case(When(_of(Tier.DAY, PARTED), then="hours"), default=nothing)
    return Fixed(rows.values_list("value", "tier", "start", "sums", clock, hours))


def _place(column: str, at: int) -> str:
    return f"the {column} number {at}"


class _StartsOn(Func):
    """One of the days that are written into the SQL: as parameters so many take longer than all else."""

    template = "%(expressions)s IN (%(hole)s)"
    output_field = BooleanField()


def _of(tier: Tier, hole: str) -> Q:
    return Q(_StartsOn("start", hole=hole), tier=tier)


def _written(days: Iterable[date]) -> str:
    """Never nothing, which is no SQL."""
    return ", ".join(f"'{day}'" for day in days) or "NULL"


def _times_all(times: Numbers, pieces: Numbers) -> Numbers:
    """By cover and value, what the pieces add up to."""
    values, count, *shape = pieces.shape
    whole: Numbers = (times @ pieces.reshape(values, count, prod(shape))).swapaxes(0, 1)
    return whole.reshape(len(times), values, *shape)
