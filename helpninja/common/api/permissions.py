from collections.abc import Iterable

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from helpninja.common.actors import Actor
from helpninja.common.roles import Role, Scope


def allow(*, roles: Iterable[Role] = (), scopes: Iterable[Scope] = ()) -> type[BasePermission]:
    """People with one of the roles and keys with one of the scopes come in; rows have their own policy."""
    role_set, scope_set = tuple(roles), tuple(scopes)

    class Allowed(BasePermission):
        def has_permission(self, request: Request, view: APIView) -> bool:
            actor = Actor.of_request(request)
            return actor.is_any(*role_set) or actor.has_any_scope(*scope_set)

    return Allowed
