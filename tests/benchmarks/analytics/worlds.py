"""A database with months of made-up work in it, and its rollups built."""

import time
from datetime import datetime

from tests.benchmarks.analytics.history import Places, history
from tests.benchmarks.analytics.loading import load

AGENTS, CUSTOMERS, TEAMS = 40, 500, 4


def make(size: int, *, end: datetime) -> None:
    """``size`` conversations up to ``end``; says how long it took."""
    from agents.models import Team
    from billing.models import Plan
    from escalations.models import Topic
    from tests import factories

    teams = [factories.support(), *(factories.make_team() for _ in range(TEAMS - 1))]
    places = Places(
        customers=[factories.make_customer().pk for _ in range(CUSTOMERS)],
        plans=list(Plan.objects.values_list("pk", flat=True)),
        topics=list(Topic.objects.values_list("pk", flat=True)),
        teams=[team.pk for team in teams],
        agents=[factories.make_agent(teams=[teams[number % TEAMS]]).pk for number in range(AGENTS)],
    )
    assert Team.objects.count() >= TEAMS
    started = time.perf_counter()
    load(history(size, places, end=end))
    print(f"made {size:,} conversations in {time.perf_counter() - started:.0f} s", flush=True)


def build(*, now: datetime) -> None:
    from analytics.actions import rollups

    started = time.perf_counter()
    while rollups.build(now=now):
        pass
    print(f"built the rollups in {time.perf_counter() - started:.0f} s", flush=True)
