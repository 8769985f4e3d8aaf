"""Sessions, of which each request is a sign of life of the agent."""

from typing import Any

from django.utils import timezone
from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from agents.actions.heartbeats import note_request


class AttendedSessionAuthentication(SessionAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found is not None:
            note_request(user_id=found[0].pk, now=timezone.now())
        return found


class AttendedSessionScheme(SessionScheme):
    """How the API's description names it: as any session."""

    target_class = "agents.api.authentication.AttendedSessionAuthentication"
