"""What an article changed: escalations of its gap in a week, before against after, and against the others."""

from dataclasses import dataclass
from math import exp, log, sqrt

from helpninja.common.intervals import Interval
from helpninja.common.values import ENOUGH, Z_95
from quality.decisions.initiatives import rate_interval


@dataclass(frozen=True)
class Counted:
    """Escalations in so many weeks; a count that was weighted may lie between whole numbers."""

    count: float
    weeks: float

    @property
    def rate(self) -> float:
        return self.count / self.weeks


@dataclass(frozen=True)
class Change:
    """``ratio``: the gap's rate after by that before. ``others``: the same of the escalations it is compared with.
    ``net``: the one by the other, 1 where the gap changed as the others did. ``avoided``: fewer escalations in a
    week than if it had; negative means more. ``n``: the gap's escalations, before and after.
    """

    before: Counted
    after: Counted
    ratio: Interval
    others: Interval | None
    net: Interval | None
    avoided: Interval | None

    @property
    def n(self) -> float:
        return self.before.count + self.after.count


def change_of(before: Counted, after: Counted, others_before: Counted, others_after: Counted) -> Change | None:
    """None where there are too few to tell; without a comparison where the others are too few.

    Rates are of Poisson counts. ``ln ratio`` has the standard error ``sqrt(1/a + 1/b)``; K. J. Rothman,
    S. Greenland, T. L. Lash, Modern Epidemiology, 3rd ed. 2008, chapter 14. ``ln net`` is the difference in
    differences of the logarithms of four independent rates, so the squares of its standard errors add up. Where a
    count is 0, 1/2 is added to each of a ratio's counts (J. B. S. Haldane 1956; F. J. Anscombe 1956).
    """
    if before.count + after.count < ENOUGH or not before.weeks or not after.weeks:
        return None
    own, own_error = _log_ratio(before, after)
    if min(others_before.count, others_after.count) < ENOUGH:
        return Change(before, after, _interval(own, own_error), None, None, None)
    others, others_error = _log_ratio(others_before, others_after)
    net_error = sqrt(own_error**2 + others_error**2)
    return Change(
        before,
        after,
        _interval(own, own_error),
        _interval(others, others_error),
        _interval(own - others, net_error),
        _avoided(before, after, exp(others), others_error),
    )


def rate_ratio(before: Counted, after: Counted) -> Interval:
    """The rate after by that before."""
    return _interval(*_log_ratio(before, after))


def _log_ratio(before: Counted, after: Counted) -> tuple[float, float]:
    """With its standard error."""
    added = 0.0 if before.count and after.count else 0.5
    first, second = before.count + added, after.count + added
    return log(second / after.weeks) - log(first / before.weeks), sqrt(1 / first + 1 / second)


def _interval(logarithm: float, error: float) -> Interval:
    return Interval(exp(logarithm), exp(logarithm - Z_95 * error), exp(logarithm + Z_95 * error))


def _avoided(before: Counted, after: Counted, others: float, others_error: float) -> Interval:
    """``before.rate * others - after.rate``, its interval made of those of the two (MOVER; see
    ``initiatives.difference``). That of the product is made of its factors' in the same way (Zou, Huang and Zhang,
    Biometrical Journal 51, 2009: as a sum of logarithms), with the rate's score interval."""
    low_rate, high_rate = rate_interval(before.count, before.weeks)
    expected = before.rate * others
    spread = Z_95 * others_error
    low_expected = _lower(before.rate, low_rate, spread) * others
    high_expected = _upper(before.rate, high_rate, spread) * others
    low_after, high_after = rate_interval(after.count, after.weeks)
    value = expected - after.rate
    return Interval(
        value,
        value - sqrt((expected - low_expected) ** 2 + (high_after - after.rate) ** 2),
        value + sqrt((high_expected - expected) ** 2 + (after.rate - low_after) ** 2),
    )


def _lower(rate: float, low: float, spread: float) -> float:
    return rate * exp(-sqrt(log(rate / low) ** 2 + spread**2)) if low > 0 else 0.0


def _upper(rate: float, high: float, spread: float) -> float:
    return rate * exp(sqrt(log(high / rate) ** 2 + spread**2)) if rate else high * exp(spread)
