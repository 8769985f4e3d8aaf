"""The only writer of the event log, and how what is no change of state is written with its event."""

from datetime import datetime
from typing import Any

from django.db import transaction

from agents.models import Agent
from escalations.enums import EventKind
from escalations.models import Escalation, EscalationEvent, Message
from escalations.signals import escalation_event_appended
from helpninja.common import realtime
from helpninja.common.actors import Actor


def append_event(
    escalation: Escalation,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    agent: Agent | None = None,
    message: Message | None = None,
    data: dict[str, Any] | None = None,
) -> EscalationEvent:
    """Inside the transaction of the change that it records; ``escalation.version`` already counts it.

    After commit the live pages are woken and ``escalation_event_appended`` is sent.
    """
    event = EscalationEvent.objects.create(
        escalation=escalation,
        kind=kind,
        at=at,
        version=escalation.version,
        actor=by.label,
        agent=agent,
        message=message,
        data=data or {},
    )
    transaction.on_commit(lambda: _announce(event))
    return event


def change(escalation: Escalation, **changes: Any) -> None:
    """Fields beside the state; the event that tells of it follows in the same transaction."""
    for name, value in changes.items():
        setattr(escalation, name, value)
    escalation.save(update_fields=list(changes))


def record(escalation: Escalation, kind: EventKind, *, by: Actor, now: datetime, **event: Any) -> None:
    """An event that leaves the state as it is. The row is locked by the caller."""
    change(escalation, version=escalation.version + 1)
    append_event(escalation, kind, by=by, at=now, **event)


def _announce(event: EscalationEvent) -> None:
    realtime.wake()
    # Whatever a receiver does wrong is logged: the change is committed, and the sweeps find its event.
    escalation_event_appended.send_robust(
        sender=EscalationEvent,
        escalation_id=event.escalation_id,
        event_id=event.pk,
        kind=event.kind,
        agent_id=event.agent_id,
    )
