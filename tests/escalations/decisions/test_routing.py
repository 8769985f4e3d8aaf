"""The guide's routing example with its arithmetic, and what holds whatever the facts are."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.enums import Level, Status
from escalations.decisions.routing import (
    PARTS,
    AgentFacts,
    ItemFacts,
    Weights,
    assign_batch,
    decide,
    inputs_json,
    replay,
    score,
)
from escalations.decisions.routing.scoring import total_of
from escalations.enums import RoutingFactor

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)  # 10 o'clock in New York
SUPPORT, INTEGRATIONS, TECHNICAL, BILLING = 1, 11, 12, 13
NEW_YORK, CHICAGO, LOS_ANGELES = -5, -6, -8
MINUTE, HOUR = 60, 3600

# "Escalation: API integration error. Customer: Enterprise (Acme Corp)."
ERROR = ItemFacts(
    id=1,
    team=SUPPORT,
    skill=INTEGRATIONS,
    topic=INTEGRATIONS,
    plan_rank=1,
    monthly_value=2400,
    language="en-US",
    utc_offset=NEW_YORK,
    earlier=((2, 1, 1), (3, 3, 3)),
)
# "Available Agents: David K. (Technical), Sarah M. (Billing), Lisa R. (Integrations)."
SARAH = AgentFacts(
    id=1,
    public_id="agt_sarah",
    name="Sarah M.",
    teams=(SUPPORT,),
    level=Level.AGENT,
    status=Status.IN_CONVERSATION,
    seconds_to_pause=15 * MINUTE,
    seconds_on_duty=6 * HOUR,
    utc_offset=LOS_ANGELES,
    capacity=4,
    busy=3,
    load=3,
    seconds_of_work=50 * MINUTE,
    skills=((BILLING, 5, True),),
    topics=((BILLING, 60, 55),),
    languages=("en", "es"),
    csat=4.6,
    ratings=48,
    response_seconds=126,
    responses=60,
    first_contact=50,
    resolved=60,
    quality_score=92,
    reviews=8,
)
DAVID = AgentFacts(
    id=2,
    public_id="agt_david",
    name="David K.",
    teams=(SUPPORT,),
    level=Level.SPECIALIST,
    status=Status.IN_CONVERSATION,
    seconds_to_pause=2 * HOUR,
    seconds_on_duty=HOUR / 2,
    utc_offset=NEW_YORK,
    capacity=4,
    busy=1,
    load=1,
    seconds_of_work=5 * MINUTE,
    skills=((INTEGRATIONS, 4, False), (TECHNICAL, 5, True)),
    topics=((INTEGRATIONS, 10, 10), (TECHNICAL, 40, 36)),
    languages=("en",),
    csat=4.3,
    ratings=38,
    response_seconds=192,
    responses=48,
    first_contact=39,
    resolved=48,
    quality_score=90,
    reviews=8,
)
LISA = AgentFacts(
    id=3,
    public_id="agt_lisa",
    name="Lisa R.",
    teams=(SUPPORT,),
    level=Level.SPECIALIST,
    status=Status.AVAILABLE,
    seconds_to_pause=2 * HOUR,
    seconds_on_duty=4 * HOUR,
    utc_offset=NEW_YORK,
    capacity=4,
    skills=((INTEGRATIONS, 5, True), (TECHNICAL, 3, False)),
    topics=((INTEGRATIONS, 22, 22),),
    languages=("en", "de"),
    csat=4.4,
    ratings=38,
    response_seconds=168,
    responses=58,
    first_contact=50,
    resolved=58,
    quality_score=88,
    reviews=8,
)

# Skill, certification, experience, success, seniority | open work, time to finish, hours on duty | plan, account
# value, earlier success, language, zone | satisfaction, response time, first contact, quality | status, time to
# the next pause, hour of the day. What counts n rows is drawn to 0.5: (n * mean + 1) / (n + 2).
LISA_S_CSAT, DAVID_S_CSAT, SARAH_S_CSAT = (38 * 0.85 + 1) / 40, (38 * 0.825 + 1) / 40, (48 * 0.9 + 1) / 50
WORKING = {
    "Lisa R.": (
        35 * (5 / 5 + 1 + 20 / 20 + 23 / 24 + 1) / 5,  # 34.7
        25 * ((1 - 0 / 4) + (1 - 0 / 60) + (1 - 4 / 10)) / 3,  # 21.7
        20 * (1 + LISA_S_CSAT + (3 + 1) / (3 + 2) + 1 + (1 - 0 / 12)) / 5,  # 18.5
        15 * (LISA_S_CSAT + (58 * (1 - 168 / 600) + 1) / 60 + 51 / 60 + (8 * 0.88 + 1) / 10) / 4,  # 12.0
        5 * (1 + 1 + 1) / 3,  # 5.0
    ),  # 91.9
    "David K.": (
        35 * (4 / 5 + 0 + 10 / 20 + 11 / 12 + 1) / 5,  # 22.5
        25 * ((1 - 1 / 4) + (1 - 5 / 60) + (1 - 0.5 / 10)) / 3,  # 21.8
        20 * (1 + DAVID_S_CSAT + (1 + 1) / (1 + 2) + 1 + (1 - 0 / 12)) / 5,  # 17.9
        15 * (DAVID_S_CSAT + (48 * (1 - 192 / 600) + 1) / 50 + 40 / 50 + (8 * 0.9 + 1) / 10) / 4,  # 11.6
        5 * (0.5 + 1 + 1) / 3,  # 4.2
    ),  # 78.0
    "Sarah M.": (
        35 * (0 + 0 + 0 + 0.5 + 1) / 5,  # 10.5; of the topic she has resolved nothing: unknown
        25 * ((1 - 3 / 4) + (1 - 50 / 60) + (1 - 6 / 10)) / 3,  # 6.8
        20 * (0 + SARAH_S_CSAT + 0.5 + 1 + (1 - 3 / 12)) / 5,  # 12.5
        15 * (SARAH_S_CSAT + (60 * (1 - 126 / 600) + 1) / 62 + 51 / 62 + (8 * 0.92 + 1) / 10) / 4,  # 12.5
        5 * (0.5 + 15 / 60 + (12 - 7) / 6) / 3,  # 2.6; 7 o'clock in Los Angeles, 7 hours from the day's middle
    ),  # 44.9
}


def test_the_guide_s_example():
    decision = decide(ERROR, [DAVID, SARAH, LISA], Weights(), NOW)

    assert [(one.name, one.percent) for one in decision.candidates] == [
        ("Lisa R.", "92 %"),
        ("David K.", "78 %"),
        ("Sarah M.", "45 %"),
    ]
    assert (decision.choice.name, decision.backup.name) == ("Lisa R.", "David K.")
    assert decision.because["text"] == (
        "Lisa R. 92 %, ahead in specialization and availability. Backup David K. 78 %."
    )


@pytest.mark.parametrize("agent", [LISA, DAVID, SARAH], ids=lambda agent: agent.name)
def test_the_guide_s_example_by_hand(agent):
    (candidate,) = decide(ERROR, [agent], Weights(), NOW).candidates

    weighed = [Weights().of(factor) * candidate.factors[factor] for factor in RoutingFactor]
    assert weighed == pytest.approx(WORKING[agent.name], abs=0.005)
    assert candidate.score == pytest.approx(sum(WORKING[agent.name]) / 100, abs=0.00005)


def test_what_is_unknown_counts_half_and_is_said():
    nobody = AgentFacts(id=1, public_id="agt_1", name="New", teams=(1,), status_seconds=0)

    (candidate,) = decide(ItemFacts(id=1, team=1), [nobody], Weights(), NOW).candidates

    unknown = {key for key, value in candidate.parts.items() if value is None}
    assert {"skill_level", "certification", "experience", "success_rate", "language", "zone"} <= unknown
    assert (candidate.factors["performance"], candidate.parts["satisfaction"]) == (0.5, None)


def like(agent, number, **changes):
    return replace(agent, id=number, public_id=f"agt_{number}", name=f"Agent {number}", **changes)


@pytest.mark.parametrize(
    ("changes", "tie_break"),
    [
        (
            {"load": 0.5, "capacity": 0},
            "less open work",
        ),  # what is over capacity scores no less than what is at it
        ({"status_seconds": 10}, "a longer time in the present status"),
        ({}, "order of joining"),
    ],
)
def test_equal_scores_are_told_apart_and_it_is_said_how(changes, tie_break):
    weights = Weights(specialization=100, workload=0, customer=0, performance=0, availability=0)
    first, second = (
        like(LISA, 1, status_seconds=20, busy=-1),
        like(LISA, 2, **{"status_seconds": 20, "busy": -1, **changes}),
    )

    decision = decide(ERROR, [second, first], weights, NOW)

    assert (decision.choice.agent, decision.tie_break) == (1, tie_break)
    assert tie_break in decision.because["text"]


def test_the_only_one_and_nobody():
    assert decide(ERROR, [LISA], Weights(), NOW).because["text"] == "Lisa R. 92 %, the only one who can take it."
    assert decide(ERROR, [], Weights(), NOW).because["text"] == "Nobody can take it: there are no agents."


def test_other_formulas_are_not_replayed():
    inputs = inputs_json(ERROR, [LISA], Weights(), NOW)

    with pytest.raises(ValueError, match="decided by formulas 0"):
        replay({**inputs, "formulas": 0})


def test_a_second_place_counts_with_the_work_of_the_first():
    """Two items and two equal agents with two places each: everybody gets one."""
    agents = [like(LISA, number, capacity=2) for number in (1, 2)]

    assigned = assign_batch([replace(ERROR, id=n) for n in (1, 2)], agents, Weights(), NOW)

    assert sorted(one.agent for one in assigned) == [1, 2]


def test_the_higher_level_goes_first_even_where_the_total_would_be_greater():
    low, high = replace(ERROR, id=1, queue_level=1), replace(ERROR, id=2, queue_level=4, skill=BILLING)
    agent = like(LISA, 1, capacity=1)

    assigned = assign_batch([low, high], [agent], Weights(), NOW)

    assert [one.item for one in assigned] == [2]


# What holds whatever the facts are.
share = st.floats(0, 1)
maybe = st.one_of(st.none(), st.floats(0, 40_000))
counts = st.integers(0, 50)
some = st.sets(st.integers(1, 3))


@st.composite
def agents_facts(draw, number=1):
    resolved = draw(counts)
    first_contact = draw(st.integers(0, resolved))
    return AgentFacts(
        id=number,
        public_id=f"agt_{number}",
        name=f"Agent {number}",
        teams=draw(st.sampled_from([(1,), (1, 2), (2,)])),
        level=draw(st.sampled_from(Level)),
        status=draw(st.sampled_from(Status)),
        status_seconds=draw(counts),
        on_shift=draw(st.sampled_from([True, True, False])),
        seconds_to_pause=draw(maybe),
        seconds_on_duty=draw(maybe),
        utc_offset=draw(st.one_of(st.none(), st.floats(-12, 14))),
        capacity=draw(st.integers(0, 2)),
        busy=draw(st.integers(0, 1)),
        load=draw(st.sampled_from([0, 1, 1.5, 5])),
        seconds_of_work=draw(maybe),
        handling_seconds=draw(maybe),
        skills=tuple((skill, draw(st.integers(1, 5)), draw(st.booleans())) for skill in draw(some)),
        topics=draw(st.sampled_from([None, (), ((1, 3, 2),), ((1, 30, 30), (2, 1, 0))])),
        languages=draw(st.sampled_from([(), ("en",), ("de-AT", "pt")])),
        csat=draw(st.floats(1, 5)),
        ratings=draw(counts),
        response_seconds=draw(st.floats(0, 5000)),
        responses=draw(counts),
        first_contact=first_contact,
        resolved=resolved,
        quality_score=draw(st.floats(0, 100)),
        reviews=draw(counts),
    )  # fmt: skip


@st.composite
def item_facts(draw, number=1):
    return ItemFacts(
        id=number,
        team=draw(st.integers(1, 2)),
        queue_level=draw(st.integers(1, 2)),
        least_level=draw(st.sampled_from([1, 1, 3])),
        preferred_level=draw(st.sampled_from([None, 1, 2, 4])),
        required_skill=draw(st.sampled_from([None, None, 1])),
        skill=draw(st.sampled_from([None, 1, 2])),
        topic=draw(st.sampled_from([None, 1, 2])),
        plan_rank=draw(st.one_of(st.none(), share)),
        monthly_value=draw(maybe),
        language=draw(st.sampled_from(["", "en", "pt-BR"])),
        utc_offset=draw(st.one_of(st.none(), st.floats(-12, 14))),
        earlier=tuple((agent, 3, draw(st.integers(0, 3))) for agent in draw(some)),
        asked=draw(st.sampled_from([(), (), (1,)])),
    )


def several(facts, most):
    return st.integers(0, most).flatmap(lambda n: st.tuples(*(facts(number + 1) for number in range(n))))


@st.composite
def weights(draw):
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=4, max_size=4)))
    return Weights(*(after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)))


@given(several(item_facts, 3), several(agents_facts, 4), weights())
def test_scores_are_between_0_and_1(items, agents, weighed):
    scores = score(items, agents, weighed, NOW)

    assert scores.shape == (len(items), len(agents))
    assert np.all((scores >= 0) & (scores <= 1))


@given(st.data(), weights())
def test_no_part_lowers_the_score_when_it_rises(data, weighed):
    known_or_not = st.one_of(st.just(np.nan), share)
    parts = {part.key: np.array([data.draw(known_or_not)]) for part in PARTS}
    raised = data.draw(st.sampled_from([part.key for part in PARTS]))
    before = np.nan_to_num(parts[raised], nan=0.5)

    better = {**parts, raised: before + data.draw(share) * (1 - before)}

    assert total_of(better, weighed) >= total_of(parts, weighed)


@given(several(item_facts, 3), several(agents_facts, 4), weights(), st.randoms())
def test_alone_and_among_many_and_in_any_order_the_score_is_the_same(items, agents, weighed, chance):
    shuffled = chance.sample(agents, len(agents))
    scores = score(items, agents, weighed, NOW)

    for row, item in enumerate(items):
        decision = decide(item, shuffled, weighed, NOW)
        assert decision == decide(item, agents, weighed, NOW)
        assert all(one.score == scores[row, one.agent - 1] for one in decision.candidates)


@given(item_facts(), several(agents_facts, 4), weights())
def test_a_replay_decides_the_same(item, agents, weighed):
    assert replay(inputs_json(item, agents, weighed, NOW)) == decide(item, agents, weighed, NOW)


@given(item_facts(), several(agents_facts, 4))
def test_everybody_is_either_a_candidate_or_excluded_with_reasons(item, agents):
    decision = decide(item, agents, Weights(), NOW)

    ranked = [one.score for one in decision.candidates]
    assert sorted([one.agent for one in (*decision.candidates, *decision.exclusions)]) == [a.id for a in agents]
    assert ranked == sorted(ranked, reverse=True)
    assert all(one.failed and one.because for one in decision.exclusions)


def worth(item, agent, place, weighed):
    """What the item scores at the agent's place-th free place; None where the agent may not take it."""
    if not decide(item, [agent], weighed, NOW).candidates:
        return None
    work = agent.seconds_of_work
    if work is not None:
        work += place * (agent.handling_seconds or 0)
    later = replace(agent, load=agent.load + place, seconds_of_work=work)
    scores = score([item], [agent, later], Weights(0, 100, 0, 0, 0), NOW)[0]
    return score([item], [agent], weighed, NOW)[0, 0] - (scores[0] - scores[1]) * weighed.workload / 100


def by_level(items, choices):
    """The totals of both levels, the higher first."""
    return tuple(
        sum(value for item, value in zip(items, choices, strict=True) if item.queue_level == level and value)
        for level in (2, 1)
    )


def all_choices(items, agents, weighed):
    """Every way to give items to free places, as the value that each item gets."""
    places = [(agent, place) for agent in agents for place in range(agent.capacity - agent.busy)]
    values = [[worth(item, agent, place, weighed) for agent, place in places] for item in items]
    for chosen in product(range(-1, len(places)), repeat=len(items)):
        taken = [place for place in chosen if place >= 0]
        if len(set(taken)) == len(taken):
            found = [values[row][place] if place >= 0 else 0 for row, place in enumerate(chosen)]
            if None not in found:
                yield found


def greedily(items, agents, weighed):
    """Level by level the best pair that is left, again and again."""
    places = {(agent, place) for agent in agents for place in range(agent.capacity - agent.busy)}
    found = dict.fromkeys(range(len(items)), 0)
    for level in (2, 1):
        rows = {row for row, item in enumerate(items) if item.queue_level == level}
        while pairs := [
            (value, row, agent.id, place)
            for row in rows
            for agent, place in places
            if (value := worth(items[row], agent, place, weighed)) is not None
        ]:
            value, row, owner, place = max(pairs)
            found[row] = value
            rows.remove(row)
            places = {one for one in places if (one[0].id, one[1]) != (owner, place)}
    return list(found.values())


@given(several(item_facts, 3), several(agents_facts, 3), weights())
def test_a_batch_is_as_good_as_trying_all_and_no_worse_than_greed(items, agents, weighed):
    assigned = {one.item: one for one in assign_batch(items, agents, weighed, NOW)}

    totals = by_level(items, [assigned[item.id].score if item.id in assigned else 0 for item in items])
    best = max(by_level(items, choices) for choices in all_choices(items, agents, weighed))
    assert totals == pytest.approx(best, abs=2e-4)
    greedy = by_level(items, greedily(items, agents, weighed))
    assert totals[0] >= greedy[0] - 2e-4
    assert totals[0] > greedy[0] + 2e-4 or totals[1] >= greedy[1] - 2e-4


@given(several(item_facts, 4), several(agents_facts, 3), weights())
def test_a_batch_gives_nobody_more_than_they_may_hold(items, agents, weighed):
    assigned = assign_batch(items, agents, weighed, NOW)

    assert len({one.item for one in assigned}) == len(assigned)
    for agent in agents:
        mine = [one for one in assigned if one.agent == agent.id]
        assert len(mine) <= max(agent.capacity - agent.busy, 0)
        for one in mine:
            assert decide(items[one.item - 1], [agent], weighed, NOW).choice is not None


@given(several(item_facts, 3), several(agents_facts, 3), st.data())
def test_weights_of_each_item(items, agents, data):
    each = [data.draw(weights()) for _ in items]

    scores = score(items, agents, each, NOW)

    for row, item in enumerate(items):
        assert np.array_equal(scores[row], score([item], agents, each[row], NOW)[0])
