"""A coaching plan's page, and its steps. Each form that is refused comes back with what was written in it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.roles import Role
from quality.actions import coaching
from quality.actions.goals import progress_of
from quality.decisions.goals import SPECS, Progress
from quality.forms.coaching import ActionForm, GoalForm, ReasonForm, SessionForm, WhyForm
from quality.models import CoachingGoal, CoachingPlan, Criterion, Review
from quality.policy import PlanAction, may_with_plan

ROLES = (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN)
SESSIONS_SHOWN = 50


@require_safe
def plan(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, shown = _known(request, public_id)
    return _page(request, actor, shown)


@require_POST
def step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """``name``: start, finish or drop."""
    actor, shown = _for(request, public_id, PlanAction.EDIT)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, shown, why=form)

    def take() -> None:
        why, now = form.cleaned_data["why"], timezone.now()
        match name:
            case "start":
                coaching.start(plan=shown, by=actor, now=now)
            case "finish":
                coaching.finish(plan=shown, why=why, by=actor, now=now)
            case "drop":
                coaching.drop(plan=shown, why=why, by=actor, now=now)
            case _:
                raise Http404

    return _done(request, actor, shown, form, take, why=form)


@require_POST
def add_reason(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, shown = _for(request, public_id, PlanAction.EDIT)
    form = ReasonForm(request.POST, reviews=_reviews(actor, shown))

    def take() -> None:
        coaching.add_reason(plan=shown, by=actor, **form.cleaned_data)

    return _done(request, actor, shown, form, take, reason=form)


@require_POST
def add_action(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, shown = _for(request, public_id, PlanAction.EDIT)
    form = ActionForm(request.POST, plan=shown)

    def take() -> None:
        coaching.add_action(plan=shown, by=actor, **form.cleaned_data)

    return _done(request, actor, shown, form, take, action=form)


@require_POST
def complete(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    actor, shown = _for(request, public_id, PlanAction.DO)
    action = shown.actions.filter(pk=pk).first()
    if action is None:
        raise Http404

    def take() -> None:
        coaching.complete(action=action, by=actor, now=timezone.now())

    return _done(request, actor, shown, None, take)


@require_POST
def set_goal(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, shown = _for(request, public_id, PlanAction.EDIT)
    form = GoalForm(request.POST)

    def take() -> None:
        coaching.set_goal(
            plan=shown,
            metric=form.metric,
            key=form.key,
            target=form.cleaned_data["target"],
            due=form.cleaned_data["due"],
            by=actor,
            now=timezone.now(),
        )

    return _done(request, actor, shown, form, take, goal=form)


@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest, public_id: str) -> HttpResponse:
    """404 for whoever may not read the notes, as for a plan that isn't there."""
    actor, shown = _known(request, public_id)
    if not may_with_plan(actor, PlanAction.READ_NOTES, shown):
        raise Http404
    form = SessionForm(request.POST if request.method == "POST" else None)
    may_write = may_with_plan(actor, PlanAction.WRITE_NOTES, shown)
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied("The coach and the agent's supervisors write the notes.")
        if form.is_valid():
            coaching.note_session(plan=shown, by=actor, now=timezone.now(), **form.cleaned_data)
            return HttpResponseRedirect(request.path)
    context = {
        **_frame(request, shown),
        "form": form,
        "may_write": may_write,
        "sessions": shown.sessions.all()[:SESSIONS_SHOWN],
    }
    return TemplateResponse(request, "quality/sessions.html", context, status=400 if form.errors else 200)


def _done(
    request: HttpRequest,
    actor: Actor,
    plan: CoachingPlan,
    form: Any,
    take: Callable[[], Any],
    **forms: Any,
) -> HttpResponse:
    """Takes the step, and shows the plan again; a form that is refused with its errors."""
    if form is not None and not form.is_valid():
        return _page(request, actor, plan, **forms)
    try:
        take()
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            form.add_error(name if name in form.fields else None, texts)
        return _page(request, actor, plan, **forms)
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return HttpResponseRedirect(reverse("quality:plan", args=[plan.public_id]))


def _page(request: HttpRequest, actor: Actor, plan: CoachingPlan, **forms: Any) -> HttpResponse:
    now = timezone.now()
    blank = {
        "why": lambda: WhyForm(),
        "reason": lambda: ReasonForm(None, reviews=_reviews(actor, plan)),
        "action": lambda: ActionForm(None, plan=plan),
        "goal": lambda: GoalForm(None),
    }
    may_edit = may_with_plan(actor, PlanAction.EDIT, plan) and plan.is_open
    criteria = dict(Criterion.objects.values_list("key", "name"))
    named = Review.objects.visible_to(actor).filter(pk__in=plan.reasons.values("review"))
    visible = set(named.values_list("pk", flat=True))
    context = {
        **_frame(request, plan),
        "reasons": [
            {"reason": one, "criterion": criteria.get(one.key, one.key), "is_open": one.review_id in visible}
            for one in plan.reasons.select_related("review__escalation")
        ],
        "goals": [_goal_row(*one, criteria) for one in progress_of(plan.goals.all(), plan.agent, now)],
        "actions": plan.actions.select_related("mentor"),
        "today": now.astimezone(plan.agent.zone).date(),
        "may_edit": may_edit,
        "may_do": may_with_plan(actor, PlanAction.DO, plan) and plan.is_open,
        "may_read_notes": may_with_plan(actor, PlanAction.READ_NOTES, plan),
        "session_count": plan.sessions.count(),
        **{name: forms.get(name) or (make() if may_edit else None) for name, make in blank.items()},
    }
    return TemplateResponse(request, "quality/plan.html", context, status=400 if forms else 200)


def _goal_row(goal: CoachingGoal, found: Progress, criteria: dict[str, str]) -> dict[str, Any]:
    spec = SPECS[goal.metric]
    return {
        "goal": goal,
        "name": criteria.get(goal.key, goal.key) if goal.key else goal.get_metric_display(),
        "start": "unknown" if goal.start_value is None else f"{spec.text(goal.start_value)} (n = {goal.start_n})",
        "target": spec.text(goal.target),
        "progress": found,
        "percent": None if found.share is None else round(100 * found.share),
    }


def _frame(request: HttpRequest, plan: CoachingPlan) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": "Quality",
        "page_title": str(plan),
        "plan": plan,
        "is_own": plan.agent.user_id == request.user.pk,
    }


def _reviews(actor: Actor, plan: CoachingPlan) -> Any:
    return Review.objects.counted().visible_to(actor).filter(agent=plan.agent_id)


def _known(request: HttpRequest, public_id: str) -> tuple[Actor, CoachingPlan]:
    """404 for a plan that the actor may not know of."""
    actor = Actor.of_user(request.user)
    if not actor.is_any(*ROLES):
        raise PermissionDenied("Your role does not include coaching.")
    found = CoachingPlan.objects.visible_to(actor).select_related("agent__user", "coach")
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return actor, row


def _for(request: HttpRequest, public_id: str, action: PlanAction) -> tuple[Actor, CoachingPlan]:
    actor, row = _known(request, public_id)
    if not may_with_plan(actor, action, row):
        raise PermissionDenied("This is for the coach and the agent's supervisors.")
    return actor, row
