"""What routing must know, in five queries however many items and agents there are.

The rows of the items; those of the agents with their figures over all topics; what else belongs to agents, each
a few whole numbers, in one union; the work in hand; and the agents' plans.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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

from agents.actions.schedules import availability_of
from agents.decisions.availability import Availability
from agents.enums import ONLINE_STATUSES, Level
from agents.models import Agent, AgentSkill, Presence, Scorecard
from billing.models import Plan
from escalations.decisions.deadlines import whole_seconds
from escalations.decisions.routing import AgentFacts, ItemFacts, Weights
from escalations.enums import RoutingFactor, Tier
from escalations.models import Escalation, RoutingWeights
from escalations.policy import TIER_LEVELS, WORKING_ROLES

# A case counts 1, and so much more for a higher tier and for coming back.
HARDER = 0.5
# Longer than any shift, shorter than from the start of one day's shift to that of the next.
ONE_DUTY = timedelta(hours=14)

TEAM, SKILL, TOPIC, CUSTOMER = "team", "skill", "topic", "customer"
# By agent: which team, skill, topic or customer, and two numbers of it.
OfAgents = dict[int, list[tuple[int, int, int]]]
Figures = dict[str, OfAgents]


@dataclass(frozen=True)
class Gathered:
    """``weights``: one for each item, those of its team."""

    items: list[ItemFacts]
    weights: list[Weights]
    agents: list[AgentFacts]


def gather(escalations: Iterable[Escalation], now: datetime, asked: Sequence[int] = ()) -> Gathered:
    """Of the escalations as they now are, in the order of their ids, and of every active agent."""
    rows = list(_items(escalations))
    figures, cases = _figures(rows), _cases()
    earlier: OfAgents = defaultdict(list)
    for agent, served in figures[CUSTOMER].items():
        for customer, resolved, lasting in served:
            earlier[customer].append((agent, resolved, lasting))
    agents = list(_agents(now))
    plans = availability_of([agent.pk for agent in agents], now=now)
    return Gathered(
        [_item(row, earlier.get(row.customer_id, []), now, asked) for row in rows],
        [Weights(**(row.weights or {})) for row in rows],
        [_agent(agent, plans[agent.pk], figures, cases.get(agent.pk, []), now) for agent in agents],
    )


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


def _cases() -> dict[int, list[tuple[float, datetime | None]]]:
    """What each agent has in hand: how much work it counts for, and since when it is worked on."""
    running = FilteredRelation("handling_intervals", condition=Q(handling_intervals__ended_at=None))
    rows = Escalation.objects.busy().annotate(running=running)
    cases: dict[int, list[tuple[float, datetime | None]]] = defaultdict(list)
    for agent, tier, previous, since in rows.values_list("assignee", "tier", "previous", "running__started_at"):
        weight = 1 + HARDER * (tier != Tier.FRONTLINE) + HARDER * (previous is not None)
        cases[agent].append((weight, since))
    return cases


def _item(row: Any, earlier: list[tuple[int, int, int]], now: datetime, asked: Sequence[int]) -> ItemFacts:
    customer, topic = row.customer, row.topic
    return ItemFacts(
        id=row.pk,
        team=row.team_id,
        queue_level=row.queue_level,
        least_level=max(TIER_LEVELS[Tier(row.tier)], row.required_level or Level.AGENT),
        preferred_level=row.preferred_level,
        required_skill=row.required_skill_id,
        skill=row.required_skill_id or row.preferred_skill_id or (topic.skill_id if topic else None),
        topic=row.topic_id,
        plan_rank=_rank(row),
        monthly_value=_number(customer.monthly_value) if customer else None,
        language=customer.language if customer else "",
        utc_offset=_utc_offset(customer.time_zone, now) if customer and customer.time_zone else None,
        earlier=tuple(sorted(earlier)),
        asked=tuple(sorted(asked)),
    )


def _rank(row: Any) -> float | None:
    """The plan's place between the least (0) and the greatest (1)."""
    if row.plan is None:
        return None
    span = row.greatest_rank - row.least_rank
    return (row.plan.rank - row.least_rank) / span if span else 1.0


def _agent(
    agent: Any,
    plan: Availability,
    figures: Figures,
    cases: list[tuple[float, datetime | None]],
    now: datetime,
) -> AgentFacts:
    card = getattr(agent, "card", None)
    handling = card.handling_seconds if card else None
    teams, skills, topics = (figures[kind].get(agent.pk, ()) for kind in (TEAM, SKILL, TOPIC))
    return AgentFacts(
        id=agent.pk,
        public_id=agent.public_id,
        name=agent.name,
        teams=tuple(sorted(team for team, _, _ in teams)),
        level=agent.level,
        status=agent.status,
        status_seconds=whole_seconds(agent.status_since, now),
        on_shift=plan.on_shift or plan.on_call,
        on_break=plan.on_break_until is not None,
        on_leave=plan.on_leave,
        seconds_to_pause=_seconds_to_pause(plan, now),
        seconds_on_duty=whole_seconds(agent.on_duty_since, now) if agent.on_duty_since else None,
        utc_offset=_utc_offset(agent.time_zone, now),
        capacity=agent.limit,
        busy=len(cases),
        load=sum(weight for weight, _ in cases),
        seconds_of_work=_time_to_finish(cases, handling, now),
        handling_seconds=handling,
        skills=tuple((skill, level, bool(certified)) for skill, level, certified in sorted(skills)),
        topics=tuple(sorted(topics)) if card else None,
        languages=tuple(agent.languages),
        **{name: getattr(card, name) for name in MEANS} if card else {},
    )


def _seconds_to_pause(plan: Availability, now: datetime) -> float | None:
    """To the next break or the end of the shift; None without a schedule."""
    pauses = [moment for moment in (plan.next_break_at, plan.shift_ends_at) if moment is not None]
    return whole_seconds(now, min(pauses)) if pauses else None


MEANS = (
    "csat",
    "ratings",
    "response_seconds",
    "responses",
    "first_contact",
    "resolved",
    "quality_score",
    "reviews",
)


def _time_to_finish(
    cases: list[tuple[float, datetime | None]], handling: float | None, now: datetime
) -> float | None:
    """Of each case the agent's mean handling time less what was spent on it; None where no mean is known."""
    if not cases:
        return 0
    if handling is None:
        return None
    return sum(max(0, handling - (whole_seconds(since, now) if since else 0)) for _, since in cases)


def _utc_offset(name: str, now: datetime) -> float | None:
    """Hours that the zone's clocks are ahead of UTC."""
    offset = ZoneInfo(name).utcoffset(now)
    return offset.total_seconds() / 3600 if offset is not None else None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
