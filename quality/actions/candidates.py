"""What a cycle chooses among, with the facts on which the draw goes. Reads, writes nothing."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from escalations.enums import Necessity, State
from escalations.models import Deadline, Escalation, HandlingInterval
from helpninja.common.actors import Actor
from helpninja.common.roles import Role
from quality.decisions.sampling import Candidate, Left, Risk
from quality.enums import ReviewKind, ReviewState
from quality.models import CycleReviewer, Review, ReviewAssignment, ReviewCycle

LOW_CSAT = 2


def rows_of(cycle: ReviewCycle) -> QuerySet[Any]:
    """Escalations, or reviews of such, that a cycle chooses among, each with what makes it risky."""
    resolved = Escalation.objects.filter(
        state=State.RESOLVED,
        team__in=cycle.teams.values("pk"),
        last_resolved_at__gte=cycle.start,
        last_resolved_at__lt=cycle.end,
    )
    if cycle.kind == ReviewKind.SECOND:
        return _reviews(resolved)
    reviewed = Review.objects.filter(kind=ReviewKind.SCORED).exclude(state=ReviewState.VOIDED)
    assigned = ReviewAssignment.objects.filter(kind=ReviewKind.SCORED, skipped_at=None)
    known = resolved.annotate(
        is_reviewed=Exists(reviewed.filter(escalation=OuterRef("pk"))),
        is_assigned=Exists(assigned.filter(escalation=OuterRef("pk"))),
    )
    return _risky(known, "").order_by("pk")


def _reviews(resolved: QuerySet[Escalation]) -> QuerySet[Any]:
    again = Review.objects.filter(kind=ReviewKind.SECOND, of_review=OuterRef("pk"))
    assigned = ReviewAssignment.objects.filter(of_review=OuterRef("pk"), skipped_at=None)
    counted = Review.objects.counted().filter(escalation__in=resolved.values("pk"))
    known = counted.select_related("escalation").annotate(
        is_reviewed=Exists(again.exclude(state=ReviewState.VOIDED)), is_assigned=Exists(assigned)
    )
    return _risky(known, "escalation__").order_by("pk")


def _risky(rows: QuerySet[Any], prefix: str) -> QuerySet[Any]:
    escalation = OuterRef(f"{prefix}pk")
    breached = Deadline.objects.filter(escalation=escalation, breached_at__isnull=False)
    annotated: QuerySet[Any] = rows.annotate(
        is_low=Q(**{f"{prefix}rating__csat__lte": LOW_CSAT}),
        is_reescalated=Exists(Escalation.objects.filter(previous=escalation)),
        is_breached=Exists(breached),
    )
    return annotated


def candidates_of(rows: Iterable[Any], cycle: ReviewCycle, reviewers: Iterable[CycleReviewer]) -> list[Candidate]:
    """``rows`` are escalations, or the published reviews of which reviews are drawn."""
    users = [one.reviewer for one in reviewers]
    took_part = _took_part(cycle, users)
    teams = {user.pk: _teams_of(user) for user in users}
    candidates = []
    for row in rows:
        escalation = escalation_of(row)
        barred = {user for user, own in teams.items() if own is not None and escalation.team_id not in own}
        barred |= took_part.get(escalation.pk, set())
        if isinstance(row, Review):
            barred.add(row.reviewer_id)
        candidates.append(
            Candidate(
                id=row.pk,
                agent=escalation.resolved_by_id or 0,
                topic=escalation.topic_id,
                tier=escalation.tier,
                risks=_risks(row, escalation),
                barred=frozenset(barred),
                unfit=_unfit(row, escalation),
            )
        )
    return candidates


def _took_part(cycle: ReviewCycle, users: Iterable[User]) -> dict[int, set[int]]:
    """By escalation, the reviewers who had it in hand at any time or resolved it."""
    user_of = {user.agent.pk: user.pk for user in users if hasattr(user, "agent")}
    window = {"last_resolved_at__gte": cycle.start, "last_resolved_at__lt": cycle.end}
    resolved = Escalation.objects.filter(resolved_by__in=user_of, **window).values_list("pk", "resolved_by")
    handled = HandlingInterval.objects.filter(
        agent__in=user_of, **{f"escalation__{name}": value for name, value in window.items()}
    )
    found: dict[int, set[int]] = {}
    for escalation, agent in (*resolved, *handled.values_list("escalation", "agent")):
        found.setdefault(escalation, set()).add(user_of[agent])
    return found


def _teams_of(user: User) -> frozenset[int] | None:
    """Whose work they may see: None where that of all."""
    if Actor.of_user(user).is_any(Role.QA_REVIEWER, Role.ADMIN):
        return None
    agent = getattr(user, "agent", None)
    return agent.team_ids if agent is not None else frozenset()


def _unfit(row: Any, escalation: Escalation) -> Left | None:
    if escalation.resolved_by_id is None:
        return Left.NO_AGENT
    if row.is_reviewed:
        return Left.REVIEWED
    return Left.ASSIGNED if row.is_assigned else None


def _risks(row: Any, escalation: Escalation) -> frozenset[Risk]:
    held = {
        Risk.LOW_CSAT: row.is_low,
        Risk.REESCALATED: row.is_reescalated,
        Risk.BREACHED: row.is_breached,
        Risk.UNNEEDED: escalation.necessity == Necessity.UNNEEDED,
        Risk.TOO_LATE: escalation.necessity == Necessity.TOO_LATE,
    }
    return frozenset(risk for risk, is_held in held.items() if is_held)


def escalation_of(row: Any) -> Escalation:
    """Of a row as ``candidates_of`` takes them."""
    return row.escalation if isinstance(row, Review) else row
