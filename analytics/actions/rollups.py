"""The only writer of rollups: one at a time, in steps of one transaction each: what was lost is done again."""

from datetime import date, datetime, timedelta

from django.db import transaction

import analytics.metrics.registry  # noqa: F401  # it says what rollups hold
from analytics.actions.rollup_days import Days, sum_up
from analytics.metrics.rollups.counting import count, stretches
from analytics.metrics.rollups.marks import MARKED, Hours, hours_of
from analytics.metrics.rollups.packing import day_of, month_of
from analytics.metrics.rollups.shape import blocks, revision
from analytics.models import Mark, Rollup, RollupState
from helpninja.common.windows import month_after

# Marks taken in one step, and days built in one.
MARKS, DAYS = 2000, 8
DAY = timedelta(days=1)


@transaction.atomic
def fold(*, now: datetime) -> int:
    """Counts anew the hours of the oldest marks, and takes these away; gives their number."""
    state = locked()
    if state.revision != revision():
        return 0
    marks = list(Mark.objects.order_by("pk").values_list(*MARKED)[:MARKS])
    if marks:
        _count_anew(hours_of(marks))
        Mark.objects.filter(pk__in=[mark[0] for mark in marks]).delete()
    state.folded_at = now
    state.save(update_fields=["folded_at"])
    return len(marks)


def build(*, now: datetime) -> bool:
    """Builds some days of rollups that are missing or of another revision; False when all are there.

    What is written meanwhile is marked, as always, and folded in when they are complete: so the rows are counted
    without a lock, and what another process built in this one's place stands.
    """
    found = RollupState.objects.filter(pk=1).first() or RollupState()
    if found.revision == revision():
        return False
    if found.building != revision() or found.built_until is None or found.build_to is None:
        _begin(found, now)
        return True
    start, last = found.built_until, found.build_to
    end = min(start + DAYS * DAY, month_after(start), last + DAY)
    days = Days.counted(start, end)
    done = end > last
    with transaction.atomic():
        state = locked()
        if _reached(state) != _reached(found):
            return True
        _write(days, start, end, is_last=done)
        state.revision = revision() if done else ""
        state.building, state.built_until = ("", None) if done else (revision(), end)
        state.save()
    return not done


@transaction.atomic
def _begin(found: RollupState, now: datetime) -> None:
    """With nothing kept and nothing marked: what was written until now will be counted, up to its last day.

    What comes later is marked, as all that is written from now on.
    """
    state = locked()
    if _reached(state) != _reached(found):
        return
    Rollup.objects.all().delete()
    Mark.objects.all().delete()
    state.revision, state.building = "", revision()
    state.built_until, state.build_to = extent(now)
    state.save()


@transaction.atomic
def rebuild(*, first: date, last: date) -> None:
    """Counts these days anew, both included; what they held does not matter."""
    locked()
    while first <= last:
        end = min(first + DAYS * DAY, month_after(first), last + DAY)
        _write(Days.counted(first, end), first, end, is_last=end > last)
        first = end


def are_built() -> bool:
    """Complete, and of what the code counts now."""
    return RollupState.objects.filter(revision=revision()).exists()


def are_behind() -> bool:
    """Something is marked; asked without a lock, so that idle sweeps hold nobody up."""
    return Mark.objects.exists()


def locked() -> RollupState:
    """Whoever else wants to write rollups waits."""
    RollupState.objects.get_or_create(pk=1)
    return RollupState.objects.select_for_update().get(pk=1)


def extent(now: datetime) -> tuple[date, date]:
    """The first and last day that any source has a row of."""
    found = [now.date()]
    for block in blocks().values():
        clock = block.facts.source.clock
        dated = block.rows().exclude(**{clock: None}).values_list(clock, flat=True)
        # Not Min and Max, which would read all rows of a source that joins tables.
        found += [at.date() for order in (clock, f"-{clock}") for at in dated.order_by(order)[:1]]
    return min(found), max(found)


def _reached(state: RollupState) -> tuple[str, str, date | None]:
    return state.revision, state.building, state.built_until


def _count_anew(changed: Hours) -> None:
    """Some days at a time: a topic that moves to another team changes all of its history."""
    wanted = {blocks()[key]: hours for key, hours in changed.items() if key in blocks()}
    every = sorted({day_of(hour) for hours in wanted.values() for hour in hours})
    for at in range(0, len(every), DAYS):
        some = set(every[at : at + DAYS])
        days = Days(some)
        for block, hours in wanted.items():
            inside = [hour for hour in hours if day_of(hour) in some]
            days.clear(block, inside)
            for cells in count(block, stretches(inside)):
                days.put(block, cells)
        days.save()


def _write(days: Days, start: date, end: date, *, is_last: bool) -> None:
    """Days of one month, and the month after its last one."""
    days.create(start, end)
    if is_last or end == month_after(start):
        sum_up(month_of(start))
