"""Colleagues who keep the queue moving though nobody works: they claim, reply and resolve some of it."""

from collections.abc import Callable, Iterator
from random import Random

from escalations.enums import Author, Necessity, ResolutionCategory, ResolutionQuality, State
from helpninja.demo.content import talk
from helpninja.demo.live import SUBJECTS
from helpninja.demo.people import Person
from helpninja.demo.simulation.clients import Desk, Json

# They leave so many waiting for whoever tries the demo, and take up those who have waited too long.
LEFT_WAITING = 5
LOOK = 3.0
FIRST_LOOK = 15.0
POLL = 4.0
POLLS = 6

Work = Iterator[float]


class Colleague:
    """``spawn`` starts another generator beside this one; ``agent`` is the public id."""

    def __init__(self, desk: Desk, person: Person, agent: str, spawn: Callable[[Work], None], rng: Random) -> None:
        self.desk, self.person, self.agent, self.spawn, self.rng = desk, person, agent, spawn, rng
        self.helping: set[str] = set()

    def attend(self) -> Work:
        """Never ends: accepts offers, claims while too many wait, and helps with everything held."""
        yield FIRST_LOOK * self.rng.uniform(0.7, 1.3)
        while True:
            held = self.desk.escalations(state="handled", assignee=self.agent)
            waiting = self.desk.escalations(state="waiting")
            offered = [row for row in waiting if row["assignee"] and row["assignee"]["id"] == self.agent]
            free = [row for row in waiting if row["state"] == State.WAITING]
            if offered:
                held.append(self.desk.claim(offered[0]["id"]))
            elif free and len(waiting) > LEFT_WAITING and len(held) < self.person.capacity:
                held.append(self.desk.claim(_next(free)["id"]))
            for escalation in held:
                if escalation["id"] not in self.helping:
                    self.spawn(self.help(escalation))
            yield LOOK * self.rng.uniform(0.8, 1.6)

    def help(self, escalation: Json) -> Work:
        """A few replies, each after the customer has said something, and the resolution."""
        self.helping.add(escalation["id"])
        try:
            for text in self._texts(escalation):
                yield self.rng.uniform(4, 10)
                self.desk.reply(escalation["id"], text)
                yield from self._until_answered(escalation["conversation"])
            yield self.rng.uniform(2, 6)
            self.desk.resolve(escalation["id"], self._resolution(escalation))
        finally:
            self.helping.discard(escalation["id"])

    def _texts(self, escalation: Json) -> list[str]:
        issue = SUBJECTS.get(escalation["subject"])
        lines = list(issue.agent) if issue else list(talk.AGENT_MORE[:2])
        customer = escalation["customer"] or {"name": "there"}
        names = {"name": customer["name"].split(" ")[0], "agent": self.person.name.split()[0]}
        if escalation["first_response_at"] is None:
            lines[0] = self.rng.choice(talk.GREETINGS).format(**names) + lines[0]
        return [line.replace("{name}", names["name"]) for line in lines[: self.rng.randint(2, 3)]]

    def _until_answered(self, conversation: str) -> Work:
        """Not for ever: some never answer."""
        for _ in range(POLLS):
            yield POLL
            if self.desk.messages(conversation)[-1]["author"] == Author.CUSTOMER:
                return

    def _resolution(self, escalation: Json) -> Json:
        issue = SUBJECTS.get(escalation["subject"])
        return {
            "category": issue.category if issue else ResolutionCategory.ANSWERED,
            "quality": self.rng.choice((ResolutionQuality.IMMEDIATE, ResolutionQuality.MINOR_FOLLOW_UP)),
            "necessity": self.rng.choice((Necessity.NEEDED, Necessity.NEEDED, Necessity.UNNEEDED)),
            "missing_content": issue.missing if issue else "",
        }


def _next(waiting: list[Json]) -> Json:
    """The most urgent, then the one that is due first."""
    return min(waiting, key=lambda row: (-row["queue_level"]["level"], row["first_response_due_at"] or ""))
