"""What the work can be narrowed to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.db.models.expressions import Combinable

from agents.models import Agent, Team
from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame
from billing.models import Plan
from escalations.models import Conversation, Topic
from helpninja.common.fixed import Fixed

NO_RANK = Value(0, IntegerField())


@dataclass(frozen=True)
class Choice:
    """``code`` stands in addresses, ``id`` in the rows."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Choices:
    """By the order of their rank, then of their name."""

    teams: tuple[Choice, ...]
    plans: tuple[Choice, ...]
    topics: tuple[Choice, ...]

    @classmethod
    def load(cls, team_ids: frozenset[int] | None) -> Self:
        """In one query; ``team_ids`` None offers all teams."""
        found: dict[str, list[Choice]] = {"team": [], "plan": [], "topic": []}
        for kind, pk, code, name, _ in sorted(_all().rows(), key=lambda row: (row[4], row[3])):
            if kind != "team" or team_ids is None or pk in team_ids:
                found[kind].append(Choice(pk, code, name))
        return cls(tuple(found["team"]), tuple(found["plan"]), tuple(found["topic"]))

    def text(self, filters: Filters, agent: Agent | None = None) -> str:
        """What the filters leave, in names: ``Team: Support. Region: US``; ``All teams`` where that is all.

        ``agent`` is whom they name.
        """
        said = {
            "Team": _names(self.teams, filters.teams or ()),
            "Plan": _names(self.plans, filters.plans),
            "Topic": _names(self.topics, filters.topics),
            "Region": filters.regions,
            "Channel": filters.channels,
            "Agent": (agent.name,) if agent else (),
        }
        return ". ".join(f"{what}: {', '.join(names)}" for what, names in said.items() if names) or "All teams"


def _names(offered: Iterable[Choice], ids: Collection[int]) -> list[str]:
    return [choice.name for choice in offered if choice.id in ids]


@cache
def _all() -> Fixed:
    """Kind, id, code, name and rank."""
    teams, plans = _rows(Team.objects.all(), "team", "slug"), _rows(Plan.objects.all(), "plan", "code", F("rank"))
    return Fixed(teams.union(plans, _rows(Topic.objects.all(), "topic", "slug"), all=True))


def _rows(
    queryset: QuerySet[Any], kind: str, code: str, rank: Combinable = NO_RANK
) -> QuerySet[Any, tuple[Any, ...]]:
    return queryset.order_by().values_list(Value(kind, CharField()), "pk", code, "name", rank)


def places(frame: Frame) -> Sequence[tuple[str, str]]:
    """The pairs of region and channel that the conversations of the frame's windows have."""
    conversations = Conversation.objects.filter(started_at__gte=frame.span.start, started_at__lt=frame.span.end)
    pairs = conversations.order_by().values_list("region", "channel").distinct()
    return frame.together.put(pairs, lambda row: (row[0], row[1]))
