"""How evenly the work is spread over those who do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from django.db.models import Count, F, QuerySet

from agents.models import Agent
from analytics.metrics.readings import Narrow, Read, everything
from analytics.metrics.sources import HANDLED, Source
from analytics.metrics.tally import Frame, Part, Splits
from helpninja.common.values import Value

ESCALATIONS = Part(HANDLED, Count("escalation", distinct=True))


@dataclass(frozen=True)
class WorkloadEquity:
    """Standard deviation / mean of the escalations that each agent handled, of those who handled any.

    The population's deviation: these agents are the whole, not a sample of one.
    """

    adds_up = False

    @property
    def sources(self) -> tuple[Source, ...]:
        return (HANDLED,)

    def parts(self, frame: Frame) -> tuple[Part, ...]:
        return (ESCALATIONS,)

    def splits(self, frame: Frame) -> Splits:
        return {HANDLED: {"handling_agent": F("agent")}}

    def reader(self, frame: Frame) -> Read:
        return lambda found, period: spread(found.split(ESCALATIONS, "handling_agent", period))

    def counted(self, frame: Frame, narrow: Narrow = everything) -> QuerySet[Any]:
        rows = narrow(HANDLED.within(frame.window, frame.filters, frame.now))
        return Agent.objects.filter(pk__in=rows.values("agent"))


def spread(loads: Mapping[Any, int]) -> Value:
    """Coefficient of variation: the population's standard deviation / mean, of the ``n`` with any load."""
    counts = [count for count in loads.values() if count]
    return Value(pstdev(counts) / fmean(counts) if counts else None, len(counts))
