from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.api.permissions import SeesAnalytics
from analytics.api.rows import (
    definition_row,
    dimension_row,
    group_rows,
    measured_row,
    series_rows,
    window_row,
)
from analytics.api.serializers import GROUPS, AnalyticsQuery, filters_within
from analytics.metrics.breakdown import NotDivisible, breakdown, is_divisible
from analytics.metrics.choices import Choices
from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.overview import measured_over_time
from analytics.metrics.registry import METRICS
from analytics.metrics.tally import Frame
from analytics.policy import sight_of
from helpninja.common.actors import Actor
from helpninja.common.api.serializers import parse


class QueryAnalytics(APIView):
    """Figures of a window and of the one before it, as far as the caller may see them."""

    permission_classes = [SeesAnalytics]

    @extend_schema(request=AnalyticsQuery, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        sight = sight_of(Actor.of_request(request))
        assert sight is not None
        choices = SimpleLazyObject(partial(Choices.load, sight.teams))
        query = parse(AnalyticsQuery, request, choices=choices, sight=sight)
        filters = filters_within(sight, query["filters"])
        frame = Frame(query["window"], filters, timezone.now(), query["comparison"])
        return Response(_answer(query, frame))


class MetricDefinitions(APIView):
    """What each number means, which moment puts a row into a window, and what each can be broken down by."""

    permission_classes = [SeesAnalytics]

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response(
            {
                "metrics": [definition_row(metric) for metric in METRICS.values()],
                "groups": {name: list(keys) for name, keys in GROUPS.items()},
                "dimensions": [dimension_row(dimension) for dimension in DIMENSIONS.values()],
            }
        )


def _answer(query: dict[str, Any], frame: Frame) -> dict[str, Any]:
    names = query["metrics"]
    groups = {name: GROUPS.get(name, (name,)) for name in names}
    keys = list(dict.fromkeys(key for group in groups.values() for key in group))
    found, buckets = measured_over_time((METRICS[key] for key in keys), frame)
    answer: dict[str, Any] = {
        "window": window_row(frame.window),
        "previous_window": window_row(frame.before) if frame.before else None,
        "metrics": {name: {key: measured_row(found[key]) for key in group} for name, group in groups.items()},
    }
    if query["group_by"]:
        answer["groups"] = _groups("group_by", names, keys, query["group_by"], frame)
    if query["interval"]:
        answer["series"] = _groups("interval", names, keys, [query["interval"]], frame)
    elif "volume" in names:
        answer["series"] = series_rows(buckets, frame)
    return answer


def _groups(field: str, names: list[str], keys: list[str], by: list[str], frame: Frame) -> list[dict[str, Any]]:
    """Of a named group of metrics those that have such groups; a metric asked for by its key has to."""
    dimensions = [DIMENSIONS[key] for key in by]
    divisible = [key for key in keys if key in names or all(is_divisible(METRICS[key], one) for one in dimensions)]
    try:
        return group_rows(breakdown(divisible, by, frame))
    except NotDivisible as error:
        raise ValidationError({field: [str(error)]}) from error
