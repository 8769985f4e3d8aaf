"""What a report is asked about, and its numbers: all of them read off the registry of metrics."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from typing import Any

from django.db.models.functions import TruncDate

from agents.actions.schedules import schedules_of
from agents.decisions.availability import Schedule
from agents.models import Agent, Team
from analytics.decisions.periods import Period
from analytics.metrics.filters import Filters
from analytics.metrics.registry import METRICS, Measured, measure
from analytics.metrics.registry.metric import Meter
from analytics.metrics.sources import Source
from analytics.metrics.tally import Frame, merged, tally
from analytics.metrics.targets import Aim, targets_for
from helpninja.common.values import Value
from helpninja.common.windows import Window

NOON = time(12)


@dataclass(frozen=True)
class Asked:
    """``teams`` None: of all."""

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
    def aims(self) -> Mapping[str, Aim]:
        """The targets that hold at the end of the period."""
        return targets_for(METRICS, self.frame())

    @cached_property
    def scope(self) -> str:
        """``All teams``, or their names."""
        if self.teams is None:
            return "All teams"
        names = Team.objects.filter(pk__in=self.teams).values_list("name", flat=True)
        return ", ".join(names) or "No team"

    def frame(self, window: Window | None = None) -> Frame:
        return Frame(window or self.window, Filters(teams=self.teams), self.now, comparison=None)

    @cached_property
    def agents(self) -> dict[int, str]:
        """The names of the active ones, by name."""
        rows = Agent.objects.active() if self.teams is None else Agent.objects.active().in_teams(self.teams)
        return dict(rows.order_by("name").values_list("pk", "name"))

    @cached_property
    def schedules(self) -> dict[int, Schedule]:
        """Of the agents, for the days around the period's first."""
        return schedules_of(list(self.agents), now=datetime.combine(self.period.first, NOON, UTC))

    def measured(self, keys: Iterable[str]) -> dict[str, Measured]:
        """Of the period and of the one before it, which may be of another length."""
        metrics = [METRICS[key] for key in keys]
        now, before = (measure(metrics, self.frame(window)) for window in (self.window, self.period.before))
        return {one.key: Measured(one, now[one.key].now, before[one.key].now) for one in metrics}

    def by(
        self, dimension: Callable[[Source], Any], keys: Iterable[str], window: Window | None = None
    ) -> dict[Any, dict[str, Value]]:
        """By the dimension's values that occur; it is given each source that the metrics are read off."""
        meter = Meter((METRICS[key] for key in keys), self.frame(window))
        split = {part.source: {"group": dimension(part.source)} for part in meter.parts}
        groups = tally(meter.parts, meter.frame, merged([meter.splits, split])).by(["group"])
        return {
            value: {key: found.now for key, found in meter.read(group).items()}
            for (value,), group in groups.items()
        }

    def by_day(self, keys: Iterable[str], window: Window | None = None) -> dict[Any, dict[str, Value]]:
        """By the dates of the report's zone on which anything happened."""
        return self.by(lambda source: TruncDate(source.clock, tzinfo=self.window.tzinfo), keys, window)
