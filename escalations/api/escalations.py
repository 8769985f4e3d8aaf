"""Escalations for clients and for the pages: the same endpoints, the same policy."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from escalations.actions import lifecycle
from escalations.api import serializers as shapes
from escalations.api.filters import EscalationFilter
from escalations.api.pagination import EscalationPagination
from escalations.api.routing import RoutingSteps
from escalations.models import Escalation
from escalations.policy import Action, may, may_hand_over
from escalations.rows import deadline_row
from helpninja.common.actors import Actor
from helpninja.common.api.docs import PUBLIC_ID, takes
from helpninja.common.api.idempotency import idempotent
from helpninja.common.api.permissions import allow
from helpninja.common.api.serializers import NoFields, parse
from helpninja.common.roles import Role, Scope

EVENTS_A_PAGE = 500


@extend_schema(parameters=[PUBLIC_ID])
class EscalationViewSet(RoutingSteps, GenericViewSet):
    lookup_field = "public_id"
    filterset_class = EscalationFilter
    pagination_class = EscalationPagination
    permission_classes = [
        allow(
            roles=(Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN),
            scopes=(Scope.ESCALATIONS_READ, Scope.ESCALATIONS_WRITE),
        )
    ]

    def get_queryset(self):
        rows = Escalation.objects.visible_to(Actor.of_request(self.request))
        return rows.for_queue().select_related("previous")

    @takes(
        operation_id="escalations_list",
        parameters=[OpenApiParameter("public_id", exclude=True, location=OpenApiParameter.PATH)],
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([self._json(escalation) for escalation in page])

    @takes(operation_id="escalations_retrieve")
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With all its deadlines, each with its working."""
        escalation = self.get_object()
        deadlines = [deadline_row(deadline) for deadline in escalation.deadlines.latest_first()]
        return Response({**self._json(escalation), "deadlines": deadlines})

    @takes()
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, public_id: str) -> Response:
        return self._step(Action.CLAIM, lifecycle.claim, agent=self._agent())

    @takes(shapes.DeclineInput)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, public_id: str) -> Response:
        return self._step(Action.WORK, lifecycle.decline, shapes.DeclineInput)

    @takes(shapes.TextInput)
    @action(detail=True, methods=["post"])
    @idempotent
    def reply(self, request: Request, public_id: str) -> Response:
        return self._step(Action.WORK, lifecycle.reply, shapes.TextInput, agent=self._agent())

    @takes(shapes.ReasonInput)
    @action(detail=True, methods=["post"])
    def pend(self, request: Request, public_id: str) -> Response:
        return self._step(Action.WORK, lifecycle.pend, shapes.ReasonInput)

    @takes()
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, public_id: str) -> Response:
        return self._step(Action.WORK, lifecycle.resume)

    @takes(shapes.ReasonInput)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, public_id: str) -> Response:
        return self._step(Action.WORK, lifecycle.release, shapes.ReasonInput)

    @takes(shapes.TransferInput)
    @action(detail=True, methods=["post"])
    def transfer(self, request: Request, public_id: str) -> Response:
        return self._step(may_hand_over, lifecycle.transfer, shapes.TransferInput)

    @takes(shapes.TierInput)
    @action(detail=True, methods=["post"])
    def tier(self, request: Request, public_id: str) -> Response:
        return self._step(may_hand_over, lifecycle.hand_to_tier, shapes.TierInput)

    @takes(shapes.PriorityInput)
    @action(detail=True, methods=["post"])
    def priority(self, request: Request, public_id: str) -> Response:
        return self._step(Action.CHANGE_PRIORITY, lifecycle.change_priority, shapes.PriorityInput)

    @takes(shapes.FlagsInput)
    @action(detail=True, methods=["post"])
    def flags(self, request: Request, public_id: str) -> Response:
        return self._step(Action.CHANGE_PRIORITY, lifecycle.set_flags, shapes.FlagsInput)

    @takes()
    @action(detail=True, methods=["post"])
    def repeated(self, request: Request, public_id: str) -> Response:
        return self._step(Action.WORK, lifecycle.mark_repeated)

    @takes(shapes.ResolveInput)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, public_id: str) -> Response:
        return self._step(Action.WORK, lifecycle.resolve, shapes.ResolveInput)

    @takes(shapes.ReasonInput)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, public_id: str) -> Response:
        return self._step(Action.REOPEN, lifecycle.reopen, shapes.ReasonInput, agent=self._agent())

    @takes(shapes.ReasonInput)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        return self._step(Action.CANCEL, lifecycle.cancel, shapes.ReasonInput)

    @takes()
    @action(detail=True, methods=["get"])
    def notes(self, request: Request, public_id: str) -> Response:
        notes = self._permitted(Action.SEE_NOTES).notes.all()
        return Response({"results": [shapes.note_json(note) for note in notes]})

    @takes(shapes.TextInput)
    @notes.mapping.post
    @idempotent
    def add_note(self, request: Request, public_id: str) -> Response:
        escalation = self._permitted(Action.NOTE)
        note = lifecycle.add_note(
            escalation=escalation, by=self._actor(), now=timezone.now(), **parse(shapes.TextInput, request)
        )
        return Response(shapes.note_json(note), status=201)

    @takes(shapes.DraftInput)
    @action(detail=True, methods=["put"])
    def draft(self, request: Request, public_id: str) -> Response:
        escalation = self._permitted(Action.WORK)
        data = parse(shapes.DraftInput, request)
        lifecycle.save_draft(escalation=escalation, by=self._actor(), now=timezone.now(), **data)
        return Response(data)

    @takes()
    @action(detail=True, methods=["get"])
    def events(self, request: Request, public_id: str) -> Response:
        """The timeline; ``?after=<event id>`` for what came since."""
        after = request.query_params.get("after", "0")
        if not after.isascii() or not after.isdigit() or len(after) > 18:
            raise ValidationError({"after": ["Give an event's id."]})
        events = self.get_object().events.filter(pk__gt=int(after)).select_related("agent", "message")
        return Response({"results": [shapes.event_json(event) for event in events[:EVENTS_A_PAGE]]})

    def _step(
        self,
        allowed: Action | Callable[[Actor, Escalation], bool],
        step: Callable[..., Escalation],
        serializer: type = NoFields,
        **more: Any,
    ) -> Response:
        """Authorise, parse, act, answer with the escalation as it then is."""
        escalation = self._permitted(allowed)
        data = parse(serializer, self.request)
        step(escalation=escalation, by=self._actor(), now=timezone.now(), **data, **more)
        return self._answer(escalation)

    def _answer(self, escalation: Escalation) -> Response:
        current = Escalation.objects.for_queue().select_related("previous").get(pk=escalation.pk)
        return Response(self._json(current))

    def _permitted(self, allowed: Action | Callable[[Actor, Escalation], bool]) -> Escalation:
        escalation = self.get_object()
        actor = self._actor()
        permitted = allowed(actor, escalation) if callable(allowed) else may(actor, allowed, escalation)
        if not permitted:
            raise PermissionDenied
        return escalation

    def _actor(self) -> Actor:
        return Actor.of_request(self.request)

    def _agent(self) -> Any:
        return getattr(self.request.user, "agent", None)

    def _json(self, escalation: Escalation) -> dict[str, Any]:
        return shapes.escalation_json(escalation, contact=may(self._actor(), Action.SEE_CONTACT, escalation))
