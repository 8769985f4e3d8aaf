"""What the work can be narrowed to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import CharField, F, IntegerField, QuerySet, Value

from agents.models import Team
from analytics.metrics.filters import Filters
from billing.models import Plan
from escalations.models import Conversation, Topic
from helpninja.common.windows import Window


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


def places(window: Window) -> tuple[list[str], list[str]]:
    """The regions and channels of the window's conversations."""
    pairs = set(
        Conversation.objects.filter(started_at__gte=window.start, started_at__lt=window.end)
        .order_by()
        .values_list("region", "channel")
        .distinct()
    )
    regions, channels = {region for region, _ in pairs}, {channel for _, channel in pairs}
    return sorted(regions - {""}), sorted(channels - {""})
