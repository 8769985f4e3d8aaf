"""The webhook outbox: what is made of events, and what becomes of each delivery."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone
from standardwebhooks import Webhook

from escalations.actions import delivery as outbox
from escalations.enums import EventKind
from escalations.integrations.webhooks.lanes import Lanes
from escalations.integrations.webhooks.schedule import DELAYS, JITTER, Answer
from escalations.models import EscalationEvent, WebhookDelivery, WebhookEndpoint
from escalations.models.webhook import DeliveryState
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from tests import factories
from tests.receiver import receiver, say

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SUPERVISOR = Actor("person", "Morgan Blake")
pytestmark = pytest.mark.django_db


class InOrder:
    """An executor that runs what is submitted at once, one after the other, in the test's own thread."""

    def __init__(self):
        self.queue = []
        self.running = False

    def submit(self, *work):
        self.queue.append(work)
        if self.running:
            return
        self.running = True
        while self.queue:
            function, *arguments = self.queue.pop(0)
            function(*arguments)
        self.running = False


class Receivers:
    """Stands for all of them: ``answers`` by endpoint name, 200 for the rest; ``got`` in the order of arrival."""

    def __init__(self, **answers):
        self.answers = answers
        self.got = []

    def __call__(self, delivery, now):
        self.got.append((delivery.endpoint.name, delivery.event.kind))
        return self.answers.get(delivery.endpoint.name, Answer(200))


def _deliver(send, *, now=NOW):
    outbox.deliver_due(clock=lambda: now, send=send, lanes=Lanes(InOrder()))


@pytest.fixture(name="receiver")
def running_receiver(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with receiver() as server:
        yield server


def _endpoint(name="crm", url="https://hooks.example.com/", **fields):
    return WebhookEndpoint.objects.create(name=name, url=url, **fields)


def _event(kind=EventKind.OPENED, *, escalation=None, version=1):
    escalation = escalation or factories.make_escalation()
    return EscalationEvent.objects.create(escalation=escalation, kind=kind, at=NOW, version=version, actor="test")


def _delivery(endpoint=None, **fields):
    return WebhookDelivery.objects.create(
        endpoint=endpoint or _endpoint(), event=_event(), **{"next_attempt_at": NOW, **fields}
    )


# From events to deliveries


def test_every_event_becomes_one_delivery_for_each_endpoint():
    events = [_event(), _event(EventKind.CLAIMED)]
    endpoints = [_endpoint("crm"), _endpoint("chat")]

    taken = outbox.fan_out(now=NOW)

    assert taken == 2
    assert set(WebhookDelivery.objects.values_list("endpoint", "event", "next_attempt_at")) == {
        (endpoint.pk, event.pk, NOW) for endpoint in endpoints for event in events
    }
    assert not EscalationEvent.objects.filter(dispatched=False).exists()


def test_a_second_run_makes_nothing():
    _endpoint()
    _event()
    outbox.fan_out(now=NOW)

    assert outbox.fan_out(now=NOW) == 0
    assert WebhookDelivery.objects.count() == 1


def test_a_delivery_that_exists_already_is_not_made_twice():
    made = _delivery()

    outbox.fan_out(now=NOW)

    assert list(WebhookDelivery.objects.all()) == [made]


def test_without_endpoints_events_are_only_marked():
    _event()
    _endpoint(active=False)

    assert outbox.fan_out(now=NOW) == 1
    assert not EscalationEvent.objects.filter(dispatched=False).exists()
    assert not WebhookDelivery.objects.exists()


def test_an_endpoint_gets_the_kinds_and_the_source_it_asks_for():
    other = factories.make_escalation(conversation=factories.make_conversation(source="other"))
    events = [_event(), _event(EventKind.RESOLVED), _event(EventKind.RESOLVED, escalation=other)]
    _endpoint("resolved", kinds=["resolved"])
    _endpoint("other", source="other")

    outbox.fan_out(now=NOW)

    assert set(WebhookDelivery.objects.values_list("endpoint__name", "event")) == {
        ("resolved", events[1].pk),
        ("resolved", events[2].pk),
        ("other", events[2].pk),
    }


def test_imported_history_goes_to_those_alone_who_ask_for_it():
    _event(EventKind.IMPORTED)
    _endpoint("everything")
    _endpoint("history", kinds=["imported"])

    outbox.fan_out(now=NOW)

    assert list(WebhookDelivery.objects.values_list("endpoint__name", flat=True)) == ["history"]


def test_a_run_takes_no_more_events_than_its_limit():
    for _ in range(3):
        _event()

    assert [outbox.fan_out(now=NOW, limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(count, django_assert_num_queries):
    _endpoint()
    for _ in range(count):
        _event()

    with django_assert_num_queries(7):  # anything?, savepoint, events, endpoints, insert, mark, release
        outbox.fan_out(now=NOW)


# From deliveries to what the receivers said


def test_what_is_due_is_sent_and_recorded():
    delivery = _delivery()

    _deliver(Receivers(), now=NOW + timedelta(seconds=1))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == (DeliveryState.DELIVERED, 1, None)
    assert (delivery.last_status, delivery.delivered_at) == (200, NOW + timedelta(seconds=1))


def test_what_is_not_due_or_done_or_of_an_endpoint_switched_off_is_not_sent():
    _delivery(next_attempt_at=NOW + timedelta(seconds=1))
    _delivery(_endpoint("done"), state=DeliveryState.DELIVERED, next_attempt_at=None)
    _delivery(_endpoint("dead"), state=DeliveryState.DEAD, next_attempt_at=None)
    _delivery(_endpoint("off", active=False))
    receivers = Receivers()

    _deliver(receivers)

    assert receivers.got == []


def test_events_go_to_an_endpoint_in_their_order():
    endpoint, escalation = _endpoint(), factories.make_escalation()
    for version, kind in enumerate((EventKind.OPENED, EventKind.CLAIMED, EventKind.RESOLVED), 1):
        event = _event(kind, escalation=escalation, version=version)
        WebhookDelivery.objects.create(endpoint=endpoint, event=event, next_attempt_at=NOW)
    receivers = Receivers()

    outbox.deliver_due(clock=lambda: NOW, send=receivers, lanes=Lanes(InOrder(), share=1))

    assert receivers.got == [("crm", "opened"), ("crm", "claimed"), ("crm", "resolved")]


def test_an_endpoint_that_fails_holds_up_no_other():
    failing, healthy = _endpoint("failing"), _endpoint("healthy")
    for _ in range(5):
        _delivery(failing)
        _delivery(healthy)
    receivers = Receivers(failing=Answer(None, "No answer within 10 s."))

    _deliver(receivers)

    assert receivers.got.count(("healthy", "opened")) == 5
    assert WebhookDelivery.objects.filter(endpoint=healthy, state=DeliveryState.DELIVERED).count() == 5


def test_a_failing_receiver_is_tried_on_the_schedule_and_then_given_up():
    delivery = _delivery()
    receivers = Receivers(crm=Answer(500))
    now = NOW

    for attempts, delay in enumerate(DELAYS, 1):
        _deliver(receivers, now=now - timedelta(microseconds=1))
        assert len(receivers.got) == attempts - 1
        _deliver(receivers, now=now)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, attempts)
        assert delay <= delivery.next_attempt_at - now <= delay * (1 + JITTER)
        now = delivery.next_attempt_at
    _deliver(receivers, now=now)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == (DeliveryState.DEAD, 10, None)
    assert (delivery.last_status, delivery.last_error) == (500, "The answer was 500.")
    assert timedelta(hours=75) < now - NOW < timedelta(hours=84)


def test_gone_switches_the_endpoint_off_with_a_record_of_it():
    endpoint = _endpoint()
    gone, later = _delivery(endpoint), _delivery(endpoint, next_attempt_at=NOW + timedelta(minutes=5))

    _deliver(Receivers(crm=Answer(410)))

    gone.refresh_from_db(), later.refresh_from_db(), endpoint.refresh_from_db()
    assert (gone.state, endpoint.active) == (DeliveryState.DEAD, False)
    assert later.state == DeliveryState.PENDING
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.object_label) == ("webhook.switched_off", "helpNINJA", "crm")


def test_retry_after_lets_the_whole_endpoint_rest():
    endpoint = _endpoint()
    refused, other = _delivery(endpoint), _delivery(endpoint)
    receivers = Receivers(crm=Answer(429, retry_after="120"))

    outbox.deliver_due(clock=lambda: NOW, send=receivers, lanes=Lanes(InOrder(), share=1))

    refused.refresh_from_db(), other.refresh_from_db()
    assert refused.next_attempt_at == other.next_attempt_at == NOW + timedelta(seconds=120)
    assert (refused.attempts, other.attempts) == (1, 0)


def test_a_claimed_delivery_is_nobody_elses_until_the_lease_ends():
    delivery = _delivery()
    claimed = outbox._claim(delivery.endpoint_id, NOW)

    assert claimed == delivery
    assert outbox._claim(delivery.endpoint_id, NOW + outbox.LEASE - timedelta(seconds=1)) is None
    assert outbox._claim(delivery.endpoint_id, NOW + outbox.LEASE).attempts == 2


def test_who_lost_the_lease_records_nothing():
    delivery = _delivery()
    late = outbox._claim(delivery.endpoint_id, NOW)
    current = outbox._claim(delivery.endpoint_id, NOW + outbox.LEASE)

    outbox._record(current, Answer(200), NOW + outbox.LEASE)
    outbox._record(late, Answer(500), NOW + outbox.LEASE)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status) == (DeliveryState.DELIVERED, 200)


# Replay


def test_a_delivery_that_was_given_up_can_be_replayed():
    delivery = _delivery(state=DeliveryState.DEAD, next_attempt_at=None, attempts=10)

    replayed = outbox.replay(delivery=delivery, by=SUPERVISOR, now=NOW)
    _deliver(Receivers())

    assert (replayed.state, replayed.attempts, replayed.public_id) == (
        DeliveryState.PENDING,
        0,
        delivery.public_id,
    )
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 1)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.object_id) == ("webhook.replayed", "Morgan Blake", delivery.public_id)


@pytest.mark.parametrize(
    ("state", "next_attempt_at"), [(DeliveryState.PENDING, NOW), (DeliveryState.DELIVERED, None)]
)
def test_only_what_was_given_up_is_replayed(state, next_attempt_at):
    delivery = _delivery(state=state, next_attempt_at=next_attempt_at, attempts=3)

    with pytest.raises(Conflict):
        outbox.replay(delivery=delivery, by=SUPERVISOR, now=NOW)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (state, 3)
    assert not AuditEntry.objects.exists()


def test_to_an_endpoint_switched_off_nothing_is_replayed():
    delivery = _delivery(_endpoint(active=False), state=DeliveryState.DEAD, next_attempt_at=None)

    with pytest.raises(Conflict):
        outbox.replay(delivery=delivery, by=SUPERVISOR, now=NOW)


# Over the wire


def _deliver_over_the_wire():
    now = timezone.now()
    outbox.deliver_due(clock=lambda: now, lanes=Lanes(InOrder()))


def test_the_receiver_can_verify_what_it_gets(receiver):
    endpoint = _endpoint(url=receiver.url)
    delivery = _delivery(endpoint)

    _deliver_over_the_wire()

    path, headers, body = receiver.seen[0]
    assert (path, headers["content-type"], headers["webhook-id"]) == (
        "/hook", "application/json", delivery.public_id,
    )  # fmt: skip
    assert Webhook(endpoint.secret).verify(body, headers)["type"] == "new_escalation"
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED


def test_the_id_stays_the_same_at_every_attempt(receiver):
    delivery = _delivery(_endpoint(url=receiver.url))
    receiver.answer = lambda request: say(request, 500)
    _deliver_over_the_wire()
    WebhookDelivery.objects.update(next_attempt_at=NOW)

    _deliver_over_the_wire()

    assert [headers["webhook-id"] for _, headers, _ in receiver.seen] == [delivery.public_id] * 2
    assert [json.loads(body)["type"] for _, _, body in receiver.seen] == ["new_escalation"] * 2


def test_a_redirect_is_a_failure_and_is_not_followed(receiver):
    delivery = _delivery(_endpoint(url=receiver.url))
    receiver.answer = lambda request: say(request, 302, Location="/elsewhere")

    _deliver_over_the_wire()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status) == (DeliveryState.PENDING, 302)
    assert delivery.last_error == "Redirects are not followed."
    assert [path for path, _, _ in receiver.seen] == ["/hook"]


def test_retry_after_is_read_from_the_answer(receiver):
    delivery = _delivery(_endpoint(url=receiver.url))
    receiver.answer = lambda request: say(request, 503, **{"Retry-After": "3600"})
    before = timezone.now()

    _deliver_over_the_wire()

    delivery.refresh_from_db()
    assert before + timedelta(hours=1) <= delivery.next_attempt_at <= timezone.now() + timedelta(hours=1)


def test_an_endpoint_in_the_private_network_is_not_called(receiver, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []
    delivery = _delivery(_endpoint(url=receiver.url))

    _deliver_over_the_wire()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status) == (DeliveryState.PENDING, None)
    assert delivery.last_error == "Not sent: 127.0.0.1 is not a public address."
    assert receiver.seen == []


def test_an_address_that_is_none_is_a_failure_like_others():
    delivery = _delivery(_endpoint(url="http://[::/"))

    _deliver_over_the_wire()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert delivery.last_error


# Workers beside one another


def _together(work, *, workers):
    """Runs it in so many threads at the same time."""
    barrier = threading.Barrier(workers)

    def run():
        try:
            barrier.wait(10)
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(run) for _ in range(workers)]:
            future.result(60)


@pytest.fixture
def separate_connections():
    """The in-memory database of the tests on SQLite has one connection for all."""
    if connection.vendor != "postgresql":
        pytest.skip("needs connections of their own for threads")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("separate_connections")
def test_workers_at_the_same_time_make_each_delivery_once():
    _endpoint("crm"), _endpoint("chat")
    escalation = factories.make_escalation()
    for version in range(1, 201):
        _event(escalation=escalation, version=version)

    def work():
        while outbox.fan_out(now=NOW, limit=7):
            pass

    _together(work, workers=6)

    assert WebhookDelivery.objects.count() == 400
    assert not EscalationEvent.objects.filter(dispatched=False).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("separate_connections")
def test_workers_at_the_same_time_send_each_delivery_once():
    endpoint, escalation, sent = _endpoint(), factories.make_escalation(), []
    for version in range(1, 101):
        event = _event(escalation=escalation, version=version)
        WebhookDelivery.objects.create(endpoint=endpoint, event=event, next_attempt_at=NOW)

    def send(delivery, now):
        sent.append(delivery.pk)
        return Answer(200)

    def work():
        while WebhookDelivery.objects.filter(state=DeliveryState.PENDING, next_attempt_at__lte=NOW).exists():
            _deliver(send)

    _together(work, workers=4)

    assert len(sent) == len(set(sent)) == 100
    assert WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED, attempts=1).count() == 100


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("separate_connections")
def test_lanes_that_are_all_told_to_wait_do_not_stop_each_other(caplog):
    endpoint, escalation = _endpoint(), factories.make_escalation()
    for version in range(1, 201):
        event = _event(escalation=escalation, version=version)
        WebhookDelivery.objects.create(endpoint=endpoint, event=event, next_attempt_at=NOW)
    told, together = Answer(429, retry_after="60"), threading.Barrier(4)

    def send(delivery, now):
        together.wait(10)
        return told

    _together(lambda: _deliver(send), workers=4)

    assert not caplog.records
    later = WebhookDelivery.objects.filter(next_attempt_at=NOW + timedelta(seconds=60))
    assert (later.count(), later.filter(attempts=1).count()) == (200, 4)
