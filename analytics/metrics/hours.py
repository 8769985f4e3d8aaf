"""People's time: what the presence ledger says that they were there, and what was planned and is paid."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import Count, F, QuerySet, Sum

from agents.actions.presence_hours import ledgers_of
from agents.actions.schedules import schedules_of
from agents.decisions.availability import Interval, Schedule, working_intervals
from agents.decisions.presence_hours import held
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


def people(filters: Filters) -> QuerySet[Agent]:
    """Whose time a figure can be about."""
    if filters.agent is not None:
        return Agent.objects.filter(pk=filters.agent)
    return Agent.objects.all() if filters.teams is None else Agent.objects.in_teams(filters.teams)


@dataclass(frozen=True)
class Available:
    """By the presence ledger. Before somebody's ledger begins nothing is known."""

    now: datetime
    ledgers: Mapping[int, list[tuple[datetime, str]]]

    @classmethod
    def load(cls, filters: Filters, span: Window, now: datetime) -> Self:
        """In one query."""
        ids: Any = people(filters).values("pk")
        return cls(now, ledgers_of(ids, since=span.start, until=min(span.end, now)))

    def intervals(self, window: Window, statuses: Collection[str]) -> dict[int, list[Interval]]:
        """Until now at most."""
        end = min(window.end, self.now)
        return {
            pk: held(statuses, ledger, window.start, end)
            for pk, ledger in self.ledgers.items()
            if ledger[0][0] < end
        }

    def times(self, window: Window) -> Times:
        return lengths(self.intervals(window, (Status.AVAILABLE,)))


@dataclass(frozen=True)
class Planned:
    """By the shifts and changed hours of those who have any; breaks and time off are paid."""

    now: datetime
    schedules: Mapping[int, Schedule]

    @classmethod
    def load(cls, filters: Filters, span: Window, now: datetime) -> Self:
        """In one query."""
        ids: Any = people(filters).values("pk")
        end = min(span.end, now)
        found = schedules_of(ids, now=end, since=min(span.start, end))
        return cls(now, {pk: schedule for pk, schedule in found.items() if schedule.weekly})

    def intervals(self, window: Window) -> dict[int, list[Interval]]:
        """Until now at most."""
        end = min(window.end, self.now)
        first, last = (window.start - DAY).date(), (end + DAY).date()
        return {
            pk: [
                (max(begins, window.start), min(ends, end))
                for begins, ends in working_intervals(schedule, first, last)
                if begins < end and ends > window.start
            ]
            for pk, schedule in self.schedules.items()
        }

    def times(self, window: Window) -> Times:
        return lengths(self.intervals(window))


def lengths(intervals: Mapping[int, list[Interval]]) -> Times:
    """Seconds by agent."""
    return {pk: sum((end - start).total_seconds() for start, end in found) for pk, found in intervals.items()}


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

    times: type[Available] | type[Planned]
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
        """One query."""
        loaded = self.times.load(frame.filters, frame.span, frame.now)
        known = {NOW: loaded.times(frame.window), BEFORE: loaded.times(frame.before) if frame.before else {}}
        return lambda found, period: self.sides(found, period, known[period]).value

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        known = self.times.load(frame.filters, frame.window, frame.now).times(frame.window)
        return narrow(HANDLED.within(frame.window, frame.filters, frame.now)).filter(agent__in=known)

    def sides(self, found: Tally, period: int, times: Times) -> Sides:
        seconds = found.split(SECONDS, "handling_agent", period)
        handlings = found.split(HANDLINGS, "handling_agent", period)
        handling = sum(spent for agent, spent in seconds.items() if agent in times)
        of = sum(times[agent] for agent in seconds if agent in times)
        n = sum(count for agent, count in handlings.items() if agent in times)
        return Sides(handling, of + handling * self.besides, n, sum(handlings.values()) - n)
