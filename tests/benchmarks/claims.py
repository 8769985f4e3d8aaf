"""Fifty workers go for the same escalations: nobody may get one twice, or more than they can hold.

    DATABASE_URL=postgres://... python -m tests.benchmarks.claims [attempts]

Each worker is an agent and goes for one of 60 items, chosen at random, so that most attempts meet others;
what is won is soon released again. At the end the event log is replayed: claims and releases must
take turns on each escalation, and every success that a worker was told of must be one claim in the log.
While it runs, another connection looks all the time for an agent over capacity.
"""

import random
import sys
import threading
import time
from collections import Counter
from itertools import pairwise

from tests.benchmarks.scratch import scratch_database

WORKERS = 50
ESCALATIONS = 60


class Contest:
    def __init__(self, attempts: int) -> None:
        self.left = attempts
        self.lock = threading.Lock()
        self.outcomes: Counter = Counter()
        self.over_capacity = 0
        self.looks = 0
        self.over = threading.Event()

    def take_attempt(self) -> bool:
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def count(self, outcome: str) -> None:
        with self.lock:
            self.outcomes[outcome] += 1


def work(contest: Contest, agent, seed: int) -> None:
    from django.db import OperationalError, connection
    from django.utils import timezone

    from escalations.actions.lifecycle import claim, release
    from escalations.models import Escalation
    from helpninja.common.actors import Actor
    from helpninja.common.errors import Conflict

    actor, chance = Actor("person", agent.name), random.Random(seed)
    targets = list(Escalation.objects.all())
    held = []
    while contest.take_attempt():
        target = chance.choice(targets)
        try:
            claim(escalation=target, agent=agent, by=actor, now=timezone.now())
            contest.count("won")
            held.append(target)
        except Conflict as conflict:
            contest.count("full" if "capacity" in conflict.facts else "lost")
        except OperationalError:  # SQLite lets so many writers wait only so long; the API answers 503
            contest.count("busy")
        if held and chance.random() < 0.4:
            try:
                release(escalation=held[0], reason="", by=actor, now=timezone.now())
            except OperationalError:
                contest.count("busy")
            else:
                held.pop(0)
                contest.count("released")
    connection.close()


def watch(contest: Contest) -> None:
    from django.db import connection
    from django.db.models import Count, F, Q

    from agents.models import Agent
    from escalations.enums import BUSY_STATES

    busy = Count("escalations", filter=Q(escalations__state__in=BUSY_STATES))
    while not contest.over.is_set():
        contest.over_capacity += Agent.objects.annotate(busy=busy).filter(busy__gt=F("capacity")).count()
        contest.looks += 1
        contest.over.wait(0.02)
    connection.close()


def double_claims() -> int:
    """Claims of what was not free, by the log."""
    from escalations.enums import EventKind
    from escalations.models import EscalationEvent

    steps = EscalationEvent.objects.filter(kind__in=(EventKind.CLAIMED, EventKind.RELEASED))
    ordered = steps.order_by("escalation", "version").values_list("escalation", "kind")
    return sum(first == second and first[1] == EventKind.CLAIMED for first, second in pairwise(ordered))


def main(attempts: int) -> int:
    from django.db import connection

    from escalations.enums import EventKind
    from escalations.models import EscalationEvent
    from tests import factories

    agents = [factories.make_agent(capacity=1 + number % 3) for number in range(WORKERS)]
    for _ in range(ESCALATIONS):
        factories.make_escalation()
    contest = Contest(attempts)
    workers = [threading.Thread(target=work, args=(contest, agent, seed)) for seed, agent in enumerate(agents)]
    watcher = threading.Thread(target=watch, args=(contest,))
    started = time.perf_counter()
    for thread in (watcher, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    elapsed = time.perf_counter() - started
    contest.over.set()
    watcher.join()

    claims = EscalationEvent.objects.filter(kind=EventKind.CLAIMED).count()
    doubles = double_claims() + abs(claims - contest.outcomes["won"])
    outcomes = ", ".join(f"{name} {number}" for name, number in sorted(contest.outcomes.items()))
    rate = attempts / elapsed
    print(f"{connection.vendor}: {attempts} attempts by {WORKERS} workers in {elapsed:.0f} s ({rate:.0f}/s)")
    print(f"{outcomes}; claims in the log {claims}")
    print(f"double claims: {doubles}; over capacity: {contest.over_capacity} in {contest.looks} looks")
    return 1 if doubles or contest.over_capacity else 0


if __name__ == "__main__":
    with scratch_database(pooled=False):
        from django.db import connection

        default = 100_000 if connection.vendor == "postgresql" else 5_000
        code = main(int(sys.argv[1]) if len(sys.argv) > 1 else default)
    sys.exit(code)
