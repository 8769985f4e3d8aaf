"""An event wakes the deliveries after its commit; the sweep every five seconds finds what nobody woke."""

import pytest
from django.conf import settings
from django.utils import timezone

from escalations import receivers, tasks
from escalations.actions import delivery, lifecycle
from escalations.models import EscalationEvent, WebhookDelivery, WebhookEndpoint
from helpninja.common.actors import SYSTEM
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered():
    receivers.forget_what_is_known()
    yield
    receivers.forget_what_is_known()


@pytest.fixture
def enqueued(monkeypatch):
    jobs = []
    monkeypatch.setattr(receivers, "enqueue", jobs.append)
    return jobs


def _pend(commit):
    escalation = factories.make_escalation(state="active")
    with commit(execute=True):
        lifecycle.pend(escalation=escalation, by=SYSTEM, now=timezone.now())


def _endpoint(**fields):
    return WebhookEndpoint.objects.create(name="crm", url="https://hooks.example.com/", **fields)


def test_an_event_wakes_the_deliveries(enqueued, django_capture_on_commit_callbacks):
    _endpoint()

    _pend(django_capture_on_commit_callbacks)

    assert enqueued == [tasks.deliver_webhooks]


def test_without_an_active_endpoint_nothing_is_enqueued(enqueued, django_capture_on_commit_callbacks):
    _endpoint(active=False)

    _pend(django_capture_on_commit_callbacks)

    assert enqueued == []


def test_whether_anybody_listens_is_looked_up_once_for_many_events(enqueued, django_assert_num_queries):
    _endpoint()

    with django_assert_num_queries(1):
        for _ in range(100):
            receivers.wake_webhooks()

    assert len(enqueued) == 100


def test_the_task_makes_the_deliveries_of_all_events_and_begins_to_send(monkeypatch):
    endpoint, begun = _endpoint(), []
    escalation = factories.make_escalation()
    for version in range(1, 4):
        EscalationEvent.objects.create(
            escalation=escalation, kind="noted", at=escalation.opened_at, version=version, actor="test"
        )
    monkeypatch.setattr(delivery, "deliver_due", lambda: begun.append(WebhookDelivery.objects.count()))

    tasks.deliver_webhooks()

    assert begun == [3]
    assert set(WebhookDelivery.objects.values_list("endpoint", flat=True)) == {endpoint.pk}


def test_the_sweep_is_scheduled_by_the_tasks_name():
    entry = settings.CELERY_BEAT_SCHEDULE[tasks.deliver_webhooks.name]

    assert (entry["task"], entry["schedule"]) == (tasks.deliver_webhooks.name, 5.0)
