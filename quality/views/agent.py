"""One agent's quality: score, criteria beside the others', strengths and growth, and the reviews behind them."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agents.models import Agent
from agents.policy import Sight, seen_agents
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.forms import WindowForm
from helpninja.common.windows import Window, window_text
from quality.actions import coaching
from quality.actions.figures import Asked, answers, least_good, scores, weeks_of
from quality.actions.suggesting import suggestions_for
from quality.decisions.scoring import band_of
from quality.decisions.standing import Standing, against_others, growth, standing, strengths
from quality.forms.coaching import PlanForm, SuggestionForm
from quality.models import CoachingPlan, Dispute, ScoreBand
from quality.policy import READERS, REVIEWED, PlanAction, figures_of, may_coach, may_with_plan, name_of
from quality.views.figures import compared_rows, criterion_rows, rows_of, score_card, trend_chart, week_rows
from quality.views.reviews import actor_for

REVIEWS_A_PAGE = 20
PLANS_SHOWN = 10
DISPUTES_SHOWN = 20


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Leads to the reader's own page."""
    actor_for(request, REVIEWED)
    agent = getattr(request.user, "agent", None)
    if agent is None:
        raise PermissionDenied("Your account has no agent, so nothing of yours can be reviewed.")
    return HttpResponseRedirect(reverse("quality:agent", args=[agent.public_id]))


@require_safe
def agent(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, seen, shown = _known(request, public_id)
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


def _known(request: HttpRequest, public_id: str) -> tuple[Actor, Sight, Agent]:
    """404 where the agent is none of those whose figures are seen; one's own always are."""
    actor = Actor.of_user(request.user)
    seen = figures_of(actor)
    if seen is None:
        raise PermissionDenied("Your role does not include quality figures.")
    known = seen_agents(seen) | Agent.objects.filter(user=actor.user)
    row = None if "\x00" in public_id else known.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return actor, seen, row


def _figures(actor: Actor, seen: Sight, agent: Agent, window: Window, request: HttpRequest) -> dict[str, Any]:
    bands, is_own = list(ScoreBand.objects.all()), agent.user_id == request.user.pk
    own = Asked(window, Sight(agent=agent.pk) if is_own else replace(seen, agent=agent.pk))
    readable = own if actor.is_any(*READERS) else None
    found, compared = _compared(own, agent, bands)
    reviews = own.reviews().visible_to(actor).order_by("-published_at", "-id")
    reviews = reviews.select_related("escalation__topic", "reviewer")
    page = Paginator(reviews, REVIEWS_A_PAGE).get_page(request.GET.get("p"))
    return {
        "found": found,
        "window_text": window_text(window),
        "previous_text": window_text(window.previous()),
        "zone": window.zone,
        "score": score_card(found.team),
        "criteria": criterion_rows(found.criteria, readable),
        "link": rows_of(own) if readable else "",
        "strengths": compared_rows(strengths(compared)),
        "growth": compared_rows(growth(compared)),
        "is_compared": bool(compared),
        "least_good": least_good(bands),
        "weeks": week_rows(found.weeks),
        "charts": {"trend": trend_chart(found)},
        "page": page,
        "reviews": [
            {"review": one, "band": band_of(one.total, bands), "reviewer": name_of(one.reviewer)} for one in page
        ],
        "disputes": disputes_of(agent) if is_own else (),
        **coaching_of(actor, agent),
    }


def disputes_of(agent: Agent) -> Any:
    """The newest first, whatever became of their reviews."""
    return Dispute.objects.filter(agent=agent).select_related("review__escalation")[:DISPUTES_SHOWN]


def coaching_of(actor: Actor, agent: Agent) -> dict[str, Any]:
    """The plans that the actor may see, and to those who coach what could be suggested now."""
    plans = CoachingPlan.objects.visible_to(actor).filter(agent=agent).select_related("coach")
    if not may_suggest(actor, agent):
        return {"plans": plans[:PLANS_SHOWN]}
    found = suggestions_for(agent, timezone.now())
    mentors = Agent.objects.in_bulk([one.mentor for one in found if one.mentor])
    return {
        "plans": plans[:PLANS_SHOWN],
        "may_coach": True,
        "may_open": not any(plan.is_open for plan in plans),
        "suggestions": [
            {"suggestion": one, "kind": one.kind.label, "mentor": mentors.get(one.mentor or 0)} for one in found
        ],
    }


def may_suggest(actor: Actor, agent: Agent) -> bool:
    """Where there is an open plan, those who may change it."""
    plan = CoachingPlan.objects.open().filter(agent=agent).select_related("agent").first()
    return may_coach(actor, agent) and (plan is None or may_with_plan(actor, PlanAction.EDIT, plan))


@require_POST
def open_plan(request: HttpRequest, public_id: str) -> HttpResponse:
    """With the reader as the coach."""
    actor, shown = _coached(request, public_id)
    form = PlanForm(request.POST)
    form.is_valid()
    try:
        plan = coaching.open_plan(
            agent=shown,
            coach=actor.user,
            summary=form.cleaned_data.get("summary", ""),
            by=actor,
            now=timezone.now(),
        )
    except Conflict as conflict:
        messages.warning(request, str(conflict))
        return HttpResponseRedirect(reverse("quality:agent", args=[shown.public_id]))
    return HttpResponseRedirect(reverse("quality:plan", args=[plan.public_id]))


@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Accepts or drops a suggestion, if the figures still make it."""
    actor, shown = _coached(request, public_id)
    form, now = SuggestionForm(request.POST), timezone.now()
    back = HttpResponseRedirect(f"{reverse('quality:agent', args=[shown.public_id])}#qc-plan")
    if not form.is_valid():
        messages.warning(request, "Accept or drop one of the suggestions.")
        return back
    found = {one.key: one for one in suggestions_for(shown, now)}.get(form.cleaned_data["key"])
    if found is None:
        messages.warning(request, "That is not suggested any more.")
    elif form.cleaned_data["answer"] == "accept":
        coaching.accept(agent=shown, suggestion=found, by=actor, now=now)
    else:
        coaching.dismiss(agent=shown, suggestion=found, by=actor, now=now)
    return back


def _coached(request: HttpRequest, public_id: str) -> tuple[Actor, Agent]:
    actor, _, shown = _known(request, public_id)
    if not may_suggest(actor, shown):
        raise PermissionDenied("This is for those who may coach this agent.")
    return actor, shown


def _compared(own: Asked, agent: Agent, bands: list[ScoreBand]) -> tuple[Standing, Any]:
    """The agent's own figures, and each criterion beside that of the others in the agent's teams."""
    theirs = answers(own, bands)
    others = answers(Asked(own.window, Sight(teams=agent.team_ids)), bands)
    rows = [*theirs, *(row for row in others if row.agent != agent.pk)]
    return standing(scores(own), theirs, bands, weeks_of(own.window)), against_others(agent.pk, rows)
