"""Reports inside the admin's frame: what there is, one as it is now or as it was sent, and its steps."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agents.models import Team
from agents.policy import Sight
from analytics.actions import action_items, report_runs
from analytics.decisions.periods import DAY, Period, first_day
from analytics.enums import ReportFormat, ReportKind, RunState
from analytics.exporters import file_of
from analytics.forms import ActionItemForm, ReportForm
from analytics.metrics.reports import REPORTS, make
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Document
from analytics.models import ActionItem, ReportRun, ReportSchedule
from analytics.policy import reports_of
from analytics.tasks import send_reports
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.jobs import enqueue
from helpninja.common.roles import Role
from quality.policy import name_of, possible_owners

RUNS_A_PAGE = 20
ITEM_OWNERS = (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.QA_REVIEWER, Role.ANALYST, Role.ADMIN)
FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """What there is, the schedules, and the log."""
    actor, _ = _reader(request)
    runs = ReportRun.objects.visible_to(actor).defer("document").newest_first()
    context = {
        **admin.site.each_context(request),
        "title": "Reports",
        "reports": REPORTS.values(),
        "schedules": ReportSchedule.objects.visible_to(actor).select_related("owner"),
        "runs": Paginator(runs, RUNS_A_PAGE).get_page(request.GET.get("p")),
        "alarms": runs.alarming(),
        "into_files": settings.EMAIL_FILE_PATH if settings.EMAIL_BACKEND == FILE_BACKEND else "",
    }
    return TemplateResponse(request, "analytics/reports/list.html", context)


@require_safe
def report(request: HttpRequest, kind: str) -> HttpResponse:
    """As it is now; ``format`` asks for a file of it."""
    actor, sight = _reader(request)
    kind = _kind(kind)
    form = ReportForm(request.GET, teams=_teams(sight))
    context = {
        **admin.site.each_context(request),
        "title": REPORTS[kind].title,
        "report": REPORTS[kind],
        "form": form,
        "sight": sight,
        "formats": ReportFormat,
    }
    now = timezone.now()
    period = form.period(kind, now) if form.is_valid() else None
    if period is None:
        return TemplateResponse(request, "analytics/reports/report.html", context, status=400)
    document = make(Asked(period, form.teams_within(sight), now))
    if form.cleaned_data["format"]:
        return _download(document, ReportFormat(form.cleaned_data["format"]))
    item_form = _item_form(None, actor, sight)
    item_form.offer_teams(form.teams.values())
    context |= _shown(document) | {
        "links": _links(form, period, now),
        "items": _items(actor, sight, period, form),
        "item_form": item_form,
        "first_day": period.first,
    }
    return TemplateResponse(request, "analytics/reports/report.html", context)


@require_safe
def report_run(request: HttpRequest, public_id: str) -> HttpResponse:
    """Exactly as it was sent, whatever has changed since."""
    actor, _ = _reader(request)
    run = _found(ReportRun.objects.visible_to(actor), public_id)
    document = Document.from_json(run.document) if run.document else None
    asked = request.GET.get("format", "")
    if document and asked in ReportFormat.values:
        return _download(document, ReportFormat(asked))
    context = {
        **admin.site.each_context(request),
        "title": str(run),
        "run": run,
        "failed": run.state == RunState.FAILED,
        "formats": ReportFormat,
        "owner": name_of(run.owner),
        **(_shown(document) if document else {}),
    }
    return TemplateResponse(request, "analytics/reports/run.html", context)


@require_POST
def send_now(request: HttpRequest, pk: int) -> HttpResponse:
    """At once, whatever the schedule says; its next time stays."""
    actor, _ = _reader(request)
    schedule = ReportSchedule.objects.visible_to(actor).filter(pk=pk).first()
    if schedule is None:
        raise Http404
    run = report_runs.send_now(schedule=schedule, by=actor, now=timezone.now())
    return _on_its_way(request, run)


@require_POST
def retry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Of one that was given up: its attempts begin anew."""
    actor, _ = _reader(request)
    run = _found(ReportRun.objects.visible_to(actor), public_id)
    try:
        report_runs.retry(run=run, by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return HttpResponseRedirect(reverse("analytics:report-run", args=[run.public_id]))
    return _on_its_way(request, run)


@require_POST
def mark_seen(request: HttpRequest, public_id: str) -> HttpResponse:
    """Somebody knows that it failed: it alarms no longer."""
    actor, _ = _reader(request)
    run = _found(ReportRun.objects.visible_to(actor), public_id)
    report_runs.mark_seen(run=run, by=actor, now=timezone.now())
    return HttpResponseRedirect(reverse("analytics:reports"))


@require_POST
def add_item(request: HttpRequest, kind: str) -> HttpResponse:
    """``first_day`` says to which report."""
    actor, sight = _reader(request)
    kind = _kind(kind)
    form = _item_form(request.POST, actor, sight)
    if form.is_valid():
        said = form.cleaned_data
        first = first_day(kind, said.pop("first_day"))
        action_items.add(kind=kind, first_day=first, by=actor, now=timezone.now(), **said)
        return HttpResponseRedirect(_address(kind, first))
    for name, errors in form.errors.items():
        messages.error(request, f"{form.fields[name].label}: {errors[0]}")
    return HttpResponseRedirect(reverse("analytics:report", args=[kind.value]))


@require_POST
def mark_item(request: HttpRequest, public_id: str) -> HttpResponse:
    """``done``: 1, or 0 to open it again."""
    actor, _ = _reader(request)
    item = _found(ActionItem.objects.visible_to(actor), public_id)
    try:
        action_items.mark(item=item, done=request.POST.get("done") == "1", by=actor, now=timezone.now())
    except Conflict as conflict:
        messages.error(request, str(conflict))
    return HttpResponseRedirect(_address(ReportKind(item.kind), item.first_day))


def _reader(request: HttpRequest) -> tuple[Actor, Sight]:
    actor = Actor.of_user(request.user)
    sight = reports_of(actor)
    if sight is None:
        raise PermissionDenied("Your role does not include reports.")
    return actor, sight


def _kind(kind: str) -> ReportKind:
    if kind not in ReportKind.values:
        raise Http404
    return ReportKind(kind)


def _found(rows: Any, public_id: str) -> Any:
    row = None if "\x00" in public_id else rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def _teams(sight: Sight) -> Any:
    teams = Team.objects.all()
    return teams if sight.teams is None else teams.filter(pk__in=sight.teams)


def _shown(document: Document) -> dict[str, Any]:
    made_at = datetime.fromisoformat(document.made_at)
    return {"document": document, "charts": document.charts, "made_at": made_at}


def _links(form: ReportForm, period: Period, now: datetime) -> dict[str, str]:
    """To this report, the one before it and, once it has begun, the one after it."""
    following = first_day(period.kind, period.window.days()[-1] + DAY)
    days = {"here": period.first, "earlier": period.before.days()[0]}
    if not period.is_running and following <= now.astimezone(period.window.tzinfo).date():
        days["later"] = following
    return {name: urlencode({**form.query, "day": day}) for name, day in days.items()}


def _items(actor: Actor, sight: Sight, period: Period, form: ReportForm) -> Any:
    rows = ActionItem.objects.visible_to(actor).in_report(period.kind, period.first, period.window.start)
    return rows.of_teams(form.teams_within(sight)).select_related("owner", "team")


def _item_form(data: Any, actor: Actor, sight: Sight) -> ActionItemForm:
    owners = possible_owners(actor, ITEM_OWNERS)
    return ActionItemForm(data, owners=owners, teams=_teams(sight), sees_all=sight.teams is None)


def _address(kind: ReportKind, first: date) -> str:
    return f"{reverse('analytics:report', args=[kind.value])}?day={first}#an-items"


def _on_its_way(request: HttpRequest, run: ReportRun) -> HttpResponse:
    enqueue(send_reports)
    messages.success(request, f"It goes to {', '.join(run.addresses)}.")
    return HttpResponseRedirect(reverse("analytics:report-run", args=[run.public_id]))


def _download(document: Document, file_format: ReportFormat) -> HttpResponse:
    file = file_of(document, file_format)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content, content_type=file.type, headers=headers)
