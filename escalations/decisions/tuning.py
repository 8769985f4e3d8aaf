"""At which confidence to hand over: the AI's own confidence against what turned out to be right."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalations.enums import Necessity

# METRICS: the AI resolved it when it was closed without escalation and not reopened within this time.
SETTLED_AFTER = timedelta(days=7)
# A customer who gives this or less was not helped.
LOW_CSAT = 2
# Fewer judged conversations than this give no curve of an intent's own: one bin of ten would hold two or three.
ENOUGH = 30
BINS = 10
THRESHOLDS = tuple(n / 100 for n in range(5, 100, 5))


@dataclass(frozen=True, slots=True)
class Past:
    """One conversation. ``lowest`` and ``last`` confidence of the AI before people took over, if they did.

    ``needed``: whether it should have gone to a person; None where nobody knows.
    """

    lowest: float
    last: float
    intent: str
    needed: bool | None


def needed_person(
    *,
    escalated: bool,
    necessity: str,
    closed_at: datetime | None,
    reopened_at: datetime | None,
    csat: int | None,
    now: datetime,
) -> bool | None:
    """Of an escalation the agent decides, of a conversation without one its outcome.

    Needed: the agent said so, also if too late; or the AI was alone with it and it was reopened or rated 1 or 2.
    Not needed: the agent said so; or it was closed without escalation at least 7 days ago and stayed closed.
    Everything else is not known.
    """
    if escalated:
        return necessity != Necessity.UNNEEDED if necessity else None
    if reopened_at is not None or (csat is not None and csat <= LOW_CSAT):
        return True
    return False if closed_at is not None and now - closed_at >= SETTLED_AFTER else None


@dataclass(frozen=True, slots=True)
class Point:
    """A rule that hands over below ``threshold``. Precision and recall are over the judged conversations only.

    ``right``: handed over and needed; ``wrong``: handed over and not needed; ``missed``: needed, not handed over.
    """

    threshold: float
    n: int
    over: int
    right: int
    wrong: int
    missed: int

    @property
    def rate(self) -> float | None:
        return self.over / self.n if self.n else None

    @property
    def precision(self) -> float | None:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        return self.right / (self.right + self.missed) if self.right + self.missed else None


def sweep(pasts: Sequence[Past], thresholds: Sequence[float] = THRESHOLDS) -> list[Point]:
    """What each threshold would have done: a conversation is handed over when its lowest confidence is below."""
    lowest = sorted(past.lowest for past in pasts)
    needed = sorted(past.lowest for past in pasts if past.needed)
    unneeded = sorted(past.lowest for past in pasts if past.needed is False)
    points = []
    for threshold in thresholds:
        right = bisect_left(needed, threshold)
        over, wrong = bisect_left(lowest, threshold), bisect_left(unneeded, threshold)
        points.append(Point(threshold, len(lowest), over, right, wrong, len(needed) - right))
    return points


@dataclass(frozen=True, slots=True)
class Bin:
    """Conversations whose last confidence is in ``[low, high)`` (the last bin includes 1)."""

    low: float
    high: float
    n: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """``ece`` None without a judged conversation; ``missing``: those that nobody judged."""

    bins: tuple[Bin, ...]
    ece: float | None
    n: int
    missing: int


def calibrate(pasts: Iterable[Past]) -> Calibration:
    """How far the AI's confidence in its last answer agrees with how often no person was needed.

    The reliability diagram's bins, and the expected calibration error ``ECE = sum_b n_b / n |acc(b) - conf(b)|``
    over ten bins of equal width (Naeini, Cooper and Hauskrecht 2015; Guo, Pleiss, Sun and Weinberger 2017, "On
    Calibration of Modern Neural Networks", eq. 3).
    """
    held: list[list[Past]] = [[] for _ in range(BINS)]
    missing = 0
    for past in pasts:
        if past.needed is None:
            missing += 1
        else:
            held[min(int(past.last * BINS), BINS - 1)].append(past)
    bins = tuple(_bin(number, members) for number, members in enumerate(held))
    n = sum(one.n for one in bins)
    gaps = (
        one.n * abs(one.accuracy - one.confidence)
        for one in bins
        if one.accuracy is not None and one.confidence is not None
    )
    return Calibration(bins, sum(gaps) / n if n else None, n, missing)


def _bin(number: int, members: Sequence[Past]) -> Bin:
    n = len(members)
    return Bin(
        low=number / BINS,
        high=(number + 1) / BINS,
        n=n,
        confidence=sum(past.last for past in members) / n if n else None,
        accuracy=sum(not past.needed for past in members) / n if n else None,
    )


@dataclass(frozen=True, slots=True)
class OfIntent:
    """``points`` and ``calibration`` None where too few were judged."""

    intent: str
    n: int
    judged: int
    points: list[Point] | None
    calibration: Calibration | None


def by_intent(pasts: Iterable[Past], thresholds: Sequence[float] = THRESHOLDS) -> list[OfIntent]:
    """The most frequent first; those without an intent under the empty text."""
    groups: dict[str, list[Past]] = {}
    for past in pasts:
        groups.setdefault(past.intent, []).append(past)
    return [
        _of_intent(intent, members, thresholds)
        for intent, members in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    ]


def _of_intent(intent: str, members: Sequence[Past], thresholds: Sequence[float]) -> OfIntent:
    judged = sum(past.needed is not None for past in members)
    if judged < ENOUGH:
        return OfIntent(intent, len(members), judged, None, None)
    return OfIntent(intent, len(members), judged, sweep(members, thresholds), calibrate(members))
