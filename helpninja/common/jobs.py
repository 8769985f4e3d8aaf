"""Background work without waiting for it: what a lost job would have done, a sweep does a little later."""

import logging
import threading
import time
from typing import Any

from django.db import close_old_connections
from kombu.exceptions import OperationalError as BrokerError

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 10.0
WAIT_SECONDS = 0.5

# Fewer than the broker connections of a process (10): while the broker hangs, callers beyond these go on after
# WAIT_SECONDS instead of queueing for a connection, and nobody waits longer than the socket's own time limit.
_slots = threading.BoundedSemaphore(8)
_paused_until = 0.0


def enqueue(task: Any, *args: Any) -> bool:
    """Hands the task to a worker, after commit; False when the broker can't take it now. Never raises for that."""
    if time.monotonic() < _paused_until or not _slots.acquire(timeout=WAIT_SECONDS):
        return False
    try:
        task.delay(*args)
    except BrokerError as error:
        _pause(error)
        return False
    finally:
        _slots.release()
    return True


def begin(task: Any, *args: Any) -> None:
    """For sweeps that begin long jobs: while the broker is away the scheduler does the sweeps itself.

    It must not be held up then, so that the job is done in a thread of its own.
    """
    if not enqueue(task, *args):
        threading.Thread(target=_run_apart, args=(task, *args), daemon=True).start()


def _run_apart(task: Any, *args: Any) -> None:
    try:
        task(*args)
    finally:
        close_old_connections()


def _pause(error: Exception) -> None:
    global _paused_until
    if time.monotonic() >= _paused_until:
        logger.warning("The broker takes no jobs (%s); leaving them to the sweeps.", error)
    _paused_until = time.monotonic() + PAUSE_SECONDS
