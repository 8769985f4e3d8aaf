"""Who is gone and who is back, found by a sweep; what they hold is for the app above to release."""

from datetime import datetime, timedelta

from django.db import transaction

from agents.actions.heartbeats import reconnect
from agents.actions.presence import set_presence
from agents.actions.schedules import availability_of
from agents.decisions.departures import GRACE, departure_cause
from agents.enums import CONNECTION_LOST, ONLINE_STATUSES, DepartureCause, Status
from agents.models import Agent, AgentHeartbeat, Departure
from helpninja.common.actors import SYSTEM
from helpninja.common.models import Heartbeat

# Between two sweeps. After a longer gap (nothing ran, or the database was away) no sign of life could be written
# either, so everybody gets the full time to give the next one.
EVERY = timedelta(seconds=15)
GAP = 3 * EVERY


def note_departures(*, now: datetime) -> None:
    """A few queries for any number of agents, and some more for each who left or came back since the last time."""
    if _there_was_a_gap(now):
        AgentHeartbeat.objects.filter(agent__departure=None).update(at=now)
    agents = list(Agent.objects.select_related("user", "heartbeat", "departure").order_by("pk"))
    plans = availability_of([agent.pk for agent in agents], now=now)
    for agent in agents:
        heartbeat, departure = getattr(agent, "heartbeat", None), getattr(agent, "departure", None)
        cause = departure_cause(
            is_active=agent.user.is_active,
            status=agent.status,
            heartbeat=heartbeat.at if heartbeat else None,
            plan=plans[agent.pk],
            now=now,
        )
        _follow(agent, departure, cause, now)


def _follow(agent: Agent, departure: Departure | None, cause: DepartureCause | None, now: datetime) -> None:
    """From what was known to what is so now. Whoever is connected again but off shift is found next time."""
    known = departure.cause if departure else None
    if known == DepartureCause.CONNECTION_LOST and cause not in (known, DepartureCause.DEACTIVATED):
        reconnect(agent_id=agent.pk, now=now)
    elif cause is None:
        if known:
            Departure.objects.filter(agent=agent, cause=known).delete()
    elif cause != known:
        _depart(agent_id=agent.pk, cause=cause, now=now)
    elif departure and departure.returns_to and now - departure.since >= GRACE[cause]:
        _give_up(agent_id=agent.pk, now=now)


@transaction.atomic
def _depart(*, agent_id: int, cause: DepartureCause, now: datetime) -> None:
    """Who was gone already and is so for another cause is gone since then."""
    agent = Agent.objects.select_for_update(no_key=True).get(pk=agent_id)
    departure, _ = Departure.objects.get_or_create(agent=agent, defaults={"since": now, "cause": cause})
    departure.cause = cause
    if cause == DepartureCause.CONNECTION_LOST and agent.status in ONLINE_STATUSES:
        departure.returns_to = agent.status
        set_presence(agent=agent, status=Status.AWAY, reason=CONNECTION_LOST, by=SYSTEM, now=now)
    elif cause == DepartureCause.DEACTIVATED and agent.status != Status.OFFLINE:
        departure.returns_to = ""
        set_presence(agent=agent, status=Status.OFFLINE, reason=cause.label, by=SYSTEM, now=now)
    departure.save(update_fields=["cause", "returns_to"])


@transaction.atomic
def _give_up(*, agent_id: int, now: datetime) -> None:
    """Away for so long is offline: nobody is away all night because they closed the page in the evening."""
    agent = Agent.objects.select_for_update(no_key=True).get(pk=agent_id)
    if agent.status == Status.AWAY and agent.status_reason == CONNECTION_LOST:
        set_presence(agent=agent, status=Status.OFFLINE, reason=CONNECTION_LOST, by=SYSTEM, now=now)


def _there_was_a_gap(now: datetime) -> bool:
    last = Heartbeat.objects.filter(name=Heartbeat.PRESENCE).values_list("at", flat=True).first()
    Heartbeat.objects.update_or_create(name=Heartbeat.PRESENCE, defaults={"at": now})
    return last is None or now - last > GAP
