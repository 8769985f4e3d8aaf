"""The presence ledger of many agents, added up by day."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agents.decisions.availability import midnight
from agents.decisions.presence_hours import DayHours, presence_hours
from agents.models import Presence


def hours_of(
    agent_ids: Collection[int], *, zone: str, first: date, last: date, now: datetime
) -> dict[int, list[DayHours]]:
    """By agent, for each day from ``first`` through ``last`` of the zone: one query for any number of agents."""
    ledgers = ledgers_of(agent_ids, since=midnight(ZoneInfo(zone), first))
    return {
        pk: presence_hours(ledgers.get(pk, ()), zone=zone, first=first, last=last, now=now) for pk in agent_ids
    }


def ledgers_of(
    agent_ids: Collection[int], *, since: datetime, until: datetime | None = None
) -> dict[int, list[tuple[datetime, str]]]:
    """By agent, from when on which status held, in order, from the row on that held at ``since``: one query."""
    ledgers: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    rows = Presence.objects.covering(agent_ids, since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    for agent, at, status in rows.order_by("at", "id").values_list("agent", "at", "status"):
        ledgers[agent].append((at, status))
    return dict(ledgers)
