"""Routing by clients: who is there, who fits best, offering work to somebody, and asking for a supervisor."""

from typing import Any

from django.db.models import Count, Q
from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.actions.schedules import availability_of
from agents.enums import ONLINE_STATUSES, Status
from agents.models import Agent
from escalations.actions import lifecycle
from escalations.actions.alerts import mark_seen
from escalations.actions.routing import decide_for
from escalations.api.serializers import ReasonInput
from escalations.decisions.routing import exclusions_in_team
from escalations.enums import BUSY_STATES, AlertKind
from escalations.models import Alert, RoutingDecision
from escalations.policy import Action
from escalations.rows import iso
from helpninja.common.actors import Actor
from helpninja.common.api.docs import takes
from helpninja.common.api.permissions import allow
from helpninja.common.api.serializers import NoFields, parse
from helpninja.common.roles import Role, Scope

ALERTS_A_PAGE = 200


class AssignInput(ReasonInput):
    agent = serializers.CharField(max_length=30)

    def validate_agent(self, value: str) -> Agent:
        agent = Agent.objects.active().filter(public_id=value).first()
        if agent is None or self.context["team"] not in agent.team_ids:
            raise serializers.ValidationError("There is no such agent in the escalation's team.")
        return agent


class RoutingSteps:
    """Steps of the escalations' viewset by which clients route work themselves."""

    @takes()
    @action(detail=True, methods=["get"])
    def routing(self: Any, request: Request, public_id: str) -> Response:
        """The newest decision, with every candidate and exclusion; 404 before any."""
        escalation = self._permitted(Action.SEE_ROUTING)
        decision = escalation.routing_decisions.select_related("choice", "backup").first()
        if decision is None:
            raise Http404
        return Response(decision_json(decision))

    @takes()
    @routing.mapping.post
    def decide(self: Any, request: Request, public_id: str) -> Response:
        """Decides anew who fits best, as things stand. Nothing is offered by it."""
        escalation = self._permitted(Action.ASSIGN)
        parse(NoFields, request)
        decision = decide_for(escalation=escalation, by=self._actor(), now=timezone.now())
        return Response(decision_json(decision), status=201)

    @takes(AssignInput)
    @action(detail=True, methods=["post"])
    def assign(self: Any, request: Request, public_id: str) -> Response:
        """Offers what waits to that agent, who is told at once and accepts or declines."""
        escalation = self._permitted(Action.ASSIGN)
        data = parse(AssignInput, request, team=escalation.team_id)
        because = data["reason"] or f"Assigned by {self._actor().label}."
        lifecycle.offer(
            escalation=escalation,
            agent=data["agent"],
            by=self._actor(),
            now=timezone.now(),
            because={"because": because},
        )
        return self._answer(escalation)

    @takes(ReasonInput)
    @action(detail=True, methods=["post"])
    def alert(self: Any, request: Request, public_id: str) -> Response:
        """Asks the supervisors of its team to look at it."""
        escalation = self._permitted(Action.ASK_SUPERVISOR)
        text = parse(ReasonInput, request)["reason"] or "Please look at this one."
        lifecycle.alert_supervisors(
            escalation=escalation, kind=AlertKind.ASKED, text=text, by=self._actor(), now=timezone.now()
        )
        return self._answer(escalation)


class AgentsView(APIView):
    """Who works in the teams that the caller may see; ``?available=1`` for those who could take work now."""

    permission_classes = [
        allow(
            roles=(Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.ADMIN),
            scopes=(Scope.ESCALATIONS_READ, Scope.ESCALATIONS_WRITE),
        )
    ]

    @takes()
    def get(self, request: Request) -> Response:
        agents, now = list(_agents_for(Actor.of_request(request))), timezone.now()
        presences = availability_of([agent.pk for agent in agents], now=now)
        rows = [agent_json(agent, presences[agent.pk]) for agent in agents]
        if request.query_params.get("available") == "1":
            rows = [row for row in rows if row["available"]]
        return Response({"results": rows})


class AlertsView(APIView):
    """What stands now, for the supervisors whose teams it concerns, and for programs."""

    permission_classes = [allow(roles=(Role.SUPERVISOR, Role.ADMIN), scopes=(Scope.ESCALATIONS_READ,))]

    @takes()
    def get(self, request: Request) -> Response:
        alerts = alerts_for(Actor.of_request(request)).standing().select_related("escalation")
        return Response({"results": [alert_json(alert) for alert in alerts[:ALERTS_A_PAGE]]})


class AlertSeenView(APIView):
    """Somebody looks after it."""

    permission_classes = [allow(roles=(Role.SUPERVISOR, Role.ADMIN))]

    @takes()
    def post(self, request: Request, public_id: str) -> Response:
        actor = Actor.of_request(request)
        alert = Alert.objects.for_leader(actor).select_related("escalation").filter(public_id=public_id).first()
        if alert is None:
            raise Http404
        parse(NoFields, request)
        return Response(alert_json(mark_seen(alert=alert, by=actor, now=timezone.now())))


def alerts_for(actor: Actor) -> Any:
    return Alert.objects.all() if actor.has_scope(Scope.ESCALATIONS_READ) else Alert.objects.for_leader(actor)


def _agents_for(actor: Actor) -> Any:
    agents = Agent.objects.active().with_limit().prefetch_related("teams", "agent_skills__skill")
    agents = agents.annotate(holding=Count("escalations", filter=Q(escalations__state__in=BUSY_STATES)))
    if actor.kind == "person" and not actor.is_any(Role.ADMIN):
        own = getattr(actor.user, "agent", None)
        agents = agents.in_teams(own.team_ids if own else ())
    return agents.order_by("name", "pk")


def agent_json(agent: Any, availability: Any) -> dict[str, Any]:
    """``available``: there, on duty, and with a place free."""
    there = agent.status in ONLINE_STATUSES and availability.is_available
    return {
        "id": agent.public_id,
        "name": agent.name,
        "teams": [team.slug for team in agent.teams.all()],
        "level": agent.level,
        "skills": [
            {"slug": row.skill.slug, "level": row.level, "certified": row.certified_on is not None}
            for row in agent.agent_skills.all()
        ],
        "languages": agent.languages,
        "status": agent.status,
        "status_label": Status(agent.status).label,
        "until": iso(agent.status_until),
        "capacity": agent.limit,
        "holding": agent.holding,
        "available": bool(there and agent.holding < agent.limit),
        "because": availability.because["text"],
    }


def decision_json(decision: RoutingDecision) -> dict[str, Any]:
    """``score`` from 0 to 1; ``agent`` is None where nobody is eligible.

    Agents of other teams are counted in ``failed`` alone, not named.
    """
    return {
        "decided_at": iso(decision.decided_at),
        "agent": _agent(decision.choice),
        "score": decision.score,
        "backup": _agent(decision.backup),
        "backup_score": decision.backup_score,
        "because": decision.because["text"],
        "failed": decision.failed,
        "weights": decision.weights,
        "candidates": [_public(one) for one in decision.candidates],
        "exclusions": [_public(one) for one in exclusions_in_team(decision)],
    }


def alert_json(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.public_id,
        "kind": alert.kind,
        "label": alert.get_kind_display(),
        "text": alert.text,
        "escalation": alert.escalation.public_id,
        "raised_at": iso(alert.raised_at),
        "seen_at": iso(alert.seen_at),
        "seen_by": alert.seen_by,
        "cleared_at": iso(alert.cleared_at),
    }


def _agent(agent: Agent | None) -> dict[str, str] | None:
    return {"id": agent.public_id, "name": agent.name} if agent else None


def _public(one: dict[str, Any]) -> dict[str, Any]:
    """Without the row's number, under the name that ids have in the API."""
    return {"id": one["public_id"], **{name: one[name] for name in one if name not in ("agent", "public_id")}}
