"""Intervals of 95 % for what is compared: differences and ratios of two numbers that each have their own."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

from helpninja.common.values import Value, wilson


@dataclass(frozen=True)
class Interval:
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def estimated(found: Interval | None, n: int, missing: int = 0) -> Value:
    """As a figure of ``n`` rows; None where they were too few to tell."""
    if found is None:
        return Value(None, n, missing)
    return Value(found.value, n, missing, bounds=(found.low, found.high))


def rate(hits: int, n: int) -> Interval:
    """With Wilson's 95 % interval. ``n`` is above 0."""
    return Interval(hits / n, *wilson(hits, n))


def difference(first: Interval, second: Interval) -> Interval:
    """``first - second``, its interval made of the two (MOVER).

    From ``d - sqrt((x1 - l1)^2 + (u2 - x2)^2)`` to ``d + sqrt((u1 - x1)^2 + (x2 - l2)^2)``; G. Y. Zou and
    A. Donner, Construction of confidence limits about effect measures: a general approach, Statistics in Medicine
    27 (2008), 1693-1702. Of two Wilson intervals it is method 10 of R. G. Newcombe, Interval estimation for the
    difference between independent proportions, Statistics in Medicine 17 (1998), 873-890.
    """
    found = first.value - second.value
    down = sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    up = sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Interval(found, found - down, found + up)


def ratio(first: Interval, second: Interval) -> Interval | None:
    """``first / second``, as the difference of their logarithms; None where one of them is 0."""
    if first.low <= 0 or second.low <= 0:
        return None
    found = difference(_log(first), _log(second))
    return Interval(exp(found.value), exp(found.low), exp(found.high))


def _log(of: Interval) -> Interval:
    return Interval(log(of.value), log(of.low), log(of.high))
