from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.policy import sight_of
from helpninja.common.actors import Actor


class SeesAnalytics(BasePermission):
    """For whoever sees any figures, and be it the own ones alone: see ``sight_of``."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return sight_of(Actor.of_request(request)) is not None
