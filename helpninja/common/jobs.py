"""Background work without waiting for it: what a lost job would have done, a sweep does a little later."""

import logging
import threading
import time
from typing import Any

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


def _pause(error: Exception) -> None:
    global _paused_until
    if time.monotonic() >= _paused_until:
        logger.warning("The broker takes no jobs (%s); leaving them to the sweeps.", error)
    _paused_until = time.monotonic() + PAUSE_SECONDS
