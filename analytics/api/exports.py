"""Rows for programs: asked for, followed while they are written, and taken away."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.actions import exports
from analytics.api.rows import window_row
from analytics.api.serializers import ExportQuery, filters_within
from analytics.enums import ExportState, ExportSubject, TableFormat
from analytics.exporters.tables import TYPES, as_download
from analytics.metrics.choices import Choices
from analytics.metrics.frames import Frame
from analytics.models import Export as Asked
from analytics.policy import exports_of
from analytics.tasks import run_export
from helpninja.common.actors import Actor
from helpninja.common.api.docs import PUBLIC_ID
from helpninja.common.api.idempotency import idempotent
from helpninja.common.api.pagination import CursorPagination
from helpninja.common.api.serializers import parse
from helpninja.common.jobs import enqueue


class TakesRowsAway(BasePermission):
    """For whoever may take single rows away: see ``exports_of``."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return exports_of(Actor.of_request(request)) is not None


class ExportPagination(CursorPagination):
    """The newest first."""

    ordering = ("-requested_at", "-id")  # type: ignore[assignment]  # DRF takes several


class _Exports(GenericAPIView):
    permission_classes = [TakesRowsAway]
    pagination_class = ExportPagination
    filter_backends: list[Any] = []
    lookup_field = "public_id"

    def get_queryset(self) -> Any:
        return Asked.objects.visible_to(Actor.of_request(self.request))


class Exports(_Exports):
    """The caller's exports, and asking for another."""

    @extend_schema(operation_id="v1_exports_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The newest first: the caller's own, for admins all."""
        page = self.paginate_queryset(self.get_queryset().defer("columns"))
        return self.get_paginated_response([export_row(one) for one in page or []])

    @extend_schema(operation_id="v1_exports_create", request=ExportQuery, responses={202: OpenApiTypes.OBJECT})
    @idempotent
    def post(self, request: Request) -> Response:
        """A row for each escalation or conversation, with its share of every metric; written in the background."""
        actor, now = Actor.of_request(request), timezone.now()
        sight = exports_of(actor)
        assert sight is not None
        choices = Choices.load(sight.teams)
        query = parse(ExportQuery, request, choices=choices, sight=sight)
        filters = filters_within(sight, query["filters"])
        export = exports.request_export(
            subject=ExportSubject(query["rows"]),
            frame=Frame(query["window"], filters, now, comparison=None),
            filters_text=choices.text(filters, query["filters"].get("agent")),
            by=actor,
            now=now,
        )
        enqueue(run_export, export.pk)
        return Response(export_row(export), status=202)


class Export(_Exports):
    """One export: how far it is, or its end."""

    @extend_schema(parameters=[PUBLIC_ID], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, public_id: str) -> Response:
        """How far it is, and once it is done where its files are."""
        return Response(export_row(self.get_object()))

    @extend_schema(parameters=[PUBLIC_ID], responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """With all that was written, finished or not."""
        exports.remove_export(export=self.get_object(), by=Actor.of_request(request), now=timezone.now())
        return Response(status=204)


class ExportFile(_Exports):
    """The written rows in one of the formats."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The address says the format, whatever the caller accepts."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="v1_exports_file",
        parameters=[
            PUBLIC_ID,
            OpenApiParameter("table_format", OpenApiTypes.STR, OpenApiParameter.PATH, enum=TableFormat.values),
        ],
        responses={(200, content_type): OpenApiTypes.BINARY for content_type in TYPES.values()},
    )
    def get(self, request: Request, public_id: str, table_format: str) -> Any:
        """The rows as a file: csv, xlsx or ndjson. 409 while it is not ready."""
        export = self.get_object()
        if table_format not in TableFormat.values:
            raise Http404
        by = Actor.of_request(request)
        try:
            table = exports.table_of(export=export, by=by, now=timezone.now(), format=table_format)
        except exports.NotAllowed as refused:
            raise Http404 from refused
        return as_download(request, table, TableFormat(table_format))


def export_row(export: Asked) -> dict[str, Any]:
    """JSON-ready: state and progress, and where its files are once there are any."""
    moments = {name: getattr(export, name) for name in ("requested_at", "finished_at", "expires_at")}
    return {
        "id": export.public_id,
        "rows": export.subject,
        "window": window_row(export.window),
        "filters": export.filters_text,
        "state": export.state,
        "done": export.done,
        "total": export.total,
        "requested_by": export.requested_by,
        **{name: at and at.isoformat() for name, at in moments.items()},
        "error": export.error,
        "files": _files(export) if export.state == ExportState.DONE else {},
    }


def _files(export: Asked) -> dict[str, str]:
    return {one.value: reverse("api-export-file", args=[export.public_id, one.value]) for one in TableFormat}
