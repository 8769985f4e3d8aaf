from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from helpninja.celery import app
from helpninja.common import jobs, tasks
from helpninja.common.models import Heartbeat
from helpninja.scheduler import SweepScheduler
from tests import factories


@pytest.fixture
def scheduler(monkeypatch):
    app.loader.import_default_modules()
    monkeypatch.setattr(jobs, "_paused_until", 0.0)
    return SweepScheduler(app=app)


def test_all_jobs_are_due_when_it_starts(scheduler):
    assert scheduler.schedule.keys() == app.conf.beat_schedule.keys()
    assert [entry.name for entry in scheduler.schedule.values() if not entry.is_due().is_due] == []


def test_a_due_job_is_handed_to_the_workers_and_expires_before_the_next(scheduler, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.beat, "apply_async", lambda *args, **options: sent.append(options))

    scheduler.apply_entry(scheduler.schedule["helpninja.common.tasks.beat"])

    assert [options["expires"] for options in sent] == [5.0]


@pytest.mark.django_db
def test_while_the_broker_is_down_it_does_the_jobs_itself(scheduler, monkeypatch):
    def refuse(*args, **options):
        raise OperationalError("Connection refused")

    monkeypatch.setattr(tasks.beat, "apply_async", refuse)
    monkeypatch.setattr("helpninja.scheduler.close_old_connections", lambda: None)  # keeps the test's transaction

    scheduler.apply_entry(scheduler.schedule["helpninja.common.tasks.beat"])

    assert Heartbeat.objects.filter(name=Heartbeat.JOBS).exists()


@pytest.mark.django_db
def test_deadlines_are_found_by_the_scheduler_itself_so_that_no_worker_need_be_alive(scheduler, monkeypatch):
    monkeypatch.setattr("helpninja.scheduler.close_old_connections", lambda: None)
    opened_at = timezone.now() - timedelta(minutes=10)
    escalation = factories.make_escalation(opened_at=opened_at)

    scheduler.apply_entry(scheduler.schedule["escalations.tasks.watch_deadlines"])

    assert [event.kind for event in escalation.events.order_by("version")] == ["sla_warned", "sla_breached"]
