"""Means by month, for a small picture of where somebody is going."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

MONTHS = 6


@dataclass(frozen=True, slots=True)
class Month:
    """``mean`` is None where nothing was scored."""

    first: date
    mean: float | None
    n: int


def months(totals: Iterable[tuple[datetime, Decimal]], now: datetime, count: int = MONTHS) -> list[Month]:
    """The last so many calendar months in the zone of ``now``, the present one last."""
    firsts = [_first(now.date(), back) for back in reversed(range(count))]
    found: dict[date, list[Decimal]] = {first: [] for first in firsts}
    for at, total in totals:
        first = at.astimezone(now.tzinfo).date().replace(day=1)
        if first in found:
            found[first].append(total)
    return [
        Month(first, float(sum(ones) / len(ones)) if ones else None, len(ones)) for first, ones in found.items()
    ]


def _first(day: date, back: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(year, month + 1, 1)
