"""Keeping a page as it is asked now, by name, and finding it again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from analytics.actions import saved_views
from analytics.models import SavedView
from analytics.policy import sight_of
from analytics.views.page import known_person
from helpninja.common.actors import Actor


class SaveForm(forms.Form):
    """``query`` is kept as it stands: the page itself says what is wrong with it when it is opened."""

    name = forms.CharField(max_length=80, label="Name")
    page = forms.RegexField(r"^analytics:[a-z-]+$", max_length=60, label="Page")
    person = forms.CharField(max_length=30, required=False, label="Person")
    query = forms.CharField(max_length=1000, required=False, label="Address")
    is_shared = forms.BooleanField(required=False, label="Shared")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        try:
            reverse(data.get("page", ""), kwargs={"public_id": data["person"]} if data.get("person") else {})
        except NoReverseMatch:
            self.add_error("page", "There is no such page.")
        return data


@require_POST
@login_required
def save_current_view(request: HttpRequest) -> HttpResponse:
    """Under a name of one's own choosing; the same name again replaces."""
    sight = sight_of(Actor.of_user(request.user))
    if sight is None:
        raise PermissionDenied("Your role does not include analytics.")
    form = SaveForm(request.POST)
    if not form.is_valid():
        return _refused(
            request, [f"{form.fields[name].label}: {errors[0]}" for name, errors in form.errors.items()]
        )
    if form.cleaned_data["person"]:
        known_person(sight, form.cleaned_data["person"])
    try:
        view = saved_views.save_view(owner=request.user, now=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
    except ValidationError as error:
        return _refused(request, error.messages)
    messages.success(request, f"Saved as “{view.name}”.")
    return HttpResponseRedirect(view.address)


@require_safe
@login_required
def open_saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the page. 404 where it is gone, or the view is not shared."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    try:
        return HttpResponseRedirect(view.address)
    except NoReverseMatch as error:
        raise Http404("The page of this view is gone.") from error


@require_POST
@login_required
def remove_saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own alone."""
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    address = view.address.partition("?")[0]
    saved_views.remove_view(view=view, by=Actor.of_user(request.user), now=timezone.now())
    messages.success(request, f"“{view.name}” was removed.")
    return HttpResponseRedirect(address)


def _refused(request: HttpRequest, errors: list[Any]) -> HttpResponse:
    for error in errors:
        messages.error(request, f"Not saved. {error}")
    return HttpResponseRedirect(reverse("analytics:overview"))
