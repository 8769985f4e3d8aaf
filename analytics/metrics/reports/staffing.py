"""Who was there, and who will be: by the presence ledger and by the plans."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agents.decisions.day_plan import DayPlan, day_plan
from agents.enums import ONLINE_STATUSES
from agents.models import Presence
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Figure


@dataclass(frozen=True)
class Staffing:
    """``away`` holds names and why."""

    there: int
    away: tuple[tuple[str, str], ...]

    def figure(self, key: str, label: str, definition: str) -> Figure:
        """``5/6 (Mike P. on training)``."""
        total = self.there + len(self.away)
        return Figure(
            key=key,
            label=label,
            text=f"{self.there}/{total}",
            unit="agents",
            value=float(self.there),
            n=total,
            note=", ".join(f"{name} {why}" for name, why in self.away),
            definition=definition,
        )


def presence(asked: Asked) -> Iterable[tuple[int, str]]:
    """The agents with the statuses that they had in the period."""
    ids = asked.active_agents().values("pk")
    rows = Presence.objects.covering(ids, asked.window.start).filter(at__lt=asked.window.end)
    return asked.together.put(rows.order_by().values_list("agent", "status").distinct(), tuple)


def active(asked: Asked, seen: Iterable[tuple[int, str]]) -> Staffing:
    """Whoever was available or in conversation at any time of the period, of those seen there."""
    plans = _plans(asked, asked.period.first)
    statuses = defaultdict(set)
    for agent, status in seen:
        statuses[agent].add(status)
    missing = [agent for agent in plans if not statuses[agent] & set(ONLINE_STATUSES)]
    away = tuple((asked.agents[agent], plans[agent].away or "not seen") for agent in missing)
    return Staffing(len(plans) - len(away), away)


def coverage(asked: Asked, day: date) -> Staffing:
    """Who has planned hours left on that day, which is near the period's first."""
    plans = _plans(asked, day)
    away = tuple((asked.agents[agent], plan.away) for agent, plan in plans.items() if not plan.intervals)
    return Staffing(len(plans) - len(away), away)


def _plans(asked: Asked, day: date) -> dict[int, DayPlan]:
    return {agent: day_plan(asked.schedules[agent], day) for agent in asked.agents}
