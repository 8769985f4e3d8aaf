"""When something is due, under whose terms, and whether it came in time. Decided from timestamps alone.

Seconds are those in which the policy's calendar is open and no pause stops the clock; a wall clock is a calendar
that is always open.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol, Self, TypeVar

from agents.decisions.calendars import OpenHours
from agents.decisions.calendars.working import working
from escalations.enums import Priority


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stands still from ``start`` (inclusive) to ``end`` (exclusive); None while that lasts."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy of one version asks for one metric; kept with each deadline that began under it.

    ``targets`` are seconds by the priority's code, only those that the policy sets.
    """

    policy: int
    name: str
    version: int
    targets: dict[str, int]
    pauses: bool = False
    warn_percent: int | None = None
    longest_pause: int | None = None
    most_pauses: int | None = None
    calendar: int | None = None
    calendar_name: str = ""
    calendar_version: int | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def target(self, priority: int) -> int | None:
        return self.targets.get(Priority(priority).code)

    def warn_after(self, target: int) -> int | None:
        """Whole seconds of the target after which it is near; at least one."""
        return None if self.warn_percent is None else max(1, target * self.warn_percent // 100)


def terms_of(policy: Any) -> dict[str, Terms]:
    """By metric, from a SlaPolicy that was read with its calendar and targets."""
    calendar = policy.calendar
    return {
        target.metric: Terms(
            policy=policy.pk,
            name=policy.name,
            version=policy.version,
            targets=target.seconds(),
            pauses=target.pauses,
            warn_percent=policy.warn_percent,
            longest_pause=policy.longest_pause,
            most_pauses=policy.most_pauses,
            calendar=policy.calendar_id,
            calendar_name=calendar.name if calendar else "",
            calendar_version=calendar.version if calendar else None,
        )
        for target in policy.targets.all()
    }


class Applicable(Protocol):
    """The part of a policy that says what it is for; a SlaPolicy is one."""

    plan_id: int | None
    team_id: int | None
    topic_id: int | None


P = TypeVar("P", bound=Applicable)


def choose_policy(policies: Iterable[P], *, plan: int | None, team: int | None, topic: int | None) -> P | None:
    """The most specific that applies. One that names more of plan, team and topic is more specific than one that
    names fewer; among equals a plan goes before a team, and a team before a topic.
    """
    applying = [
        policy
        for policy in policies
        if policy.plan_id in (None, plan) and policy.team_id in (None, team) and policy.topic_id in (None, topic)
    ]
    return max(applying, key=specificity, default=None)


def specificity(policy: Applicable) -> tuple[int, bool, bool, bool]:
    """A greater one wins."""
    named = (policy.plan_id is not None, policy.team_id is not None, policy.topic_id is not None)
    return (sum(named), *named)


def reckon(start: datetime, seconds: int, hours: OpenHours, stops: Sequence[Stop] = ()) -> datetime | None:
    """The last moment that is in time, None while the clock stands still before it.

    ``stops`` are in their order and don't overlap. Parts of a second before a stop are not counted.
    """
    left, at = seconds, start
    for stop in stops:
        if stop.end is not None and stop.end <= at:
            continue
        ran = hours.seconds_between(at, stop.start)
        if left <= ran:
            break
        if stop.end is None:
            return None
        left, at = left - ran, max(at, stop.end)
    return hours.add(at, left)


def stopped_seconds(start: datetime, until: datetime, hours: OpenHours, stops: Iterable[Stop]) -> int:
    """How much of the open time between the two the clock stood still."""
    return sum(
        hours.seconds_between(max(start, stop.start), min(until, stop.end or until))
        for stop in stops
        if stop.start < until and (stop.end is None or stop.end > start)
    )


def is_near(warn_at: datetime | None, until: datetime) -> bool:
    """Whether the warning is due by then; what has no deadline is never near."""
    return warn_at is not None and until >= warn_at


def is_overdue(due_at: datetime | None, until: datetime) -> bool:
    """Exactly at the deadline is not yet late."""
    return due_at is not None and until > due_at


def is_met(due_at: datetime, answered_at: datetime | None, now: datetime) -> bool | None:
    """True or False once it is decided, None while it is open. Exactly at the deadline is met."""
    if answered_at is not None:
        return not is_overdue(due_at, answered_at)
    return False if is_overdue(due_at, now) else None


def whole_seconds(start: datetime, end: datetime) -> int:
    """From start to end in whole seconds, never negative: clocks of two machines may differ a little."""
    return max(0, int((end - start).total_seconds()))


def explain(
    terms: Terms,
    *,
    priority: int,
    target: int,
    start: datetime,
    due_at: datetime | None,
    hours: OpenHours,
    stops: Sequence[Stop] = (),
) -> dict[str, Any]:
    """Why this deadline, JSON-ready: ``text`` for people, the calendar's working, and the pauses."""
    running = [stop for stop in stops if due_at is None or stop.start < due_at]
    until = due_at or max((stop.start for stop in running), default=start)
    return {
        "text": _spoken(terms, priority, target, len(running)),
        "priority": Priority(priority).code,
        "calendar": working(hours, start, until).to_json() if terms.calendar is not None else None,
        "pauses": [[_iso(stop.start), _iso(stop.end) if stop.end else None] for stop in running],
    }


def _spoken(terms: Terms, priority: int, target: int, pauses: int) -> str:
    clock = f"in the open hours of {terms.calendar_name}" if terms.calendar is not None else "round the clock"
    without = f", without {pauses} pause{'' if pauses == 1 else 's'}" if pauses else ""
    level = Priority(priority).label
    return f"{terms.name}, version {terms.version}: {level} priority has {duration(target)} {clock}{without}"


SPAN = re.compile(r"(\d+)\s*(h|min|s)\b")
UNITS = {"h": 3600, "min": 60, "s": 1}


def duration(seconds: int) -> str:
    """``1 h 30 min``, as it is typed in a policy; without days, which have other hours than 24 in a calendar."""
    parts = []
    for unit, size in UNITS.items():
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts) or "0 s"


def parse_duration(text: str) -> int:
    """Seconds of ``1 h 30 min``. Raises ValueError for whatever else."""
    parts = SPAN.findall(text.strip().lower())
    if not parts or SPAN.sub("", text.strip().lower()).strip():
        raise ValueError("Give a time with its unit: 90 s, 5 min, 1 h 30 min.")
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
