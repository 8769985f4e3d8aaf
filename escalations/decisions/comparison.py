"""A replayed rule against what happened, folded over many conversations into counts."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from escalations.decisions.replay import Fire
from escalations.enums import Necessity, Timing

# Kept of each kind, the latest, for people to look at.
EXAMPLES = 25
UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What the tested rule would have made of one conversation, against what happened."""

    ADDED = "added"  # nobody took it over, and the rule would have handed it over
    EARLIER = "earlier"  # it was handed over, but at a later message
    SAME = "same"  # it was handed over at this message
    REMOVED = "removed"  # this rule had handed it over, and nothing would now
    OTHERWISE = "otherwise"  # this rule had handed it over, and another one would now
    UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class Handover:
    """The first time that people took the conversation over. ``place``: of its message, where that is known."""

    escalation: int
    rule: int | None
    place: int | None
    at: datetime
    necessity: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation as replayed; ``others`` by the rules' places in the tally."""

    conversation: int
    started_at: datetime
    timing: str
    messages: int
    handover: Handover | None
    tested: Fire | None
    current: Fire | None
    others: Mapping[int, Fire]


def outcome_of(case: Case, rule: int) -> Outcome:
    """``rule``: the id of the tested rule, by which what it had handed over is known."""
    handover, fire = case.handover, case.tested
    if fire is not None:
        if handover is None:
            return Outcome.ADDED
        return Outcome.EARLIER if handover.place is not None and fire.place < handover.place else Outcome.SAME
    if handover is not None and handover.rule == rule:
        return Outcome.OTHERWISE if case.others else Outcome.REMOVED
    return Outcome.UNTOUCHED


@dataclass(frozen=True, slots=True)
class Other:
    """Another active rule; ``precedes``: it is asked before the tested one."""

    id: int
    name: str
    precedes: bool


@dataclass(slots=True)
class Overlap:
    """Of another rule: how often it fires, how often with the tested one, and of these how often first."""

    fires: int = 0
    both: int = 0
    first: int = 0


@dataclass(slots=True)
class Series:
    """Counts by local day and hour of the day; those whose time is not known are only counted."""

    count: int = 0
    days: Counter[date] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    no_day: int = 0
    no_hour: int = 0


class Tally:
    """Takes ``add(case)`` for each conversation, then gives ``results()``. ``zone``: of days and hours."""

    def __init__(self, *, rule: int, others: Sequence[Other], zone: str, has_current: bool) -> None:
        self.rule, self.others, self.zone = rule, others, ZoneInfo(zone)
        self.tested, self.happened = Series(), Series()
        self.current = Series() if has_current else None
        self.outcomes: Counter[Outcome] = Counter()
        self.overlap = [Overlap() for _ in others]
        self.verdicts: Counter[str] = Counter()
        self.removed_verdicts: Counter[str] = Counter()
        self.conversations = self.messages = self.untimed = 0
        self.decided = self.added_anyway = self.only_tested = self.only_current = 0
        self.examples = {kind: deque[dict[str, Any]](maxlen=EXAMPLES) for kind in (Outcome.ADDED, Outcome.REMOVED)}
        # For the load on people: when work would have come more, and which work would not have come.
        self.added_at: list[datetime] = []
        self.removed: list[int] = []

    def add(self, case: Case) -> None:
        self.conversations += 1
        self.messages += case.messages
        self.untimed += case.timing == Timing.UNKNOWN
        if case.handover is not None:
            self._count(self.happened, case, case.handover.at)
        for place, fire in case.others.items():
            self._overlap(place, fire, case.tested)
        if case.tested is not None:
            self._count(self.tested, case, _moment(case.tested, case))
            self.decided += not any(
                self._precedes(place, fire, case.tested) for place, fire in case.others.items()
            )
        self._beside_current(case)
        outcome = outcome_of(case, self.rule)
        self.outcomes[outcome] += 1
        self._judge(outcome, case)

    def _beside_current(self, case: Case) -> None:
        if self.current is None:
            return
        if case.current is not None:
            self._count(self.current, case, _moment(case.current, case))
        self.only_tested += case.current is None and case.tested is not None
        self.only_current += case.tested is None and case.current is not None

    def _judge(self, outcome: Outcome, case: Case) -> None:
        handover = case.handover
        match outcome:
            case Outcome.ADDED:
                assert case.tested is not None
                self.added_anyway += bool(case.others)
                if case.timing == Timing.MEASURED:
                    self.added_at.append(_moment(case.tested, case))
                self.examples[outcome].append(_example(case, case.tested))
            case Outcome.EARLIER | Outcome.SAME if handover is not None:
                self.verdicts[handover.necessity or UNKNOWN] += 1
            case Outcome.REMOVED if handover is not None:
                self.removed.append(handover.escalation)
                self.removed_verdicts[handover.necessity or UNKNOWN] += 1
                self.examples[outcome].append(_example(case, None))

    def _overlap(self, place: int, fire: Fire, tested: Fire | None) -> None:
        overlap = self.overlap[place]
        overlap.fires += 1
        if tested is not None:
            overlap.both += 1
            overlap.first += self._precedes(place, fire, tested)

    def _precedes(self, place: int, fire: Fire, tested: Fire) -> bool:
        """Whether the other rule would have decided: at an earlier message, or at the same one before it."""
        return (fire.place, not self.others[place].precedes) < (tested.place, True)

    def _count(self, series: Series, case: Case, at: datetime) -> None:
        series.count += 1
        if case.timing == Timing.UNKNOWN:
            series.no_day += 1
            series.no_hour += 1
            return
        local = at.astimezone(self.zone)
        series.days[local.date()] += 1
        if case.timing == Timing.MEASURED:
            series.hours[local.hour] += 1
        else:
            series.no_hour += 1

    def results(self) -> dict[str, Any]:
        """JSON-ready. Every count is of conversations, each counted where the rule would first have fired."""
        return {
            "conversations": self.conversations,
            "messages": self.messages,
            "untimed": self.untimed,
            "tested": {"count": self.tested.count, "decided": self.decided},
            "happened": self.happened.count,
            "current": None
            if self.current is None
            else {
                "count": self.current.count,
                "only_tested": self.only_tested,
                "only_current": self.only_current,
            },
            "outcomes": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "added_anyway": self.added_anyway,
            "days": self._by_day(),
            "hours": [[hour, *(series.hours[hour] for series in self._series())] for hour in range(24)],
            "series": [name for name, _ in self._named()],
            "no_day": [series.no_day for series in self._series()],
            "no_hour": [series.no_hour for series in self._series()],
            "overlap": [
                {"rule": other.id, "name": other.name, "fires": o.fires, "both": o.both, "first": o.first}
                for other, o in zip(self.others, self.overlap, strict=True)
            ],
            "verdicts": verdict_counts(self.verdicts),
            "removed_verdicts": verdict_counts(self.removed_verdicts),
            "examples": {kind.value: list(reversed(kept)) for kind, kept in self.examples.items()},
        }

    def _named(self) -> list[tuple[str, Series]]:
        named = [("tested", self.tested), ("current", self.current), ("happened", self.happened)]
        return [(name, series) for name, series in named if series is not None]

    def _series(self) -> list[Series]:
        return [series for _, series in self._named()]

    def _by_day(self) -> list[list[Any]]:
        """Every day from the first with a count to the last, also those without one."""
        counted = set().union(*(series.days for series in self._series()))
        if not counted:
            return []
        first, last = min(counted), max(counted)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [[day.isoformat(), *(series.days[day] for series in self._series())] for day in days]


def verdict_counts(verdicts: Counter[str]) -> dict[str, int]:
    """By verdict, with those that nobody judged as ``unknown``."""
    return {name: verdicts[name] for name in (*Necessity.values, UNKNOWN)}


def _moment(fire: Fire, case: Case) -> datetime:
    return getattr(fire.message, "sent_at", None) or case.started_at


def _example(case: Case, fire: Fire | None) -> dict[str, Any]:
    """Names no customer and repeats no message: whether somebody may open the conversation is asked when shown."""
    return {
        "conversation": case.conversation,
        "at": (_moment(fire, case) if fire else case.started_at).isoformat(),
        "place": fire.place + 1 if fire else None,
    }
