"""The queue page's first answer and its later pages while 10,000 wait.

    DATABASE_URL=postgres://... python -m tests.benchmarks.queue_page [waiting] [rounds]

Prints p50 and p95 in milliseconds, this process's own CPU time, size and queries of each request, through the
whole middleware stack. The goal for the page: p95 at most 300 ms, at most 12 queries. On a machine that does
other work besides, the times grow and the CPU time hardly does.
"""

import os
import statistics
import sys
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
os.environ.setdefault("ALLOWED_HOSTS", "testserver")

from tests.benchmarks.scratch import scratch_database

AGENTS, HELD_EACH, RESOLVED = 40, 3, 120


def fill(waiting: int):
    """Makes the rows and gives the user who looks: an agent of the team Support."""
    from django.utils import timezone

    from escalations.enums import Priority, State
    from tests import factories

    now = timezone.now()
    agents = [factories.make_agent(capacity=HELD_EACH) for _ in range(AGENTS)]
    rows = [
        {
            "priority": Priority(1 + n % 4),
            "opened_at": now - timedelta(seconds=n % 900),
            "raised": n % 900 // 300,  # as two waits of five and ten minutes raise
        }
        for n in range(waiting)
    ]
    rows += [{"state": State.ACTIVE, "assignee": agent} for agent in agents for _ in range(HELD_EACH)]
    rows += [{"state": State.RESOLVED, "opened_at": now - timedelta(minutes=11 + n % 40)} for n in range(RESOLVED)]
    make_rows(rows)
    return agents[0].user


def make_rows(rows: list[dict]) -> None:
    """One customer, conversation and escalation for each, in bulk; valid as the factories' rows are."""
    from django.db import connection
    from django.utils import timezone

    from billing.models import Customer
    from escalations.enums import Priority, Reason, State
    from escalations.models import Conversation, Escalation, Topic
    from tests import factories
    from tests.factories import TARGETS

    plan, team, topics, now = factories.make_plan(), factories.support(), list(Topic.objects.all()), timezone.now()
    customers = Customer.objects.bulk_create(
        Customer(external_id=f"c{n}", name=f"Customer {n}", company=f"Company {n % 500}", plan=plan)
        for n in range(len(rows))
    )
    conversations = Conversation.objects.bulk_create(
        Conversation(source="chat", external_id=f"b{n}", customer=customer, plan=plan, subject=f"Question {n}")
        for n, customer in enumerate(customers)
    )
    escalations = []
    for n, (fields, conversation) in enumerate(zip(rows, conversations, strict=True)):
        opened_at = fields.setdefault("opened_at", now - timedelta(minutes=5))
        priority = fields.setdefault("priority", Priority.MEDIUM)
        if fields.get("state") == State.RESOLVED:
            fields |= {"resolved_at": opened_at + timedelta(minutes=9), "resolution_seconds": 540}
            fields |= {"last_resolved_at": fields["resolved_at"], "full_resolution_seconds": 540}
        escalations.append(
            Escalation(
                conversation=conversation,
                customer=conversation.customer,
                plan=plan,
                team=team,
                topic=topics[n % len(topics)],
                reason=Reason.LOW_AI_CONFIDENCE,
                subject=conversation.subject,
                summary="The customer asks about an invoice that the chat could not find.",
                because={"text": "AI confidence below 0.4 after 2 failed attempts"},
                first_response_due_at=opened_at + timedelta(seconds=TARGETS[priority]),
                **fields,
            )
        )
    Escalation.objects.bulk_create(escalations, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(client, address: str, rounds: int) -> tuple[list[float], float, int, int]:
    """Milliseconds of each round, mean CPU milliseconds, bytes and queries of the last."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times, answer, cpu = [], None, time.process_time()
    for _ in range(rounds):
        start = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.status_code
    cpu = (time.process_time() - cpu) * 1000 / rounds
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return times, cpu, len(answer.content), len(queries)


def main() -> None:
    waiting = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with scratch_database():
        from django.db import connection
        from django.test import Client

        user = fill(waiting)
        client = Client()
        client.force_login(user)
        last = client.get("/queue/snapshot").json()["next"]
        print(f"{waiting} waiting on {connection.vendor}, {rounds} rounds")
        print(f"{'request':34}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}{'kB':>7}{'queries':>9}")
        for address in (
            "/queue/",
            "/queue/snapshot",
            f"/queue/snapshot?after={last}",
            "/queue/snapshot?priority=high&topic=billing",
            "/queue/snapshot?q=company+77",
        ):
            times, cpu, size, queries = measure(client, address, rounds)
            p95 = statistics.quantiles(times, n=20)[-1]
            name = address.split("?after=")[0] + (" (next page)" if "after=" in address else "")
            figures = f"{statistics.median(times):9.0f}{p95:9.0f}{cpu:9.0f}{size / 1000:7.0f}{queries:9}"
            print(f"{name[:33]:34}{figures}")


if __name__ == "__main__":
    main()
