"""What a reviewer has to review: open and due, begun, skipped or passed on."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.assignments import skip_assignment, start_assignment
from quality.enums import AssignmentState
from quality.models import CalibrationSeat, ReviewAssignment
from quality.models.cycle import ReviewAssignmentQuerySet
from quality.policy import REVIEWERS
from quality.views.framing import actor_for, found

A_PAGE = 50
DONE_SHOWN = 10


@require_safe
def my_reviews(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, REVIEWERS)
    now = timezone.now()
    own = _own(actor).select_related("escalation__topic", "escalation__conversation", "agent", "cycle")
    to_do = own.to_do().order_by("due_at", "id")
    page = Paginator(to_do, A_PAGE).get_page(request.GET.get("p"))
    done = own.with_review().filter(state=AssignmentState.DONE).order_by("-due_at", "-id")
    seats = CalibrationSeat.objects.to_do(actor.user).select_related("session__escalation", "review")
    context = {
        **admin.site.each_context(request),
        "title": "My reviews",
        "page": page,
        "next": page.object_list[0] if page.number == 1 and page.object_list else None,
        "late": to_do.filter(due_at__lt=now).count(),
        "done": done[:DONE_SHOWN],
        "seats": seats[:A_PAGE],
        "now": now,
    }
    return TemplateResponse(request, "quality/assignments/mine.html", context)


@require_POST
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leads to the review's page."""
    actor = actor_for(request, REVIEWERS)
    assignment = found(_own(actor), public_id)
    try:
        review = start_assignment(assignment=assignment, by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
        return HttpResponseRedirect(reverse("quality:reviews"))
    return HttpResponseRedirect(reverse("quality:review", args=[review.public_id]))


@require_POST
def skip(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_for(request, REVIEWERS)
    assignment = found(_own(actor), public_id)
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        skip_assignment(assignment=assignment, reason=reason, by=actor, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return HttpResponseRedirect(reverse("quality:reviews"))


def _own(actor: Actor) -> ReviewAssignmentQuerySet:
    return ReviewAssignment.objects.visible_to(actor).of_reviewer(actor.user)
