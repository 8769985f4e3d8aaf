"""One cycle: how far its reviewers are, what was drawn for each agent, and why the rest was not."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from escalations.models import Escalation
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.review_cycles import close_cycle, draw_cycle
from quality.decisions.sampling import Left
from quality.enums import AssignmentState, ReviewKind, ReviewState
from quality.models import Review, ReviewAssignment, ReviewCycle
from quality.policy import READERS, name_of
from quality.views.framing import actor_for, found

A_PAGE, LEFT_A_PAGE = 50, 20


@require_safe
def review_cycle(request: HttpRequest, public_id: str) -> HttpResponse:
    """``why``: the code of a reason, to list what was not drawn for it; ``q``: a public id to look up."""
    actor = actor_for(request, READERS)
    cycle = found(ReviewCycle.objects.visible_to(actor).select_related("rubric", "previous"), public_id)
    assignments = ReviewAssignment.objects.visible_to(actor).filter(cycle=cycle)
    listed = assignments.with_review().select_related("escalation", "agent", "reviewer", "of_review")
    why, query = _reason(request.GET.get("why")), request.GET.get("q", "").replace("\x00", "").strip()[:40]
    context = {
        **admin.site.each_context(request),
        "title": str(cycle),
        "cycle": cycle,
        "teams": cycle.teams.all(),
        "reviewers": _by_reviewer(cycle, assignments),
        "agents": _by_agent(assignments),
        "page": Paginator(listed.order_by("agent__name", "id"), A_PAGE).get_page(request.GET.get("p")),
        "reasons": _reasons(cycle),
        "why": why,
        "left": _left(cycle, actor, why, request.GET.get("left")) if why else None,
        "query": query,
        "looked_up": _look_up(cycle, actor, query) if query else None,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "quality/review_cycles/cycle.html", context)


@require_POST
def draw(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_for(request, READERS)
    cycle = found(ReviewCycle.objects.visible_to(actor), public_id)
    try:
        sample = draw_cycle(cycle=cycle, by=actor, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, f"Nothing was drawn. {' '.join(refused.messages)}")
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, f"{len(sample.draws)} drawn, {len(sample.left)} not.")
    return HttpResponseRedirect(reverse("quality:review-cycle", args=[cycle.public_id]))


@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_for(request, READERS)
    cycle = found(ReviewCycle.objects.visible_to(actor), public_id)
    try:
        close_cycle(cycle=cycle, by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return HttpResponseRedirect(reverse("quality:review-cycle", args=[cycle.public_id]))


def _by_reviewer(cycle: ReviewCycle, assignments: QuerySet[ReviewAssignment]) -> list[dict[str, Any]]:
    """With those of the cycle who were drawn nothing."""
    rows = {
        row["reviewer"]: row
        for row in _progress(assignments, "reviewer", "reviewer__first_name", "reviewer__last_name")
    }
    seats = cycle.reviewers.select_related("reviewer")
    shown = []
    for seat in seats:
        row = rows.pop(seat.reviewer_id, {"assigned": 0, "done": 0, "started": 0, "skipped": 0, "late": 0})
        shown.append({**row, "name": name_of(seat.reviewer), "quota": seat.quota})
    for row in rows.values():  # passed on to somebody who is none of the cycle's
        shown.append({**row, "name": f"{row['reviewer__first_name']} {row['reviewer__last_name']}".strip()})
    return shown


def _by_agent(assignments: QuerySet[ReviewAssignment]) -> list[dict[str, Any]]:
    return [{**row, "name": row["agent__name"]} for row in _progress(assignments, "agent", "agent__name")]


def _progress(assignments: QuerySet[ReviewAssignment], *by: str) -> Iterable[dict[str, Any]]:
    """``assigned`` counts what wasn't skipped."""
    is_kept = ~Q(state=AssignmentState.SKIPPED)
    unfinished = Q(state__in=(AssignmentState.OPEN, AssignmentState.STARTED))
    annotated = ReviewAssignment.objects.filter(pk__in=assignments.values("pk")).with_review()
    return (
        annotated.order_by()
        .values(*by)
        .annotate(
            assigned=Count("pk", filter=is_kept),
            done=Count("pk", filter=Q(state=AssignmentState.DONE)),
            started=Count("pk", filter=Q(state=AssignmentState.STARTED)),
            skipped=Count("pk", filter=~is_kept),
            late=Count("pk", filter=unfinished & Q(due_at__lt=timezone.now())),
        )
        .order_by(by[-1])
    )


def _reasons(cycle: ReviewCycle) -> list[dict[str, Any]]:
    return [
        {"code": reason.code, "label": reason.label, "count": len(cycle.not_drawn[reason.code])}
        for reason in Left
        if reason.code in cycle.not_drawn
    ]


def _reason(code: str | None) -> Left | None:
    return next((reason for reason in Left if reason.code == code), None)


def _left(cycle: ReviewCycle, actor: Actor, why: Left, number: str | None) -> Any:
    """A page of what was not drawn for that reason, as far as the actor may see it."""
    page = Paginator(cycle.not_drawn.get(why.code, []), LEFT_A_PAGE).get_page(number)
    page.object_list = _found(cycle, actor, page.object_list)
    return page


def _found(cycle: ReviewCycle, actor: Actor, ids: Iterable[int]) -> list[dict[str, Any]]:
    """Each escalation of these ids with whoever reviewed it."""
    if cycle.kind == ReviewKind.SECOND:
        reviews = Review.objects.visible_to(actor).filter(pk__in=ids)
        reviews = reviews.select_related("escalation__resolved_by", "escalation__topic", "reviewer")
        return [{"escalation": one.escalation, "reviewers": [one.reviewer]} for one in reviews.order_by("pk")]
    escalations = Escalation.objects.visible_to(actor).filter(pk__in=ids).order_by("pk")
    scored = Review.objects.visible_to(actor).filter(
        kind=ReviewKind.SCORED, escalation__in=escalations.values("pk")
    )
    reviewers: dict[int, list[Any]] = {}
    for review in scored.exclude(state=ReviewState.VOIDED).select_related("reviewer"):
        reviewers.setdefault(review.escalation_id, []).append(review.reviewer)
    return [
        {"escalation": one, "reviewers": reviewers.get(one.pk, ())}
        for one in escalations.select_related("resolved_by", "topic")
    ]


def _look_up(cycle: ReviewCycle, actor: Actor, public_id: str) -> str:
    """What became of one escalation in this cycle, in a sentence."""
    escalation = Escalation.objects.visible_to(actor).filter(public_id=public_id).first()
    if escalation is None:
        return "There is no such escalation. Give its public id, such as esc_7k3m…"
    drawn = ReviewAssignment.objects.visible_to(actor).filter(cycle=cycle, escalation=escalation)
    if names := [name_of(one.reviewer) for one in drawn.select_related("reviewer")]:
        return f"It was drawn, for {' and '.join(names)}."
    ids = {escalation.pk}
    if cycle.kind == ReviewKind.SECOND:
        ids = set(Review.objects.visible_to(actor).filter(escalation=escalation).values_list("pk", flat=True))
    why = next((reason for reason in Left if ids & set(cycle.not_drawn.get(reason.code, ()))), None)
    if why is None:
        return "It was not among what was drawn from: of another time or team, or not resolved then."
    return f"It was not drawn. {why.label}."
