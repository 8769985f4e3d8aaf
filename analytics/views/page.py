"""What all pages with figures share: whose figures, which window and filters, and their frame."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.models import Agent
from agents.policy import Sight, seen_agent
from analytics.enums import TableFormat
from analytics.exporters.tables import Table, as_download
from analytics.forms import FiguresForm
from analytics.metrics.choices import Choices, places
from analytics.metrics.freshness import freshness
from analytics.metrics.tally import Frame
from analytics.models import SavedView
from analytics.policy import exports_of, sight_of
from helpninja.common.actors import Actor
from helpninja.common.windows import window_text


@dataclass(frozen=True)
class Asked:
    """``frame`` is of what ``sight`` lets the reader see; ``query`` the given window and filters, for links."""

    request: HttpRequest
    sight: Sight
    form: Any
    frame: Frame

    @property
    def query(self) -> dict[str, str]:
        return dict(self.form.query)

    @property
    def files(self) -> list[tuple[str, str]]:
        """The same as a file: the formats, and where each is had."""
        query = self.request.GET.urlencode()
        return [(one.label, f"?{query}&format={one.value}") for one in TableFormat]

    def as_file(self, table: Table) -> HttpResponseBase:
        """In the format that the address asks for."""
        return as_download(self.request, table, TableFormat(self.form.cleaned_data["format"]))

    def of_person(self, agent: Agent) -> "Asked":
        filters = replace(self.frame.filters, agent=agent.pk)
        return replace(self, frame=replace(self.frame, filters=filters))


def known_person(sight: Sight, public_id: str) -> Agent:
    """404 where it is nobody whose figures are seen."""
    row = seen_agent(sight, public_id)
    if row is None:
        raise Http404
    return row


Build = Callable[..., dict[str, Any] | HttpResponseBase]


def figures_page(
    template: str, title: str, form_class: type[FiguresForm] = FiguresForm
) -> Callable[[Build], Callable[..., HttpResponseBase]]:
    """A page around ``build(asked, **from_the_path)``, which gives its figures or an answer of its own.

    Who may not see figures is refused; an address that asks for something unknown is answered with status 400
    and says what.
    """

    def wrap(build: Build) -> Callable[..., HttpResponseBase]:
        @require_safe
        @login_required
        @wraps(build)
        def view(request: HttpRequest, **path: Any) -> HttpResponseBase:
            actor = Actor.of_user(request.user)
            sight = sight_of(actor)
            if sight is None:
                raise PermissionDenied("Your role does not include analytics.")
            form = form_class(request.GET, choices=Choices.load(sight.teams))
            if not form.is_valid():
                return _answer(request, template, _frame_context(request, title, form, sight), status=400)
            asked = Asked(request, sight, form, form.frame_within(sight, timezone.now()))
            offered = places(asked.frame)
            found = build(asked, **path)
            if isinstance(found, HttpResponseBase):
                return found
            form.offer_texts("region", {region for region, _ in offered})
            form.offer_texts("channel", {channel for _, channel in offered})
            context = _frame_context(request, title, form, sight) | _window_context(asked.frame)
            context["export_link"] = _export_link(form) if exports_of(actor) else ""
            return _answer(request, template, context | found, status=200 if form.is_valid() else 400)

        return view

    return wrap


def _frame_context(request: HttpRequest, title: str, form: FiguresForm, sight: Sight) -> dict[str, Any]:
    match = request.resolver_match
    page, person = (match.view_name, match.kwargs.get("public_id", "")) if match else ("", "")
    return {
        **admin.site.each_context(request),
        "title": title,
        "form": form,
        "sight": sight,
        "page": page,
        "person": person,
        "saved_views": SavedView.objects.visible_to(request.user).filter(page=page, person=person),
    }


def _window_context(frame: Frame) -> dict[str, Any]:
    return {
        "window_text": window_text(frame.window),
        "before_text": window_text(frame.before) if frame.before else "",
        "zone": frame.window.zone,
        "counted_at": frame.now,
        "freshness": lambda: freshness(frame.together)(),  # of pages that show it
        "is_running": (frame.window.end - frame.now).total_seconds() > 60,
    }


def _export_link(form: FiguresForm) -> str:
    """To the rows of the same window and filters."""
    return f"{reverse('analytics:exports')}?{urlencode(form.window_and_filters)}"


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    return render(request, template, context, status=status)
