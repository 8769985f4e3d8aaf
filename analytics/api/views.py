from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.api.rows import definition_row, measured_row, series_rows, window_row
from analytics.api.serializers import GROUPS, AnalyticsQuery, filters_within
from analytics.metrics.choices import Choices
from analytics.metrics.overview import series
from analytics.metrics.registry import METRICS, measure
from analytics.metrics.tally import Frame
from analytics.policy import sight_of
from helpninja.common.actors import Actor
from helpninja.common.api.serializers import parse


class SeesAnalytics(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return sight_of(Actor.of_request(request)) is not None


class QueryAnalytics(APIView):
    """Figures of a window and of the one before it, as far as the caller may see them."""

    permission_classes = [SeesAnalytics]

    @extend_schema(request=AnalyticsQuery, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        sight = sight_of(Actor.of_request(request))
        assert sight is not None
        query = parse(AnalyticsQuery, request, choices=Choices.load(sight.teams))
        frame = Frame(query["window"], filters_within(sight, query["filters"]), timezone.now())
        return Response(_answer(query["metrics"], frame))


class MetricDefinitions(APIView):
    """What each number means, and which moment puts a row into a window."""

    permission_classes = [SeesAnalytics]

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        groups = {name: list(keys) for name, keys in GROUPS.items()}
        return Response({"metrics": [definition_row(metric) for metric in METRICS.values()], "groups": groups})


def _answer(names: list[str], frame: Frame) -> dict[str, Any]:
    groups = {name: GROUPS.get(name, (name,)) for name in names}
    keys = dict.fromkeys(key for group in groups.values() for key in group)
    found = measure((METRICS[key] for key in keys), frame)
    answer = {
        "window": window_row(frame.window),
        "previous_window": window_row(frame.window.previous()),
        "metrics": {name: {key: measured_row(found[key]) for key in group} for name, group in groups.items()},
    }
    return {**answer, "series": series_rows(series(frame), frame)} if "volume" in names else answer
