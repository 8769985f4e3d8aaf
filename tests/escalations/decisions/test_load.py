from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from escalations.decisions.erlang import answered_within
from escalations.decisions.load import Handled, comparable, places_by_hour, response_target, work

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


def handled(number, seconds, *, reason="content_gap", topic=None, rate=Decimal(36)):
    rates = None if rate is None or seconds is None else ((seconds, rate),)
    return Handled(number, reason, topic, seconds, rates)


def test_added_work_costs_the_mean_of_comparable_escalations():
    past = [handled(n, 600 + 60 * n) for n in range(5)]

    found = work(added=10, removed=[], handled=past, reason="content_gap", topic=None)

    assert found.seconds.value == 720
    assert found.added_hours == 2.0
    assert found.added_cost == pytest.approx(72.0)
    assert (found.saved_hours, found.saved_cost) == (0, 0)


def test_removed_work_saves_what_it_took():
    past = [handled(n, 600) for n in range(5)] + [handled(7, 1800), handled(8, None)]

    found = work(added=0, removed=[7, 8, 9], handled=past, reason="content_gap", topic=None)

    assert (found.saved_hours, found.saved_cost) == (0.5, 18.0)
    assert (found.saved_n, found.saved_missing, found.saved_cost_missing) == (1, 2, 2)


def test_unknown_times_and_costs_are_missing_and_not_zero():
    past = [*(handled(n, 600) for n in range(5)), handled(5, None), handled(6, 600, rate=None)]

    found = work(added=1, removed=[], handled=past, reason="content_gap", topic=None)

    assert (found.seconds.value, found.seconds.n, found.seconds.missing) == (600, 6, 1)
    assert (found.cost.value, found.cost.n, found.cost.missing) == (6.0, 5, 2)


def test_nothing_known_gives_no_hours():
    found = work(added=3, removed=[1], handled=[], reason="content_gap", topic=None)

    assert (found.added_hours, found.added_cost, found.saved_hours, found.saved_cost) == (None, None, None, None)


@pytest.mark.parametrize(
    ("of_topic", "of_reason", "basis"),
    [(5, 0, "of the same reason and topic"), (4, 1, "of the same reason"), (4, 0, "of all reasons")],
)
def test_comparable_is_the_narrowest_group_with_enough(of_topic, of_reason, basis):
    past = [handled(n, 60, topic=3) for n in range(of_topic)]
    past += [handled(n, 60) for n in range(of_reason)] + [handled(9, 60, reason="billing_account")]

    assert comparable(past, "content_gap", 3)[0] == basis


def test_response_target_is_weighted_by_what_comes_in_each_hour():
    found = response_target(
        happened={NINE: 10, TEN: 2},
        added={NINE: 5},
        removed={},
        places={NINE: 3.0, TEN: 3.9},
        handling_seconds=600,
        targets={60: 1, 300: 3},
    )

    def in_time(arrivals):
        return (answered_within(60, 3, arrivals, 600) + 3 * answered_within(300, 3, arrivals, 600)) / 4

    assert found.before == pytest.approx((10 * in_time(10) + 2 * in_time(2)) / 12)
    assert found.after == pytest.approx((15 * in_time(15) + 2 * in_time(2)) / 17)
    assert (found.hours, found.hours_missing, found.n) == (2, 0, 17)


def test_hours_without_known_staffing_are_missing_and_overload_is_counted():
    found = response_target(
        happened={NINE: 17, TEN: 1},
        added={NINE: 1},
        removed={},
        places={NINE: 3.0},
        handling_seconds=600,
        targets={300: 1},
    )

    assert (found.hours, found.hours_missing) == (1, 1)
    assert (found.overloaded_before, found.overloaded_after) == (0, 1)
    assert found.after == 0


def test_places_are_the_mean_room_in_each_hour():
    spells = [(NINE, TEN + timedelta(minutes=30), 3), (NINE + timedelta(minutes=45), TEN, 4)]

    assert places_by_hour(spells) == {NINE: 4.0, TEN: 1.5}
