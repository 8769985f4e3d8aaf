from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.actions.presence import set_presence
from agents.actions.presence_hours import hours_of
from agents.actions.schedules import availability_of
from agents.api.serializers import HoursQuery, PresenceInput
from agents.decisions.presence_hours import DayHours
from agents.models import Agent
from agents.policy import AT_WORK, agents_with_known_hours
from helpninja.common.actors import Actor
from helpninja.common.api.docs import PUBLIC_ID, takes
from helpninja.common.api.serializers import parse


class OwnPresenceView(APIView):
    """Where I am: read it, with what my plan says of now, and say it."""

    @takes()
    def get(self, request: Request) -> Response:
        agent = self._agent(request)
        plan = availability_of([agent.pk], now=timezone.now())[agent.pk]
        return Response({**presence_json(agent), "plan": plan.because})

    @takes(PresenceInput)
    def post(self, request: Request) -> Response:
        agent = self._agent(request)
        data = parse(PresenceInput, request)
        set_presence(agent=agent, by=Actor.of_request(request), now=timezone.now(), **data)
        return Response(presence_json(agent))

    def _agent(self, request: Request) -> Agent:
        agent = getattr(request.user, "agent", None)
        if agent is None:
            raise PermissionDenied("Only agents have a presence.")
        return agent


class AgentHoursView(APIView):
    """How long somebody was available, busy, away and offline on each day, in seconds by the presence ledger."""

    @takes(parameters=[HoursQuery, PUBLIC_ID])
    def get(self, request: Request, public_id: str) -> Response:
        if not (actor := Actor.of_request(request)).is_any(*AT_WORK):
            raise PermissionDenied("Hours are for the agents themselves and their leaders.")
        agent = get_object_or_404(agents_with_known_hours(actor), public_id=public_id)
        now = timezone.now()
        asked = HoursQuery(data=request.query_params, context={"today": timezone.localdate(now, agent.zone)})
        asked.is_valid(raise_exception=True)
        days = hours_of([agent.pk], zone=agent.time_zone, now=now, **asked.validated_data)[agent.pk]
        named = {"agent": agent.public_id, "name": agent.name, "time_zone": agent.time_zone}
        return Response({**named, "days": [day_json(day) for day in days]})


def day_json(day: DayHours) -> dict[str, object]:
    spans = {"available": day.available, "busy": day.busy, "away": day.away, "offline": day.offline}
    return {
        "date": day.day,
        **{f"{name}_seconds": round(span.total_seconds()) for name, span in spans.items()},
        "unknown_seconds": round(day.unknown.total_seconds()),
    }


def presence_json(agent: Agent) -> dict[str, object]:
    return {
        "agent": agent.public_id,
        "name": agent.name,
        "status": agent.status,
        "status_label": agent.get_status_display(),
        "reason": agent.status_reason,
        "since": agent.status_since,
        "until": agent.status_until,
    }
