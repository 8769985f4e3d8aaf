"""One agent's quality: score, criteria beside the others', strengths and growth, and the reviews behind them."""

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.models import Agent
from agents.policy import Sight
from helpninja.common.actors import Actor
from helpninja.common.forms import WindowForm
from helpninja.common.windows import Window, window_text
from quality.actions.figures import Asked, answers, least_good, scores, weeks_of
from quality.decisions.scoring import band_of
from quality.decisions.standing import Standing, against_others, growth, standing, strengths
from quality.models import ScoreBand
from quality.policy import figures_of
from quality.views.figures import compared_rows, criterion_rows, score_card, trend_chart, week_rows

REVIEWS_A_PAGE = 20


@require_safe
def agent(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = Actor.of_user(request.user)
    seen = figures_of(actor)
    if seen is None:
        raise PermissionDenied("Your role does not include quality figures.")
    shown = known_agent(seen, public_id)
    form = WindowForm(request.GET)
    context = {
        **admin.site.each_context(request),
        "title": "Quality",
        "page_title": f"Quality of {shown}",
        "agent": shown,
        "form": form,
        "seen": seen,
        "is_own": shown.user_id == request.user.pk,
    }
    if not form.is_valid():
        return TemplateResponse(request, "quality/agent.html", context, status=400)
    context |= _figures(actor, seen, shown, form.window_at(timezone.now()), request)
    return TemplateResponse(request, "quality/agent.html", context)


def known_agent(seen: Sight, public_id: str) -> Agent:
    """404 where the agent is none of those whose figures are seen."""
    found = Agent.objects.all()
    if seen.agent is not None:
        found = found.filter(pk=seen.agent)
    elif seen.teams is not None:
        found = found.in_teams(seen.teams)
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def _figures(actor: Actor, seen: Sight, agent: Agent, window: Window, request: HttpRequest) -> dict[str, Any]:
    bands = list(ScoreBand.objects.all())
    own = Asked(window, replace(seen, agent=agent.pk))
    found, compared = _compared(own, agent, bands)
    reviews = own.reviews().visible_to(actor).select_related("escalation__topic").order_by("-published_at", "-id")
    page = Paginator(reviews, REVIEWS_A_PAGE).get_page(request.GET.get("p"))
    return {
        "found": found,
        "window_text": window_text(window),
        "previous_text": window_text(window.previous()),
        "zone": window.zone,
        "score": score_card(found.team),
        "criteria": criterion_rows(found.criteria),
        "strengths": compared_rows(strengths(compared)),
        "growth": compared_rows(growth(compared)),
        "is_compared": bool(compared),
        "least_good": least_good(bands),
        "weeks": week_rows(found.weeks),
        "charts": {"trend": trend_chart(found)},
        "page": page,
        "reviews": [{"review": one, "band": band_of(one.total, bands)} for one in page],
    }


def _compared(own: Asked, agent: Agent, bands: list[ScoreBand]) -> tuple[Standing, Any]:
    """The agent's own figures, and each criterion beside that of the others in the agent's teams."""
    theirs = answers(own, bands)
    others = answers(Asked(own.window, Sight(teams=agent.team_ids)), bands)
    rows = [*theirs, *(row for row in others if row.agent != agent.pk)]
    return standing(scores(own), theirs, bands, weeks_of(own.window)), against_others(agent.pk, rows)
