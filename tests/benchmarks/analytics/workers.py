"""Processes that write work, and one that folds what they marked into the rollups as the scheduler has it done.

``python -m tests.benchmarks.analytics.workers write|fold`` on the database that DATABASE_URL names. A writer takes
lines of ``seconds writes-a-second`` (0: as many as it can) and answers each with the number it wrote.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain

from django.db import transaction
from django.utils import timezone

from agents.models import Agent
from analytics.tasks import fold_rollups
from escalations.enums import Author, EventKind, Priority, Reason, State
from escalations.models import (
    Conversation,
    Escalation,
    EscalationEvent,
    HandlingInterval,
    Message,
    Rating,
    Topic,
)
from helpninja.common.ids import public_id
from tests.benchmarks.analytics.databases import World

FOLD_SECONDS = 1.0
CASES_A_CORRECTION = 10
HOURLY_COST = 24
RESPONSE, RESOLUTION = timedelta(seconds=40), timedelta(seconds=300)


class Writer:
    """Writes as the application's actions leave the rows, by its own models; each write is one transaction."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._agents = list(Agent.objects.prefetch_related("teams"))
        self._topics = list(Topic.objects.all())
        self._known = list(Conversation.objects.order_by("-pk")[:500])
        self._resolved = list(
            Escalation.objects.filter(state=State.RESOLVED).values_list("pk", flat=True)[:100_000]
        )
        self._writes = chain.from_iterable(self._case() for _ in iter(int, 1))

    def write(self) -> None:
        next(self._writes)

    def _case(self) -> Iterator[None]:
        """One escalation from its opening to its rating, and now and then a correction of an old one."""
        agent = self._random.choice(self._agents)
        escalation = self.open(agent)
        conversation, opened = escalation.conversation, escalation.opened_at
        yield
        Message.objects.create(conversation=conversation, author=Author.CUSTOMER, text="Made up", sent_at=opened)
        yield
        self._answer(escalation, agent, opened + RESPONSE)
        yield
        said = opened + RESPONSE * 2
        Message.objects.create(conversation=conversation, author=Author.CUSTOMER, text="Made up", sent_at=said)
        yield
        self._resolve(escalation, agent, opened + RESOLUTION)
        yield
        csat, nps = self._random.randint(1, 5), self._random.randint(0, 10)
        Rating.objects.filter(escalation=escalation).update(rated_at=timezone.now(), csat=csat, nps=nps)
        yield
        if not self._random.randrange(CASES_A_CORRECTION):
            topic = self._random.choice(self._topics)
            Escalation.objects.filter(pk=self._random.choice(self._resolved)).update(topic=topic)
            yield

    @transaction.atomic
    def open(self, agent: Agent | None = None) -> Escalation:
        """So long ago that it can be answered and resolved by now."""
        agent, like = agent or self._random.choice(self._agents), self._random.choice(self._known)
        opened = timezone.now() - RESOLUTION - timedelta(seconds=1)
        return self._escalation(self._conversation(like, opened), agent, opened)

    def _conversation(self, like: Conversation, opened) -> Conversation:
        return Conversation.objects.create(
            source="benchmark",
            external_id=public_id("external"),
            customer_id=like.customer_id,
            plan_id=like.plan_id,
            topic_id=like.topic_id,
            region=like.region,
            channel=like.channel,
            started_at=opened - RESPONSE,
        )

    def _escalation(self, conversation: Conversation, agent: Agent, opened) -> Escalation:
        return Escalation.objects.create(
            conversation=conversation,
            customer_id=conversation.customer_id,
            plan_id=conversation.plan_id,
            topic_id=conversation.topic_id,
            region=conversation.region,
            channel=conversation.channel,
            team=agent.teams.all()[0],
            reason=self._random.choice(Reason.values),
            priority=Priority.MEDIUM,
            ai_confidence=round(self._random.random(), 2),
            opened_at=opened,
            first_response_due_at=opened + RESPONSE,
        )

    @transaction.atomic
    def _answer(self, escalation: Escalation, agent: Agent, now) -> None:
        Message.objects.create(
            conversation=escalation.conversation, author=Author.AGENT, agent=agent, text="Made up", sent_at=now
        )
        HandlingInterval.objects.create(
            escalation=escalation, agent=agent, started_at=now, hourly_cost=HOURLY_COST
        )
        Escalation.objects.filter(pk=escalation.pk).update(
            state=State.ACTIVE,
            assignee=agent,
            first_responder=agent,
            first_response_at=now,
            first_response_seconds=RESPONSE.seconds,
        )

    @transaction.atomic
    def _resolve(self, escalation: Escalation, agent: Agent, now) -> None:
        HandlingInterval.objects.filter(escalation=escalation).update(
            ended_at=now, seconds=(RESOLUTION - RESPONSE).seconds
        )
        Escalation.objects.filter(pk=escalation.pk).update(
            state=State.RESOLVED,
            assignee=None,
            resolved_by=agent,
            resolved_at=now,
            resolution_seconds=RESOLUTION.seconds,
            last_resolved_at=now,
            full_resolution_seconds=RESOLUTION.seconds,
        )
        EscalationEvent.objects.create(
            escalation=escalation, kind=EventKind.RESOLVED, at=now, version=1, actor="benchmark", agent=agent
        )
        Rating.objects.create(
            conversation=escalation.conversation, escalation=escalation, handler=agent, survey_sent_at=now
        )


def write(seconds: float, rate: float, writer: Writer) -> int:
    """How many were written; with a ``rate``, each waits for its turn."""
    count, started = 0, time.monotonic()
    while (passed := time.monotonic() - started) < seconds:
        if rate and count > passed * rate:
            time.sleep(count / rate - passed)
            continue
        writer.write()
        count += 1
    return count


class Crew:
    """``writers`` processes that wait for their orders."""

    def __init__(self, processes: list[subprocess.Popen]) -> None:
        self._processes = processes

    def start(self, seconds: float, rate: float = 0) -> None:
        """All of them together write ``rate`` times a second."""
        for process in self._processes:
            process.stdin.write(f"{seconds} {rate / len(self._processes)}\n")
            process.stdin.flush()

    def written(self) -> int:
        """When all are done."""
        return sum(int(process.stdout.readline()) for process in self._processes)


@contextmanager
def crew(world: World, writers: int) -> Iterator[Crew]:
    processes = [_started("write", world, str(number)) for number in range(writers)]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        yield Crew(processes)
    finally:
        _stop(processes)


@contextmanager
def folding(world: World) -> Iterator[None]:
    process = _started("fold", world)
    try:
        assert process.stdout.readline() == "ready\n"
        yield
    finally:
        _stop([process])


def _started(role: str, world: World, *more: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", __name__, role, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": world.url},
    )


def _stop(processes: list[subprocess.Popen]) -> None:
    """They end when nothing more can come."""
    for process in processes:
        process.stdin.close()
    for process in processes:
        process.wait(60)


def main(role: str, *more: str) -> None:
    if role == "fold":
        print("ready", flush=True)
        over = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
        while not over.wait(FOLD_SECONDS):
            fold_rollups()
        return
    writer = Writer(int(more[0]))
    print("ready", flush=True)
    for line in sys.stdin:
        print(write(*map(float, line.split()), writer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
