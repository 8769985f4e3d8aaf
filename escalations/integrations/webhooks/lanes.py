"""A few lanes for each endpoint in a pool for all, so that a slow endpoint holds up nobody but itself."""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from enum import Enum

from django.db import connections

logger = logging.getLogger(__name__)


class Step(Enum):
    """How one step of a lane ended."""

    MORE = "more"
    NOTHING_DUE = "nothing due"
    OVERLOADED = "the endpoint is better left alone"


class Lanes:
    """A lane is one step after the other, each queued anew behind those of other endpoints.

    An endpoint has ``share`` lanes at most; one that was overloaded at its last step has one, until a step
    goes well. A lane that meets an overloaded endpoint ends: whoever looks next opens another.
    ``release`` gives back the thread's database connections; it is called after each step.
    """

    def __init__(self, executor: Executor, *, share: int = 4, release: Callable[[], None] = lambda: None):
        self._executor = executor
        self._share = share
        self.release = release
        self._lock = threading.Lock()
        self._open: Counter[int] = Counter()
        self._overloaded: set[int] = set()

    def open(self, endpoint: int, step: Callable[[], Step], *, wanted: int) -> None:
        for _ in range(wanted):
            if not self._take(endpoint):
                return
            self._go_on(endpoint, step)

    def _take(self, endpoint: int) -> bool:
        with self._lock:
            limit = 1 if endpoint in self._overloaded else self._share
            if self._open[endpoint] >= limit:
                return False
            self._open[endpoint] += 1
            return True

    def _go_on(self, endpoint: int, step: Callable[[], Step]) -> None:
        try:
            self._executor.submit(self._run, endpoint, step)
        except RuntimeError:  # the process is ending
            self._close(endpoint)

    def _run(self, endpoint: int, step: Callable[[], Step]) -> None:
        try:
            ended = step()
        except Exception:
            logger.exception("A webhook delivery to endpoint %s broke off; it is tried again.", endpoint)
            ended = Step.OVERLOADED
        finally:
            self.release()
        with self._lock:
            if ended is Step.OVERLOADED:
                self._overloaded.add(endpoint)
            elif ended is Step.MORE:
                self._overloaded.discard(endpoint)
        if ended is Step.MORE:
            self._go_on(endpoint, step)
        else:
            self._close(endpoint)

    def _close(self, endpoint: int) -> None:
        with self._lock:
            self._open[endpoint] -= 1
            if not self._open[endpoint]:
                del self._open[endpoint]


# Threads wait for the network nearly all the time, and are made only when needed.
LANES = Lanes(ThreadPoolExecutor(max_workers=64, thread_name_prefix="webhook"), release=connections.close_all)
