import pytest

from escalations.decisions.erlang import answered_within, waiting_probability


@pytest.mark.parametrize(
    ("servers", "erlangs", "expected"),
    [
        (1, 0.5, 0.5),  # M/M/1: the share that waits is the utilization
        (2, 1.0, 1 / 3),  # M/M/2 at half load: 1/3
        (12, 10.0, 0.4494),  # tables of Erlang C
        (14, 10.0, 0.1741),
    ],
)
def test_waiting_probability_is_that_of_the_tables(servers, erlangs, expected):
    assert waiting_probability(servers, erlangs) == pytest.approx(expected, abs=5e-5)


def test_200_calls_an_hour_of_3_minutes_by_14_agents_are_answered_in_20_seconds_as_the_tables_say():
    assert answered_within(20, 14, 200, 180) == pytest.approx(0.888, abs=0.0005)


def test_more_work_than_can_be_done_is_never_answered_in_time():
    assert answered_within(300, 3, 60, 180) == 0
    assert waiting_probability(3, 3) == 1


def test_no_work_is_always_answered_in_time():
    assert answered_within(60, 0, 0, 180) == 1
    assert waiting_probability(0, 0) == 0
