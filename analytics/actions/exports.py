"""Rows taken away: asked for, written part by part by a job, removed. A sweep takes up what a lost job left.

Each part is a transaction of its own, and whoever goes on begins behind the last one: so the same rows come of it,
however often a job is killed.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from analytics.actions.export_rows import Rows, kept_filters, packed, rows_of
from analytics.enums import ExportState, ExportSubject
from analytics.exporters.tables import Cell, Head, Table
from analytics.metrics.frames import Frame
from analytics.models import Export
from analytics.policy import exports_of
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict

Clock = Callable[[], datetime]

# Rows of a part: a second or so of work, which is all that a killed job loses.
PAGE = 1000
KEPT = timedelta(days=7)
# A job counts as lost when it has written nothing for so long.
LOST_AFTER = timedelta(seconds=30)
# Until then the job that was asked for may still begin.
QUEUED_FOR = timedelta(seconds=10)
ATTEMPTS = 5
# So many are written at once, so that workers are left for everything else; and so many may one caller wait for.
AT_ONCE, EACH = 2, 3


class NotAllowed(Exception):
    """Whoever asked for it may not have these rows any more."""


@transaction.atomic
def request_export(*, subject: ExportSubject, frame: Frame, filters_text: str, by: Actor, now: datetime) -> Export:
    """The caller has the job done, once this is committed. Raises Conflict where too many are under way."""
    if Export.objects.owned_by(by).unfinished().count() >= EACH:
        raise Conflict(f"{EACH} exports are under way already: wait for one of them, or remove it.")
    export = Export.objects.create(
        subject=subject,
        owner=by.user,
        key=by.key,
        requested_by=by.label[:200],
        requested_at=now,
        start=frame.window.start,
        end=frame.window.end,
        time_zone=frame.window.zone,
        filters=kept_filters(frame.filters),
        filters_text=filters_text[:500],
    )
    record(by=by, action="export.requested", subject=export, now=now, rows=subject, filters=export.filters)
    return export


@transaction.atomic
def remove_export(*, export: Export, by: Actor, now: datetime) -> None:
    """With all that was written; its job stops at its next part."""
    record(by=by, action="export.removed", subject=export, now=now, state=export.state)
    export.delete()


def remove_old(*, now: datetime) -> int:
    """How many there were."""
    expired = Export.objects.filter(expires_at__lte=now)
    return sum(one.delete()[0] > 0 for one in expired)


def table_of(*, export: Export, by: Actor, now: datetime, **details: Any) -> Table:
    """What was written, for a file; whoever takes it away is in the audit. Raises Conflict where it is not ready.

    Raises NotAllowed where these are rows of teams that the actor does not lead any more.
    """
    if export.state != ExportState.DONE:
        raise Conflict("This export is not ready.")
    _check(export, by)
    record(by=by, action="export.downloaded", subject=export, now=now, rows=export.done, **details)
    heads = [Head(*column) for column in export.columns]
    name = f"{export.subject}-{export.window.days()[0]}"
    return Table(name, heads, rows_of(export), export.time_zone)


def lost_exports(*, now: datetime) -> list[int]:
    """Those that no job has taken up in time, or whose job has not been heard of since."""
    lost = Q(state=ExportState.QUEUED, requested_at__lt=now - QUEUED_FOR) | _silent(now)
    return list(Export.objects.filter(lost).order_by("id").values_list("pk", flat=True))


def run_export(*, export_id: int, clock: Clock) -> bool:
    """Writes the rest of it; False where another job has it or it is over. May be called at any time, twice."""
    export = _take_up(export_id, clock())
    if export is None:
        return False
    try:
        is_whole = _write(export, clock)
    except NotAllowed as refused:
        _finish(export, clock(), state=ExportState.FAILED, error=str(refused))
    except Exception as error:
        told = f"It could not be written ({type(error).__name__}: {error})"[:470]
        _finish(export, clock(), state=ExportState.FAILED, error=f"{told}. Ask for it again.")
        raise
    else:
        if is_whole:
            _finish(export, clock(), state=ExportState.DONE, total=F("done"))
    return True


def _silent(now: datetime) -> Q:
    return Q(state=ExportState.RUNNING, progress_at__lt=now - LOST_AFTER)


def _take_up(pk: int, now: datetime) -> Export | None:
    """The row count says who has it. One whose job was lost again and again is given up."""
    free = Export.objects.filter(Q(state=ExportState.QUEUED) | _silent(now), pk=pk)
    given_up = {"state": ExportState.FAILED, "finished_at": now, "expires_at": now + KEPT}
    if free.filter(attempt__gte=ATTEMPTS).update(
        **given_up, error=f"Its job was lost {ATTEMPTS} times. Ask for a shorter window."
    ):
        return None
    others = Export.objects.filter(state=ExportState.RUNNING).exclude(_silent(now))
    if others.exclude(pk=pk).count() >= AT_ONCE:
        return None
    if not free.update(state=ExportState.RUNNING, attempt=F("attempt") + 1, progress_at=now):
        return None
    return Export.objects.select_related("owner", "key").get(pk=pk)


def _mine(export: Export) -> Any:
    return Export.objects.filter(pk=export.pk, state=ExportState.RUNNING, attempt=export.attempt)


def _finish(export: Export, now: datetime, **changes: Any) -> None:
    """Nothing where it was removed meanwhile, or taken over by another job."""
    _mine(export).update(finished_at=now, progress_at=now, expires_at=now + KEPT, **changes)


def _check(export: Export, actor: Actor) -> None:
    sight = exports_of(actor)
    teams = export.filters["teams"]
    if sight is None or (sight.teams is not None and (teams is None or not sight.teams.issuperset(teams))):
        raise NotAllowed(f"{actor.label} may not export these rows any more.")


def _actor_of(export: Export) -> Actor:
    if export.owner is not None:
        return Actor.of_user(export.owner)
    if export.key is None or export.key.revoked_at is not None:
        raise NotAllowed(f"{export.requested_by} was revoked.")
    return Actor.of_key(export.key)


def _write(export: Export, clock: Clock) -> bool:
    """False where it was removed, or taken over by another job."""
    actor = _actor_of(export)
    _check(export, actor)
    written = Rows(export, actor)
    ids = written.ids()
    if not _begin(export, written, len(ids), clock()):
        return False
    last = export.parts.order_by("number").last()
    rest = ids
    if last is not None:
        if last.last_id is None:
            return True
        rest = ids[bisect_right(ids, last.last_id) :]
    for at in range(0, len(rest), PAGE):
        page = rest[at : at + PAGE]
        if not _keep(export, written.page(page), clock(), last_id=page[-1]):
            return False
    nobodys = written.of_none()
    return nobodys is None or _keep(export, [nobodys], clock(), last_id=None)


@transaction.atomic
def _begin(export: Export, written: Rows, total: int, now: datetime) -> bool:
    """What was written with other columns, before the code changed, is written anew."""
    changes: dict[str, Any] = {"total": total, "progress_at": now}
    if export.columns != written.columns:
        export.parts.all().delete()
        changes |= {"columns": written.columns, "done": 0}
    return bool(_mine(export).update(**changes))


@transaction.atomic
def _keep(export: Export, rows: Sequence[Sequence[Cell]], now: datetime, *, last_id: int | None) -> bool:
    """The next part."""
    written = len(rows) if last_id is not None else 0
    if not _mine(export).update(done=F("done") + written, progress_at=now):
        return False
    export.parts.create(number=export.parts.count(), last_id=last_id, content=packed(rows))
    return True
