"""What follows at once from domain signals. Receivers only enqueue: the sweeps find whatever they miss."""

import time
from typing import Any

from escalations.models import WebhookEndpoint
from escalations.tasks import deliver_webhooks
from helpninja.common.jobs import enqueue

REMEMBERED_SECONDS = 1.0
_known: dict[str, tuple[float, bool]] = {}


def wake_webhooks(**signal: Any) -> None:
    """For ``escalation_event_appended``."""
    if _anybody_listens():
        enqueue(deliver_webhooks)


def forget_endpoints() -> None:
    _known.clear()


def _anybody_listens() -> bool:
    """Looked up once a second at most: most installations have no endpoint, and every event comes by here."""
    until, listens = _known.get("active", (0.0, False))
    if time.monotonic() >= until:
        listens = WebhookEndpoint.objects.filter(active=True).exists()
        _known["active"] = (time.monotonic() + REMEMBERED_SECONDS, listens)
    return listens
