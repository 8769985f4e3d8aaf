"""From rows to the facts that routing decides from. No query."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from agents.actions.schedules import distinct
from agents.decisions.availability import Availability, availability
from agents.enums import Level
from escalations.actions.routing.reading import CUSTOMER, SKILL, TEAM, TOPIC, Rows, Work
from escalations.decisions.deadlines import whole_seconds
from escalations.decisions.routing import AgentFacts, ItemFacts, Weights
from escalations.enums import Tier
from escalations.policy import TIER_LEVELS

# A case counts 1, and so much more for a higher tier and for coming back.
HARDER = 0.5
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
_means = attrgetter(*MEANS)
# Hours that a zone's clocks are ahead of UTC.
Offset = Callable[[str], float | None]


@dataclass(frozen=True)
class Gathered:
    """``weights``: one for each item, those of its team."""

    items: list[ItemFacts]
    weights: list[Weights]
    agents: list[AgentFacts]


def shape(rows: Rows, now: datetime, asked: Sequence[int] = ()) -> Gathered:
    """What was read, as the facts that scoring takes; ``asked``: the keys of agents who were offered it."""
    earlier: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for agent, served in rows.figures[CUSTOMER].items():
        for customer, resolved, lasting in served:
            earlier[customer].append((agent, resolved, lasting))
    offset = cache(lambda zone: _utc_offset(zone, now))
    plans = {id(schedule): availability(schedule, now) for schedule in distinct(rows.schedules)}
    return Gathered(
        [_item(row, earlier.get(row.customer_id, []), offset, asked) for row in rows.items],
        [Weights(**(row.weights or {})) for row in rows.items],
        [_agent(agent, plans[id(rows.schedules[agent.pk])], rows, offset, now) for agent in rows.agents],
    )


def _item(row: Any, earlier: list[tuple[int, int, int]], offset: Offset, asked: Sequence[int]) -> ItemFacts:
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
        utc_offset=offset(customer.time_zone) if customer and customer.time_zone else None,
        earlier=tuple(sorted(earlier)),
        asked=tuple(sorted(asked)),
    )


def _rank(row: Any) -> float | None:
    """The plan's place between the least (0) and the greatest (1)."""
    if row.plan is None:
        return None
    span = row.greatest_rank - row.least_rank
    return (row.plan.rank - row.least_rank) / span if span else 1.0


def _agent(agent: Any, plan: Availability, rows: Rows, offset: Offset, now: datetime) -> AgentFacts:
    card = getattr(agent, "card", None)
    handling = card.handling_seconds if card else None
    work = rows.work.get(agent.pk, [])
    teams, skills, topics = (rows.figures[kind].get(agent.pk, ()) for kind in (TEAM, SKILL, TOPIC))
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
        utc_offset=offset(agent.time_zone),
        capacity=agent.limit,
        busy=len(work),
        load=sum(_weight(case) for case in work),
        seconds_of_work=_time_to_finish(work, handling, now),
        handling_seconds=handling,
        skills=tuple((skill, level, bool(certified)) for skill, level, certified in sorted(skills)),
        topics=tuple(sorted(topics)) if card else None,
        languages=tuple(agent.languages),
        **(dict(zip(MEANS, _means(card), strict=True)) if card else {}),
    )


def _weight(case: Work) -> float:
    return 1 + HARDER * (case.tier != Tier.FRONTLINE) + HARDER * case.is_repeat


def _seconds_to_pause(plan: Availability, now: datetime) -> float | None:
    """To the next break or the end of the shift; None without a schedule."""
    pauses = [moment for moment in (plan.next_break_at, plan.shift_ends_at) if moment is not None]
    return whole_seconds(now, min(pauses)) if pauses else None


def _time_to_finish(work: list[Work], handling: float | None, now: datetime) -> float | None:
    """Of each case the agent's mean handling time less what was spent on it; None where no mean is known."""
    if not work:
        return 0
    if handling is None:
        return None
    return sum(max(0, handling - (whole_seconds(case.since, now) if case.since else 0)) for case in work)


def _utc_offset(name: str, now: datetime) -> float | None:
    """Hours that the zone's clocks are ahead of UTC."""
    offset = ZoneInfo(name).utcoffset(now)
    return offset.total_seconds() / 3600 if offset is not None else None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
