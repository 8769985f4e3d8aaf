"""Trying a rule on a conversation and replaying it on many, inside the admin's frame."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.models import Team
from escalations.actions.backtests import cancel_backtest, conditions_of, request_backtest
from escalations.forms.trials import EditForm, PasteForm, WindowForm, written_conditions
from escalations.models import Backtest, Conversation, TriggerRule
from escalations.policy import RULE_LEADERS, RULE_READERS
from escalations.tasks import run_backtest
from escalations.views.findings import findings, spoken_groups
from escalations.views.trial import Trial, try_on_pasted, try_on_stored
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.jobs import enqueue
from helpninja.common.roles import Role

FOUND_AT_MOST = 20
RUNS_SHOWN = 50


def actor_for(request: HttpRequest, roles: tuple[Role, ...]) -> Actor:
    actor = Actor.of_user(request.user)
    if not actor.is_any(*roles):
        raise PermissionDenied("Your role does not include this of the rules.")
    return actor


@require_http_methods(["GET", "POST"])
def try_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """``conversation``: the public id of a stored one; ``text``: a pasted one; ``q``: a search for stored ones."""
    actor = actor_for(request, RULE_LEADERS)
    rule = get_object_or_404(TriggerRule, pk=pk)
    given = request.POST or request.GET
    edit, paste = EditForm(given), PasteForm(given)
    query, wanted = plain(given.get("q")), plain(given.get("conversation"))
    visible = Conversation.objects.visible_to(actor).select_related("customer", "topic")
    chosen = visible.filter(public_id=wanted).first() if wanted else None
    if wanted and chosen is None:
        raise Http404
    context = {
        **frame(request, rule, "try", edit),
        "paste": paste,
        "query": query,
        "found": search(visible, query) if query else visible.order_by("-started_at", "-id")[:FOUND_AT_MOST],
        "chosen": chosen,
        "trial": _trial(rule, edit, paste, chosen),
    }
    is_refused = bool(edit.errors or paste.errors)
    return TemplateResponse(request, "escalations/rules/try.html", context, status=400 if is_refused else 200)


def _trial(rule: TriggerRule, edit: EditForm, paste: PasteForm, chosen: Conversation | None) -> Trial | None:
    if not edit.is_valid() or not paste.is_valid():
        return None
    conditions = edit.conditions or conditions_of(rule)
    if chosen is not None:
        return try_on_stored(rule, conditions, chosen, timezone.now())
    pasted = paste.cleaned_data["text"]
    return try_on_pasted(rule, conditions, pasted, timezone.now()) if pasted else None


@require_http_methods(["GET", "POST"])
def backtests(request: HttpRequest, pk: int) -> HttpResponse:
    """The rule's back-tests; a POST asks for another one."""
    actor = actor_for(request, RULE_READERS if request.method == "GET" else RULE_LEADERS)
    rule = get_object_or_404(TriggerRule, pk=pk)
    form, edit = WindowForm(request.POST), EditForm(request.POST)
    if request.method == "POST" and "window" in request.POST and form.is_valid() and edit.is_valid():
        return _requested(rule, form, edit, actor)
    runs = Backtest.objects.visible_to(actor).filter(rule=rule).defer("results")[:RUNS_SHOWN]
    context = {**frame(request, rule, "backtests", edit), "form": form, "runs": runs}
    is_refused = bool(form.errors or edit.errors)
    return TemplateResponse(
        request, "escalations/rules/backtests.html", context, status=400 if is_refused else 200
    )


def _requested(rule: TriggerRule, form: WindowForm, edit: EditForm, actor: Actor) -> HttpResponse:
    now = timezone.now()
    start, end = form.window_at(now)
    backtest = request_backtest(
        rule=rule,
        conditions=edit.conditions,
        start=start,
        end=end,
        time_zone=form.cleaned_data["tz"],
        teams=teams_of(actor),
        by=actor,
        now=now,
    )
    enqueue(run_backtest, backtest.pk)
    return HttpResponseRedirect(reverse("rules:backtest", args=[backtest.public_id]))


@require_safe
def backtest(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_for(request, RULE_READERS)
    run = _run(actor, public_id)
    zone = ZoneInfo(run.time_zone)
    context = {
        **frame(request, run.rule, "backtests", None),
        "run": run,
        "start": timezone.localtime(run.start, zone).date(),
        "last": timezone.localtime(run.end - timedelta(microseconds=1), zone).date(),
        "teams": [team.name for team in run.teams.all()],
        "conditions": spoken_groups(run.tested["conditions"]),
    }
    if run.results is not None:
        context |= findings(run, actor)
    return TemplateResponse(request, "escalations/rules/backtest.html", context)


@require_safe
def backtest_progress(request: HttpRequest, public_id: str) -> JsonResponse:
    run = _run(actor_for(request, RULE_READERS), public_id)
    return JsonResponse(
        {
            "state": run.state,
            "label": run.get_state_display(),
            "finished": run.is_finished,
            "done": run.done,
            "total": run.total,
            "percent": run.percent,
        }
    )


@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_for(request, RULE_LEADERS)
    run = _run(actor, public_id)
    try:
        cancel_backtest(backtest=run, by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return HttpResponseRedirect(reverse("rules:backtest", args=[run.public_id]))


def _run(actor: Actor, public_id: str) -> Backtest:
    """The row, or 404 where the actor may not know of it."""
    found = Backtest.objects.visible_to(actor).select_related("rule").filter(public_id=plain(public_id))
    run = found.first()
    if run is None:
        raise Http404
    return run


def frame(request: HttpRequest, rule: TriggerRule, tab: str, edit: EditForm | None) -> dict[str, Any]:
    """What the pages of one rule have in common; ``edit`` is carried along from page to page."""
    conditions = edit.conditions if edit is not None else None
    is_edit = conditions is not None and conditions != conditions_of(rule)
    return {
        **admin.site.each_context(request),
        "title": "Trigger rules",
        "page_title": rule.name,
        "rule": rule,
        "tab": tab,
        "edit": edit,
        "edit_text": written_conditions(conditions) if is_edit else "",
        "may_lead": Actor.of_user(request.user).is_any(*RULE_LEADERS),
    }


def search(conversations: QuerySet[Conversation], text: str) -> QuerySet[Conversation]:
    """By a whole id, or by a part of the subject or of the customer's name."""
    parts = Q(subject__icontains=text) | Q(customer__name__icontains=text) | Q(customer__company__icontains=text)
    whole = Q(public_id=text) | Q(external_id=text)
    return conversations.filter(parts | whole).order_by("-started_at", "-id")[:FOUND_AT_MOST]


def teams_of(actor: Actor) -> QuerySet[Team]:
    if actor.is_any(Role.ADMIN):
        return Team.objects.all()
    agent = getattr(actor.user, "agent", None)
    return agent.teams.all() if agent is not None else Team.objects.none()


def plain(text: str | None) -> str:
    return (text or "").replace("\x00", "").strip()[:200]
