"""How far people who rated the same things agree, beyond chance. No query, no clock.

A unit (a conversation, or a criterion of one) is ``{rater: value}``; who did not rate it is absent. Units with
fewer than two ratings say nothing about agreement and are left out.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

# Krippendorff (2004, Content Analysis, 11.4.2): below it not even tentative conclusions can be drawn.
ACCEPTABLE = 0.667
# With fewer units the draws of the bootstrap repeat each other, and their spread tells nothing.
ENOUGH = 5
DRAWS = 1000
INTERVAL = (2.5, 97.5)

Unit = Mapping[Hashable, float]
Floats = NDArray[np.float64]


class Scale(Enum):
    """What the distance between two values means: none; the order only; the difference."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class Agreement:
    """``value`` is 1 for perfect agreement, 0 for chance; None where it is undefined, and ``because`` says why.

    ``low`` and ``high`` are the 95 % interval, None below five ``units``. ``ratings`` are those of these units.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    units: int = 0
    raters: int = 0
    ratings: int = 0
    because: str = ""

    @property
    def is_low(self) -> bool:
        return self.value is not None and self.value < ACCEPTABLE


def krippendorff_alpha(units: Sequence[Unit], scale: Scale, *, seed: int = 0) -> Agreement:
    """Any number of raters, any of them missing anywhere.

    ``1 - D_o / D_e`` by K. Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability". The ordinal distance
    between two values is the difference of their mid-ranks among all pairable ratings.
    """
    pairable = _pairable(units)
    values, counts = _counted(pairable)

    def alpha(weights: Floats) -> Floats:
        return _alpha(weights, counts, values, scale)

    return _estimate(pairable, alpha, values, seed)


def fleiss_kappa(units: Sequence[Unit], *, seed: int = 0) -> Agreement:
    """Nominal; every unit has the same number of ratings, by whomever. J. L. Fleiss (1971), Psych. Bull. 76(5)."""
    pairable = _pairable(units)
    if len({len(unit) for unit in pairable}) > 1:
        return _undefined(pairable, "The conversations have different numbers of ratings.")
    values, counts = _counted(pairable)

    def kappa(weights: Floats) -> Floats:
        return _fleiss(weights, counts)

    return _estimate(pairable, kappa, values, seed)


def cohen_kappa(units: Sequence[Unit], *, seed: int = 0) -> Agreement:
    """Nominal; exactly two raters. J. Cohen (1960), Educational and Psychological Measurement 20(1)."""
    pairable = _pairable(units)
    raters = sorted({rater for unit in pairable for rater in unit}, key=str)
    if len(raters) > 2:
        return _undefined(pairable, "More than two people rated.")
    values, _ = _counted(pairable)
    chosen = [_chosen(pairable, rater, values) for rater in raters]

    def kappa(weights: Floats) -> Floats:
        return _cohen(weights, *chosen)

    return _estimate(pairable, kappa, values, seed)


def _pairable(units: Sequence[Unit]) -> list[Unit]:
    return [unit for unit in units if len(unit) > 1]


def _counted(units: Sequence[Unit]) -> tuple[Floats, Floats]:
    """The values in order, and how often each unit got each of them."""
    values = sorted({value for unit in units for value in unit.values()})
    columns = {value: column for column, value in enumerate(values)}
    counts = np.zeros((len(units), len(values)))
    for row, unit in enumerate(units):
        for value in unit.values():
            counts[row, columns[value]] += 1
    return np.array(values, float), counts


def _chosen(units: Sequence[Unit], rater: Hashable, values: Floats) -> Floats:
    """One row a unit with a 1 in the column of the rater's value."""
    columns = np.searchsorted(values, [unit[rater] for unit in units])
    chosen: Floats = np.eye(len(values))[columns]
    return chosen


def _estimate(
    units: Sequence[Unit], statistic: Callable[[Floats], Floats], values: Floats, seed: int
) -> Agreement:
    """``statistic`` takes how often each unit counts, a row a sample, and gives a number a row, NaN if undefined.

    The interval is the percentile bootstrap over units, as A. Zapf et al. (2016) recommend, "Measuring inter-rater
    reliability for nominal data", BMC Med. Res. Methodol. 16:93. Samples of one value alone are left out.
    """
    if reason := _reason(units, values):
        return _undefined(units, reason)
    value = float(statistic(np.ones((1, len(units))))[0])
    low = high = None
    if len(units) >= ENOUGH:
        random = np.random.default_rng(seed)
        samples = random.multinomial(len(units), np.full(len(units), 1 / len(units)), size=DRAWS)
        drawn = statistic(samples.astype(float))
        low, high = (float(end) for end in np.percentile(drawn[~np.isnan(drawn)], INTERVAL))
    return Agreement(value, low, high, len(units), _raters(units), _ratings(units))


def _reason(units: Sequence[Unit], values: Floats) -> str:
    if not units:
        return "Nothing was rated by two people."
    if len(units) == 1:
        return "Only one was rated by two or more people."
    if len(values) == 1:
        return "Everybody gave the same value throughout, so nothing shows that they would agree on others."
    return ""


def _undefined(units: Sequence[Unit], because: str) -> Agreement:
    return Agreement(None, units=len(units), raters=_raters(units), ratings=_ratings(units), because=because)


def _raters(units: Sequence[Unit]) -> int:
    return len({rater for unit in units for rater in unit})


def _ratings(units: Sequence[Unit]) -> int:
    return sum(len(unit) for unit in units)


def _alpha(weights: Floats, counts: Floats, values: Floats, scale: Scale) -> Floats:
    """Sums of ``distance²`` over pairs of ratings: within units for D_o, between any two for D_e.

    Of squared differences they follow from sums and sums of squares: ``2 (m Σs² - (Σs)²)``.
    """
    size = counts.sum(axis=1)
    totals = weights @ counts
    n = totals.sum(axis=1)
    if scale is Scale.NOMINAL:
        observed = weights @ ((size**2 - (counts**2).sum(axis=1)) / (size - 1))
        expected = (n**2 - (totals**2).sum(axis=1)) / (n - 1)
    else:
        scores = _scores(totals, values, scale)
        spread = size * (scores**2 @ counts.T) - (scores @ counts.T) ** 2
        observed = (weights * spread / (size - 1)).sum(axis=1)
        expected = (n * (totals * scores**2).sum(axis=1) - (totals * scores).sum(axis=1) ** 2) / (n - 1)
    return 1 - _ratio(observed, expected, (totals > 0).sum(axis=1) > 1)


def _scores(totals: Floats, values: Floats, scale: Scale) -> Floats:
    """What is subtracted for the distance, about zero so that squares stay exact: one row a sample."""
    if scale is Scale.INTERVAL:
        return np.broadcast_to(values - values.mean(), totals.shape)
    ranks: Floats = totals.cumsum(axis=1) - totals / 2 - totals.sum(axis=1, keepdims=True) / 2
    return ranks


def _fleiss(weights: Floats, counts: Floats) -> Floats:
    raters = counts[0].sum()
    units = weights.sum(axis=1)
    agreed = ((counts**2).sum(axis=1) - raters) / (raters * (raters - 1))
    shares = weights @ counts / (units * raters)[:, None]
    by_chance = (shares**2).sum(axis=1)
    return 1 - _ratio(1 - weights @ agreed / units, 1 - by_chance, (shares > 0).sum(axis=1) > 1)


def _cohen(weights: Floats, first: Floats, second: Floats) -> Floats:
    units = weights.sum(axis=1)
    agreed = weights @ (first * second).sum(axis=1) / units
    ones, others = weights @ first / units[:, None], weights @ second / units[:, None]
    by_chance = (ones * others).sum(axis=1)
    return 1 - _ratio(1 - agreed, 1 - by_chance, (ones + others > 0).sum(axis=1) > 1)


def _ratio(observed: Floats, expected: Floats, varied: NDArray[np.bool_]) -> Floats:
    """NaN where all values were the same."""
    ratio: Floats = np.divide(observed, expected, out=np.full(observed.shape, np.nan), where=varied)
    return ratio
