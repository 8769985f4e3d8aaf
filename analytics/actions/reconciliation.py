"""Compares rollups with the rows they are made of, and repairs them where they differ."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from analytics.actions.rollup_days import Days
from analytics.actions.rollups import DAY, DAYS, are_built, extent, locked, rebuild
from analytics.metrics.rollups.counting import moment_of
from analytics.metrics.rollups.marks import MARKED, Hours, hours_of
from analytics.metrics.rollups.packing import first_hour
from analytics.metrics.rollups.shape import blocks, size
from analytics.models import Mark, Reconciliation

logger = logging.getLogger(__name__)

# Days that are compared every night; differences that are kept of one comparison.
RECENT, SHOWN = 3, 100
# The difference of sums of floats that were added in another order.
ROUNDED = 1e-6


def reconcile_nightly(*, now: datetime) -> None:
    """Once a day of UTC: the last days, and so many of those before that each has its turn within a month."""
    today = now.date()
    if Reconciliation.objects.filter(at__gte=moment_of(first_hour(today))).exists() or not are_built():
        return
    reconcile(first=today - RECENT * DAY, last=today, now=now)
    first, last = extent(now)[0], today - (RECENT + 1) * DAY
    starts = range(first.toordinal(), last.toordinal() + 1, DAYS)
    for start in map(date.fromordinal, starts[today.day - 1 :: 31]):
        reconcile(first=start, last=min(start + timedelta(days=DAYS - 1), last), now=now)


@transaction.atomic
def reconcile(*, first: date, last: date, now: datetime) -> Reconciliation:
    """Compares the rollups of these days, both included, with the rows; logs, records and repairs what differs.

    Hours that are marked are not compared: nobody says that they are up to date.
    """
    locked()
    kept = Days(date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
    anew = Days.counted(first, last + DAY)
    differences = list(_differences(kept, anew, hours_of(Mark.objects.values_list(*MARKED))))
    if differences:
        logger.error("Rollups differ from the rows in %d sums: %s", len(differences), differences[:10])
        rebuild(first=first, last=last)
    compared = len(kept.keys | anew.keys) * size()
    return Reconciliation.objects.create(
        at=now, first=first, last=last, compared=compared, differences=differences[:SHOWN]
    )


def _differences(kept: Days, anew: Days, marked: Hours) -> Iterator[dict[str, Any]]:
    """What differs, sum by sum: where, what was kept and what is right."""
    for key in sorted(kept.keys | anew.keys):
        a, b = kept.numbers_of(key), anew.numbers_of(key)
        for place, hour in zip(*np.nonzero(~np.isclose(a, b, rtol=0, atol=ROUNDED)), strict=True):
            block = next(block for block in blocks().values() if place < block.first + block.size)
            source, (day, dimension, value) = block.facts.source.key, key
            if first_hour(day) + hour not in marked.get(source, ()):
                part = str(block.parts[(place - block.first) % len(block.parts)].aggregate)
                where = {"day": f"{day}", "hour": int(hour), "dimension": dimension, "value": value}
                yield {**where, "source": source, "sum": part, "kept": a[place, hour], "right": b[place, hour]}
