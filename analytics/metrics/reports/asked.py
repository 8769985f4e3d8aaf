"""What a report is asked about, and its numbers: all of them read off the registry of metrics."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.db.models import Window as WindowOf
from django.db.models.functions import RowNumber, TruncDate

from agents.actions.schedules import schedules_of
from agents.decisions.availability import Schedule
from agents.models import Agent, Team
from analytics.decisions.periods import Period
from analytics.metrics.filters import Filters
from analytics.metrics.registry import METRICS, Measured
from analytics.metrics.registry.metric import Meter
from analytics.metrics.sources import Source
from analytics.metrics.tally import Frame, merged, tally
from analytics.metrics.targets import Aim, targets_for
from helpninja.common.together import Later, Together
from helpninja.common.values import Value
from helpninja.common.windows import Window

NOON = time(12)


@dataclass(frozen=True)
class Asked:
    """``teams`` None: of all. Numbers are asked together, when the first of them is read."""

    period: Period
    teams: frozenset[int] | None
    now: datetime

    @property
    def window(self) -> Window:
        return self.period.window

    @property
    def zone(self) -> str:
        return self.window.zone

    @cached_property
    def together(self) -> Together:
        return Together()

    @cached_property
    def aims(self) -> Mapping[str, Aim]:
        """The targets that hold at the end of the period."""
        return targets_for(METRICS, self.frame())

    @cached_property
    def scope(self) -> Callable[[], str]:
        """Gives ``All teams``, or their names as the database sorts them."""
        if self.teams is None:
            return lambda: "All teams"
        place = WindowOf(RowNumber(), order_by=["name", "pk"])
        teams = Team.objects.filter(pk__in=self.teams).order_by().values_list(place, "name")
        names = self.together.put(teams, tuple)
        return lambda: ", ".join(name for _, name in sorted(names)) or "No team"

    def frame(self, window: Window | None = None) -> Frame:
        filters = Filters(teams=self.teams)
        return Frame(window or self.window, filters, self.now, comparison=None, together=self.together)

    def active_agents(self) -> QuerySet[Agent]:
        active: QuerySet[Agent] = Agent.objects.active()
        return active if self.teams is None else active.in_teams(self.teams)  # type: ignore[attr-defined]

    @cached_property
    def agents(self) -> Mapping[int, str]:
        """The names of the active ones, by name as the database sorts them."""
        place = WindowOf(RowNumber(), order_by=["name", "pk"])
        found = self.together.put(self.active_agents().order_by().values_list(place, "pk", "name"), tuple)
        return Later(lambda: {pk: name for _, pk, name in sorted(found)})

    @cached_property
    def schedules(self) -> dict[int, Schedule]:
        """Of the agents, for the days around the period's first."""
        ids: Any = self.active_agents().values("pk")
        return schedules_of(ids, now=datetime.combine(self.period.first, NOON, UTC))

    def measured(self, keys: Iterable[str]) -> Mapping[str, Measured]:
        """Of the period and of the one before it, which may be of another length."""
        frame = replace(self.frame(), comparison=self.period.before)
        meter = Meter((METRICS[key] for key in keys), frame)
        found = tally(meter.parts, frame, meter.splits)
        return Later(lambda: meter.read(found))

    def by(
        self, dimension: Callable[[Source], Any], keys: Iterable[str], window: Window | None = None
    ) -> Mapping[Any, dict[str, Value]]:
        """By the dimension's values that occur; it is given each source that the metrics are read off."""
        meter = Meter((METRICS[key] for key in keys), self.frame(window))
        split = {part.source: {"group": dimension(part.source)} for part in meter.parts}
        counted = tally(meter.parts, meter.frame, merged([meter.splits, split]))
        return Later(
            lambda: {
                value: {key: found.now for key, found in meter.read(group).items()}
                for (value,), group in counted.by(["group"]).items()
            }
        )

    def by_day(self, keys: Iterable[str], window: Window | None = None) -> Mapping[Any, dict[str, Value]]:
        """By the dates of the report's zone on which anything happened."""
        return self.by(lambda source: TruncDate(source.clock, tzinfo=self.window.tzinfo), keys, window)
