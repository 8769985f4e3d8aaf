"""Who reads a socket, and whether they still may: asked again every few seconds, for many in few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from agents.models import Agent
from escalations import policy
from escalations.models import Escalation
from helpninja.common.actors import Actor
from helpninja.common.api.authentication import find_key
from helpninja.common.models import ApiKey
from helpninja.common.roles import Role, Scope

ROLES = (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.ADMIN)


@dataclass(frozen=True)
class Audience:
    """All on which the policy decides what is seen: readers of one audience see the same."""

    roles: frozenset[str]
    teams: frozenset[int]
    scopes: frozenset[str]
    source: str


@dataclass(frozen=True, eq=False)
class Reader:
    """``proof`` changes with the password. A session that is gone or a key that is revoked ends the socket."""

    actor: Actor
    session: str = ""
    proof: str = field(default="", repr=False)

    @property
    def agent(self) -> Agent | None:
        return getattr(self.actor.user, "agent", None)

    @property
    def name(self) -> str:
        return self.agent.name if self.agent else self.actor.label

    @property
    def teams(self) -> frozenset[int]:
        return self.agent.team_ids if self.agent else frozenset()

    @cached_property
    def audience(self) -> Audience:
        source = self.actor.key.source if self.actor.key else ""
        return Audience(self.actor.roles, self.teams, self.actor.scopes, source)

    def may_connect(self) -> bool:
        return self.actor.is_any(*ROLES) or self.actor.has_scope(Scope.ESCALATIONS_READ)

    def sees(self, escalation: Escalation) -> bool:
        """A key of one source sees the escalations of that source only."""
        key = self.actor.key
        if key is not None and key.source and escalation.conversation.source != key.source:
            return False
        return policy.may(self.actor, "see", escalation)

    def sees_agent(self, agent: Agent) -> bool:
        return self.actor.is_any(Role.ADMIN) or bool(self.teams & agent.team_ids)

    def escalations(self) -> Any:
        """The same as ``sees``, as a queryset."""
        visible = Escalation.objects.visible_to(self.actor)
        key = self.actor.key
        return visible.filter(conversation__source=key.source) if key is not None and key.source else visible

    @classmethod
    def of_user(cls, user: Any, session: str) -> Self:
        return cls(Actor.of_user(user), session, user.get_session_auth_hash())


def by_session(user_id: int, session: str) -> Reader | None:
    """None for people who may not sign in (any more)."""
    user = _users([user_id]).get(user_id)
    return Reader.of_user(user, session) if user else None


def by_key(text: str) -> Reader | None:
    key = find_key(text)
    return Reader(Actor.of_key(key)) if key else None


def checked(readers: Iterable[Reader]) -> dict[Reader, Reader | None]:
    """Each as it is now, or None for those who may read no longer: five queries for any number."""
    readers = list(readers)
    users = _users({reader.actor.user.pk for reader in readers if reader.actor.user})
    sessions = set(
        Session.objects.filter(
            session_key__in={reader.session for reader in readers if reader.session},
            expire_date__gt=timezone.now(),
        ).values_list("session_key", flat=True)
    )
    keys = ApiKey.objects.usable().in_bulk({reader.actor.key.pk for reader in readers if reader.actor.key})
    return {reader: _now(reader, users, sessions, keys) for reader in readers}


def _now(reader: Reader, users: dict[int, Any], sessions: set[str], keys: dict[int, ApiKey]) -> Reader | None:
    if reader.actor.key is not None:
        key = keys.get(reader.actor.key.pk)
        fresh = Reader(Actor.of_key(key)) if key else None
    else:
        user = users.get(reader.actor.user.pk)
        fresh = Reader.of_user(user, reader.session) if user and reader.session in sessions else None
    if fresh is None or fresh.proof != reader.proof or not fresh.may_connect():
        return None
    return fresh


def _users(ids: Iterable[int]) -> dict[int, Any]:
    """Active users with what policies ask of them already read."""
    users = (
        get_user_model()
        .objects.filter(pk__in=ids, is_active=True)
        .select_related("agent")
        .prefetch_related("groups")
        .in_bulk()
    )
    teams: dict[int, set[int]] = {}
    memberships = Agent.teams.through.objects.filter(agent__user__in=users)
    for agent_id, team_id in memberships.values_list("agent", "team"):
        teams.setdefault(agent_id, set()).add(team_id)
    for user in users.values():
        agent = getattr(user, "agent", None)
        if agent is not None:
            agent.team_ids = frozenset(teams.get(agent.pk, ()))
    return users
