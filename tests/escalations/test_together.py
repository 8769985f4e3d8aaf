from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from escalations.actions.together import Together


def nothing():
    pass


class Watched(Together):
    """Says who came, and keeps its first write until it may go on."""

    def __init__(self, answer, prepare=nothing):
        super().__init__(self.written_with(answer), prepare)
        self.came, self.may_go_on, self.writes = Semaphore(0), Event(), []

    def written_with(self, answer):
        def write(items):
            self.writes.append(list(items))
            if len(self.writes) == 1:
                assert self.may_go_on.wait(10)
            return [answer(item) for item in items]

        return write

    def _begins(self, turn):
        begins = super()._begins(turn)
        self.came.release()
        return begins


def come(watched, pool, item):
    future = pool.submit(watched.write, item)
    assert watched.came.acquire(timeout=10)
    return future


def written(watched, items):
    """What each was answered, or its error: the second and those after it come during the first one's write."""
    with ThreadPoolExecutor(len(items)) as pool:
        futures = [come(watched, pool, item) for item in items]
        watched.may_go_on.set()
        return [future.exception(10) or future.result() for future in futures]


def test_alone_one_writes_at_once():
    together = Together(lambda items: [item * 2 for item in items], nothing)

    assert [together.write(item) for item in (1, 2, 3)] == [2, 4, 6]


def test_who_comes_during_a_write_is_written_together_in_the_order_of_coming():
    watched = Watched(lambda item: item * 2)

    assert written(watched, [1, 2, 3, 4]) == [2, 4, 6, 8]
    assert watched.writes == [[1], [2, 3, 4]]


def test_a_write_that_fails_fails_for_its_own_alone():
    watched = Watched(lambda item: 12 // item)

    first, *others = written(watched, [1, 0, 3])

    assert first == 12
    assert [type(other) for other in others] == [ZeroDivisionError, ZeroDivisionError]
    assert watched.write(4) == 3


def test_answers_that_are_too_few_are_an_error_for_all():
    together = Together(lambda items: [], nothing)

    with pytest.raises(ValueError, match="zip"):
        together.write(1)
    with pytest.raises(ValueError, match="zip"):
        together.write(2)


def test_what_keeps_one_from_writing_is_an_error_for_all_that_wait_and_none_of_the_written():
    prepared = iter([None, OSError(), None])

    def prepare():
        if error := next(prepared):
            raise error

    watched = Watched(lambda item: item * 2, prepare)

    first, *others = written(watched, [1, 2, 3])

    assert first == 2
    assert [type(other) for other in others] == [OSError, OSError]
    assert watched.write(4) == 8


def test_those_of_a_write_are_answered_as_soon_as_the_next_one_begins():
    begun, may_end = {item: Event() for item in (1, 2, 4)}, {item: Event() for item in (1, 2, 4)}

    def write(items):
        begun[items[0]].set()
        assert may_end[items[0]].wait(10)
        return items

    watched = Watched(None)
    watched._write = write

    with ThreadPoolExecutor(4) as pool:
        first, second, third = (come(watched, pool, item) for item in (1, 2, 3))
        may_end[1].set()
        assert begun[2].wait(10)
        fourth = come(watched, pool, 4)
        may_end[2].set()

        assert [one.result(10) for one in (first, second, third)] == [1, 2, 3]
        assert not fourth.done()
        may_end[4].set()
        assert fourth.result(10) == 4
