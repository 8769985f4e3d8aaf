"""The quality page: how the teams stand, where they lose points, and what there is to learn from."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.models import Agent
from helpninja.common.actors import Actor
from helpninja.common.windows import window_text
from quality.actions.figures import Asked, least_good, standing_of
from quality.decisions.measuring import spoken_seconds
from quality.decisions.scoring import band_of
from quality.decisions.standing import Focus, Score, Standing
from quality.enums import RemarkKind
from quality.forms.figures import TeamForm
from quality.models import Remark, Review, ScoreBand
from quality.policy import READERS, figures_of
from quality.views.figures import (
    criterion_link,
    criterion_row,
    criterion_rows,
    rows_of,
    score_card,
    spread_card,
    trend_chart,
    week_rows,
)

AGENTS_A_PAGE = 50
EXAMPLES = 3
REMARKS_SHOWN = 6


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Those who see their own figures alone are sent to their own page."""
    actor = Actor.of_user(request.user)
    seen = figures_of(actor)
    if seen is None:
        raise PermissionDenied("Your role does not include quality figures.")
    if seen.is_own:
        return HttpResponseRedirect(reverse("quality:agent", args=[actor.user.agent.public_id]))
    form = TeamForm(request.GET, seen=seen)
    context = {**admin.site.each_context(request), "title": "Quality", "form": form, "seen": seen}
    if not form.is_valid():
        return TemplateResponse(request, "quality/team.html", context, status=400)
    context |= _figures(actor, form.asked(timezone.now()), request)
    return TemplateResponse(request, "quality/team.html", context)


def _figures(actor: Actor, asked: Asked, request: HttpRequest) -> dict[str, Any]:
    found, bands = standing_of(asked), list(ScoreBand.objects.all())
    readable = asked if actor.is_any(*READERS) else None
    rows = _agent_rows(asked, found, readable)
    return {
        "found": found,
        "window_text": window_text(asked.window),
        "previous_text": window_text(asked.window.previous()),
        "zone": asked.window.zone,
        "team": score_card(found.team),
        "spread": spread_card(found.spread),
        "opportunity": criterion_row(found.opportunity, readable) if found.opportunity else None,
        "focus": _focus_row(found.focus, readable) if found.focus else None,
        "least_good": least_good(bands),
        "bands": bands,
        "agents": Paginator(rows, AGENTS_A_PAGE).get_page(request.GET.get("p")),
        "criteria": criterion_rows(found.criteria, readable),
        "weeks": week_rows(found.weeks),
        "charts": {"trend": trend_chart(found)},
        "may_read": readable is not None,
        "link": rows_of(asked) if readable else "",
        **examples(asked.reviews().visible_to(actor), found, bands),
    }


def _focus_row(focus: Focus, readable: Asked | None) -> dict[str, Any]:
    row, agents = criterion_row(focus.criterion, None), ",".join(map(str, sorted(focus.agents)))
    link = criterion_link(readable, focus.criterion.key, agent__id__in=agents) if readable else ""
    return {**row, "agents": len(focus.agents), "link": link}


def _agent_rows(asked: Asked, found: Standing, readable: Asked | None) -> list[dict[str, Any]]:
    """Whoever works in the teams or was reviewed: the best first, and after them those with too few reviews."""
    members, teams = Q(user__is_active=True), asked.sight.teams
    if teams is not None:
        members &= Q(pk__in=Agent.objects.in_teams(teams).values("pk"))
    agents = Agent.objects.filter(members | Q(pk__in=found.agents)).order_by("name")
    ranked = sorted(agents, key=lambda agent: _rank(found.agents, agent.pk))
    return [
        {
            "agent": agent,
            "score": score_card(found.agents[agent.pk]) if agent.pk in found.agents else None,
            "link": rows_of(readable, agent__id__exact=agent.pk) if readable else "",
        }
        for agent in ranked
    ]


def _rank(scores: Mapping[int, Score], agent: int) -> tuple[int, float]:
    score = scores.get(agent)
    if score is None or score.now.value is None:
        return (2, 0)
    return (0, -score.now.value) if score.is_enough else (1, -score.now.n)


def examples(reviews: QuerySet[Review], found: Standing, bands: Iterable[ScoreBand]) -> dict[str, Any]:
    """The best, and the most instructive: under the average, with the most that is to be improved."""
    remarks = Prefetch("remarks", Remark.objects.order_by("id"), to_attr="said")
    shown = reviews.select_related("agent", "escalation__topic", "escalation__rating").prefetch_related(remarks)
    average = found.team.now.value or 0
    well, to_improve = (
        Count("remarks", filter=Q(remarks__kind=kind)) for kind in (RemarkKind.WENT_WELL, RemarkKind.TO_IMPROVE)
    )
    best = shown.filter(total__gte=average).alias(well=well).order_by("-total", "-well", "-id")
    under = shown.filter(total__lt=average).alias(lessons=to_improve).filter(lessons__gt=0)
    return {
        "best": [_example(one, RemarkKind.WENT_WELL, bands) for one in best[:EXAMPLES]],
        "instructive": [
            _example(one, RemarkKind.TO_IMPROVE, bands)
            for one in under.order_by("-lessons", "total", "-id")[:EXAMPLES]
        ],
    }


def _example(review: Any, kind: RemarkKind, bands: Iterable[ScoreBand]) -> dict[str, Any]:
    escalation = review.escalation
    said = [one.text for one in review.said if one.kind == kind]
    return {
        "review": review,
        "band": band_of(review.total, bands),
        "topic": escalation.topic,
        "took": spoken_seconds(escalation.resolution_seconds) if escalation.resolution_seconds else "",
        "csat": getattr(getattr(escalation, "rating", None), "csat", None),
        "remarks": said[:REMARKS_SHOWN],
        "more": max(0, len(said) - REMARKS_SHOWN),
    }
