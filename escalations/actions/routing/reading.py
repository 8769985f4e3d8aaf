"""The rows that routing decides from, in five queries however many items and agents there are.

Those of the items; those of the agents with their figures over all topics; what else belongs to agents, each a few
whole numbers, in one union; the work in hand; and the agents' plans.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import JSONObject

from agents.actions.schedules import schedules_of
from agents.decisions.availability import Schedule
from agents.enums import ONLINE_STATUSES
from agents.models import Agent, AgentSkill, Presence, Scorecard
from billing.models import Plan
from escalations.enums import RoutingFactor
from escalations.models import Escalation, RoutingWeights
from escalations.policy import WORKING_ROLES

# Longer than any shift, shorter than from the start of one day's shift to that of the next.
ONE_DUTY = timedelta(hours=14)

TEAM, SKILL, TOPIC, CUSTOMER = "team", "skill", "topic", "customer"
# By agent: which team, skill, topic or customer, and two numbers of it.
Figures = dict[str, dict[int, list[tuple[int, int, int]]]]


@dataclass(frozen=True)
class Work:
    """One case in hand; ``since``: from when on it is worked on, None while it is only offered."""

    tier: str
    is_repeat: bool
    since: datetime | None


@dataclass(frozen=True)
class Rows:
    """``figures``, ``work`` and ``schedules`` are by agent."""

    items: list[Any]
    agents: list[Any]
    figures: Figures
    work: dict[int, list[Work]]
    schedules: dict[int, Schedule]


def read(escalations: Iterable[Escalation], now: datetime) -> Rows:
    """The escalations as they now are, in the order of their ids, and every active agent with a working role."""
    items, agents = list(_items(escalations)), list(_agents(now))
    schedules = schedules_of([agent.pk for agent in agents], now=now)
    return Rows(items, agents, _figures(items), _work(), schedules)


def _items(escalations: Iterable[Escalation]) -> Any:
    fitting = RoutingWeights.objects.filter(Q(team=OuterRef("team")) | Q(team=None))
    chosen = fitting.order_by(F("team").asc(nulls_last=True)).values(
        found=JSONObject(**{factor.value: factor.value for factor in RoutingFactor})
    )
    ranks = Plan.objects.order_by("rank").values("rank")
    return (
        Escalation.objects.filter(pk__in=[one.pk for one in escalations])
        .select_related("customer", "plan", "topic")
        .annotate(
            weights=Subquery(chosen[:1]),
            least_rank=Subquery(ranks[:1]),
            greatest_rank=Subquery(ranks.reverse()[:1]),
        )
        .order_by("pk")
    )


def _agents(now: datetime) -> Any:
    """Who may take work at all, by their role; requirements decide about the rest."""
    seen_online = Presence.objects.filter(
        agent=OuterRef("pk"), status__in=ONLINE_STATUSES, at__gt=now - ONE_DUTY, at__lte=now
    ).order_by("at")
    return (
        Agent.objects.active()
        .filter(user__in=User.objects.filter(groups__name__in=[role.value for role in WORKING_ROLES]))
        .with_limit()
        .with_scorecard()
        .annotate(on_duty_since=Subquery(seen_online.values("at")[:1]))
        .order_by("pk")
    )


def _figures(items: Sequence[Any]) -> Figures:
    """By kind and agent: teams; skills (level, certified); topics and customers (resolved, lasting)."""
    topics = {item.topic.slug: item.topic.pk for item in items if item.topic}
    topic = Case(*(When(topic=slug, then=pk) for slug, pk in topics.items()), default=0)
    certified = Case(When(certified_on=None, then=0), default=1, output_field=IntegerField())
    customers = {item.customer_id for item in items} - {None}
    served = Escalation.objects.filter(customer__in=customers, resolved_by__isnull=False).order_by()
    lasting = Count("pk", filter=Q(followed_by=None), distinct=True)
    found = _of(TEAM, Agent.teams.through.objects.all(), key=F("team")).union(
        _of(SKILL, AgentSkill.objects.all(), key=F("skill"), number=F("level"), other=certified),
        _of(
            TOPIC, Scorecard.objects.filter(topic__in=topics), key=topic, number=F("resolved"), other=F("lasting")
        ),
        _of(
            CUSTOMER,
            served.values("resolved_by", "customer"),
            agent="resolved_by",
            key=F("customer"),
            number=Count("pk", distinct=True),
            other=lasting,
        ),
        all=True,
    )
    figures: Figures = {kind: defaultdict(list) for kind in (TEAM, SKILL, TOPIC, CUSTOMER)}
    for kind, agent, key, number, other in found:
        figures[kind][agent].append((key, number, other))
    return figures


def _of(
    kind: str,
    rows: QuerySet[Any],
    *,
    key: Any,
    number: Any = Value(0),  # noqa: B008
    other: Any = Value(0),  # noqa: B008
    agent: str = "agent",
) -> Any:
    shaped = rows.annotate(kind=Value(kind), key=key, number=number, other=other)
    return shaped.order_by().values_list("kind", agent, "key", "number", "other")


def _work() -> dict[int, list[Work]]:
    running = FilteredRelation("handling_intervals", condition=Q(handling_intervals__ended_at=None))
    rows = Escalation.objects.busy().annotate(running=running)
    work: dict[int, list[Work]] = defaultdict(list)
    for agent, tier, previous, since in rows.values_list("assignee", "tier", "previous", "running__started_at"):
        work[agent].append(Work(tier, previous is not None, since))
    return work
