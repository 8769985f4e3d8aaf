from datetime import timedelta

import pytest

from analytics.metrics.patterns_speed import NAMES, speed
from tests.analytics.many_rows import answers, conversations, escalated
from tests.analytics.rows import NOON, frame

pytestmark = pytest.mark.django_db


def asked(number, *, escalated_of, response_ms):
    rows = conversations([NOON] * number)
    answers(rows, response_ms)
    escalated(rows[:escalated_of], opened_at=NOON + timedelta(minutes=1))
    return rows


def test_slow_answers_and_escalations():
    """28 of 100 against 20 of 100: 40 % more."""
    asked(100, escalated_of=20, response_ms=3000)
    asked(100, escalated_of=28, response_ms=3001)

    found = speed(frame())

    assert (found.fast.value, found.slow.value) == (0.2, 0.28)
    assert found.ratio.value == pytest.approx(1.4, abs=1e-12)
    assert found.ratio.low < 1 < found.ratio.high


def test_buckets_end_with_their_limit():
    for response_ms in (1000, 1001, 2001, 3001, 5001):
        asked(1, escalated_of=1, response_ms=response_ms)

    assert [value.n for value in speed(frame()).buckets] == [1] * len(NAMES)


def test_the_mean_of_a_conversation_s_answers_counts():
    rows = asked(1, escalated_of=0, response_ms=5000)
    answers(rows, 1000)

    assert speed(frame()).buckets[2].n == 1


def test_answers_after_the_handoff_do_not_count():
    rows = asked(1, escalated_of=1, response_ms=500)
    answers(rows, 60_000, after=timedelta(minutes=2))

    assert speed(frame()).buckets[0].hits == 1


def test_unknown_times_are_counted_apart():
    asked(3, escalated_of=1, response_ms=None)
    conversations([NOON])

    found = speed(frame())

    assert (found.unknown, found.fast.n, found.slow.n, found.ratio) == (4, 0, 0, None)


def test_few_are_not_compared():
    asked(4, escalated_of=2, response_ms=4000)
    asked(50, escalated_of=10, response_ms=1000)

    assert speed(frame()).ratio is None


def test_one_query(django_assert_num_queries):
    asked(3, escalated_of=1, response_ms=4000)

    with django_assert_num_queries(1):
        speed(frame())
