"""Web, worker and scheduler in one process: the small size, and what the demo runs."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from typing import Any

from celery.beat import EmbeddedService
from celery.worker import WorkController
from celery.worker import state as worker_state
from channels.routing import get_default_application
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from twisted.internet import reactor as _reactor

from helpninja.celery import app
from helpninja.health import refuse_unmigrated
from helpninja.scheduler import SweepScheduler

reactor: Any = _reactor  # Twisted chooses it at run time

WORKER_THREADS = 4
STOP_SECONDS = 5.0


class CannotServe(CommandError):
    """The text says why; commands need not catch it."""


def run(host: str, port: int, on_ready: Callable[[], Any] | None = None) -> None:
    """Blocks until SIGINT or SIGTERM, in the main thread and once in a process.

    ``on_ready`` is called as soon as it listens and must not block. Raises CannotServe.
    """
    try:
        refuse_unmigrated()
    except ImproperlyConfigured as error:
        raise CannotServe(str(error)) from error
    background = Background(on_death=_stop_server)
    web = _Web(host, port, background, on_ready)
    web.run()
    background.stop()
    if web.failure:
        raise CannotServe(web.failure)
    if background.died:
        raise CannotServe("The worker stopped unexpectedly; the log says why.")


class Background:
    """The worker and the scheduler, each in a thread of its own."""

    def __init__(self, on_death: Callable[[], Any]) -> None:
        self.died = False
        self._on_death = on_death
        self._stopping = False
        self._controller = WorkController(  # made here, because making it imports the tasks
            app=app,
            pool_cls="threads",
            concurrency=WORKER_THREADS,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        self._worker = threading.Thread(target=self._work, name="worker", daemon=True)
        self._scheduler = EmbeddedService(app, thread=True, scheduler_cls=SweepScheduler)

    def start(self) -> None:
        self._worker.start()
        self._scheduler.start()

    def stop(self) -> None:
        """A job that does not end in time is left: whatever it has not committed, a sweep does again."""
        self._stopping = True
        if not self._worker.ident:
            return
        worker_state.should_stop = 0
        self._scheduler.service.stop()
        self._worker.join(STOP_SECONDS)
        self._scheduler.join(STOP_SECONDS)

    def _work(self) -> None:
        self._controller.start()
        if not self._stopping:
            self.died = True
            self._on_death()


class _Web(Server):
    """Daphne, which says what became of its listening only to overridden methods."""

    def __init__(self, host: str, port: int, background: Background, on_ready: Callable[[], Any] | None) -> None:
        super().__init__(
            application=get_default_application(),
            endpoints=build_endpoint_description_strings(host=host, port=port),
            ready_callable=self._ready,
            server_name="helpninja",
        )
        self.failure = ""
        self._place = f"{host}:{port}"
        self._background = background
        self._on_ready = on_ready

    def listen_error(self, failure: Any) -> None:
        reason = getattr(failure.value, "socketError", failure.value)
        if getattr(reason, "errno", None) == errno.EADDRINUSE:
            self.failure = f"{self._place} is taken by another program; choose another with --port."
        else:
            self.failure = f"Cannot listen on {self._place}: {reason}"
        self.stop()

    def _ready(self) -> None:
        self._background.start()
        if self._on_ready:
            self._on_ready()


def _stop_server() -> None:
    reactor.callFromThread(reactor.stop)
