"""The improvement cycles inside the admin's frame: all of them, and the tasks of one."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.roles import Role
from quality.actions import improvement
from quality.actions.improvement import today_at
from quality.enums import CycleState, Phase, Repeats, TaskPage
from quality.forms.improvement import NotesForm, StartForm, TaskForm
from quality.models import CycleTask, ImprovementCycle, Initiative, KnowledgeGap
from quality.policy import CYCLE_LEADERS, CYCLE_READERS, INITIATIVE_READERS, READERS, name_of
from quality.views.framing import actor_for, found, problems

CYCLES_A_PAGE = 24
# Where tasks are worked on, and who may open that.
PAGES = {
    TaskPage.REVIEWS: ("admin:quality_review_changelist", READERS),
    TaskPage.GAPS: ("admin:quality_knowledgegap_changelist", READERS),
    TaskPage.ROOT_CAUSES: ("quality:root-causes", READERS),
    TaskPage.COACHING: ("quality:team", CYCLE_READERS),
    TaskPage.INITIATIVES: ("quality:initiatives", INITIATIVE_READERS),
    TaskPage.FIGURES: (
        "analytics:overview",
        (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN),
    ),
}


@require_safe
def cycles(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, CYCLE_READERS)
    return _list(request, actor, StartForm(None, actor=actor, month=today_at(timezone.now()).replace(day=1)))


def _list(request: HttpRequest, actor: Actor, form: StartForm) -> HttpResponse:
    today = today_at(timezone.now())
    rows = ImprovementCycle.objects.visible_to(actor).with_progress(today, _own(actor, "tasks__"))
    page = Paginator(
        rows.select_related("team", "owner").order_by("-month", "team__name", "pk"), CYCLES_A_PAGE
    ).get_page(request.GET.get("p"))
    context = {
        **admin.site.each_context(request),
        "title": "Improvement cycles",
        "page": page,
        "cycles": [_row(cycle) for cycle in page],
        "only_own": _is_own(actor),
        "form": form if actor.is_any(*CYCLE_LEADERS) else None,
        "problems": problems(form),
    }
    status = 400 if form.errors else 200
    return TemplateResponse(request, "quality/cycles/list.html", context, status=status)


def _row(cycle: Any) -> dict[str, Any]:
    return {
        "cycle": cycle,
        "url": reverse("quality:cycle", args=[cycle.public_id]),
        "owner": name_of(cycle.owner),
        "done": cycle.done,
        "total": cycle.total,
        "overdue": cycle.overdue if cycle.state == CycleState.OPEN else 0,
    }


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, CYCLE_LEADERS)
    form = StartForm(request.POST, actor=actor, month=today_at(timezone.now()).replace(day=1))
    if not form.is_valid():
        return _list(request, actor, form)
    cycle, made = improvement.make_cycle(**form.cleaned_data, owner=request.user, by=actor, now=timezone.now())
    if not made:
        messages.info(request, "This month's cycle was there already.")
    return HttpResponseRedirect(reverse("quality:cycle", args=[cycle.public_id]))


@require_safe
def cycle(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_for(request, CYCLE_READERS)
    row = _cycle(actor, public_id)
    return _page(request, actor, row, NotesForm(instance=row, initial={"version": row.version}))


def _page(
    request: HttpRequest, actor: Actor, row: ImprovementCycle, form: NotesForm, status: int = 200
) -> HttpResponse:
    today = today_at(timezone.now())
    tasks = CycleTask.objects.visible_to(actor).filter(cycle=row).select_related("owner")
    links = _Links(actor, tasks)
    shown = [_task(task, today, actor, links) for task in tasks]
    done = sum(one["done"] for one in shown)
    context = {
        **admin.site.each_context(request),
        "title": "Improvement cycles",
        "page_title": str(row),
        "cycle": row,
        "owner": name_of(row.owner),
        "is_open": row.state == CycleState.OPEN,
        "only_own": _is_own(actor),
        "may_lead": _leads(actor, row),
        "phases": [
            {"label": phase.label, "tasks": [one for one in shown if one["task"].phase == phase]}
            for phase in Phase
        ],
        "done": done,
        "total": len(shown),
        "overdue": sum(one["overdue"] for one in shown),
        "form": form,
        "problems": problems(form),
        "others_notes": [getattr(row, name) for name in improvement.NOTES] if status == 409 else [],
    }
    return TemplateResponse(request, "quality/cycles/cycle.html", context, status=status)


class _Links:
    """From tasks to what they are about, as far as the actor may know of it: two queries for all tasks."""

    def __init__(self, actor: Actor, tasks: Iterable[CycleTask]) -> None:
        gaps = {task.gap_id for task in tasks if task.gap_id}
        initiatives = {task.initiative_id for task in tasks if task.initiative_id}
        self.gaps = KnowledgeGap.objects.visible_to(actor).in_bulk(gaps) if gaps else {}
        self.initiatives = Initiative.objects.visible_to(actor).in_bulk(initiatives) if initiatives else {}

    def to_gap(self, task: CycleTask) -> dict[str, str] | None:
        gap = self.gaps.get(task.gap_id)
        return gap and {"name": gap.name, "url": reverse("admin:quality_knowledgegap_change", args=[gap.pk])}

    def to_initiative(self, task: CycleTask) -> dict[str, str] | None:
        row = self.initiatives.get(task.initiative_id)
        return row and {"name": row.name, "url": reverse("quality:initiative", args=[row.public_id])}


def _task(task: CycleTask, today: date, actor: Actor, links: _Links) -> dict[str, Any]:
    url, readers = PAGES.get(TaskPage(task.page), ("", ())) if task.page else ("", ())
    return {
        "task": task,
        "owner": name_of(task.owner),
        "done": task.done_at is not None,
        "overdue": task.done_at is None and task.due < today,
        "today": task.due == today,
        "repeats": Repeats(task.repeats).label.lower() if task.repeats else "",
        "page": reverse(url) if url and actor.is_any(*readers) else "",
        "gap": links.to_gap(task),
        "initiative": links.to_initiative(task),
    }


@require_POST
def mark(request: HttpRequest, public_id: str, task_id: str) -> HttpResponse:
    """``done``: yes or no; ``note``: what came of it. Only what is sent is changed."""
    actor = actor_for(request, CYCLE_READERS)
    rows = CycleTask.objects.visible_to(actor).filter(cycle=_cycle(actor, public_id))
    task = found(rows.select_related("cycle__team"), task_id)
    form, now = TaskForm(request.POST), timezone.now()
    back = HttpResponseRedirect(f"{reverse('quality:cycle', args=[public_id])}#{task.public_id}")
    if not form.is_valid():
        messages.error(request, " ".join(problems(form)))
        return back
    try:
        if "note" in request.POST:
            improvement.note_task(task=task, note=form.cleaned_data["note"], by=actor, now=now)
        if form.cleaned_data["done"] is not None:
            improvement.mark_task(task=task, done=form.cleaned_data["done"], by=actor, now=now)
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return back


@require_POST
def notes(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_for(request, CYCLE_LEADERS)
    row = _led(actor, public_id)
    form = NotesForm(request.POST, instance=ImprovementCycle(pk=row.pk))
    if not form.is_valid():
        return _page(request, actor, row, form, 400)
    version = form.cleaned_data.pop("version")
    try:
        improvement.write_notes(cycle=row, notes=form.cleaned_data, version=version, by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return _page(request, actor, row, _again(request, row), 409)
    messages.success(request, "The notes are saved.")
    return HttpResponseRedirect(reverse("quality:cycle", args=[public_id]))


def _again(request: HttpRequest, row: ImprovementCycle) -> NotesForm:
    """With what was typed, and the notes as they are by now: saving it again replaces those."""
    row.refresh_from_db()
    data = request.POST.copy()
    data["version"] = str(row.version)
    return NotesForm(data, instance=ImprovementCycle(pk=row.pk))


@require_POST
def change_state(request: HttpRequest, public_id: str) -> HttpResponse:
    """``state``: open or closed."""
    actor = actor_for(request, CYCLE_LEADERS)
    row, state = _led(actor, public_id), request.POST.get("state", "")
    back = HttpResponseRedirect(reverse("quality:cycle", args=[public_id]))
    if state not in CycleState.values:
        messages.error(request, "State: give open or closed.")
        return back
    try:
        improvement.set_state(cycle=row, state=CycleState(state), by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return back


def _cycle(actor: Actor, public_id: str) -> ImprovementCycle:
    return found(ImprovementCycle.objects.visible_to(actor).select_related("team", "owner"), public_id)


def _led(actor: Actor, public_id: str) -> ImprovementCycle:
    """Seen but led by others: 403, as the page shows it without its buttons."""
    row = _cycle(actor, public_id)
    if not _leads(actor, row):
        raise PermissionDenied("This cycle is led by others.")
    return row


def _leads(actor: Actor, row: ImprovementCycle) -> bool:
    return ImprovementCycle.objects.led_by(actor).filter(pk=row.pk).exists()


def _is_own(actor: Actor) -> bool:
    """Whether the actor finds only the tasks that they own."""
    return not actor.is_any(Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN)


def _own(actor: Actor, prefix: str) -> Q:
    return Q(**{f"{prefix}owner": actor.user}) if _is_own(actor) else Q()
