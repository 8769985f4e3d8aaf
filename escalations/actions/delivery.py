"""The webhook outbox: from events to deliveries, and from deliveries to what the receivers said."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from escalations.enums import EventKind
from escalations.integrations.webhooks import sender
from escalations.integrations.webhooks.lanes import LANES, Lanes, Step
from escalations.integrations.webhooks.payload import RELATED
from escalations.integrations.webhooks.schedule import Answer, outcome_of
from escalations.models import EscalationEvent, WebhookDelivery, WebhookEndpoint
from escalations.models.webhook import DeliveryState
from helpninja.common.actions import record
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict

Clock = Callable[[], datetime]
Send = Callable[[WebhookDelivery, datetime], Answer]

# Longer than an attempt can take (10 s): whoever dies with a delivery in hand holds it up for so long.
LEASE = timedelta(seconds=20)
CANDIDATES = 20


def fan_out(*, now: datetime, limit: int = 500) -> int:
    """Makes the deliveries of events that have none yet, in one transaction; returns how many events it took.

    Workers share the events among themselves: each skips those that another has in hand.
    """
    undispatched = EscalationEvent.objects.filter(dispatched=False).order_by("id")
    if not undispatched.exists():
        return 0
    with transaction.atomic():
        events = list(
            undispatched.select_related("escalation__conversation").select_for_update(
                skip_locked=True, of=("self",), no_key=True
            )[:limit]
        )
        endpoints = list(WebhookEndpoint.objects.filter(active=True))
        WebhookDelivery.objects.bulk_create(
            [
                WebhookDelivery(endpoint=endpoint, event=event, next_attempt_at=now)
                for event in events
                for endpoint in endpoints
                if _wants(endpoint, event)
            ],
            ignore_conflicts=True,
        )
        EscalationEvent.objects.filter(pk__in=[event.pk for event in events]).update(dispatched=True)
    return len(events)


def deliver_due(*, clock: Clock = timezone.now, send: Send = sender.send, lanes: Lanes = LANES) -> None:
    """Opens lanes for every endpoint with something due; they work in threads and this returns at once."""
    due = _due(clock()).order_by().values_list("endpoint").annotate(Count("pk"))
    for endpoint, count in due:
        lanes.open(endpoint, partial(_deliver_next, endpoint, clock, send, lanes.release), wanted=count)


def replay(*, delivery: WebhookDelivery, by: Actor, now: datetime) -> WebhookDelivery:
    """A delivery that was given up begins its schedule again, under its old id."""
    if not delivery.endpoint.active:
        raise Conflict("The endpoint is switched off.")
    with transaction.atomic():
        dead = WebhookDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.DEAD)
        if not dead.update(state=DeliveryState.PENDING, attempts=0, next_attempt_at=now):
            raise Conflict("Only deliveries that were given up can be sent again.")
        record(by=by, action="webhook.replayed", subject=delivery, now=now, endpoint=delivery.endpoint.name)
    delivery.refresh_from_db()
    return delivery


def _wants(endpoint: WebhookEndpoint, event: EscalationEvent) -> bool:
    """An import tells of the past: it goes to those alone who name it."""
    kinds = endpoint.kinds or [kind for kind in EventKind.values if kind != EventKind.IMPORTED]
    return event.kind in kinds and endpoint.source in ("", event.escalation.conversation.source)


def _due(now: datetime) -> QuerySet[WebhookDelivery]:
    """An endpoint that is switched off keeps what it had pending."""
    return WebhookDelivery.objects.filter(
        state=DeliveryState.PENDING, next_attempt_at__lte=now, endpoint__active=True
    )


def _deliver_next(endpoint: int, clock: Clock, send: Send, release: Callable[[], None]) -> Step:
    """No connection is kept while the receiver takes its time: there are more lanes than connections."""
    delivery = _claim(endpoint, clock())
    if delivery is None:
        return Step.NOTHING_DUE
    release()
    answer = send(delivery, clock())
    _record(delivery, answer, clock())
    return Step.OVERLOADED if answer.overloaded else Step.MORE


def _claim(endpoint: int, now: datetime) -> WebhookDelivery | None:
    """By conditional UPDATE: the attempt is counted, and the delivery is due for nobody while the lease runs."""
    due = _due(now).filter(endpoint=endpoint).order_by("next_attempt_at", "pk")
    for pk, attempts in due.values_list("pk", "attempts")[:CANDIDATES]:
        free = WebhookDelivery.objects.filter(
            pk=pk, state=DeliveryState.PENDING, attempts=attempts, next_attempt_at__lte=now
        )
        if free.update(attempts=F("attempts") + 1, next_attempt_at=now + LEASE):
            related = ("endpoint", *(f"event__{name}" for name in RELATED))
            return WebhookDelivery.objects.select_related(*related).get(pk=pk)
    return None


def _record(delivery: WebhookDelivery, answer: Answer, now: datetime) -> None:
    """Nothing is written by one whose lease ran out and whose delivery is another's now."""
    outcome = outcome_of(answer, attempts=delivery.attempts, now=now, spread=random.random())
    with transaction.atomic():
        ours = WebhookDelivery.objects.filter(
            pk=delivery.pk, state=DeliveryState.PENDING, attempts=delivery.attempts
        )
        recorded = ours.update(
            state=outcome.state,
            next_attempt_at=outcome.next_attempt_at,
            last_status=answer.status,
            last_error=outcome.error[:300],
            delivered_at=now if answer.accepted else None,
        )
        if recorded and outcome.gone:
            _switch_off(delivery.endpoint, now)
        if recorded and outcome.rest_until:
            _let_rest(delivery.endpoint, outcome.rest_until)


def _let_rest(endpoint: WebhookEndpoint, until: datetime) -> None:
    """Rows that another lane is writing are skipped: it has an answer of its own, and lanes can't deadlock."""
    earlier = WebhookDelivery.objects.filter(
        endpoint=endpoint, state=DeliveryState.PENDING, next_attempt_at__lt=until
    )
    free = earlier.select_for_update(skip_locked=True).values("pk")
    WebhookDelivery.objects.filter(pk__in=free).update(next_attempt_at=until)


def _switch_off(endpoint: WebhookEndpoint, now: datetime) -> None:
    if WebhookEndpoint.objects.filter(pk=endpoint.pk, active=True).update(active=False):
        because = "It answered 410 Gone."
        record(by=SYSTEM, action="webhook.switched_off", subject=endpoint, now=now, because=because)
