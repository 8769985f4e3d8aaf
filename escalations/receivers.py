"""What follows at once from domain signals. Receivers only enqueue: the sweeps find whatever they miss."""

import time
from datetime import datetime
from typing import Any

from escalations.models import WebhookEndpoint
from escalations.tasks import deliver_webhooks, look_at
from helpninja.common.jobs import enqueue

REMEMBERED_SECONDS = 1.0
_known: dict[str, tuple[float, bool]] = {}


def wake_webhooks(**signal: Any) -> None:
    """For ``escalation_event_appended``."""
    if _anybody_listens():
        enqueue(deliver_webhooks)


def look_at_deadline(at: datetime, **signal: Any) -> None:
    """For ``deadline_near``."""
    look_at(at)


def forget_endpoints() -> None:
    _known.clear()


def _anybody_listens() -> bool:
    """Looked up once a second at most: most installations have no endpoint, and every event comes by here."""
    until, listens = _known.get("active", (0.0, False))
    if time.monotonic() >= until:
        listens = WebhookEndpoint.objects.filter(active=True).exists()
        _known["active"] = (time.monotonic() + REMEMBERED_SECONDS, listens)
    return listens
