"""Who reads a socket, and whether they still may: asked again every few seconds, for many in few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

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


@dataclass(frozen=True)
class Standing:
    """What a person's rights rest on, as plain values that are quickly read and compared for many people."""

    password: str = field(repr=False)
    is_superuser: bool
    groups: frozenset[int]
    teams: frozenset[int]


@dataclass(frozen=True, eq=False)
class Reader:
    """A new password, a session that is gone or a key that is revoked ends the socket."""

    actor: Actor
    session: str = ""
    standing: Standing | None = None

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


def by_session(user_id: int, session: str) -> Reader | None:
    """None for people who may not sign in (any more)."""
    standing = _standings([user_id]).get(user_id)
    if standing is None:
        return None
    user = get_user_model().objects.select_related("agent").get(pk=user_id)
    agent = getattr(user, "agent", None)
    if agent is not None:
        agent.team_ids = standing.teams
    return Reader(Actor.of_user(user), session, standing)


def by_key(text: str) -> Reader | None:
    key = find_key(text)
    return Reader(Actor.of_key(key)) if key else None


def checked(readers: Iterable[Reader]) -> dict[Reader, Reader | None]:
    """Each as it is now, or None for those who may read no longer; the same one where nothing has changed.

    Five queries for any number, and some more for each whose rights have changed.
    """
    readers = list(readers)
    standings = _standings({reader.actor.user.pk for reader in readers if reader.actor.user})
    sessions = set(
        Session.objects.filter(
            session_key__in={reader.session for reader in readers if reader.session},
            expire_date__gt=timezone.now(),
        ).values_list("session_key", flat=True)
    )
    keys = ApiKey.objects.usable().in_bulk({reader.actor.key.pk for reader in readers if reader.actor.key})
    return {
        reader: _key_now(reader, keys) if reader.actor.key else _person_now(reader, standings, sessions)
        for reader in readers
    }


def _key_now(reader: Reader, keys: dict[int, ApiKey]) -> Reader | None:
    key = keys.get(reader.actor.key.pk)
    return _if_allowed(Reader(Actor.of_key(key)) if key else None)


def _person_now(reader: Reader, standings: dict[int, Standing], sessions: set[str]) -> Reader | None:
    now, before = standings.get(reader.actor.user.pk), reader.standing
    if now is None or before is None or now.password != before.password or reader.session not in sessions:
        return None
    return reader if now == before else _if_allowed(by_session(reader.actor.user.pk, reader.session))


def _if_allowed(reader: Reader | None) -> Reader | None:
    return reader if reader and reader.may_connect() else None


def _standings(ids: Iterable[int]) -> dict[int, Standing]:
    """Of those among them who are active."""
    model: Any = get_user_model()
    ids = list(ids)
    groups = _gather(model.groups.through.objects.filter(user__in=ids).values_list("user", "group"))
    teams = _gather(Agent.teams.through.objects.filter(agent__user__in=ids).values_list("agent__user", "team"))
    users = model.objects.filter(pk__in=ids, is_active=True).values_list("pk", "password", "is_superuser")
    return {
        pk: Standing(password, is_superuser, frozenset(groups.get(pk, ())), frozenset(teams.get(pk, ())))
        for pk, password, is_superuser in users
    }


def _gather(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    gathered: dict[int, set[int]] = {}
    for owner, thing in pairs:
        gathered.setdefault(owner, set()).add(thing)
    return gathered
