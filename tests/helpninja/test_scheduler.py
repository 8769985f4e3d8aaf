import pytest
from kombu.exceptions import OperationalError

from helpninja.celery import app
from helpninja.common import jobs, tasks
from helpninja.common.models import Heartbeat
from helpninja.scheduler import SweepScheduler


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
