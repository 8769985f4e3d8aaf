"""People's time: what the presence ledger says that they were there, and what was planned and is paid."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from agents.actions.presence_hours import ledgers_of
from agents.actions.schedules import schedules_of
from agents.decisions.availability import Interval, working_intervals
from agents.decisions.presence_hours import time_in
from agents.enums import Status
from agents.models import Agent
from analytics.metrics.filters import Filters
from analytics.metrics.readings import Narrow, Read, everything
from analytics.metrics.sources import HANDLED, Source
from analytics.metrics.tally import BEFORE, NOW, Frame, Part, Splits, Tally
from helpninja.common.values import Value
from helpninja.common.windows import Window

DAY = timedelta(days=1)
SECONDS, HANDLINGS = Part(HANDLED, Sum("seconds")), Part(HANDLED, Count("pk"))
# Seconds by agent; whose time is not known is left out.
Times = Mapping[int, float]
TimesOf = Callable[[Collection[int], Window, datetime], Times]


def people(filters: Filters) -> QuerySet[Agent]:
    """Whose time a figure can be about."""
    if filters.agent is not None:
        return Agent.objects.filter(pk=filters.agent)
    return Agent.objects.all() if filters.teams is None else Agent.objects.in_teams(filters.teams)


def available(ids: Collection[int], window: Window, now: datetime) -> Times:
    """By the presence ledger, until now at most. Before somebody's ledger begins nothing is known. One query."""
    end = min(window.end, now)
    ledgers = ledgers_of(ids, since=window.start, until=end)
    return {
        pk: time_in((Status.AVAILABLE,), rows, window.start, end).total_seconds() for pk, rows in ledgers.items()
    }


def planned(ids: Collection[int], window: Window, now: datetime) -> Times:
    """By the shifts and changed hours, until now at most; breaks and time off are paid. One query."""
    return {
        pk: sum((end - start).total_seconds() for start, end in intervals)
        for pk, intervals in shifts(ids, window, now).items()
    }


def shifts(ids: Collection[int], window: Window, now: datetime) -> dict[int, list[Interval]]:
    """What was planned of the window until now, of those who have a schedule."""
    end = min(window.end, now)
    if end <= window.start:
        return {}
    first, last = (window.start - DAY).date(), (end + DAY).date()
    found = schedules_of(ids, now=end, since=window.start)
    return {
        pk: [
            (max(begins, window.start), min(ends, end))
            for begins, ends in working_intervals(schedule, first, last)
            if begins < end and ends > window.start
        ]
        for pk, schedule in found.items()
        if schedule.weekly
    }


@dataclass(frozen=True)
class Sides:
    """Seconds of ``handling`` and those that they are a part of. ``n`` handlings, ``missing`` of unknown time."""

    handling: float
    of: float
    n: int
    missing: int

    @property
    def value(self) -> Value:
        return Value(self.handling / self.of if self.of else None, self.n, self.missing)


@dataclass(frozen=True)
class HandlingShare:
    """Handling time / the ``times`` of those who handled something, and the handling where ``besides``."""

    times: TimesOf
    besides: bool = False

    adds_up = False

    @property
    def sources(self) -> tuple[Source, ...]:
        return (HANDLED,)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (SECONDS, HANDLINGS)

    def splits(self, frame: Frame) -> Splits:
        return {HANDLED: {"handling_agent": F("agent")}}

    def reader(self, frame: Frame) -> Read:
        sides = self.sides(frame)
        return lambda found, period: sides(found, period).value

    def sides(self, frame: Frame) -> Callable[[Tally, int], Sides]:
        """Three queries at most, whatever is read."""
        ids = list(people(frame.filters).values_list("pk", flat=True))
        known = {NOW: self.times(ids, frame.window, frame.now)}
        if frame.before:
            known[BEFORE] = self.times(ids, frame.before, frame.now)
        return lambda found, period: self._sides(found, period, known[period])

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        ids = list(people(frame.filters).values_list("pk", flat=True))
        rows = HANDLED.within(frame.window, frame.filters, frame.now)
        return narrow(rows).filter(agent__in=self.times(ids, frame.window, frame.now))

    def _sides(self, found: Tally, period: int, times: Times) -> Sides:
        seconds = found.split(SECONDS, "handling_agent", period)
        handlings = found.split(HANDLINGS, "handling_agent", period)
        handling = sum(spent for agent, spent in seconds.items() if agent in times)
        of = sum(times[agent] for agent in seconds if agent in times)
        n = sum(count for agent, count in handlings.items() if agent in times)
        return Sides(handling, of + handling * self.besides, n, sum(handlings.values()) - n)
