"""What changed beyond chance, for programs: the sentences of the page with their numbers."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.api.permissions import SeesAnalytics
from analytics.api.rows import value_row, window_row
from analytics.api.serializers import InsightsQuery, filters_within
from analytics.insights_page import insight_links
from analytics.metrics.chance import Q
from analytics.metrics.choices import Choices
from analytics.metrics.insights import Insight, compared, insights_for
from analytics.metrics.tally import Frame
from analytics.policy import sight_of
from helpninja.common.actors import Actor
from helpninja.common.windows import Window


class Insights(APIView):
    """What changed beyond chance against the latest window before with the same weekdays, of most cases first."""

    permission_classes = [SeesAnalytics]

    @extend_schema(operation_id="v1_insights_list", parameters=[InsightsQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        sight = sight_of(Actor.of_request(request))
        assert sight is not None
        context = {"choices": Choices.load(sight.teams), "sight": sight}
        asked = InsightsQuery(data=request.query_params, context=context)
        asked.is_valid(raise_exception=True)
        query = asked.validated_data
        frame = Frame(query["window"], filters_within(sight, query["filters"]), timezone.now())
        address = page_query(query["window"], request.query_params)
        return Response(_answer(frame, address))


def page_query(window: Window, asked: Any) -> dict[str, str] | None:
    """The window and filters for a page's address. None where no page can be asked so: for part of a day, or for
    several groups of one kind.
    """
    filters = {name: asked.getlist(name) for name in InsightsQuery.FILTERS if name in asked}
    if not window.is_whole_days or any(len(texts) > 1 for texts in filters.values()):
        return None
    days = {"start": f"{window.first_day}", "end": f"{window.last_day}", "tz": window.zone}
    return {"window": "custom", **days, **{name: text for name, (text,) in filters.items()}}


def _answer(frame: Frame, address: Mapping[str, str] | None) -> dict[str, Any]:
    has_begun = frame.now > frame.window.start
    looked = compared(frame) if has_begun else frame
    return {
        "window": window_row(looked.window),
        "previous_window": window_row(looked.before) if has_begun and looked.before else None,
        "false_discovery_rate": Q,
        "insights": [insight_row(insight, address) for insight in insights_for(frame)],
    }


def insight_row(insight: Insight, address: Mapping[str, str] | None) -> dict[str, Any]:
    """``change``: of volumes now / before, of all else now - before. ``p``: adjusted for the number of looks."""
    change = insight.change
    return {
        "sentence": insight.sentence,
        "because": insight.because,
        "metric": insight.metric.key,
        "unit": insight.metric.unit.value,
        "kind": insight.kind.value,
        "by": {insight.dimension: {"code": insight.code, "text": insight.about}} if insight.dimension else {},
        "n": insight.now.n,
        "now": value_row(insight.now),
        "before": value_row(insight.before),
        "change": {"value": change.value, "interval_95": [change.low, change.high]},
        "p": insight.p,
        "cases": insight.cases,
        "better": insight.better,
        **({"view": None, "rows": None} if address is None else insight_links(insight, address)),
    }
