from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.decisions.calendars import ALWAYS_OPEN, Definition, OpenHours, Opening
from agents.decisions.calendars.working import working
from escalations.decisions.deadlines import (
    Stop,
    Terms,
    choose_policy,
    duration,
    explain,
    is_met,
    reckon,
    stopped_seconds,
    whole_seconds,
)
from escalations.enums import Priority

OPENED = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
OFFICE = OpenHours(
    Definition(zone="UTC", openings=(Opening(weekdays=(0, 1, 2, 3, 4), opens=time(9), closes=time(17)),)),
    name="Office hours",
    version=2,
)
TERMS = Terms(policy=1, name="Standard", version=3, targets={"high": 180}, warn_percent=75)


def at(seconds):
    return OPENED + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("answered", "now", "met"),
    [
        (300, 900, True),  # exactly at the deadline is met
        (301, 900, False),
        (None, 300, None),
        (None, 301, False),
    ],
)
def test_verdict_comes_from_the_timestamps(answered, now, met):
    answered_at = at(answered) if answered is not None else None

    assert is_met(at(300), answered_at, at(now)) is met


def test_seconds_are_whole_and_never_negative():
    assert whole_seconds(OPENED, OPENED + timedelta(seconds=9, milliseconds=999)) == 9
    assert whole_seconds(OPENED, OPENED - timedelta(seconds=5)) == 0


@pytest.mark.parametrize(
    ("stops", "due"),
    [
        ([], 600),
        ([Stop(at(100), at(160))], 660),
        ([Stop(at(0), at(60))], 660),  # from the very start
        ([Stop(at(600), at(900))], 600),  # it was due when the pause began
        ([Stop(at(599), at(900))], 901),
        ([Stop(at(100), at(160)), Stop(at(700), None)], 660),
        ([Stop(at(100), None)], None),  # nobody knows when it will be due
        ([Stop(at(-60), at(30))], 630),
        ([Stop(at(-60), at(0))], 600),
    ],
)
def test_pauses_move_the_deadline_by_what_they_took(stops, due):
    assert reckon(OPENED, 600, ALWAYS_OPEN, stops) == (at(due) if due is not None else None)


def test_pauses_when_the_calendar_is_closed_take_nothing():
    """Four hours from noon: until four; a pause from the evening to ten next morning costs nothing before that."""
    after_hours = Stop(OPENED.replace(hour=17), OPENED.replace(day=3, hour=9))

    assert reckon(OPENED, 4 * 3600, OFFICE, [after_hours]) == OPENED.replace(hour=16)
    assert reckon(OPENED, 6 * 3600, OFFICE, [after_hours]) == OPENED.replace(day=3, hour=10)


def test_seconds_that_a_pause_took_are_open_ones():
    over_night = [Stop(OPENED.replace(hour=16), OPENED.replace(day=3, hour=10))]

    assert stopped_seconds(OPENED, OPENED.replace(day=3, hour=12), OFFICE, over_night) == 2 * 3600


pauses = st.lists(st.integers(0, 40_000), max_size=8, unique=True).map(sorted)


@given(pauses, st.integers(1, 30_000), st.integers(-40_000, 40_000), st.sampled_from([ALWAYS_OPEN, OFFICE]))
@settings(max_examples=400, deadline=None)
def test_deadline_with_pauses_equals_a_walk_through_its_minutes(edges, minutes, offset, hours):
    """In whole minutes, so that the walk ends: each one that is open and outside every pause counts."""
    start = OPENED + timedelta(minutes=offset // 60)
    stops = [
        Stop(OPENED + timedelta(minutes=a // 60), OPENED + timedelta(minutes=b // 60))
        for a, b in zip(edges[::2], edges[1::2], strict=False)
        if a // 60 < b // 60
    ]
    minutes = minutes // 60 + 1

    assert reckon(start, minutes * 60, hours, stops) == _walk(start, minutes, hours, stops)


def _walk(start, minutes, hours, stops):
    moment, left = start, minutes
    while True:
        counts = hours.is_open(moment) and not any(stop.start <= moment < stop.end for stop in stops)
        moment += timedelta(minutes=1)
        left -= counts
        if left == 0:
            return moment


@dataclass
class Policy:
    name: str
    plan_id: int | None = None
    team_id: int | None = None
    topic_id: int | None = None


@pytest.mark.parametrize(
    ("named", "wins"),
    [
        ([{}], "0"),
        ([{}, {"topic_id": 1}], "1"),
        ([{"topic_id": 1}, {"team_id": 1}, {"plan_id": 1}], "2"),
        ([{"topic_id": 1}, {"team_id": 1}], "1"),
        ([{"plan_id": 1}, {"team_id": 1, "topic_id": 1}], "1"),  # two things named beat one
        ([{"plan_id": 1, "topic_id": 1}, {"plan_id": 1, "team_id": 1}], "1"),
        ([{}, {"plan_id": 2}, {"team_id": 2}, {"topic_id": 2}], "0"),  # for others
        ([{"plan_id": 2}], None),
    ],
)
def test_the_most_specific_policy_wins(named, wins):
    policies = [Policy(str(n), **names) for n, names in enumerate(named)]

    chosen = choose_policy(policies, plan=1, team=1, topic=1)

    assert (chosen.name if chosen else None) == wins


def test_an_escalation_without_plan_and_topic_gets_what_is_for_all():
    policies = [Policy("all"), Policy("plan", plan_id=1), Policy("topic", topic_id=1)]

    assert choose_policy(policies, plan=None, team=1, topic=None).name == "all"


@pytest.mark.parametrize(
    ("percent", "target", "after"), [(75, 180, 135), (50, 1, 1), (1, 60, 1), (None, 180, None), (99, 3600, 3564)]
)
def test_the_warning_comes_after_a_share_of_the_time(percent, target, after):
    terms = Terms(policy=1, name="x", version=1, targets={}, warn_percent=percent)

    assert terms.warn_after(target) == after


def test_targets_are_by_priority_and_some_promise_nothing():
    assert TERMS.target(Priority.HIGH) == 180
    assert TERMS.target(Priority.LOW) is None
    assert Terms.from_json(TERMS.to_json()) == TERMS


@pytest.mark.parametrize(
    ("seconds", "text"), [(60, "1 min"), (90, "1 min 30 s"), (5400, "1 h 30 min"), (172_800, "48 h"), (0, "0 s")]
)
def test_durations_are_spoken(seconds, text):
    assert duration(seconds) == text


def test_it_says_why_round_the_clock():
    because = explain(TERMS, priority=Priority.HIGH, target=180, start=OPENED, due_at=at(180), hours=ALWAYS_OPEN)

    assert because == {
        "text": "Standard, version 3: High priority has 3 min round the clock",
        "priority": "high",
        "calendar": None,
        "pauses": [],
    }


def test_it_says_why_with_open_hours_and_pauses():
    terms = Terms(
        policy=1, name="Office", version=1, targets={"high": 28_800}, pauses=True,
        calendar=7, calendar_name="Office hours", calendar_version=2,
    )  # fmt: skip

    because = explain(
        terms,
        priority=Priority.HIGH,
        target=28_800,
        start=OPENED,
        due_at=OPENED.replace(day=3, hour=13),
        hours=OFFICE,
        stops=[Stop(at(0), at(3600)), Stop(OPENED.replace(day=4), None)],
    )

    assert because["text"] == (
        "Office, version 1: High priority has 8 h in the open hours of Office hours, without 1 pause"
    )
    assert because["calendar"] == working(OFFICE, OPENED, OPENED.replace(day=3, hour=13)).to_json()
    assert because["pauses"] == [["2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z"]]
