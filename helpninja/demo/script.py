"""How a case goes from the handoff to its end: the plot's numbers as steps of a Case, in their order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from agents.models import Agent
from escalations.enums import CLOSED_STATES, Necessity, ResolutionQuality, State, Tier
from helpninja.demo.case import CHAT, Case
from helpninja.demo.content import talk
from helpninja.demo.plots import Plot

HANDOFF_AFTER = 1
QUALITIES = (
    (ResolutionQuality.IMMEDIATE, 66),
    (ResolutionQuality.MINOR_FOLLOW_UP, 24),
    (ResolutionQuality.ADDITIONAL_RESEARCH, 10),
)
NECESSITIES = ((Necessity.NEEDED, 82), (Necessity.UNNEEDED, 12), (Necessity.TOO_LATE, 6))
# Seconds between the first and the second part of the work.
GAPS = {
    "": (0, 0),
    "pend": (120, 600),
    "tier": (60, 240),
    "transfer": (20, 90),
    "release": (60, 300),
    "reopen": (180, 900),
}


@dataclass(frozen=True)
class Parts:
    """Seconds after the opening: the first agent has it from ``claim`` to ``pause``, the last to ``end``."""

    claim: int
    response: int
    pause: int
    resume: int
    end: int


class Script:
    """One case with those who play in it; ``second`` takes over where the twist asks for it."""

    def __init__(self, plot: Plot, case: Case, first: Agent, second: Agent, rng: Random) -> None:
        self.plot, self.case, self.first, self.second, self.rng = plot, case, first, second, rng
        self.steps: list[tuple[float, int, str, tuple[Any, ...]]] = []

    def play(self, opened_at: datetime, now: datetime) -> None:
        """Nothing is said or rated after ``now``."""
        self._step(HANDOFF_AFTER, "handed_off", self.case.row["handoff_message"])
        if self.plot.response is None:
            self._unanswered()
        else:
            self._answered(self._parts(self.plot.response), (now - opened_at).total_seconds())
        self.steps.sort(key=lambda step: step[:2])
        for after, _, name, arguments in self.steps:
            getattr(self.case, name)(opened_at + timedelta(seconds=after), *arguments)
        if self.plot.state in CLOSED_STATES:
            last = opened_at + timedelta(seconds=self.steps[-1][0])
            self.case.conversation["closed_at"] = min(last + timedelta(seconds=self.rng.randint(5, 300)), now)

    def _step(self, after: float, name: str, *arguments: Any) -> None:
        self.steps.append((after, len(self.steps), name, arguments))

    def _unanswered(self) -> None:
        """Still waiting, or the customer closed the chat before anybody came."""
        leaves = self.rng.randint(400, 1500)
        until = leaves - 5 if self.plot.state == State.CANCELLED else 15
        for _ in range(self.plot.said):
            self._step(self.rng.randint(2, until), "customer_reply", self.rng.choice(talk.WHILE_WAITING))
        if self.plot.state == State.CANCELLED:
            self._step(leaves, "cancel", talk.CANCEL_REASONS[0], CHAT)

    def _parts(self, response: int) -> Parts:
        lag = writing_time(response)
        claim, handling = response - lag, max(self.plot.handling, lag + 60)
        if not self.plot.twist:
            return Parts(claim, response, claim + handling, claim + handling, claim + handling)
        worked = max(lag + 20, int(handling * self.rng.uniform(0.35, 0.6)))
        pause = claim + worked
        resume = pause + self.rng.randint(*GAPS[self.plot.twist])
        return Parts(claim, response, pause, resume, resume + handling - worked)

    def _answered(self, parts: Parts, latest: float) -> None:
        self._step(parts.claim, "claim", self.first)
        self._step(parts.response, "reply", self._greeting(talk.GREETINGS, self.first) + self.plot.issue.agent[0])
        if self.plot.state == State.PENDING:
            self._step(parts.response + 90, "pend")
        if self.plot.twist:
            self._turn(parts)
        self._talk(parts)
        if self.rng.random() < 0.12:
            self._step(parts.response + 6, "note", self.rng.choice(talk.NOTES))
        if self.rng.random() < (0.25 if self.plot.csat in (1, 2) else 0.03):
            self._step(parts.response + 9, "mark_repeated")
        if self.plot.state == State.CANCELLED:
            self._step(parts.end, "cancel", talk.CANCEL_REASONS[1])
        if self.plot.state == State.RESOLVED:
            self._step(parts.end, "resolve", self.plot.cause, self._resolution())
            self._rate(parts.end, latest)

    def _turn(self, parts: Parts) -> None:
        match self.plot.twist:
            case "pend":
                self._step(parts.pause, "pend")
                if self.plot.said == 0:
                    self._step(parts.resume, "resume")
            case "tier":
                self._step(parts.pause, "hand_to_tier", Tier.SPECIALIST, self.rng.choice(talk.TIER_REASONS))
                self._step(parts.resume, "claim", self.second)
            case "transfer":
                self._step(parts.pause, "transfer", self.second, self.rng.choice(talk.TRANSFER_REASONS))
                self._step(parts.resume, "claim", self.second)
            case "release":
                self._step(parts.pause, "release", self.rng.choice(talk.RELEASE_REASONS))
                self._step(parts.resume, "claim", self.second)
            case "reopen":
                self._step(parts.pause, "resolve", self.plot.cause, self._resolution())
                self._step(parts.resume, "reopen", self.first, self.rng.choice(talk.REOPEN_REASONS))
            case _:
                raise ValueError(self.plot.twist)

    def _talk(self, parts: Parts) -> None:
        """The other messages of both, at any time while somebody holds it, but each thing in its order."""
        agent, customer = list(self.plot.issue.agent[1:]), list(self.plot.issue.customer)
        answers, said = self.plot.human - 1, self.plot.said
        if said > 3:
            self._step(
                self.rng.randint(2, max(3, parts.claim)), "customer_reply", self.rng.choice(talk.WHILE_WAITING)
            )
            said -= 1
        resumes = self.plot.twist == "pend" and said > 0
        takes_over = self.plot.twist in ("tier", "transfer", "release") and answers > 0
        if resumes:
            self._step(parts.resume, "customer_reply", "I'm back. " + customer.pop(0))
            said -= 1
        if takes_over:
            hello = self._greeting(talk.TAKES_OVER, self.second)
            self._step(parts.resume + 4, "reply", hello + self.rng.choice(talk.AGENT_MORE[:2]))
            answers -= 1
        times = self._times(parts, answers + said)
        speakers = ["reply"] * answers + ["customer_reply"] * said
        self.rng.shuffle(speakers)
        for at, speaker in zip(times, speakers, strict=True):
            lines, more = (agent, talk.AGENT_MORE) if speaker == "reply" else (customer, talk.CUSTOMER_MORE)
            text = lines.pop(0) if lines else self.rng.choice(more).format(name=self._customer_name())
            self._step(at, speaker, text)

    def _times(self, parts: Parts, number: int) -> list[int]:
        """Seconds at which somebody holds it, between the first answer and shortly before the end."""
        first = max(1, parts.pause - parts.response - 12)
        second = max(0, parts.end - parts.resume - 12)
        picks = sorted(self.rng.randrange(first + second) for _ in range(number))
        return [parts.response + 1 + pick if pick < first else parts.resume + 6 + pick - first for pick in picks]

    def _resolution(self) -> dict[str, str]:
        quality = _pick(QUALITIES, self.rng)
        if self.plot.twist:
            quality = ResolutionQuality.MULTIPLE_INTERACTIONS
        return {
            "category": self.plot.issue.category,
            "quality": quality,
            "necessity": _pick(NECESSITIES, self.rng),
            "missing_content": self.plot.issue.missing,
            "resolution_note": self.rng.choice(talk.RESOLUTION_NOTES),
        }

    def _rate(self, end: int, latest: float) -> None:
        if self.plot.csat is None:
            return
        at = min(end + self.rng.randint(20, 1800), int((end + latest) / 2))
        self._step(at, "rate", self.plot.csat, self.plot.nps)

    def _greeting(self, greetings: tuple[str, ...], agent: Agent) -> str:
        return self.rng.choice(greetings).format(name=self._customer_name(), agent=agent.user.first_name)

    def _customer_name(self) -> str:
        return self.plot.customer["name"].split()[0]


def writing_time(response: int) -> int:
    """Seconds from the claim to the first answer."""
    return min(15 + response % 36, response // 2)


def _pick(shares: tuple[tuple[str, int], ...], rng: Random) -> str:
    return rng.choices([value for value, _ in shares], [share for _, share in shares])[0]
