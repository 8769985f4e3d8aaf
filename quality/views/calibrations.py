"""Calibrations: those under way, what one showed, and how far reviewers agree over the latest."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.calibration import close_session, start_calibration
from quality.actions.ratings import ratings_of, submitted_in
from quality.decisions.agreement import ACCEPTABLE
from quality.decisions.calibration import by_criterion, distances, of_session
from quality.models import Answer, CalibrationSession, Review
from quality.policy import READERS, name_of
from quality.views.framing import actor_for, found

A_PAGE = 20
# Over how many of the latest sessions the agreement is worked out, as asked for by ``last``.
SPANS = (5, 10, 20, 50)
SPAN = 10


@require_safe
def calibrations(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, READERS)
    sessions = CalibrationSession.objects.visible_to(actor).select_related("escalation")
    wanted = request.GET.get("last", "")
    span = int(wanted) if wanted in map(str, SPANS) else SPAN
    latest = list(sessions.closed().order_by("-closed_at", "-id")[:span])
    criteria = by_criterion(ratings_of(submitted_in(latest)))
    closed = sessions.closed().with_progress().order_by("-closed_at", "-id")
    context = {
        **admin.site.each_context(request),
        "title": "Calibrations",
        "open": sessions.open().with_progress().order_by("deadline", "id")[:A_PAGE],
        "own": set(_own_open(actor)),
        "page": Paginator(closed, A_PAGE).get_page(request.GET.get("p")),
        "criteria": criteria,
        "low": [one.name for one in criteria if one.is_low],
        "sessions": len(latest),
        "span": span,
        "spans": SPANS,
        "acceptable": ACCEPTABLE,
    }
    return TemplateResponse(request, "quality/calibrations/all.html", context)


@require_safe
def calibration(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open: who takes part, and whether they are done. Closed: all that was said, side by side."""
    actor = actor_for(request, READERS)
    rows = CalibrationSession.objects.visible_to(actor)
    session = found(rows.select_related("escalation__resolved_by", "rubric_version__rubric"), public_id)
    seats = list(session.seats.select_related("reviewer", "review"))
    context = {
        **admin.site.each_context(request),
        "title": str(session),
        "session": session,
        "seats": [{"name": name_of(seat.reviewer), "state": _state_of(seat)} for seat in seats],
        "own": next((seat for seat in seats if seat.reviewer_id == actor.user.pk), None),
        "result": None if session.is_open else _result(session),
        "acceptable": ACCEPTABLE,
    }
    return TemplateResponse(request, "quality/calibrations/one.html", context)


@require_POST
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leads to the own review's page."""
    actor = actor_for(request, READERS)
    session = found(CalibrationSession.objects.visible_to(actor), public_id)
    seat = get_object_or_404(session.seats, reviewer=actor.user)
    try:
        review = start_calibration(seat=seat, by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
        return HttpResponseRedirect(reverse("quality:calibration", args=[session.public_id]))
    return HttpResponseRedirect(reverse("quality:review", args=[review.public_id]))


@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_for(request, READERS)
    session = found(CalibrationSession.objects.visible_to(actor), public_id)
    try:
        close_session(session=session, by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return HttpResponseRedirect(reverse("quality:calibration", args=[session.public_id]))


def _own_open(actor: Actor) -> Any:
    return (
        CalibrationSession.objects.visible_to(actor)
        .open()
        .filter(seats__reviewer=actor.user)
        .values_list("pk", flat=True)
    )


def _state_of(seat: Any) -> str:
    if seat.review is None:
        return "Not begun"
    return "In progress" if seat.review.state == "draft" else seat.review.get_state_display()


def _result(session: CalibrationSession) -> dict[str, Any]:
    """One column a reviewer, one row a criterion."""
    reviews = list(submitted_in([session]))
    totals = {one.reviewer_id: float(one.total) for one in reviews if one.total is not None}
    apart = distances(totals)
    return {
        "columns": [
            {
                "name": name_of(one.reviewer),
                "total": one.total,
                "apart": apart.get(one.reviewer_id),
                "summary": one.summary,
                "remarks": list(one.remarks.select_related("message")),
            }
            for one in reviews
        ],
        "rows": _rows(reviews),
        "agreement": of_session(ratings_of(reviews)),
        "lowest": min(totals.values(), default=None),
        "highest": max(totals.values(), default=None),
        "spread": max(totals.values()) - min(totals.values()) if totals else None,
    }


def _rows(reviews: list[Review]) -> list[dict[str, Any]]:
    """Each criterion with everybody's answer; ``apart``: by how many points they differ."""
    by_key: dict[str, dict[int, Answer]] = {}
    for answer in Answer.objects.filter(review__in=reviews).order_by("order", "id"):
        by_key.setdefault(answer.key, {})[answer.review_id] = answer
    rows = []
    for answers in by_key.values():
        one = next(iter(answers.values()))
        points = [answer.points for answer in answers.values() if answer.points is not None]
        rows.append(
            {
                "name": one.name,
                "of": one.of_points,
                "answers": [answers.get(review.pk) for review in reviews],
                "apart": max(points) - min(points) if len(points) > 1 else None,
            }
        )
    return rows
