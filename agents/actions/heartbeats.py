"""Signs of life: of open live pages, for many agents at once, and of whatever somebody does by HTTP."""

import time
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from agents.actions.presence import set_presence
from agents.enums import CONNECTION_LOST, DepartureCause, Status
from agents.models import Agent, AgentHeartbeat, Departure
from helpninja.common.actors import SYSTEM

# The least time between two writes for the same agent, in each process.
SECONDS_APART = 15.0
_noted: dict[int, float] = {}


def keep(*, agent_ids: Collection[int], now: datetime) -> None:
    """Their live pages are open: two statements for any number, and those come back who were lost.

    Written in one order, so that two processes that write for the same agents never wait for each other in turn.
    """
    beats = [AgentHeartbeat(agent_id=pk, at=now) for pk in sorted(agent_ids)]
    AgentHeartbeat.objects.bulk_create(
        beats, update_conflicts=True, unique_fields=["agent"], update_fields=["at"], batch_size=1000
    )
    for departure in Departure.objects.filter(agent__in=agent_ids, cause=DepartureCause.CONNECTION_LOST):
        reconnect(agent_id=departure.agent_id, now=now)


def note_request(*, user_id: int, now: datetime) -> None:
    """The user did or read something by HTTP: a sign of life of those whose live page is open.

    It makes nobody watched who works without such a page. Who was lost and goes on by HTTP is back, and is
    watched no longer until a live page opens again. Looked at once in ``SECONDS_APART`` for each user.
    """
    if time.monotonic() - _noted.get(user_id, float("-inf")) < SECONDS_APART:
        return
    _noted[user_id] = time.monotonic()
    heartbeat = AgentHeartbeat.objects.filter(agent__user=user_id).first()
    if heartbeat is None:
        return
    if Departure.objects.filter(agent=heartbeat.agent_id, cause=DepartureCause.CONNECTION_LOST).exists():
        reconnect(agent_id=heartbeat.agent_id, now=now)
        heartbeat.delete()
    else:
        heartbeat.at = now
        heartbeat.save(update_fields=["at"])


def forget_requests() -> None:
    """So that the next request of anybody is noted, however soon it comes."""
    _noted.clear()


@transaction.atomic
def reconnect(*, agent_id: int, now: datetime) -> None:
    """After a lost connection: the status is again what it was, or what the work makes of it since."""
    agent = Agent.objects.select_for_update(no_key=True).get(pk=agent_id)
    departure = Departure.objects.filter(agent=agent, cause=DepartureCause.CONNECTION_LOST).first()
    if departure is None:
        return
    departure.delete()
    if departure.returns_to and agent.status_reason == CONNECTION_LOST:
        set_presence(agent=agent, status=Status(departure.returns_to), by=SYSTEM, now=now)
