"""One delivery over the wire, signed as Standard Webhooks has it."""

import json
from datetime import UTC, datetime

from standardwebhooks import Webhook

from escalations.integrations.webhooks.payload import payload_of
from escalations.integrations.webhooks.schedule import Answer
from escalations.models import WebhookDelivery
from helpninja.common import outgoing


def send(delivery: WebhookDelivery, now: datetime) -> Answer:
    """The id in the headers is the delivery's own at every attempt, so that receivers can tell repetitions."""
    body = json.dumps(payload_of(delivery.event), ensure_ascii=False, separators=(",", ":"))
    signature = Webhook(delivery.endpoint.secret).sign(delivery.public_id, now.astimezone(UTC), body)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": delivery.public_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    try:
        reply = outgoing.post(delivery.endpoint.url, content=body.encode(), headers=headers)
    except outgoing.OutgoingRefused as refused:
        return Answer(None, f"Not sent: {refused}")
    except outgoing.OutgoingFailed as failed:
        return Answer(None, str(failed))
    error = "Redirects are not followed." if 300 <= reply.status < 400 else ""
    return Answer(reply.status, error, retry_after=reply.headers.get("retry-after", ""))
