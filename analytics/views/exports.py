"""Exports inside the admin's frame: what there is and how far it is, a new one, the files, and removal."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agents.policy import Sight
from analytics.actions import exports as actions
from analytics.enums import TableFormat
from analytics.exporters.tables import as_download
from analytics.forms import ExportForm
from analytics.metrics.choices import Choices
from analytics.models import Export
from analytics.policy import exports_of
from analytics.tasks import run_export
from analytics.views.page import Asked, figures_page
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.jobs import enqueue
from helpninja.common.roles import Role

PER_PAGE = 20


@figures_page("analytics/exports/page.html", "Exports", ExportForm)
def exports(asked: Asked) -> dict[str, Any]:
    """The form for a new one, and what there is."""
    return _listed(asked.request)


@require_safe
@login_required
def export_list(request: HttpRequest) -> HttpResponse:
    """The part of the page that changes while exports are written."""
    return render(request, "analytics/exports/list.html", _listed(request))


@require_POST
@login_required
def start_export(request: HttpRequest) -> HttpResponse:
    """What is wrong with the form says the page that it leads back to."""
    actor, sight = _exporter(request)
    form = ExportForm(request.POST, choices=Choices.load(sight.teams))
    back = f"{reverse('analytics:exports')}?{urlencode(form.query)}"
    if not form.is_valid():
        return HttpResponseRedirect(back)
    now = timezone.now()
    frame = form.frame_within(sight, now)
    try:
        export = actions.request_export(
            subject=form.subject,
            frame=frame,
            filters_text=form.choices.text(frame.filters),
            by=actor,
            now=now,
        )
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        enqueue(run_export, export.pk)
    return HttpResponseRedirect(back)


@require_safe
@login_required
def export_file(request: HttpRequest, public_id: str, table_format: str) -> HttpResponseBase:
    """What can't be had yet leads back to the list, with the reason."""
    actor, _ = _exporter(request)
    export = _found(actor, public_id)
    if table_format not in TableFormat.values:
        raise Http404
    try:
        table = actions.table_of(export=export, by=actor, now=timezone.now(), format=table_format)
    except (Conflict, actions.NotAllowed) as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("analytics:exports"))
    return as_download(request, table, TableFormat(table_format))


@require_POST
@login_required
def remove_export(request: HttpRequest, public_id: str) -> HttpResponse:
    """With all that was written, also while it is."""
    actor, _ = _exporter(request)
    actions.remove_export(export=_found(actor, public_id), by=actor, now=timezone.now())
    messages.success(request, "The export was removed.")
    return HttpResponseRedirect(reverse("analytics:exports"))


def _exporter(request: HttpRequest) -> tuple[Actor, Sight]:
    actor = Actor.of_user(request.user)
    sight = exports_of(actor)
    if sight is None:
        raise PermissionDenied("Your role does not include exports of single rows.")
    return actor, sight


def _found(actor: Actor, public_id: str) -> Export:
    export = None if "\x00" in public_id else Export.objects.visible_to(actor).filter(public_id=public_id).first()
    if export is None:
        raise Http404
    return export


def _listed(request: HttpRequest) -> dict[str, Any]:
    actor, _ = _exporter(request)
    found = Export.objects.visible_to(actor).defer("columns")
    page: Page[Export] = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "page_of_rows": page,
        "formats": TableFormat,
        "sees_all": actor.is_any(Role.ADMIN),
        "kept_days": actions.KEPT.days,
        "is_unfinished": any(not export.is_finished for export in page),
    }
