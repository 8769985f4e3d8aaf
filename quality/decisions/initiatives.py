"""What an initiative has changed: escalations for each 1,000 conversations now, against those at its start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from helpninja.common import intervals
from helpninja.common.intervals import Interval
from helpninja.common.values import ENOUGH, Z_95, rounded
from quality.enums import Standing, TargetKind

MONTH = timedelta(days=30)
# Nothing that was changed shows in less time.
MEASURABLE_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Counted:
    """Of one window: escalations that the target means, all escalations of its teams, all conversations."""

    targeted: int
    escalations: int
    conversations: int
    length: timedelta

    @property
    def per_month(self) -> float | None:
        """In 30 days."""
        return self.targeted * (MONTH / self.length) if self.length else None

    @property
    def share(self) -> float | None:
        return self.targeted / self.escalations if self.escalations else None

    @property
    def rate(self) -> float | None:
        """For each 1,000 conversations, so that growth does not hide an effect."""
        return 1000 * self.targeted / self.conversations if self.conversations else None

    @property
    def conversations_a_month(self) -> float:
        return self.conversations * (MONTH / self.length) if self.length else 0.0


@dataclass(frozen=True)
class Plan:
    """``expected``: fewer escalations in 30 days once it is complete, at ``ends``."""

    kind: TargetKind
    target: float
    expected: int
    starts: datetime
    ends: datetime

    def expected_by(self, now: datetime) -> float:
        """It is taken to come evenly from the start to the planned end."""
        if now >= self.ends:
            return float(self.expected)
        return self.expected * max(0.0, (now - self.starts) / (self.ends - self.starts))


@dataclass(frozen=True)
class Effect:
    """``avoided`` and its 95 % interval are escalations in 30 days, at the present number of conversations.

    They are None where it is not yet measurable; negative means more than at the start. ``avoided_in_all``:
    since the start. ``cost_each``: of one avoided since the start, None where the cost is unknown or none was.
    """

    standing: Standing
    because: str
    expected: float
    avoided: float | None = None
    low: float | None = None
    high: float | None = None
    avoided_in_all: float | None = None
    cost_each: float | None = None

    @property
    def may_be_chance(self) -> bool:
        return self.low is not None and self.high is not None and self.low <= 0 <= self.high


def effect_of(
    plan: Plan, before: Counted, recent: Counted, since: Counted, now: datetime, cost: float | None = None
) -> Effect:
    """``recent``: the last 30 days, or as many as it runs; ``since``: all since the start. See ``difference``."""
    expected = plan.expected_by(now)
    if missing := _missing(before, recent, now - plan.starts):
        return Effect(Standing.NOT_YET, missing, expected)
    fewer, low, high = difference(before.targeted, before.conversations, recent.targeted, recent.conversations)
    avoided, low, high = (one * recent.conversations_a_month for one in (fewer, low, high))
    in_all = before.targeted / before.conversations * since.conversations - since.targeted
    standing = Standing.ON_TRACK if avoided >= expected else Standing.BELOW
    return Effect(
        standing=standing,
        because=_because(low, high, expected, before, recent),
        expected=expected,
        avoided=avoided,
        low=low,
        high=high,
        avoided_in_all=in_all,
        cost_each=cost / in_all if cost is not None and in_all > 0 else None,
    )


def difference(before: int, of_before: int, now: int, of_now: int) -> tuple[float, float, float]:
    """How much lower the second of two Poisson rates is than the first, with its 95 % interval.

    The counts over their exposures (here conversations); negative where it is higher. The interval is made of
    the two rates' own: unlike the simple one it holds for small counts and for none.
    """
    first = Interval(before / of_before, *rate_interval(before, of_before))
    fewer = intervals.difference(first, Interval(now / of_now, *rate_interval(now, of_now)))
    return fewer.value, fewer.low, fewer.high


def rate_interval(count: float, exposure: float) -> tuple[float, float]:
    """The score interval of a Poisson rate: ``(x + z^2/2 -+ z sqrt(x + z^2/4)) / n``.

    The rates m for which ``|x - n m| / sqrt(n m) <= z``; L. Barker, A comparison of nine confidence intervals
    for a Poisson parameter, The American Statistician 56 (2002), 85-89.
    """
    middle, half = count + Z_95**2 / 2, Z_95 * sqrt(count + Z_95**2 / 4)
    return max(0.0, middle - half) / exposure, (middle + half) / exposure


def target_factor(kind: TargetKind, value: float, before: Counted) -> float | None:
    """What the target is of the state at the start, below 1 if it is a reduction; None where there was none."""
    match kind:
        case TargetKind.SHARE:
            return value / 100 / before.share if before.share else None
        case TargetKind.COUNT:
            return value / before.per_month if before.per_month else None
        case TargetKind.REDUCTION:
            return 1 - value / 100
    raise ValueError(f"No such kind of target: {kind}")


@dataclass(frozen=True)
class Bar:
    """One state of an initiative in its target's own unit; None where it isn't known."""

    label: str
    value: float | None


def bars(kind: TargetKind, target: float, before: Counted, recent: Counted | None) -> list[Bar]:
    """At the start, as it should be, and now; in percent of all escalations, in 30 days, or per 1,000."""
    read = {TargetKind.SHARE: _percent, TargetKind.COUNT: _monthly, TargetKind.REDUCTION: _rate}[kind]
    start = read(before)
    wanted = target if kind != TargetKind.REDUCTION else start and start * (1 - target / 100)
    return [Bar("Start", start), Bar("Target", wanted), Bar("Now", read(recent) if recent else None)]


def _percent(counted: Counted) -> float | None:
    return None if counted.share is None else 100 * counted.share


def _monthly(counted: Counted) -> float | None:
    return counted.per_month


def _rate(counted: Counted) -> float | None:
    return counted.rate


def _missing(before: Counted, recent: Counted, running: timedelta) -> str:
    """Why nothing can be said yet; empty where something can."""
    if before.targeted < ENOUGH or not before.conversations:
        return f"Too few before the start: n = {before.targeted}, and {ENOUGH} are needed."
    if running < MEASURABLE_AFTER:
        return f"Measured from {MEASURABLE_AFTER.days} days after the start; now n = {recent.targeted}."
    unchanged = before.targeted / before.conversations * recent.conversations
    if unchanged < ENOUGH:
        return (
            f"Too few conversations since the start: n = {recent.conversations}, of which without a change "
            f"{unchanged:.1f} would be escalated so; {ENOUGH} are needed."
        )
    return ""


def _because(low: float, high: float, expected: float, before: Counted, recent: Counted) -> str:
    """``95 % interval: 16 more to 57 fewer; 13 fewer expected by now. ...``"""
    chance = " The interval includes no change: it may be chance." if low <= 0 <= high else ""
    return (
        f"95 % interval: {change_text(low)} to {change_text(high)}; {rounded(expected)} fewer expected by now. "
        f"n = {before.targeted} before, {recent.targeted} now.{chance}"
    )


def change_text(avoided: float) -> str:
    """12 fewer, 3 more: whole escalations."""
    whole = rounded(avoided)
    return f"{abs(whole)} {'more' if whole < 0 else 'fewer'}"
