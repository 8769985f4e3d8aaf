from datetime import date

import pytest

from helpninja.common.values import Value
from quality.decisions.goals import SPECS, Goal, problem_of, progress
from quality.enums import GoalMetric

DUE, TODAY = date(2027, 1, 31), date(2026, 11, 25)
QUALITY, RESPONSE = GoalMetric.QUALITY, GoalMetric.RESPONSE_TIME


def goal(metric=QUALITY, target=90.0, start=80.0):
    return Goal(metric, target, DUE, Value(start, 12 if start is not None else 0))


@pytest.mark.parametrize(
    ("metric", "target", "start", "now", "share", "reached"),
    [
        (QUALITY, 90, 80, 84, 0.4, False),
        (QUALITY, 90, 80, 80, 0.0, False),
        (QUALITY, 90, 80, 75, 0.0, False),
        (QUALITY, 90, 80, 90, 1.0, True),
        (QUALITY, 90, 80, 97, 1.0, True),
        (RESPONSE, 120, 240, 180, 0.5, False),
        (RESPONSE, 120, 240, 300, 0.0, False),
        (RESPONSE, 120, 240, 120, 1.0, True),
        (QUALITY, 90, None, 84, None, False),
        (QUALITY, 90, None, 91, 1.0, True),
    ],
)
def test_the_share_of_the_way_whichever_direction_is_good(metric, target, start, now, share, reached):
    found = progress(goal(metric, target, start), Value(now, 5), TODAY)

    assert (found.share, found.reached) == (share, reached)


@pytest.mark.parametrize("now", [Value(None, 0), Value(95.0, 4)])
def test_fewer_than_five_decide_nothing(now):
    found = progress(goal(), now, TODAY)

    assert (found.share, found.reached) == (None, False)
    assert found.because == f"Too few in the last 30 days to say: n = {now.n}."


@pytest.mark.parametrize(
    ("today", "now", "late"), [(DUE, 80, False), (date(2027, 2, 1), 80, True), (date(2027, 2, 1), 95, False)]
)
def test_late_from_the_day_after_unless_reached(today, now, late):
    assert progress(goal(), Value(now, 9), today).late is late


def test_what_it_says():
    assert progress(goal(), Value(84.25, 7), TODAY).because == "84.3 now, n = 7; the target is 90.0."
    found = progress(goal(RESPONSE, 120, 240), Value(185.4, 7), TODAY)
    assert found.because == "3 min 5 s now, n = 7; the target is 2 min."


@pytest.mark.parametrize("metric", GoalMetric)
def test_every_metric_has_a_scale_and_refuses_what_is_off_it(metric):
    spec = SPECS[metric]

    assert problem_of(metric, spec.highest, Value(None, 0)) == ""
    assert "within the scale" in problem_of(metric, spec.highest + 1, Value(None, 0))
    assert "within the scale" in problem_of(metric, spec.lowest - 1, Value(None, 0))


def test_a_target_is_better_than_what_is_reached_where_that_is_known():
    assert (
        problem_of(QUALITY, 80, Value(84.2, 12)) == "The target is no better than what is reached already: 84.2."
    )
    assert (
        problem_of(RESPONSE, 300, Value(240, 12)) == "The target is no better than what is reached already: 4 min."
    )
    assert problem_of(QUALITY, 80, Value(84.2, 4)) == ""
    assert problem_of(QUALITY, 90, Value(84.2, 12)) == ""
