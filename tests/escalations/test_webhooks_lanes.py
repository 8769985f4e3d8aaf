"""The pool that sends, with real threads and no database."""

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import pytest

from escalations.integrations.webhooks.lanes import Lanes, Step

SLOW, HEALTHY = 1, 2
PATIENCE = 10


@pytest.fixture
def pool():
    with ThreadPoolExecutor(max_workers=6) as executor:
        yield executor


class Endpoint:
    """Deliveries to work off; each waits for ``gate`` before it ends as ``ending`` says."""

    def __init__(self, due, *, ending=Step.MORE):
        self.due = deque(range(due))
        self.ending = ending
        self.gate = threading.Event()
        self.started = threading.Semaphore(0)
        self.idle = threading.Semaphore(0)
        self.taken = 0

    def step(self):
        try:
            self.due.popleft()
        except IndexError:
            self.idle.release()
            return Step.NOTHING_DUE
        self.taken += 1
        self.started.release()
        assert self.gate.wait(PATIENCE)
        return self.ending


def test_a_slow_endpoint_has_its_share_and_others_go_on(pool):
    lanes, slow, healthy = Lanes(pool, share=4), Endpoint(100), Endpoint(50)
    healthy.gate.set()

    lanes.open(SLOW, slow.step, wanted=100)
    for _ in range(4):
        assert slow.started.acquire(timeout=PATIENCE)
    lanes.open(HEALTHY, healthy.step, wanted=1)

    assert healthy.idle.acquire(timeout=PATIENCE)
    assert (healthy.taken, slow.taken) == (50, 4)
    slow.gate.set()


def test_an_overloaded_endpoint_is_tried_by_one_lane_until_a_step_goes_well(pool):
    lanes, endpoint = Lanes(pool, share=4), Endpoint(1, ending=Step.OVERLOADED)
    endpoint.gate.set()
    lanes.open(SLOW, endpoint.step, wanted=1)
    _until_closed(lanes, SLOW)

    endpoint.gate.clear()
    endpoint.ending = Step.MORE
    endpoint.due.extend(range(10))
    lanes.open(SLOW, endpoint.step, wanted=10)

    assert _open(lanes, SLOW) == 1
    endpoint.gate.set()
    _until_closed(lanes, SLOW)
    assert endpoint.taken == 11
    endpoint.gate.clear()
    endpoint.due.extend(range(10))
    lanes.open(SLOW, endpoint.step, wanted=10)
    assert _open(lanes, SLOW) == 4
    endpoint.gate.set()


def test_a_lane_that_meets_an_overloaded_endpoint_ends(pool):
    lanes, endpoint = Lanes(pool), Endpoint(5, ending=Step.OVERLOADED)
    endpoint.gate.set()

    lanes.open(SLOW, endpoint.step, wanted=1)
    _until_closed(lanes, SLOW)

    assert endpoint.taken == 1


def test_a_step_that_breaks_off_is_logged_and_its_lane_closed(pool, caplog):
    lanes = Lanes(pool)

    def broken():
        raise OSError("disk full")

    lanes.open(SLOW, broken, wanted=1)
    _until_closed(lanes, SLOW)

    assert "disk full" in caplog.text


def test_when_the_process_ends_no_lane_is_left_open():
    pool = ThreadPoolExecutor(max_workers=1)
    pool.shutdown()
    lanes = Lanes(pool)

    lanes.open(SLOW, lambda: Step.MORE, wanted=3)

    assert _open(lanes, SLOW) == 0


def _open(lanes, endpoint):
    with lanes._lock:
        return lanes._open[endpoint]


def _until_closed(lanes, endpoint):
    """Each turn waits for what the pool has queued by then."""
    while _open(lanes, endpoint):
        lanes._executor.submit(lambda: None).result(PATIENCE)
