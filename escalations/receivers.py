"""What follows at once from domain signals. Receivers only enqueue: the sweeps find whatever they miss."""

import time
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from escalations.enums import ENTRY_KINDS, EventKind, RoutingMode
from escalations.models import RoutingPolicy, WebhookEndpoint
from escalations.tasks import deliver_webhooks, dispatch_waiting, look_at, offer_backlog
from helpninja.common.jobs import enqueue

REMEMBERED_SECONDS = 1.0
# With these an agent's place becomes free.
FREEING = (
    EventKind.DECLINED,
    EventKind.OFFER_EXPIRED,
    EventKind.PENDED,
    EventKind.RELEASED,
    EventKind.RESOLVED,
    EventKind.CANCELLED,
)
_known: dict[str, tuple[float, bool]] = {}


def wake_webhooks(**signal: Any) -> None:
    """For ``escalation_event_appended``."""
    if _anybody_listens():
        enqueue(deliver_webhooks)


def look_at_deadline(at: datetime, **signal: Any) -> None:
    """For ``deadline_near``."""
    look_at(at)


def wake_dispatcher(*, kind: str, agent_id: int | None, **signal: Any) -> None:
    """For ``escalation_event_appended``: something came into the queue, or an agent has a place free."""
    if kind not in (*FREEING, *ENTRY_KINDS) or not _anything_is_offered():
        return
    if kind in FREEING and agent_id is not None:
        enqueue(offer_backlog, agent_id)
    else:
        enqueue(dispatch_waiting)


def offer_to_whoever_came(*, agent_id: int, **signal: Any) -> None:
    """For ``presence_changed``."""
    if _anything_is_offered():
        enqueue(offer_backlog, agent_id)


def forget_what_is_known() -> None:
    _known.clear()


def _anybody_listens() -> bool:
    return _remembered("endpoints", WebhookEndpoint.objects.filter(active=True))


def _anything_is_offered() -> bool:
    return _remembered("policies", RoutingPolicy.objects.exclude(mode=RoutingMode.PULL))


def _remembered(name: str, rows: QuerySet[Any]) -> bool:
    """Whether there are any, looked up once a second at most: often there are none, and every event comes by."""
    until, found = _known.get(name, (0.0, False))
    if time.monotonic() >= until:
        found = rows.exists()
        _known[name] = (time.monotonic() + REMEMBERED_SECONDS, found)
    return found
