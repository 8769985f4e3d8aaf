"""The rollups that questions need, as arrays, and what these add up to."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache, reduce
from math import prod
from operator import or_
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BinaryField, BooleanField, Case, F, Func, Q, Value, When
from numpy.typing import NDArray

from analytics.metrics.rollups.asking import Pick
from analytics.metrics.rollups.cover import Cover
from analytics.metrics.rollups.facts import MIX, mix_part
from analytics.metrics.rollups.packing import HOURS, add_packed, unpack, unsqueezed
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
        written = {hole: _written(of) for hole, of in days.items()}
        rollups = _rollups(
            self._pick.dimension == MIX, tuple(len(values) for _, values in self._pick.wanted), self.is_clocked
        )
        self._rows = together.put(rollups.filled({**written, **_wanted(self._pick)}), tuple)

    def lay_out(self) -> None:
        """Once it was asked: from then on its numbers can be read."""
        pieces = [*((Tier.MONTH, month) for month in self.months), *((Tier.DAY, day) for day in self.days)]
        self._place_of = {piece: place for place, piece in enumerate(pieces)}
        group_of = {value: self._pick.group(value) for value in {value for value, *_ in self._rows}}
        self.values += sorted({group for group in group_of.values() if group is not None} - set(self.values))
        number_of = {value: number for number, value in enumerate(self.values)}
        self._sums = np.zeros((len(self.values), len(pieces), size()))
        has_clock = self.is_clocked or self.clocked
        self._clock = np.zeros((len(self.values), len(pieces), clocked_size(), HOURS) if has_clock else (0,))
        self._hours = {day: np.zeros((len(self.values), size(), HOURS)) for day in self.parted}
        # Adding takes longer, and is needed where several values are one group.
        put = unpack if len(group_of) <= len(self.values) else add_packed
        for value, tier, start, sums, clock, hours in self._rows:
            group = group_of[value]
            if group is None:
                continue
            number, place = number_of[group], self._place_of.get((tier, start))
            if place is not None:
                put(sums, self._sums[number, place])
                if clock is not None:
                    put(clock, self._clock[number, place])
            if hours is not None:
                put(unsqueezed(hours), self._hours[start][number])

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
def _rollups(is_mix: bool, counts: tuple[int, ...], is_clocked: bool) -> Fixed:
    """``counts``: of each dimension, how many of its values are wanted."""
    rows = Rollup.objects.filter(_of(Tier.MONTH, MONTHS) | _of(Tier.DAY, DAYS), dimension=DIMENSION)
    for number, count in enumerate(counts):
        places = [_place(number, at) for at in range(count)]
        if is_mix:
            rows = rows.filter(reduce(or_, (Q(value__contains=place) for place in places)))
        else:
            rows = rows.filter(value__in=places)
    nothing = Value(None, BinaryField())
    clock = F("clock") if is_clocked else Case(When(_of(Tier.DAY, CLOCKED), then="clock"), default=nothing)
    hours = Case(When(_of(Tier.DAY, PARTED), then="hours"), default=nothing)
    return Fixed(rows.values_list("value", "tier", "start", "sums", clock, hours))


def _wanted(pick: Pick) -> dict[str, str]:
    """What is filled in for the dimension and the values."""
    found = {DIMENSION: pick.dimension}
    for number, (name, values) in enumerate(pick.wanted):
        for at, value in enumerate(values):
            place = _place(number, at)
            if pick.dimension == MIX:
                escaped = connection.ops.prep_for_like_query(mix_part(name, value))
                found[f"%{place}%"] = f"%{escaped}%"
            else:
                found[place] = value
    return found


def _place(number: int, at: int) -> str:
    return f"value {at} of filter {number}"


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
