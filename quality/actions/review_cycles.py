"""Review cycles: drawn, closed, and followed by the next where they recur."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from helpninja.common.actions import record
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from quality.actions.candidates import candidates_of, escalation_of, rows_of
from quality.decisions.sampling import Sample, at_random, by_risk, draw, stratified
from quality.decisions.windows import following
from quality.enums import Recurrence, ReviewCycleState, ReviewKind, SamplingMethod
from quality.models import CycleReviewer, ReviewAssignment, ReviewCycle
from quality.policy import REVIEWERS

ORDERS = {SamplingMethod.RANDOM: at_random, SamplingMethod.STRATIFIED: stratified, SamplingMethod.RISK: by_risk}
# Of these a draw looks at the facts; more would be no longer a sample but the whole work of months.
MAX_CANDIDATES = 20_000


@transaction.atomic
def draw_cycle(*, cycle: ReviewCycle, by: Actor, now: datetime) -> Sample:
    """Assigns what its seed draws, and keeps why the rest was not drawn.

    Raises Conflict where it was drawn before, and ValidationError where nobody could review or there is too much.
    """
    # All that could be drawn, so that two at once don't draw the same conversation.
    planned = ReviewCycle.objects.filter(state=ReviewCycleState.PLANNED).order_by("pk")
    locked = next((one for one in planned.select_for_update(no_key=True) if one.pk == cycle.pk), None)
    if locked is None:
        raise Conflict("This cycle was drawn before.")
    reviewers = list(able_reviewers(locked))
    if not reviewers:
        raise ValidationError("None of its reviewers is active and has the role: add one before the draw.")
    rows = list(rows_of(locked)[: MAX_CANDIDATES + 1])
    if len(rows) > MAX_CANDIDATES:
        raise ValidationError(f"More than {MAX_CANDIDATES:,} conversations: make the time shorter.")
    candidates = candidates_of(rows, locked, reviewers)
    sample = draw(
        candidates,
        per_agent=locked.per_agent,
        reviewers={one.reviewer_id: one.quota for one in reviewers},
        order=ORDERS[SamplingMethod(locked.method)],
        seed=locked.seed,
    )
    _assign(locked, sample, {row.pk: row for row in rows}, now)
    locked.state, locked.drawn_at, locked.not_drawn = ReviewCycleState.RUNNING, now, _by_reason(sample)
    locked.save(update_fields=["state", "drawn_at", "not_drawn"])
    record(by=by, action="cycle.drawn", subject=locked, now=now, drawn=len(sample.draws), of=len(candidates))
    return sample


@transaction.atomic
def close_cycle(*, cycle: ReviewCycle, by: Actor, now: datetime) -> None:
    """What is still open stays with its reviewers, as not done. Raises Conflict unless it is running."""
    running = ReviewCycle.objects.filter(pk=cycle.pk, state=ReviewCycleState.RUNNING)
    if not running.update(state=ReviewCycleState.CLOSED, closed_at=now):
        raise Conflict("Only a running cycle can be closed.")
    record(by=by, action="cycle.closed", subject=cycle, now=now)


def keep_cycles(*, now: datetime) -> None:
    """Draws recurring ones whose time is over, and makes the next one of each. May run at any time, twice."""
    due = ReviewCycle.objects.exclude(recurrence=Recurrence.ONCE).filter(end__lte=now)
    for cycle in due.filter(next=None).order_by("end"):
        make_next(cycle=cycle)
    for cycle in due.filter(state=ReviewCycleState.PLANNED).order_by("end"):
        try:
            draw_cycle(cycle=cycle, by=SYSTEM, now=now)
        except (Conflict, ValidationError):
            continue  # by somebody else in the meantime; or nobody can review: the cycle's page says so


@transaction.atomic
def make_next(*, cycle: ReviewCycle) -> ReviewCycle | None:
    """With the same reviewers and a seed of its own; None where there is one already."""
    locked = ReviewCycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if ReviewCycle.objects.filter(previous=locked).exists():
        return None
    end = following(locked.end, locked.recurrence, ZoneInfo(settings.DISPLAY_TIME_ZONE))
    copied = ("name", "kind", "rubric", "recurrence", "method", "per_agent", "days_to_review")
    made = ReviewCycle.objects.create(
        start=locked.end, end=end, previous=locked, **{name: getattr(locked, name) for name in copied}
    )
    made.teams.set(locked.teams.all())
    CycleReviewer.objects.bulk_create(
        CycleReviewer(cycle=made, reviewer_id=one.reviewer_id, quota=one.quota) for one in locked.reviewers.all()
    )
    return made


def able_reviewers(cycle: ReviewCycle) -> QuerySet[CycleReviewer]:
    """Those who may still review."""
    names = [role.value for role in REVIEWERS]
    able = User.objects.filter(is_active=True, groups__name__in=names).values("pk")
    return (
        cycle.reviewers.filter(reviewer__in=able)
        .select_related("reviewer__agent")
        .prefetch_related("reviewer__groups")
    )


def _assign(cycle: ReviewCycle, sample: Sample, rows: dict[int, Any], now: datetime) -> None:
    ReviewAssignment.objects.bulk_create(
        ReviewAssignment(
            cycle=cycle,
            kind=cycle.kind,
            escalation=escalation_of(rows[one.candidate.id]),
            agent_id=one.candidate.agent,
            reviewer_id=one.reviewer,
            of_review=rows[one.candidate.id] if cycle.kind == ReviewKind.SECOND else None,
            because={
                "method": cycle.method,
                "weight": one.candidate.weight,
                "risks": sorted(risk.label for risk in one.candidate.risks),
            },
            assigned_at=now,
            due_at=now + timedelta(days=cycle.days_to_review),
        )
        for one in sample.draws
    )


def _by_reason(sample: Sample) -> dict[str, list[int]]:
    """By the code of the reason; ids are of escalations, or of reviews where those were drawn."""
    kept: dict[str, list[int]] = {}
    for candidate, reason in sorted(sample.left.items()):
        kept.setdefault(reason.code, []).append(candidate)
    return kept
