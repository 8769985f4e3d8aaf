"""What the dispatcher costs: offers made one by one and together, and looking again at what finds nobody.

    DATABASE_URL=postgres://... python -m tests.benchmarks.dispatch [waiting] [agents]

1,000 waiting and 200 agents unless said otherwise; seconds are of this process alone. "Nobody free": all agents
are at capacity, and all that wait are alerted to already, as after a bad night; that pass comes once a minute.
"""

import sys
import time
from datetime import timedelta

from tests.benchmarks.scratch import scratch_database


def fill(waiting: int, agents: int) -> None:
    from django.utils import timezone

    from agents.enums import Status
    from agents.models import AgentSkill, Skill
    from escalations.models import RoutingPolicy
    from tests import factories

    skills, now = list(Skill.objects.all()), timezone.now()
    for n in range(agents):
        agent = factories.make_agent(status=Status.AVAILABLE, status_since=now - timedelta(hours=1), capacity=3)
        AgentSkill.objects.create(agent=agent, skill=skills[n % len(skills)], level=1 + n % 5)
    topic = factories.make_topic()
    for n in range(waiting):
        opened_at = now - timedelta(seconds=waiting - n)
        factories.make_escalation(topic=topic, opened_at=opened_at, next_dispatch_at=now, priority=1 + n % 4)
    RoutingPolicy.objects.update(mode="both", threshold=0.0, offer_seconds=3600)  # none expires meanwhile


def passes() -> tuple[float, int]:
    """Seconds of this process until nothing is left, and the offers that were made."""
    from django.utils import timezone

    from escalations.actions import dispatch
    from escalations.models import Offer

    before, start, now = Offer.objects.count(), time.process_time(), timezone.now()
    while dispatch.dispatch_due(now=now):
        pass
    return time.process_time() - start, Offer.objects.count() - before


def withdraw() -> None:
    """As if nothing had been offered."""
    from django.utils import timezone

    from escalations.models import Alert, Escalation, Offer

    Offer.objects.all().delete()
    Alert.objects.all().delete()
    Escalation.objects.filter(state="assigned").update(state="waiting", assignee=None)
    Escalation.objects.update(next_dispatch_at=timezone.now())


def measure(waiting: int, agents: int) -> None:
    from django.utils import timezone

    from escalations.models import Escalation, RoutingPolicy

    fill(waiting, agents)
    for name, batch in (("one by one", False), ("together", True)):
        withdraw()
        RoutingPolicy.objects.update(batch=batch)
        seconds, offers = passes()
        print(f"{name}: {offers} offers and {waiting - offers} alerts in {seconds:.1f} s")
    left = Escalation.objects.filter(state="waiting").update(next_dispatch_at=timezone.now())
    seconds, _ = passes()
    print(f"nobody free: {left} looked at again in {seconds:.2f} s")
    seconds, _ = passes()
    print(f"nothing due: {seconds * 1000:.1f} ms")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    with scratch_database():
        measure(*(given or [1000, 200])[:2])
