"""What was sent, as data."""

from typing import Any

from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.models import ReportRun
from analytics.policy import reports_of
from helpninja.common.actors import Actor
from helpninja.common.api.docs import PUBLIC_ID
from helpninja.common.api.pagination import CursorPagination


class ReadsReports(BasePermission):
    """For whoever gets reports: see ``reports_of``."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return reports_of(Actor.of_request(request)) is not None


class ReportPagination(CursorPagination):
    """The newest first."""

    ordering = ("-due_at", "-id")  # type: ignore[assignment]  # DRF takes several


class _Reports(GenericAPIView):
    permission_classes = [ReadsReports]
    pagination_class = ReportPagination
    lookup_field = "public_id"

    def get_queryset(self) -> Any:
        return ReportRun.objects.visible_to(Actor.of_request(self.request))


class Reports(_Reports):
    """The newest first, without their documents."""

    filter_backends: list[Any] = []

    @extend_schema(operation_id="v1_reports_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset().defer("document"))
        return self.get_paginated_response([run_row(run) for run in page or []])


class Report(_Reports):
    """One with its document: exactly what was sent, or is to be sent once it is made."""

    @extend_schema(parameters=[PUBLIC_ID], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, public_id: str) -> Response:
        run = self.get_object()
        return Response({**run_row(run), "document": run.document})


def run_row(run: ReportRun) -> dict[str, Any]:
    """JSON-ready, without its document."""
    return {
        "id": run.public_id,
        "kind": run.kind,
        "title": run.title,
        "state": run.state,
        "due_at": run.due_at,
        "sent_at": run.sent_at,
        "time_zone": run.time_zone,
        "recipients": run.addresses,
        "formats": run.formats,
        "attempts": run.attempts,
        "error": run.error,
    }
