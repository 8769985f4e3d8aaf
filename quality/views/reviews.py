"""The page of a review: where it is written, read, disputed and decided."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from escalations.models import Escalation
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.roles import Role
from quality.actions.reviews import start_review
from quality.enums import RemarkKind
from quality.models import Review
from quality.policy import READERS, REVIEWERS, may_review
from quality.sheets import sheet

PAGE_ROLES = (Role.AGENT, Role.SENIOR_AGENT, *READERS)


@require_safe
def review(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_for(request, PAGE_ROLES)
    shown = visible_review(actor, public_id)
    others = shown.escalation.reviews.counted().visible_to(actor).exclude(pk=shown.pk).select_related("reviewer")
    context = {
        **admin.site.each_context(request),
        "title": "Reviews",
        "page_title": f"Review: {shown.escalation}",
        "is_fullwidth": "1",
        "review": shown,
        "sheet": sheet(actor, shown, timezone.now()),
        "others": others,
        "is_own": shown.agent.user_id == request.user.pk,
        "remark_kinds": RemarkKind.choices,
        "back": back_of(actor),
    }
    return TemplateResponse(request, "quality/review.html", context)


@require_POST
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    """Begins the reader's review of an escalation, or goes on with it."""
    actor = actor_for(request, REVIEWERS)
    escalation = _visible_escalation(actor, public_id)
    if not may_review(actor, escalation):
        raise PermissionDenied("Nobody reviews their own work.")
    try:
        begun = start_review(escalation=escalation, reviewer=actor.user, by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
        return HttpResponseRedirect(reverse("queue:workspace", args=[escalation.public_id]))
    return HttpResponseRedirect(reverse("quality:review", args=[begun.public_id]))


def actor_for(request: HttpRequest, roles: tuple[Role, ...]) -> Actor:
    actor = Actor.of_user(request.user)
    if not actor.is_any(*roles):
        raise PermissionDenied("Your role does not include reviews.")
    return actor


def visible_review(actor: Actor, public_id: str) -> Review:
    """The row, or 404 where the actor may not know of it."""
    found: Any = Review.objects.visible_to(actor).for_page() if "\x00" not in public_id else Review.objects.none()
    row: Review | None = found.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def back_of(actor: Actor) -> str:
    """Where the reader came from, as a rule."""
    if actor.is_any(*READERS):
        return reverse("admin:quality_review_changelist")
    return reverse("quality:mine")


def _visible_escalation(actor: Actor, public_id: str) -> Escalation:
    found = Escalation.objects.visible_to(actor) if "\x00" not in public_id else Escalation.objects.none()
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row
