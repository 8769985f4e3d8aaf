"""Initiatives inside the admin's frame: all of them with bars, and one with its course."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from helpninja.common.actors import Actor
from helpninja.common.admin import moments_between
from helpninja.common.errors import Conflict
from quality.actions.improvement import today_at
from quality.actions.initiative_counts import measured_window, recent_counts
from quality.actions.initiatives import change_status, mark_step
from quality.enums import INITIATIVE_STEPS, InitiativeStatus
from quality.models import Initiative, InitiativeStep
from quality.policy import INITIATIVE_LEADERS, INITIATIVE_READERS, name_of
from quality.views.framing import actor_for, found
from quality.views.initiative_figures import card_of, course_chart, facts, rates_chart, weeks_of

INITIATIVES_A_PAGE = 12
SHOWN_FIRST = (InitiativeStatus.RUNNING, InitiativeStatus.PLANNED)
WORDS = {
    InitiativeStatus.RUNNING: "Start it now",
    InitiativeStatus.DONE: "It is done",
    InitiativeStatus.ABANDONED: "Abandon it",
}


@require_safe
def initiatives(request: HttpRequest) -> HttpResponse:
    """``status``: of those alone."""
    actor, now = actor_for(request, INITIATIVE_READERS), timezone.now()
    visible = Initiative.objects.visible_to(actor)
    wanted = request.GET.get("status", "")
    rows = _shown_rows(visible.filter(status=wanted) if wanted in InitiativeStatus.values else visible)
    page = Paginator(rows, INITIATIVES_A_PAGE).get_page(request.GET.get("p"))
    listed = list(page)
    counts = recent_counts(listed, now)
    cards = [card_of(row, *counts[row.pk], now) for row in listed]
    context = {
        **admin.site.each_context(request),
        "title": "Initiatives",
        "page": page,
        "cards": cards,
        "statuses": InitiativeStatus.choices,
        "status": wanted,
        "may_add": actor.is_any(*INITIATIVE_LEADERS),
        "charts": {"rates": rates_chart(cards)},
    }
    return TemplateResponse(request, "quality/initiatives/list.html", context)


def _shown_rows(rows: QuerySet[Initiative]) -> QuerySet[Initiative]:
    return (
        rows.select_related("topic", "trigger_rule", "owner")
        .prefetch_related("teams")
        .annotate(
            rank=Case(*(When(status=one, then=n) for n, one in enumerate(SHOWN_FIRST)), default=len(SHOWN_FIRST)),
            step_count=Count("steps", distinct=True),
            steps_done=Count("steps", filter=Q(steps__done_at__isnull=False), distinct=True),
        )
        .order_by("rank", "starts_on", "pk")
    )


@require_safe
def initiative(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = actor_for(request, INITIATIVE_READERS), timezone.now()
    row = found(_shown_rows(Initiative.objects.visible_to(actor)), public_id)
    recent, since = recent_counts([row], now)[row.pk]
    card = card_of(row, recent, since, now)
    weeks = weeks_of(row, now)
    may_lead = _leads(actor, row)
    context = {
        **admin.site.each_context(request),
        "title": "Initiatives",
        "page_title": row.name,
        "card": card,
        "initiative": row,
        "steps": [_step(step, today_at(now)) for step in row.steps.select_related("owner")],
        "moves": [(status.value, WORDS[status]) for status in INITIATIVE_STEPS[InitiativeStatus(row.status)]]
        if may_lead
        else [],
        "may_lead": may_lead,
        "facts": facts(row, card, since),
        "rows_before": _rows_url(actor, row, (row.baseline_from, row.baseline_to)) if row.started_at else "",
        "rows_now": _rows_url(actor, row, measured_window(row, now)),
        "weeks": weeks,
        "charts": {"course": course_chart(weeks, card)},
    }
    return TemplateResponse(request, "quality/initiatives/initiative.html", context)


def _step(step: InitiativeStep, today: date) -> dict[str, Any]:
    return {
        "step": step,
        "owner": name_of(step.owner),
        "done": step.done_at is not None,
        "overdue": step.done_at is None and step.due is not None and step.due < today,
    }


def _rows_url(actor: Actor, row: Initiative, window: tuple[datetime | None, datetime | None]) -> str:
    """The list of escalations with the rows counted, as far as the actor may see them; analysts see none."""
    start, end = window
    if start is None or end is None or not actor.is_any(*INITIATIVE_LEADERS):
        return ""
    asked = {
        **moments_between("opened_at", start, end),
        "reason__exact": row.reason,
        "topic__id__exact": row.topic_id,
        "trigger_rule__id__exact": row.trigger_rule_id,
        "team__id__in": ",".join(str(team.pk) for team in row.teams.all()),
    }
    given = {name: value for name, value in asked.items() if value}
    return f"{reverse('admin:escalations_escalation_changelist')}?{urlencode(given)}"


@require_POST
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """``status``: running, done or abandoned."""
    actor = actor_for(request, INITIATIVE_LEADERS)
    row, status = _led(actor, public_id), request.POST.get("status", "")
    back = HttpResponseRedirect(reverse("quality:initiative", args=[public_id]))
    if status not in InitiativeStatus.values:
        messages.error(request, f"Status: give one of {', '.join(InitiativeStatus.values)}.")
        return back
    try:
        change_status(initiative=row, status=InitiativeStatus(status), by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return back


@require_POST
def mark(request: HttpRequest, public_id: str, step_id: str) -> HttpResponse:
    """``done``: yes or no."""
    actor = actor_for(request, INITIATIVE_READERS)
    row = found(Initiative.objects.visible_to(actor), public_id)
    step = found(row.steps.all(), step_id)
    if not (_leads(actor, row) or step.owner_id == request.user.pk):
        raise PermissionDenied("This step is somebody else's.")
    done = request.POST.get("done", "")
    back = HttpResponseRedirect(f"{reverse('quality:initiative', args=[public_id])}#{step.public_id}")
    if done not in ("yes", "no"):
        messages.error(request, "Done: give yes or no.")
        return back
    try:
        mark_step(step=step, done=done == "yes", by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return back


def _led(actor: Actor, public_id: str) -> Initiative:
    """Seen but led by others: 403, as the page shows it without its buttons."""
    row = found(Initiative.objects.visible_to(actor), public_id)
    if not _leads(actor, row):
        raise PermissionDenied("This initiative is led by others.")
    return row


def _leads(actor: Actor, row: Initiative) -> bool:
    return Initiative.objects.led_by(actor).filter(pk=row.pk).exists()
