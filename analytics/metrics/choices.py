"""What the work can be narrowed to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import CharField, F, IntegerField, QuerySet, Value

from agents.models import Team
from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame
from billing.models import Plan
from escalations.models import Conversation, Topic


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
        teams = Team.objects.all() if team_ids is None else Team.objects.filter(pk__in=team_ids)
        rows = sorted(
            _rows(teams, "team", "slug").union(
                _rows(Plan.objects.all(), "plan", "code", "rank"),
                _rows(Topic.objects.all(), "topic", "slug"),
                all=True,
            ),
            key=lambda row: (row["rank_"], row["name_"]),
        )
        found: dict[str, list[Choice]] = {"team": [], "plan": [], "topic": []}
        for row in rows:
            found[row["kind"]].append(Choice(row["pk_"], row["code_"], row["name_"]))
        return cls(tuple(found["team"]), tuple(found["plan"]), tuple(found["topic"]))

    def text(self, filters: Filters) -> str:
        """What the filters leave, in names: ``Team: Support. Region: US``; ``All teams`` where that is all."""
        said = {
            "Team": _names(self.teams, filters.teams or ()),
            "Plan": _names(self.plans, filters.plans),
            "Topic": _names(self.topics, filters.topics),
            "Region": filters.regions,
            "Channel": filters.channels,
        }
        return ". ".join(f"{what}: {', '.join(names)}" for what, names in said.items() if names) or "All teams"


def _names(offered: Iterable[Choice], ids: Collection[int]) -> list[str]:
    return [choice.name for choice in offered if choice.id in ids]


def _rows(queryset: QuerySet[Any], kind: str, code: str, rank: str = "") -> QuerySet[Any, dict[str, Any]]:
    return queryset.order_by().values(
        kind=Value(kind, CharField()),
        pk_=F("pk"),
        code_=F(code),
        name_=F("name"),
        rank_=F(rank) if rank else Value(0, IntegerField()),
    )


def places(frame: Frame) -> Sequence[tuple[str, str]]:
    """The pairs of region and channel that the conversations of the frame's windows have."""
    conversations = Conversation.objects.filter(started_at__gte=frame.span.start, started_at__lt=frame.span.end)
    pairs = conversations.order_by().values_list("region", "channel").distinct()
    return frame.together.put(pairs, lambda row: (row[0], row[1]))
