"""Saved views for programs: what is kept, and the figures of those that break metrics down."""

from typing import Any

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.policy import Sight
from analytics.api.permissions import SeesAnalytics
from analytics.api.rows import group_rows, measured_row, window_row
from analytics.forms import ExploreForm
from analytics.metrics.breakdown import NotDivisible, breakdown
from analytics.metrics.choices import Choices
from analytics.models import SavedView
from analytics.policy import sight_of
from helpninja.common.actors import Actor

EXPLORE = "analytics:explore"


class SavedViews(APIView):
    """Those that were shared, and the caller's own."""

    permission_classes = [SeesAnalytics]

    @extend_schema(operation_id="v1_views_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        views = SavedView.objects.visible_to(Actor.of_request(request).user).select_related("owner")
        return Response({"views": [_row(view) for view in views]})


class SavedViewFigures(APIView):
    """One view, and its figures as far as the caller may see them; null for pages that are more than a table."""

    permission_classes = [SeesAnalytics]

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        actor = Actor.of_request(request)
        view = get_object_or_404(SavedView.objects.visible_to(actor.user).select_related("owner"), pk=pk)
        sight = sight_of(actor)
        assert sight is not None
        return Response({**_row(view), "figures": _figures(view, sight) if view.page == EXPLORE else None})


def _row(view: SavedView) -> dict[str, Any]:
    return {
        "id": view.pk,
        "name": view.name,
        "page": view.page,
        "person": view.person or None,
        "query": view.query,
        "address": view.address,
        "owner": str(view.owner) if view.owner else None,
        "shared": view.is_shared,
    }


def _figures(view: SavedView, sight: Sight) -> dict[str, Any]:
    form = ExploreForm(QueryDict(view.query), choices=Choices.load(sight.teams))
    if not form.is_valid():
        raise ValidationError({"query": [f"{field}: {errors[0]}" for field, errors in form.errors.items()]})
    frame = form.frame_within(sight, timezone.now())
    try:
        found = breakdown(form.cleaned_data["metrics"], form.dimension_keys, frame)
    except NotDivisible as error:
        raise ValidationError({"query": [str(error)]}) from error
    return {
        "window": window_row(frame.window),
        "groups": group_rows(found),
        "total": {key: measured_row(measured) for key, measured in found.total.items()},
    }
