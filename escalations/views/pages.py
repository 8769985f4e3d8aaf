"""The live queue and the workspace, inside the admin's frame. Each page embeds what its snapshot answers."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.models import Escalation
from escalations.views.board import Filters, board, waiting_page
from escalations.views.desk import choices, desk
from escalations.views.notices import decline_reasons, notices
from helpninja.common.actors import Actor
from helpninja.common.roles import Role

# Steps that ask for nothing but a reason: the step, the dialog's title, the button's word.
REASON_DIALOGS = (
    ("pend", "Wait for the customer", "Wait"),
    ("release", "Release to the queue", "Release"),
    ("reopen", "Reopen", "Reopen"),
    ("cancel", "Cancel the escalation", "Cancel it"),
    ("alert", "Ask a supervisor to look at it", "Ask"),
)
QUEUE_ROLES = (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN)


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    actor = _queue_actor(request)
    shown = board(actor, Filters.of_query(request.GET), timezone.now())
    context = {**_frame(request), "board": shown}
    return TemplateResponse(request, "escalations/queue.html", context)


@require_safe
def snapshot(request: HttpRequest) -> JsonResponse:
    """All that the page shows; with ``after`` (a row's id) only the next rows of those waiting."""
    actor, filters, now = _queue_actor(request), Filters.of_query(request.GET), timezone.now()
    if "after" in request.GET:
        return JsonResponse(waiting_page(actor, filters, after=request.GET["after"]))
    return JsonResponse(board(actor, filters, now))


@require_safe
def own_notices(request: HttpRequest) -> JsonResponse:
    """Offers to the reader and alerts for leaders, as they stand now."""
    return JsonResponse(notices(_queue_actor(request), timezone.now()))


@require_safe
def workspace(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = _queue_actor(request)
    escalation = _visible(actor, public_id)
    context = {
        **_frame(request),
        "page_title": escalation,
        "escalation": escalation,
        "desk": desk(actor, escalation, timezone.now()),
        "choices": choices(escalation),
        "reason_dialogs": REASON_DIALOGS,
    }
    return TemplateResponse(request, "escalations/workspace.html", context)


@require_safe
def workspace_snapshot(request: HttpRequest, public_id: str) -> JsonResponse:
    actor = _queue_actor(request)
    return JsonResponse(desk(actor, _visible(actor, public_id), timezone.now()))


def _frame(request: HttpRequest) -> dict[str, Any]:
    """What both pages show around their own."""
    return {
        **admin.site.each_context(request),
        "title": "Live queue",
        "is_fullwidth": "1",
        "decline_reasons": decline_reasons(),
    }


def _queue_actor(request: HttpRequest) -> Actor:
    actor = Actor.of_user(request.user)
    if not actor.is_any(*QUEUE_ROLES):
        raise PermissionDenied("The queue is for those who work on escalations.")
    return actor


def _visible(actor: Actor, public_id: str) -> Escalation:
    """The row, or 404 where the actor may not know of it."""
    found = (
        Escalation.objects.visible_to(actor).for_queue() if "\x00" not in public_id else Escalation.objects.none()
    )
    escalation = found.filter(public_id=public_id).first()
    if escalation is None:
        raise Http404
    return escalation
