"""What the queue page shows: three lists, the team, the state of the queue. JSON-ready."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import Count, Max, Q, QuerySet, Value
from django.http import QueryDict

from agents.enums import CHOOSABLE_STATUSES, Status
from agents.models import Agent, Team, capacity_of
from escalations.enums import BUSY_STATES, Priority, State
from escalations.models import Escalation, EscalationEvent, Topic
from escalations.models.escalation import QUEUE_PLACE, EscalationQuerySet
from escalations.realtime.frames import wait_status
from escalations.rows import iso, queue_row
from helpninja.common.actors import Actor
from helpninja.common.roles import Role

PAGE = 100
RECENT = timedelta(hours=1)
KINDS = ("team", "topic")
# Of those handled and of those resolved lately; more than this nobody reads on one page.
OTHERS = 100
# What a row is made from, and what it would only carry along.
SHOWN = ("customer", "topic", "team", "plan", "preferred_skill")
NOT_SHOWN = ("context", "handoff_message", "resolution_note", "customer__attributes")
SEARCHED = (
    "subject__icontains",
    "summary__icontains",
    "customer__name__icontains",
    "customer__company__icontains",
)


@dataclass(frozen=True)
class Filters:
    """As they stand in the page's address."""

    team: str = ""
    topic: str = ""
    priorities: tuple[Priority, ...] = ()
    mine: bool = False
    text: str = ""

    @classmethod
    def of_query(cls, query: QueryDict) -> Self:
        """Unknown priorities are left out, unknown teams and topics find nothing."""
        codes = _plain(query, "priority").split(",")
        return cls(
            team=_plain(query, "team"),
            topic=_plain(query, "topic"),
            priorities=tuple(priority for priority in Priority if priority.code in codes),
            mine=_plain(query, "mine") == "1",
            text=_plain(query, "q").strip(),
        )

    def q(self, agent: Agent | None) -> Q:
        found = Q()
        if self.team:
            found &= Q(team__slug=self.team)
        if self.topic:
            found &= Q(topic__slug=self.topic)
        if self.priorities:
            found &= Q(priority__in=self.priorities)
        if self.mine:
            found &= Q(assignee=agent) | Q(resolved_by=agent, state=State.RESOLVED) if agent else Q(pk=None)
        if self.text:
            found &= reduce(or_, (Q(**{field: self.text}) for field in SEARCHED))
        return found


def board(actor: Actor, filters: Filters, now: datetime) -> dict[str, Any]:
    """The page's first answer, and its snapshot after a lost connection: seven queries, eight with filters.

    ``last_event`` is read first: whatever happens while the rows are read comes again over the socket.
    """
    last_event = EscalationEvent.objects.aggregate(newest=Max("id"))["newest"] or 0
    agent = getattr(actor.user, "agent", None)
    teams, topics = _choices(actor, agent)
    visible, wanted = Escalation.objects.visible_to(actor), filters.q(agent)
    return {
        "now": iso(now),
        "last_event": last_event,
        **waiting_page(actor, filters),
        "handled": _rows(visible.handled().filter(wanted).order_by("opened_at", "id")[:OTHERS]),
        "resolved": _rows(visible.resolved_since(now - RECENT).filter(wanted)[:OTHERS], "resolved_by"),
        "status": queue_status(visible, wanted, now),
        "team": team_rows(teams),
        "me": _me(actor, agent),
        "filters": {"teams": teams, "topics": topics},
    }


def waiting_page(actor: Actor, filters: Filters, after: str = "") -> dict[str, Any]:
    """The next rows in the queue's order after the row ``after``; ``next`` names the last while there are more."""
    agent = getattr(actor.user, "agent", None)
    found = Escalation.objects.visible_to(actor).waiting().filter(filters.q(agent))
    if after:
        place = Escalation.objects.filter(public_id=_without_nul(after)).values_list(*QUEUE_PLACE).first()
        found = found.behind(*place) if place else found.none()
    rows = _rows(found.in_queue_order()[: PAGE + 1])
    return {"waiting": rows[:PAGE], "next": rows[PAGE - 1]["id"] if len(rows) > PAGE else None}


def queue_status(visible: EscalationQuerySet, wanted: Q, now: datetime) -> dict[str, Any]:
    """As the socket tells it later, and ``matching``: how many of those waiting the filters let through."""
    status = wait_status(visible, now)
    matching = visible.waiting().filter(wanted).count() if wanted else status["waiting"]
    return {**status, "matching": matching}


def _rows(found: QuerySet, owner: str = "assignee") -> list[dict[str, Any]]:
    """An eighth table in the join would treble the time that PostgreSQL takes to plan it: so only one owner."""
    rows = found.select_related(None).select_related(*SHOWN, owner).defer(*NOT_SHOWN)
    return [queue_row(row) for row in rows]


def team_rows(teams: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Everybody in these teams, with what they hold now."""
    members = Agent.teams.through.objects.filter(team__slug__in=[team["slug"] for team in teams]).values("agent")
    holding = Count("escalations", filter=Q(escalations__state__in=BUSY_STATES))
    agents = (
        Agent.objects.active().with_limit().filter(pk__in=members).annotate(holding=holding).order_by("name", "pk")
    )
    return [agent_row(agent) for agent in agents]


def agent_row(agent: Any) -> dict[str, Any]:
    return {
        "id": agent.public_id,
        "name": agent.name,
        "status": agent.status,
        "status_label": Status(agent.status).label,
        "reason": agent.status_reason,
        "since": iso(agent.status_since),
        "until": iso(agent.status_until),
        "specialization": agent.specialization,
        "capacity": capacity_of(agent),
        "holding": agent.holding,
    }


def _choices(actor: Actor, agent: Agent | None) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The actor's teams and all topics, in one query that also spares ``agent.team_ids`` its own."""
    teams = Team.objects.all()
    if not actor.is_any(Role.ADMIN):
        teams = teams.filter(agents=agent) if agent else teams.none()
    named = teams.order_by().annotate(kind=Value("team")).values_list("kind", "pk", "slug", "name")
    topics = Topic.objects.order_by().annotate(kind=Value("topic")).values_list("kind", "pk", "slug", "name")
    rows = sorted(named.union(topics, all=True), key=lambda row: row[3])
    if agent and not actor.is_any(Role.ADMIN):
        agent.team_ids = frozenset(pk for kind, pk, _, _ in rows if kind == "team")
    chosen = {wanted: [{"slug": s, "name": n} for kind, _, s, n in rows if kind == wanted] for wanted in KINDS}
    return chosen["team"], chosen["topic"]


def _me(actor: Actor, agent: Agent | None) -> dict[str, Any] | None:
    """Whoever has no agent's row looks on: they can't claim and have no presence."""
    if agent is None:
        return None
    return {
        "id": agent.public_id,
        "name": agent.name,
        "leads": actor.is_any(Role.SENIOR_AGENT, Role.SUPERVISOR),
        "capacity": capacity_of(agent),
        "statuses": [{"code": status.value, "label": status.label} for status in CHOOSABLE_STATUSES],
    }


def _plain(query: QueryDict, name: str) -> str:
    return _without_nul(query.get(name, ""))[:200]


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")
