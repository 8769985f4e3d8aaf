"""The only writer of an agent's presence: the ledger's row and the copy on the agent, in one transaction."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from agents.enums import ONLINE_STATUSES, Status
from agents.models import Agent, Departure, Presence
from agents.signals import presence_changed
from helpninja.common import realtime
from helpninja.common.actors import SYSTEM, Actor


@transaction.atomic
def set_presence(
    *, agent: Agent, status: Status, by: Actor, now: datetime, reason: str = "", until: datetime | None = None
) -> Agent:
    """``until`` is when the agent expects to be back. Sends ``presence_changed`` after commit.

    Saying again what is already so writes nothing. Raises ValidationError where ``until`` is not later than now.
    """
    if until is not None and until <= now:
        raise ValidationError({"until": "The return time must be later than now."})
    if status in ONLINE_STATUSES:
        until = None
    if (agent.status, agent.status_reason, agent.status_until) == (status, reason, until):
        return agent
    presence = Presence.objects.create(
        agent=agent, at=now, status=status, reason=reason, until=until, actor=by.label
    )
    agent.status, agent.status_reason, agent.status_since, agent.status_until = status, reason, now, until
    agent.save(update_fields=["status", "status_reason", "status_since", "status_until"])
    transaction.on_commit(realtime.wake)
    transaction.on_commit(lambda: presence_changed.send(sender=Agent, agent_id=agent.pk, presence_id=presence.pk))
    return agent


def follow_work(*, agent: Agent, active: int, now: datetime, at_work: bool = False) -> None:
    """In conversation while active on something, available again after the last; a break or absence stays.

    ``at_work``: they took it themselves just now; whoever does so although away or offline is evidently there,
    and is shown so. Who lost the connection will find what their work has made of them meanwhile.
    """
    status = Status.IN_CONVERSATION if active else Status.AVAILABLE
    if status == agent.status:
        return
    if agent.status in ONLINE_STATUSES or (active and at_work):
        set_presence(agent=agent, status=status, by=SYSTEM, now=now)
    else:
        Departure.objects.filter(agent=agent).exclude(returns_to="").update(returns_to=status)
