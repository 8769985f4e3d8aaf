from django.core.exceptions import PermissionDenied
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.actions.presence import set_presence
from agents.api.serializers import PresenceInput
from agents.models import Agent
from helpninja.common.actors import Actor
from helpninja.common.api.docs import takes
from helpninja.common.api.serializers import parse


class OwnPresenceView(APIView):
    """Where I am: read it, and say it."""

    @takes()
    def get(self, request: Request) -> Response:
        return Response(presence_json(self._agent(request)))

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
