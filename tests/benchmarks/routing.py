"""Routing: a thousand waiting items against two hundred agents, and one item decided from the database.

    DATABASE_URL=postgres://... python -m tests.benchmarks.routing

Medians of the rounds, on the clock and as the thread's own CPU time: nothing here waits, so that is what a machine
takes that does nothing else besides, and what is held against the aims.
Beside the queries of a decision is what is done with their rows: facts, requirements, scores, ranks and reasons.
"""

import json
import math
import random
import statistics
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from tests.benchmarks.scratch import scratch_database

ITEMS, AGENTS = 1000, 200
ROUNDS = 30
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
ZONES = ("America/New_York", "America/Los_Angeles")
TOPICS, SKILLS, TEAMS = range(8), range(7), range(3)


def agent_facts(chance: random.Random, number: int):
    from escalations.decisions.routing import AgentFacts

    busy = chance.randint(0, 2)
    resolved = chance.randint(10, 150)
    return AgentFacts(
        id=number,
        public_id=f"agt_{number}",
        name=f"Agent {number}",
        teams=tuple(chance.sample(TEAMS, 2)),
        level=chance.choice((1, 1, 1, 2, 3)),
        status=chance.choice(("available", "in_conversation")),
        status_seconds=chance.randint(0, 7200),
        seconds_to_pause=chance.randint(0, 14400),
        seconds_on_duty=chance.randint(0, 28800),
        utc_offset=chance.choice((-8, -5, 0, 1, 5.5)),
        capacity=5,
        busy=busy,
        load=busy + chance.choice((0, 0.5)),
        seconds_of_work=busy * chance.randint(100, 900),
        handling_seconds=chance.randint(500, 1500),
        skills=tuple((skill, chance.randint(1, 5), chance.random() < 0.3) for skill in chance.sample(SKILLS, 3)),
        topics=tuple((topic, 20, chance.randint(10, 20)) for topic in chance.sample(TOPICS, 4)),
        languages=("en", chance.choice(("de", "es", "fr"))),
        csat=chance.uniform(3, 5),
        ratings=chance.randint(0, 60),
        response_seconds=chance.uniform(30, 400),
        responses=resolved,
        first_contact=resolved // 2,
        resolved=resolved,
        quality_score=chance.uniform(60, 99),
        reviews=chance.randint(0, 10),
    )


def item_facts(chance: random.Random, number: int):
    from escalations.decisions.routing import ItemFacts

    topic = chance.choice(TOPICS)
    return ItemFacts(
        id=number,
        team=chance.choice(TEAMS),
        queue_level=chance.choices((1, 2, 3, 4), (2, 5, 3, 1))[0],
        least_level=chance.choices((1, 2, 3), (8, 1, 1))[0],
        preferred_level=chance.choice((None, 2)),
        required_skill=chance.choice((None, None, None, topic % 7)),
        skill=topic % 7,
        topic=topic,
        plan_rank=chance.choice((0, 0.25, 0.5, 0.75, 1)),
        monthly_value=chance.uniform(20, 4000),
        language=chance.choice(("en", "de-AT", "")),
        utc_offset=chance.choice((None, -8, -5, 1)),
        earlier=tuple((chance.randrange(AGENTS), 5, 4) for _ in range(2)),
    )


@dataclass
class Timings:
    """Milliseconds of each round: on the clock, and of this thread's work."""

    label: str
    aim: float = math.inf
    clock: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)

    @contextmanager
    def round(self):
        started, worked = time.perf_counter(), time.thread_time()
        yield
        self.work.append((time.thread_time() - worked) * 1000)
        self.clock.append((time.perf_counter() - started) * 1000)

    def report(self) -> bool:
        work, clock = statistics.median(self.work), statistics.median(self.clock)
        aim = f" (aim: at most {self.aim:g} ms)" if self.aim < math.inf else ""
        print(f"{self.label}: {work:.1f} ms of work, {clock:.1f} ms on the clock{aim}")
        return work <= self.aim


def compare_many() -> list[bool]:
    """With three free places each, the installed capacity with nobody busy; then with four, which it never has."""
    from escalations.decisions.routing import Weights, assign_batch, score

    chance = random.Random(7)
    agents = [agent_facts(chance, number) for number in range(AGENTS)]
    items = [item_facts(chance, number) for number in range(ITEMS)]
    met = []
    for free, aim in ((3, 30.0), (4, math.inf)):
        crew = [replace(agent, capacity=free, busy=0) for agent in agents]
        scoring = Timings(f"{ITEMS:,} items x {AGENTS} agents scored", 10)
        both = Timings(f"scored and assigned to {free} places each", aim)
        assigned = assign_batch(items, crew, Weights(), NOW)  # imports scipy
        for _ in range(ROUNDS):
            with scoring.round():
                score(items, crew, Weights(), NOW)
            with both.round():
                assign_batch(items, crew, Weights(), NOW)
        print(f"{len(assigned)} of {ITEMS:,} items assigned to {free * AGENTS} free places")
        met += [scoring.report(), both.report()]
    return met


def make_team() -> None:
    from datetime import time as clock

    from agents.enums import Status
    from agents.models import AgentSkill, Presence, Scorecard, Shift, Skill
    from escalations.enums import State
    from tests import factories

    chance, skills = random.Random(7), list(Skill.objects.all())
    for number in range(AGENTS):
        agent = factories.make_agent(
            f"Agent {number}", status=Status.AVAILABLE, languages=["en"], time_zone=ZONES[number % 2]
        )
        for skill in chance.sample(skills, 3):
            AgentSkill.objects.create(agent=agent, skill=skill, level=chance.randint(1, 5))
        for topic in ("", "integrations", "billing"):
            Scorecard.objects.create(
                agent=agent, topic=topic, resolved=30, lasting=28, first_contact=20, ratings=9,
                csat=chance.uniform(3, 5), handled=30, handling_seconds=900, computed_at=NOW,
            )  # fmt: skip
        for weekday in range(5):
            Shift.objects.create(
                agent=agent, weekday=weekday, start=clock(4 + number % 6), end=clock(14 + number % 6)
            )
        for hour in range(4):
            Presence.objects.create(
                agent=agent, status=Status.AVAILABLE, at=NOW - timedelta(hours=hour), actor="agent"
            )
        for _ in range(number % 3):
            work = factories.make_escalation(state=State.ACTIVE, assignee=agent)
            work.handling_intervals.create(agent=agent, started_at=NOW - timedelta(minutes=5))


def decide_one() -> list[bool]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from escalations.actions.routing import decide_for
    from escalations.actions.routing.reading import read
    from escalations.actions.routing.shaping import shape
    from escalations.decisions.routing import decide, inputs_json
    from helpninja.common.actors import SYSTEM
    from tests import factories

    make_team()
    customer = factories.make_customer(plan="enterprise", monthly_value=2400, language="en")
    escalation = factories.make_escalation(
        conversation=factories.make_conversation(customer=customer), topic=factories.make_topic("integrations")
    )
    decide_for(escalation=escalation, by=SYSTEM, now=NOW)  # Django asks SQLite once what it can do
    with CaptureQueriesContext(connection) as queries:
        decide_for(escalation=escalation, by=SYSTEM, now=NOW)
    whole, beside, writing = Timings("as a whole"), Timings("beside its queries", 5), Timings("its row as JSON")
    for _ in range(ROUNDS):
        with whole.round():
            decide_for(escalation=escalation, by=SYSTEM, now=NOW)
        rows = read([escalation], NOW)
        with beside.round():
            found = shape(rows, NOW)
            decided = decide(found.items[0], found.agents, found.weights[0], NOW)
            row = (inputs_json(found.items[0], found.agents, found.weights[0], NOW), decided.to_json())
        with writing.round():
            json.dumps(row)
    print(f"{connection.vendor}: {len(queries)} queries for a decision among {AGENTS} agents (aim: at most 6)")
    return [len(queries) <= 6, *(timings.report() for timings in (whole, beside, writing))]


if __name__ == "__main__":
    with scratch_database():
        met = [*compare_many(), *decide_one()]
    sys.exit(0 if all(met) else 1)
