"""What an hour, a month and a resolution cost. Exact decimal arithmetic; nothing here reads the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class MonthShare:
    """A month's shared cost, with the escalations opened in the month and those of them in question."""

    amount: Decimal
    opened: int
    ours: int


@dataclass(frozen=True, slots=True)
class ResolutionCost:
    """``value`` is None where nothing was resolved."""

    value: Decimal | None
    handling: Decimal
    shared: Decimal
    resolutions: int
    because: str


def handling_cost(seconds_at_rate: Iterable[tuple[int, Decimal]]) -> Decimal:
    """Seconds of handling, each at its cost of an hour."""
    return sum((seconds * rate for seconds, rate in seconds_at_rate), Decimal(0)) / SECONDS_AN_HOUR


def shared_cost(months: Iterable[MonthShare]) -> Decimal:
    """Each month's amount falls evenly on the escalations opened in it; this is what falls on ours."""
    return sum((month.amount * month.ours / month.opened for month in months if month.opened), Decimal(0))


def cost_per_resolution(
    seconds_at_rate: Iterable[tuple[int, Decimal]], months: Iterable[MonthShare], resolutions: int
) -> ResolutionCost:
    """``(sum of seconds / 3600 * cost of an hour + share of the months' shared costs) / resolutions``.

    The caller leaves out handling whose cost is unknown together with its resolutions.
    """
    handling, shared = handling_cost(seconds_at_rate), shared_cost(months)
    value = (handling + shared) / resolutions if resolutions else None
    because = f"({handling:.2f} handling + {shared:.2f} shared) / {resolutions} resolutions"
    return ResolutionCost(value, handling, shared, resolutions, because)
