"""Which policy holds, which round it is, and what follows from a routing score."""

from datetime import UTC, datetime, timedelta

import pytest

from escalations.decisions.dispatch import (
    LOOK_AGAIN,
    ROUND_PAUSE,
    Asked,
    Candidate,
    Round,
    covering,
    current_round,
    judge,
)
from escalations.enums import AlertKind, RoutingMode
from escalations.models import RoutingPolicy

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SUPPORT, SALES, BILLING, API = 1, 2, 10, 11


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def asked(agent, start, end):
    return Asked(agent, at(start), at(end))


POLICIES = {
    name: RoutingPolicy(team_id=team, topic_id=topic)
    for name, team, topic in (
        ("any", None, None),
        ("topic", None, BILLING),
        ("team", SUPPORT, None),
        ("both", SUPPORT, BILLING),
    )
}


@pytest.mark.parametrize(
    ("team", "topic", "expected"),
    [
        (SUPPORT, BILLING, "both"),
        (SUPPORT, API, "team"),
        (SUPPORT, None, "team"),
        (SALES, BILLING, "topic"),
        (SALES, API, "any"),
    ],
)
def test_most_specific_policy_holds(team, topic, expected):
    assert covering(POLICIES.values(), team, topic) is POLICIES[expected]


def test_team_goes_before_topic():
    assert covering([POLICIES["topic"], POLICIES["team"]], SUPPORT, BILLING) is POLICIES["team"]


def test_without_a_policy_agents_pull():
    assert covering([POLICIES["team"]], SALES, None).mode == RoutingMode.PULL


def test_offers_in_a_row_are_one_round():
    offers = [asked(1, 0, 60), asked(2, 61, 90)]

    round_ = current_round(offers, at(100))

    assert round_.agents == {1, 2}


def test_a_pause_begins_a_new_round():
    pause = ROUND_PAUSE.total_seconds()
    offers = [asked(1, 0, 60), asked(2, 60 + pause, 90 + pause)]

    assert current_round(offers, at(90 + pause)).agents == {2}
    assert current_round(offers[:1], at(60 + pause)).agents == frozenset()
    assert current_round(offers[:1], at(59 + pause)).agents == {1}


@pytest.mark.parametrize(("made", "over"), [(0, False), (3, False), (4, True)])
def test_round_is_over_after_the_first_and_the_re_offers(made, over):
    round_ = Round(tuple(asked(n, n, n + 1) for n in range(made)))

    assert round_.is_over(RoutingPolicy(max_reoffers=3)) is over


def test_after_the_round_supervisors_are_told_and_a_new_one_follows_the_pause():
    round_ = Round((asked(1, 0, 60), asked(2, 60, 120)))

    step = judge(RoutingPolicy(max_reoffers=1), round_, Candidate("Tom S.", 0.9, NOW), reasons="", now=at(120))

    assert (step.alert, step.again_at) == (AlertKind.NOBODY_ACCEPTED, at(120) + ROUND_PAUSE)
    assert step.because == "It was offered to 2 agents, and nobody took it."


def test_who_came_after_the_round_is_asked_as_well():
    round_ = Round((asked(1, 0, 60),))

    step = judge(RoutingPolicy(max_reoffers=0), round_, Candidate("Tom S.", 0.9, at(61)), reasons="", now=at(70))

    assert step.agent == "Tom S."


FIRST, LATER = Round(), Round((asked(1, -60, 0),))


@pytest.mark.parametrize(
    ("round_", "score", "offered", "because"),
    [
        (FIRST, 0.92, True, "She knows APIs."),
        (FIRST, 0.8, True, "She knows APIs."),
        (FIRST, 0.7999, False, "Lisa R. is the best with 0.79, below the threshold of 0.80."),
        (LATER, 0.78, True, "She knows APIs. 1 agent did not take it."),
    ],
)
def test_threshold_decides_on_the_first_offer_of_a_round(round_, score, offered, because):
    step = judge(
        RoutingPolicy(threshold=0.8), round_, Candidate("Lisa R.", score, NOW), reasons="She knows APIs.", now=NOW
    )

    assert (step.agent == "Lisa R.", step.because) == (offered, because)
    assert (step.alert, step.again_at) == (
        (None, None) if offered else (AlertKind.BELOW_THRESHOLD, NOW + LOOK_AGAIN)
    )


def test_nobody_eligible_is_an_alarm_with_the_requirements():
    step = judge(RoutingPolicy(), FIRST, None, reasons="3 are offline.", now=NOW)

    assert (step.alert, step.because, step.agent) == (AlertKind.NO_ELIGIBLE_AGENT, "3 are offline.", None)
    assert step.again_at == NOW + LOOK_AGAIN
