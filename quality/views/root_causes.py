"""Root causes: how often reviews found each, and the gaps in the knowledge that belong to it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agents.policy import Sight
from helpninja.common.actors import Actor
from helpninja.common.admin import moments_between
from helpninja.common.errors import Conflict
from helpninja.common.values import ENOUGH, rounded
from helpninja.common.windows import Window, window_text
from quality.actions.figures import Asked
from quality.actions.root_causes import OfCause, asked_gaps, causes_of, gap_counts, link_gap
from quality.enums import ReviewKind, ReviewState
from quality.forms.figures import TeamForm
from quality.models import KnowledgeGap, RootCause
from quality.policy import READERS, figures_of
from quality.views.framing import actor_for, chart_lines, found

GAPS_OFFERED, GAPS_SHOWN, REVIEWS_SHOWN = 200, 50, 10


@require_safe
def root_causes(request: HttpRequest) -> HttpResponse:
    actor, seen = _reader(request)
    form = TeamForm(request.GET, seen=seen)
    context = {**admin.site.each_context(request), "title": "Root causes", "form": form}
    if not form.is_valid():
        return TemplateResponse(request, "quality/root_causes/list.html", context, status=400)
    asked = form.asked(timezone.now())
    context |= _figures(actor, asked, request.GET.urlencode())
    return TemplateResponse(request, "quality/root_causes/list.html", context)


def _figures(actor: Actor, asked: Asked, query: str) -> dict[str, Any]:
    may_read = actor.is_any(*READERS)
    causes, gaps = causes_of(asked), gap_counts(actor, asked) if may_read else {}
    reviews = asked.reviews().count()
    return {
        "window_text": window_text(asked.window),
        "previous_text": window_text(asked.window.previous()),
        "zone": asked.window.zone,
        "reviews": reviews,
        "without": asked.reviews().filter(root_causes=None).count(),
        "may_read": may_read,
        "rows": [_row(one, reviews, gaps.get(one.cause.pk, 0), query) for one in causes],
        "charts": {"causes": _chart([one for one in causes if one.reviews or one.before])},
        "enough": ENOUGH,
    }


def _row(one: OfCause, reviews: int, gaps: int, query: str) -> dict[str, Any]:
    url = reverse("quality:root-cause", args=[one.cause.pk])
    return {
        "name": one.cause.name,
        "url": f"{url}?{query}" if query else url,
        "reviews": one.reviews,
        "share": f"{rounded(one.reviews / reviews, 1, scale=100)}%" if reviews else "–",
        "before": one.before,
        "score": _score(one),
        "gaps": gaps,
    }


def _score(one: OfCause) -> str:
    if one.score.value is None:
        return "–"
    return f"{rounded(one.score.value, 1)}" if one.score.n >= ENOUGH else "too few"


def _chart(causes: list[OfCause]) -> dict[str, Any]:
    return {
        "type": "bar",
        "horizontal": True,
        "grouped": True,
        "labels": [chart_lines(one.cause.name) for one in causes],
        "x": "Published reviews that name it",
        "datasets": [
            {"label": "In the window", "color": "primary", "data": [one.reviews for one in causes]},
            {"label": "Before", "color": "base", "data": [one.before for one in causes]},
        ],
    }


@require_safe
def root_cause(request: HttpRequest, pk: int) -> HttpResponse:
    actor, seen = _reader(request)
    cause = get_object_or_404(RootCause, pk=pk)
    form = TeamForm(request.GET, seen=seen)
    context = {
        **admin.site.each_context(request),
        "title": "Root causes",
        "page_title": cause.name,
        "cause": cause,
        "form": form,
    }
    if not form.is_valid():
        return TemplateResponse(request, "quality/root_causes/cause.html", context, status=400)
    asked = form.asked(timezone.now())
    context |= _of_one(actor, cause, asked)
    return TemplateResponse(request, "quality/root_causes/cause.html", context)


def _of_one(actor: Actor, cause: RootCause, asked: Asked) -> dict[str, Any]:
    one = next((row for row in causes_of(asked) if row.cause == cause), None)
    figures = {
        "window_text": window_text(asked.window),
        "zone": asked.window.zone,
        "figures": _row(one, asked.reviews().count(), 0, "") if one else None,
        "may_read": actor.is_any(*READERS),
    }
    if not actor.is_any(*READERS):
        return figures
    known = KnowledgeGap.objects.visible_to(actor).live()
    recent = set(asked_gaps(actor, asked).filter(root_causes=cause).values_list("pk", flat=True))
    linked = list(known.filter(root_causes=cause).order_by("name", "pk")[:GAPS_SHOWN])
    return {
        **figures,
        "examples": _examples(actor, cause, asked),
        "reviews_url": _reviews_url(cause, asked.window),
        "gaps": [{"gap": gap, "url": _gap_url(gap), "asked": gap.pk in recent} for gap in linked],
        "offered": known.exclude(root_causes=cause).order_by("name", "pk")[:GAPS_OFFERED],
    }


def _examples(actor: Actor, cause: RootCause, asked: Asked) -> Any:
    reviews = asked.reviews().visible_to(actor).filter(root_causes=cause)
    return reviews.select_related("agent", "escalation").order_by("total", "-published_at")[:REVIEWS_SHOWN]


def _reviews_url(cause: RootCause, window: Window) -> str:
    asked = {
        "root_causes__id__exact": cause.pk,
        "kind__exact": ReviewKind.SCORED,
        "state__exact": ReviewState.PUBLISHED,
        **moments_between("published_at", window.start, window.end),
    }
    return f"{reverse('admin:quality_review_changelist')}?{urlencode(asked)}"


def _gap_url(gap: KnowledgeGap) -> str:
    return reverse("admin:quality_knowledgegap_change", args=[gap.pk])


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """``gap``: its public id; ``linked``: yes or no."""
    actor = actor_for(request, READERS)
    cause = get_object_or_404(RootCause, pk=pk)
    back = HttpResponseRedirect(f"{reverse('quality:root-cause', args=[pk])}#im-gaps")
    linked = request.POST.get("linked", "")
    if linked not in ("yes", "no"):
        messages.error(request, "Linked: give yes or no.")
        return back
    gap = found(KnowledgeGap.objects.visible_to(actor), request.POST.get("gap", ""))
    try:
        link_gap(cause=cause, gap=gap, linked=linked == "yes", by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return back


def _reader(request: HttpRequest) -> tuple[Actor, Sight]:
    """Analysts read the figures, agents nothing of it: causes are found in the work of all."""
    actor = Actor.of_user(request.user)
    seen = figures_of(actor)
    if seen is None or seen.is_own:
        raise PermissionDenied("Your role does not include root causes.")
    return actor, seen
