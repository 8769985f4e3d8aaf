import socket
import threading
from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from helpninja.celery import app
from helpninja.common import jobs, tasks
from helpninja.common.jobs import begin, enqueue
from helpninja.common.models import Heartbeat, IdempotencyRecord


class Task:
    """Stands for a Celery task: remembers its calls, or fails as one does whose broker is away."""

    def __init__(self, error=None):
        self.calls = []
        self.error = error

    def delay(self, *args):
        self.calls.append(args)
        if self.error:
            raise self.error


@pytest.fixture(autouse=True)
def _broker_not_in_doubt(monkeypatch):
    monkeypatch.setattr(jobs, "_paused_until", 0.0)


def test_enqueue_hands_the_task_and_its_arguments_over():
    task = Task()

    assert enqueue(task, 7, "high")

    assert task.calls == [(7, "high")]


def test_a_broker_that_is_down_is_logged_once_and_left_alone_for_a_while(caplog):
    task = Task(OperationalError("Connection refused"))

    assert [enqueue(task), enqueue(task), enqueue(task)] == [False, False, False]

    assert len(task.calls) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "The broker takes no jobs (Connection refused); leaving them to the sweeps."
    ]


def test_after_the_pause_the_broker_is_tried_again(monkeypatch):
    monkeypatch.setattr(jobs, "PAUSE_SECONDS", 0.0)
    enqueue(Task(OperationalError("Connection refused")))
    task = Task()

    assert enqueue(task)

    assert task.calls == [()]


def test_a_long_job_is_handed_to_a_worker_where_there_is_one():
    task = Task()

    begin(task, 7)

    assert task.calls == [(7,)]


def test_a_long_job_is_done_apart_while_the_broker_is_down(monkeypatch):
    done, released = threading.Event(), threading.Event()
    monkeypatch.setattr(jobs, "close_old_connections", released.set)

    class Apart(Task):
        def __call__(self, *args):
            self.calls.append((threading.current_thread() is threading.main_thread(), *args))
            done.set()

    task = Apart(OperationalError("Connection refused"))
    begin(task, 7)

    assert done.wait(30) and released.wait(30)
    assert task.calls == [(7,), (False, 7)]


def test_what_is_wrong_with_the_task_itself_is_not_hidden():
    with pytest.raises(TypeError):
        enqueue(Task(TypeError("takes no arguments")))


def test_callers_beyond_the_slots_go_on_while_the_broker_hangs(monkeypatch):
    monkeypatch.setattr(jobs, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "_slots", threading.BoundedSemaphore(1))
    entered, release = threading.Event(), threading.Event()

    class Hanging:
        def delay(self):
            entered.set()
            release.wait(30)

    holder = threading.Thread(target=enqueue, args=[Hanging()])
    holder.start()
    entered.wait(30)
    late = Task()

    assert not enqueue(late)

    release.set()
    holder.join(30)
    assert late.calls == []
    assert enqueue(late)


def test_a_broker_that_never_answers_is_given_up():
    """Without the time limits of the settings this would wait for ever."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        limits = {"socket_timeout": 0.1, "socket_connect_timeout": 0.1, "max_retries": 0}
        hung = Celery("hung", broker=url, set_as_current=False)
        hung.conf.update(broker_transport_options=limits, task_publish_retry=False, task_ignore_result=True)

        @hung.task
        def job():
            raise AssertionError("nobody can have been told to do it")

        assert not enqueue(job)


def test_every_scheduled_job_is_a_task_that_exists():
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled - set(app.tasks) == set()


@pytest.mark.django_db
def test_the_beat_writes_one_row_however_often_it_comes():
    tasks.beat()
    first = Heartbeat.objects.get(name=Heartbeat.JOBS).at
    tasks.beat()

    assert Heartbeat.objects.get().at > first


@pytest.mark.django_db
def test_answers_kept_for_repeated_requests_go_after_a_day():
    now = timezone.now()
    for key, age in (("old", timedelta(hours=25)), ("young", timedelta(hours=23))):
        IdempotencyRecord.objects.create(caller="key:1", key=key, path="/", body_hash="", created_at=now - age)

    tasks.delete_old_idempotency_records()

    assert [record.key for record in IdempotencyRecord.objects.all()] == ["young"]
