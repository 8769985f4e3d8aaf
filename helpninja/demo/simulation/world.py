"""Lets customers and colleagues take turns, starts new visits at the pace of the demo, and outlives errors."""

import heapq
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from random import Random

import httpx2

from escalations.enums import Reason
from helpninja.demo.content import ISSUES, Issue
from helpninja.demo.simulation.clients import Chat, Json
from helpninja.demo.simulation.colleagues import Colleague
from helpninja.demo.simulation.customers import revisit, visit

logger = logging.getLogger(__name__)

# Seconds between those who will need a person, and between those whom the AI helps: 18 % need one.
BETWEEN_CASES = (16.0, 24.0)
BETWEEN_OTHERS = (3.0, 6.0)
FIRST_CASE = 2.0
MOST_VISITS = 60
MOST_WAITING = 12
LOOK_AFTER = 30.0
AGAIN = 10.0
TICK = 0.5
REASONS = {
    Reason.LOW_AI_CONFIDENCE: 34,
    Reason.CUSTOMER_REQUEST: 29,
    Reason.TECHNICAL_ISSUE: 19,
    Reason.BILLING_ACCOUNT: 12,
    Reason.CONTENT_GAP: 6,
}

Life = Iterator[float]


class World:
    """Who acts when, in seconds since it began; ``cast`` are the customers, as the API takes them.

    ``name`` begins the external ids of its conversations, so that each run of the demo has its own.
    """

    def __init__(self, chat: Chat, cast: list[Json], rng: Random, name: str) -> None:
        self.chat, self.cast, self.rng, self.name = chat, cast, rng, name
        self.clock = 0.0
        self.turns: list[tuple[float, int, Life]] = []
        self.numbers = count(1)
        self.visits = 0
        self.waiting = 0
        self.served: set[str] = set()
        self.asked: dict[str, float] = {}

    def begin(self, colleagues: Iterable[Colleague] = ()) -> None:
        for act in (self._look_after, self._cases, self._others):
            self.spawn(self._again_and_again(act))
        for colleague in colleagues:
            self.spawn(self._again_and_again(colleague.attend))

    def spawn(self, life: Life, after: float = 0.0) -> None:
        heapq.heappush(self.turns, (self.clock + after, next(self.numbers), life))

    def run(self, stop: threading.Event) -> None:
        """In real time, until ``stop`` is set."""
        began = time.monotonic()
        while not stop.wait(TICK):
            self.run_until(time.monotonic() - began)

    def run_until(self, clock: float) -> None:
        """Everybody whose time has come by then acts, in order."""
        while self.turns and self.turns[0][0] <= clock:
            self.clock, _, life = heapq.heappop(self.turns)
            self._turn(life)
        self.clock = max(self.clock, clock)

    def _turn(self, life: Life) -> None:
        try:
            self.spawn(life, next(life))
        except StopIteration:
            return
        except httpx2.HTTPError as error:
            logger.info("Somebody in the demo gave up: %s", error)

    def _again_and_again(self, act: Callable[[], Life]) -> Life:
        while True:
            try:
                yield from act()
            except httpx2.HTTPError as error:
                logger.info("The demo goes on in a moment: %s", error)
                yield AGAIN

    def _look_after(self) -> Life:
        """Gives a customer to each open escalation that has none: of an earlier run, or after an error."""
        while True:
            waiting = self.chat.escalations(state="waiting")
            self.waiting = len(waiting)
            for escalation in (*waiting, *self.chat.escalations(state="handled")):
                if escalation["id"] not in self.served:
                    self.spawn(self._counted(revisit(self.chat, escalation, self.served, self.rng)))
            yield LOOK_AFTER

    def _cases(self) -> Life:
        yield FIRST_CASE
        self._welcome(Reason.TECHNICAL_ISSUE)  # needs a person after one question
        while True:
            yield self.rng.uniform(*BETWEEN_CASES)
            if self.waiting < MOST_WAITING:
                self._welcome(self.rng.choices(list(REASONS), list(REASONS.values()))[0])

    def _others(self) -> Life:
        while True:
            yield self.rng.uniform(*BETWEEN_OTHERS)
            self._welcome(None)

    def _welcome(self, reason: Reason | None) -> None:
        if self.visits < MOST_VISITS:
            number, customer = f"{self.name}-{next(self.numbers)}", self.rng.choice(self.cast)
            life = visit(self.chat, number, customer, self._issue(reason), reason, self.served, self.rng)
            self.spawn(self._counted(life))

    def _issue(self, reason: Reason | None) -> Issue:
        """One of those that did not come up lately."""
        issues = sorted(ISSUES[reason], key=lambda issue: self.asked.get(issue.subject, -1.0))
        issue = self.rng.choice(issues[: (len(issues) + 1) // 2])
        self.asked[issue.subject] = self.clock
        return issue

    def _counted(self, life: Life) -> Life:
        self.visits += 1
        try:
            yield from life
        finally:
            self.visits -= 1
