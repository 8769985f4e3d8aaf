"""How soon after its moment a warning or a missed deadline is on an open queue page.

``python -m tests.benchmarks.sla [--deadlines 100] [--seconds 20] [--without-worker]``. On SQLite `manage.py serve`
is measured, with DATABASE_URL and REDIS_URL set daphne, a Celery worker and beat. Each deadline is warned of and
missed once, at moments spread over the seconds; times are from the event's true time to the reading of its frame,
on the one clock of the machine. Aim: p95 at most 1 s with the worker, and 5 s without, when the scheduler's own
look finds them.
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import time
from datetime import timedelta

from tests.benchmarks.push import Page, database_url, free_port, handshake, wait_for
from tests.benchmarks.scratch import scratch_database

EVENT = re.compile(rb'{"type":"sla_(?:warned|breached)","event":(\d+)')
# Until every part has started and the scheduler has looked once.
HEAD_START = 12
AIM, AIM_ALONE = 1.0, 5.0


class Clocks(Page):
    def take(self, opcode: int, payload: bytes, now: float) -> None:
        if found := EVENT.match(payload):
            self.arrivals.append((int(found[1]), time.time()))
        else:
            super().take(opcode, payload, now)


def measure(arguments: argparse.Namespace) -> None:
    from django.conf import settings
    from django.db import connection

    scaled_out = connection.vendor == "postgresql" and bool(settings.REDIS_URL)
    url = database_url(connection.settings_dict) if scaled_out else f"sqlite:///{connection.settings_dict['NAME']}"
    os.environ["DATABASE_URL"] = url
    port = free_port()
    cookie = prepare(arguments)
    servers = [subprocess.Popen(command) for command in commands(scaled_out, port, arguments.without_worker)]
    try:
        wait_for(port)
        arrivals = asyncio.run(listen(port, cookie, HEAD_START + arguments.seconds + 8))
        report(arrivals, arguments)
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(30)


def commands(scaled_out: bool, port: int, without_worker: bool) -> list[list[str]]:
    python = sys.executable
    if not scaled_out:
        return [[python, "manage.py", "serve", "--port", str(port)]]
    celery = [python, "-m", "celery", "--quiet", "--app", "helpninja"]
    web = [python, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), "helpninja.asgi:application"]
    worker = [*celery, "worker", "--pool", "threads", "--concurrency", "8"]
    return [web, [*celery, "beat"]] + ([] if without_worker else [worker])


def prepare(arguments: argparse.Namespace) -> str:
    """Deadlines of 40 s in all, warned of at 75 %, whose moments lie in the measured seconds."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from escalations.actions import deadlines
    from escalations.models import SlaPolicy
    from tests import factories

    rng = random.Random(1)
    SlaPolicy.objects.get(name="Standard").targets.update(medium=40)
    client = Client()
    client.force_login(factories.make_agent().user)
    start = timezone.now() + timedelta(seconds=HEAD_START)
    for _ in range(arguments.deadlines):
        opened_at = start + timedelta(seconds=rng.uniform(-30, arguments.seconds - 40))
        escalation = factories.make_escalation(opened_at=opened_at, first_response_due_at=None)
        deadlines.set_deadlines(escalation=escalation, now=opened_at)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


async def listen(port: int, cookie: str, seconds: float) -> list[tuple[int, float]]:
    arrivals: list[tuple[int, float]] = []
    request = handshake(port, cookie)
    _, page = await asyncio.get_running_loop().create_connection(
        lambda: Clocks(request, arrivals), "127.0.0.1", port
    )
    await asyncio.wait_for(page.greeted, 60)
    await asyncio.sleep(seconds)
    return arrivals


def report(arrivals: list[tuple[int, float]], arguments: argparse.Namespace) -> None:
    from escalations.models import EscalationEvent

    moments = dict(EscalationEvent.objects.filter(kind__startswith="sla_").values_list("pk", "at"))
    heard = dict(arrivals)
    late = sorted(heard[pk] - at.timestamp() for pk, at in moments.items() if pk in heard)
    aim = AIM_ALONE if arguments.without_worker else AIM
    p50, p95 = statistics.median(late), late[int(len(late) * 0.95)]
    print(f"{len(moments)} events of {2 * arguments.deadlines} moments, {len(arrivals)} frames on the page")
    print(f"after the moment: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, last {late[-1] * 1000:.0f} ms")
    print(f"aim: p95 at most {aim * 1000:.0f} ms: {'met' if p95 <= aim else 'MISSED'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deadlines", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--without-worker", action="store_true", help="only with PostgreSQL and Redis")
    given = parser.parse_args()
    with scratch_database():
        measure(given)
