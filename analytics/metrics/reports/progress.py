"""How far the initiatives have come, and what they have changed."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, Exists, OuterRef, Q

from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Cell, Section, Table
from analytics.metrics.reports.wording import several
from helpninja.common.values import rounded
from quality.decisions.initiatives import Effect, change_text
from quality.enums import InitiativeStatus, Standing
from quality.models import Initiative, InitiativeStep

COLUMNS = ("Initiative", "Complete", "Standing", "Measured effect")


def initiatives(asked: Asked) -> Sequence[Initiative]:
    """Those that ran at any time of the period; of the teams asked about, and of everybody."""
    rows = Initiative.objects.filter(started_at__lt=asked.window.end).filter(
        Q(ended_at=None) | Q(ended_at__gte=asked.window.start)
    )
    if asked.teams is not None:
        others = Initiative.teams.through.objects.filter(initiative=OuterRef("pk")).exclude(team__in=asked.teams)
        rows = rows.filter(~Exists(others))
    done = Count("steps", filter=Q(steps__done_at__lt=asked.window.end))
    return asked.together.put_objects(rows.annotate(total=Count("steps"), done=done))


def initiatives_progress(
    rows: Sequence[Initiative], found: Mapping[int, Effect | None], late: Mapping[int, int]
) -> Section:
    """By the initiatives' primary keys what each has changed, and how many of its steps are overdue."""
    lines = [
        (row.name, _complete(row), _standing(row, found[row.pk], late), _effect(found[row.pk]))
        for row in sorted(rows, key=lambda row: (row.starts_on, row.pk))
    ]
    return Section(
        "initiatives",
        "Strategic initiatives' progress",
        tables=(Table.of("Initiatives", COLUMNS, lines),) if lines else (),
        note="" if lines else "No initiative ran.",
    )


def overdue(rows: Sequence[Initiative], asked: Asked) -> Iterable[tuple[int, int]]:
    """Of each initiative how many steps were due in the period and are not done."""
    last = asked.window.days()[-1]
    found = InitiativeStep.objects.filter(
        initiative__in=[row.pk for row in rows], due__lte=last, done_at=None
    ).order_by()
    return asked.together.put(found.values_list("initiative").annotate(Count("pk")), tuple)


def _complete(row: Initiative) -> Cell:
    total, done = row.total, row.done  # type: ignore[attr-defined]  # annotated above
    if not total:
        return Cell("no steps")
    return Cell(f"{rounded(done / total, 0, scale=100)}% ({done} of {total} steps)", done / total)


def _standing(row: Initiative, effect: Effect | None, late: Mapping[int, int]) -> str:
    """By its steps first: what is late can't have had its effect yet."""
    if row.status in (InitiativeStatus.DONE, InitiativeStatus.ABANDONED):
        return row.get_status_display()
    if row.pk in late:
        return f"delayed: {several(late[row.pk], 'step')} overdue"
    return Standing(effect.standing).label if effect else Standing.NOT_YET.label


def _effect(effect: Effect | None) -> str:
    if effect is None or effect.avoided is None or effect.low is None or effect.high is None:
        return "not yet measurable"
    interval = f"95% interval {change_text(effect.low)} to {change_text(effect.high)}"
    return f"{change_text(effect.avoided)} escalations a month ({interval})"
