"""Draws: as many as can be, by chance as promised, the same for the same seed."""

import itertools
import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from quality.decisions.sampling import (
    Candidate,
    Left,
    Risk,
    at_random,
    by_risk,
    draw,
    stratified,
)

SARAH, TOM, LISA = 1, 2, 3
QUINN, ROBIN = 11, 12
ORDERS = [at_random, stratified, by_risk]


def of_agent(agent, count, start=0, **fields):
    return [Candidate(id=start + n, agent=agent, **fields) for n in range(count)]


def drawn(sample):
    return {one.candidate.id: one.reviewer for one in sample.draws}


@pytest.mark.parametrize("order", ORDERS)
def test_same_seed_draws_the_same_in_whatever_order_candidates_come(order):
    candidates = of_agent(SARAH, 20) + of_agent(TOM, 20, start=20)
    given = {"per_agent": 3, "reviewers": {QUINN: 4, ROBIN: 4}, "order": order}

    first = draw(candidates, **given, seed="a")
    again = draw(reversed(candidates), **given, seed="a")
    other = draw(candidates, **given, seed="b")

    assert first == again
    assert drawn(first) != drawn(other)


def test_each_agent_has_the_quota_and_reviewers_share_the_work():
    candidates = of_agent(SARAH, 9) + of_agent(TOM, 9, start=10) + of_agent(LISA, 1, start=20)

    sample = draw(candidates, per_agent=4, reviewers={QUINN: 10, ROBIN: 10}, order=at_random, seed="1")

    assert Counter(one.candidate.agent for one in sample.draws) == {SARAH: 4, TOM: 4, LISA: 1}
    assert sorted(Counter(one.reviewer for one in sample.draws).values()) == [4, 5]


def test_nobody_draws_what_they_took_part_in():
    own = of_agent(SARAH, 5, barred=frozenset({QUINN}))

    sample = draw(own, per_agent=5, reviewers={QUINN: 9, ROBIN: 3}, order=at_random, seed="1")

    assert set(drawn(sample).values()) == {ROBIN}
    assert len(sample.draws) == 3
    assert set(sample.left.values()) == {Left.REVIEWER_QUOTA}


def test_what_was_not_drawn_has_its_reason():
    reviewed = Candidate(id=1, agent=SARAH, unfit=Left.REVIEWED)
    everybodys = Candidate(id=2, agent=SARAH, barred=frozenset({QUINN, ROBIN}))
    own = Candidate(id=3, agent=TOM, barred=frozenset({QUINN}))
    free = of_agent(LISA, 2, start=4)

    sample = draw(
        [reviewed, everybodys, own, *free], per_agent=1, reviewers={QUINN: 5, ROBIN: 0}, order=at_random, seed="1"
    )

    lisas = drawn(sample).keys()
    assert len(lisas) == 1
    assert sample.left == {
        1: Left.REVIEWED,
        2: Left.NOBODY,
        3: Left.REVIEWER_QUOTA,
        **{one.id: Left.AGENT_QUOTA for one in free if one.id not in lisas},
    }


def test_a_draw_is_exchanged_where_that_lets_another_agent_in():
    """Sarah's first may go to Quinn alone, as may Tom's only one; Sarah's second may go to Robin."""
    toms = Candidate(id=3, agent=TOM, barred=frozenset({ROBIN}))
    for seed in map(str, range(20)):
        sarahs = [
            Candidate(id=1, agent=SARAH, barred=frozenset({ROBIN})),
            Candidate(id=2, agent=SARAH, barred=frozenset({QUINN})),
        ]

        sample = draw([*sarahs, toms], per_agent=1, reviewers={QUINN: 1, ROBIN: 1}, order=at_random, seed=seed)

        assert drawn(sample) == {2: ROBIN, 3: QUINN}


def test_where_reviewers_lack_room_agents_are_served_in_turn():
    candidates = of_agent(SARAH, 30) + of_agent(TOM, 30, start=30) + of_agent(LISA, 30, start=60)

    sample = draw(candidates, per_agent=10, reviewers={QUINN: 7}, order=by_risk, seed="1")

    assert sorted(Counter(one.candidate.agent for one in sample.draws).values()) == [2, 2, 3]


CANDIDATES = st.lists(
    st.tuples(st.integers(1, 3), st.frozensets(st.sampled_from([QUINN, ROBIN, 13]), max_size=3), st.booleans()),
    max_size=6,
)
ROOM = st.dictionaries(st.sampled_from([QUINN, ROBIN, 13]), st.integers(0, 3), min_size=1)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CANDIDATES, ROOM, st.integers(0, 3), st.sampled_from(ORDERS))
def test_as_many_are_drawn_as_any_draw_could(rows, room, per_agent, order):
    candidates = [
        Candidate(id=n, agent=agent, barred=barred, unfit=Left.ASSIGNED if unfit else None)
        for n, (agent, barred, unfit) in enumerate(rows)
    ]

    sample = draw(candidates, per_agent=per_agent, reviewers=room, order=order, seed="s")

    chosen = [drawn(sample).get(one.id) for one in candidates]
    assert is_allowed(candidates, chosen, room, per_agent)
    assert len(sample.draws) == most(candidates, room, per_agent)
    assert sample.left.keys() == {one.id for one in candidates} - drawn(sample).keys()


def is_allowed(candidates, chosen, room, per_agent):
    pairs = [(one, reviewer) for one, reviewer in zip(candidates, chosen, strict=True) if reviewer is not None]
    given, had = Counter(reviewer for _, reviewer in pairs), Counter(one.agent for one, _ in pairs)
    return (
        all(count <= room[reviewer] for reviewer, count in given.items())
        and all(count <= per_agent for count in had.values())
        and not any(one.unfit or reviewer in one.barred for one, reviewer in pairs)
    )


def most(candidates, room, per_agent):
    """By trying every way of giving each candidate to a reviewer or to nobody."""
    ways = itertools.product([None, *room], repeat=len(candidates))
    return max(
        sum(reviewer is not None for reviewer in chosen)
        for chosen in ways
        if is_allowed(candidates, chosen, room, per_agent)
    )


def test_twenty_thousand_among_three_hundred_reviewers_are_drawn_at_once():
    """Each reviewer may review one agent alone, so that nearly every search for a second is in vain."""
    others = {reviewer: frozenset(range(300)) - {reviewer} for reviewer in range(300)}
    candidates = [Candidate(id=n, agent=n % 300, barred=others[n % 300]) for n in range(20_000)]

    started = time.process_time()
    sample = draw(candidates, per_agent=2, reviewers=dict.fromkeys(range(300), 1), order=at_random, seed="1")

    assert time.process_time() - started < 5
    assert len(sample.draws) == 300


SEEDS = [str(n) for n in range(3000)]


@pytest.mark.parametrize("order", [at_random, stratified])
def test_every_candidate_is_equally_likely(order):
    candidates = of_agent(SARAH, 5, topic=1) + of_agent(SARAH, 3, start=5, topic=2, tier="specialist")

    times = Counter(one.id for seed in SEEDS for one in order(candidates, seed, 2)[:2])

    assert chisquare([times[one.id] for one in candidates]).pvalue > 0.01


def test_pairs_are_equally_likely_too():
    candidates = of_agent(SARAH, 5)

    times = Counter(frozenset(one.id for one in at_random(candidates, seed, 2)[:2]) for seed in SEEDS)

    assert len(times) == 10
    assert chisquare(list(times.values())).pvalue > 0.01


@pytest.mark.parametrize("seed", SEEDS[:50])
def test_each_topic_and_tier_has_its_share_rounded_up_or_down(seed):
    strata = {(1, "frontline"): 30, (1, "specialist"): 15, (2, "frontline"): 10, (3, "frontline"): 5}
    starts = itertools.accumulate(strata.values(), initial=0)
    candidates = [
        one
        for ((topic, tier), size), start in zip(strata.items(), starts, strict=False)
        for one in of_agent(SARAH, size, start, topic=topic, tier=tier)
    ]

    for count in (1, 7, 12, 24, 60):
        had = Counter((one.topic, one.tier) for one in stratified(candidates, seed, count)[:count])
        assert all(abs(had[key] - size * count / 60) < 1 for key, size in strata.items())


def test_the_first_drawn_by_risk_is_in_proportion_to_its_weight():
    candidates = [
        Candidate(id=1, agent=SARAH),
        Candidate(id=2, agent=SARAH, risks=frozenset({Risk.LOW_CSAT})),
        Candidate(id=3, agent=SARAH, risks=frozenset({Risk.BREACHED, Risk.REESCALATED})),
    ]
    weights = np.array([1, 5, 6])

    times = Counter(by_risk(candidates, seed, 1)[0].id for seed in SEEDS)

    assert [one.weight for one in candidates] == weights.tolist()
    assert chisquare([times[n] for n in (1, 2, 3)], weights / weights.sum() * len(SEEDS)).pvalue > 0.01


def test_the_second_drawn_by_risk_is_in_proportion_among_those_left():
    """Each order has the chance ``w1 / W * w2 / (W - w1)``."""
    risks = {1: frozenset(), 2: frozenset({Risk.TOO_LATE}), 3: frozenset({Risk.LOW_CSAT})}
    candidates = [Candidate(id=key, agent=SARAH, risks=value) for key, value in risks.items()]
    weight = {one.id: one.weight for one in candidates}
    whole = sum(weight.values())
    chances = {
        (a, b): weight[a] / whole * weight[b] / (whole - weight[a]) for a, b in itertools.permutations(weight, 2)
    }

    times = Counter(tuple(one.id for one in by_risk(candidates, seed, 2)[:2]) for seed in SEEDS)

    assert chisquare([times[key] for key in chances], [p * len(SEEDS) for p in chances.values()]).pvalue > 0.01
