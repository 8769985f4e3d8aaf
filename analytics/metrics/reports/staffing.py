"""Who was there, and who will be: by the presence ledger and by the plans."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from agents.actions.schedules import schedules_of
from agents.decisions.day_plan import DayPlan, day_plan
from agents.enums import ONLINE_STATUSES
from agents.models import Presence
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Figure

NOON = time(12)


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


def active(asked: Asked) -> Staffing:
    """Whoever was available or in conversation at any time of the period's first day. Four queries."""
    names, plans = _names(asked), _plans(asked, asked.period.first)
    statuses = defaultdict(set)
    rows = Presence.objects.covering(list(names), asked.window.start).filter(at__lt=asked.window.end)
    for agent, status in rows.order_by().values_list("agent", "status"):
        statuses[agent].add(status)
    missing = [agent for agent in names if not statuses[agent] & set(ONLINE_STATUSES)]
    return Staffing(
        len(names) - len(missing), tuple((names[agent], plans[agent].away or "not seen") for agent in missing)
    )


def coverage(asked: Asked, day: date) -> Staffing:
    """Who has planned hours left on that day. Three queries."""
    names, plans = _names(asked), _plans(asked, day)
    away = tuple((name, plans[agent].away) for agent, name in names.items() if not plans[agent].intervals)
    return Staffing(len(names) - len(away), away)


def _names(asked: Asked) -> dict[int, str]:
    return dict(asked.agents().order_by("name").values_list("pk", "name"))


def _plans(asked: Asked, day: date) -> dict[int, DayPlan]:
    schedules = schedules_of(list(_names(asked)), now=datetime.combine(day, NOON, UTC))
    return {agent: day_plan(schedule, day) for agent, schedule in schedules.items()}
