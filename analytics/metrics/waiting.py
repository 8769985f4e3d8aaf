"""The queue as it is now: how long the waiting have waited, whatever the window."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, DurationField, ExpressionWrapper, F, Max, Q, QuerySet, Sum
from django.db.models import Value as Constant

from analytics.metrics.readings import Narrow, Plain, Read, Rows, everything
from analytics.metrics.sources import WAITING
from analytics.metrics.tally import NOW, Frame, Part
from helpninja.common.values import Value

UNKNOWN = Value(None, 0)


def past_deadline(now: datetime) -> Q:
    """Answered exactly at the deadline would still be in time."""
    return Q(first_response_at=None, first_response_due_at__lt=now)


@dataclass(frozen=True)
class Waited(Plain):
    """Seconds: the mean, or the ``longest``, of now - escalation opened. It has no number before."""

    longest: bool = False
    sources = (WAITING,)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (Rows(WAITING).count, self._waited(frame))

    def reader(self, frame: Frame) -> Read:
        count, waited = self.parts(frame)

        def read(found: Any, period: int) -> Value:
            if period != NOW:
                return UNKNOWN
            n, seconds = found.sum(count, period), found.sum(waited, period).total_seconds()
            if self.longest:
                return Value(seconds, n) if n else UNKNOWN
            return Value.of_mean(seconds, n)

        return read

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return narrow(Rows(WAITING).within(frame))

    def _waited(self, frame: Frame) -> Part:
        waited = ExpressionWrapper(Constant(frame.now) - F("opened_at"), output_field=DurationField())
        aggregate: Aggregate = Max(waited) if self.longest else Sum(waited)
        return Part(WAITING, aggregate, _longest if self.longest else _together)


@dataclass(frozen=True)
class Backlog(Plain):
    """How many wait past their deadline. It has no number before."""

    sources = (WAITING,)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (self._late(frame).count,)

    def reader(self, frame: Frame) -> Read:
        (late,) = self.parts(frame)
        return lambda found, period: Value.of_count(found.sum(late, period)) if period == NOW else UNKNOWN

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        return narrow(self._late(frame).within(frame))

    def _late(self, frame: Frame) -> Rows:
        return Rows(WAITING, past_deadline(frame.now))


def _together(waits: Iterable[timedelta]) -> timedelta:
    return sum(waits, timedelta())


def _longest(waits: Iterable[timedelta]) -> timedelta:
    return max(waits, default=timedelta())
