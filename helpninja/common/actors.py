"""Who does something: a person, an API key, or the system itself. Every policy and every action takes one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from helpninja.common.roles import Role


@dataclass(frozen=True)
class Actor:
    """``kind`` is person, key or system; ``label`` is what histories show and outlives the row it names."""

    kind: str
    label: str
    user: Any = field(default=None, compare=False)
    key: Any = field(default=None, compare=False)
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()

    @classmethod
    def of_user(cls, user: Any) -> Self:
        """The roles are the names of the user's groups, read once per user object; a superuser is an admin."""
        if not user.is_authenticated or not user.is_active:
            return cls("person", "anonymous")
        roles = getattr(user, "_role_names", None)
        if roles is None:
            roles = frozenset(group.name for group in user.groups.all())
            user._role_names = roles
        if user.is_superuser:
            roles = roles | {Role.ADMIN.value}
        return cls("person", user.get_full_name() or user.get_username(), user=user, roles=roles)

    @classmethod
    def of_key(cls, key: Any) -> Self:
        return cls("key", f"API key {key.name}", key=key, scopes=frozenset(key.scopes))

    @classmethod
    def of_request(cls, request: Any) -> Self:
        """A DRF request authenticated by key carries the key as ``request.auth``."""
        key = getattr(request, "auth", None)
        return cls.of_key(key) if key is not None else cls.of_user(request.user)

    def is_any(self, *roles: Role) -> bool:
        return any(role.value in self.roles for role in roles)

    def has_scope(self, scope: str) -> bool:
        return str(scope) in self.scopes

    def has_any_scope(self, *scopes: str) -> bool:
        return any(self.has_scope(scope) for scope in scopes)


SYSTEM = Actor("system", "helpNINJA")
