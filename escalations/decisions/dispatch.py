"""Whether waiting work is offered, to whom, and otherwise who is told and when it is looked at again."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from escalations.enums import AlertKind
from escalations.models import RoutingPolicy

# Work that was left in the queue is looked at again after this time, whatever hint was lost in between.
LOOK_AGAIN = timedelta(seconds=60)
# So long after the last offer of a round whoever did not take it may be asked again.
ROUND_PAUSE = timedelta(minutes=10)


def covering(policies: Iterable[RoutingPolicy], team_id: int | None, topic_id: int | None) -> RoutingPolicy:
    """The most specific one: for team and topic, the team, the topic, any work. Without any, agents pull."""
    fitting = [
        policy for policy in policies if policy.team_id in (None, team_id) and policy.topic_id in (None, topic_id)
    ]
    return max(fitting, key=_specific, default=RoutingPolicy())


def _specific(policy: RoutingPolicy) -> tuple[bool, bool]:
    return policy.team_id is not None, policy.topic_id is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """An offer that was not accepted."""

    agent_id: int
    offered_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """The offers made since it came into the queue, or since a pause, in their order."""

    asked: tuple[Asked, ...] = ()

    @property
    def agents(self) -> frozenset[int]:
        return frozenset(one.agent_id for one in self.asked)

    def is_over(self, policy: RoutingPolicy) -> bool:
        return len(self.asked) > policy.max_reoffers


def current_round(asked: Sequence[Asked], now: datetime) -> Round:
    """``asked``: since it last came into the queue, in their order. A pause of ROUND_PAUSE begins a new round."""
    since: list[Asked] = []
    for one in asked:
        if since and one.offered_at - since[-1].ended_at >= ROUND_PAUSE:
            since = []
        since.append(one)
    if since and now - since[-1].ended_at >= ROUND_PAUSE:
        since = []
    return Round(tuple(since))


def rounded_down(score: float) -> float:
    """To two digits: what is below the threshold must not read as if it reached it."""
    return math.floor(score * 100 + 1e-9) / 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom the routing chose, with a score from 0 to 1, and since when their status is what it is."""

    agent: Any
    score: float
    since: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """Offer it to ``agent``, or else raise ``alert`` and look again at ``again_at``."""

    because: str
    agent: Any = None
    alert: AlertKind | None = None
    again_at: datetime | None = None


def assigned_step(agent: Any, score: float) -> Step:
    """The batch gave it to that agent."""
    return Step(
        because=f"{agent} scores {rounded_down(score):.2f}, assigned together with all that wait.", agent=agent
    )


def judge(
    policy: RoutingPolicy, round_: Round, candidate: Candidate | None, *, reasons: str, now: datetime
) -> Step:
    """The threshold is asked once a round: the backup takes the place of the first, whatever their score.

    After the round, supervisors see to it until the pause is over; only who came since then is asked as well.
    ``reasons``: why it is that candidate, or why there is none.
    """
    again = now + LOOK_AGAIN
    if candidate is None:
        return Step(because=reasons, alert=AlertKind.NO_ELIGIBLE_AGENT, again_at=again)
    if round_.is_over(policy) and candidate.since <= round_.asked[-1].ended_at:
        return _after_the_round(round_)
    if not round_.asked and candidate.score < policy.threshold:
        score = f"{candidate.agent} is the best with {rounded_down(candidate.score):.2f}"
        because = f"{score}, below the threshold of {policy.threshold:.2f}."
        return Step(because=because, alert=AlertKind.BELOW_THRESHOLD, again_at=again)
    before = f" {_agents(len(round_.asked))} did not take it." if round_.asked else ""
    return Step(because=reasons + before, agent=candidate.agent)


def _after_the_round(round_: Round) -> Step:
    return Step(
        because=f"It was offered to {_agents(len(round_.asked))}, and nobody took it.",
        alert=AlertKind.NOBODY_ACCEPTED,
        again_at=round_.asked[-1].ended_at + ROUND_PAUSE,
    )


def _agents(count: int) -> str:
    return f"{count} agent{'s' if count > 1 else ''}"
