"""The steps of a review and of its disputes, for its page. Each answers with the card as it then is."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from helpninja.common.actors import Actor
from helpninja.common.api.docs import PUBLIC_ID, takes
from helpninja.common.api.permissions import allow
from helpninja.common.api.serializers import NoFields, parse
from helpninja.common.errors import Conflict
from helpninja.common.roles import Role
from quality.actions import disputes, reviews
from quality.api import review_input as shapes
from quality.enums import DisputeState
from quality.models import Dispute, Review
from quality.policy import Action, may
from quality.sheets import card


@extend_schema(parameters=[PUBLIC_ID])
class ReviewViewSet(GenericViewSet):
    lookup_field = "public_id"
    permission_classes = [
        allow(roles=(Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN))
    ]

    def get_queryset(self):
        return Review.objects.visible_to(self._actor()).for_page()

    @takes(shapes.ReviewDraftInput)
    @action(detail=True, methods=["put"])
    def draft(self, request: Request, public_id: str) -> Response:
        review = self._permitted(Action.WRITE)
        data = parse(shapes.ReviewDraftInput, request)
        reviews.save_draft(
            review=review,
            version=data["version"],
            draft=shapes.draft_of(data),
            by=self._actor(),
            now=timezone.now(),
        )
        return self._answer(review)

    @takes()
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, public_id: str) -> Response:
        return self._step(Action.WRITE, reviews.submit)

    @takes()
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, public_id: str) -> Response:
        return self._step(Action.WRITE, reviews.publish)

    @takes(shapes.WhyInput)
    @action(detail=True, methods=["post"], url_path="give-back")
    def give_back(self, request: Request, public_id: str) -> Response:
        return self._step(Action.GIVE_BACK, reviews.give_back, shapes.WhyInput)

    @takes(shapes.WhyInput)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, public_id: str) -> Response:
        return self._step(Action.VOID, reviews.void, shapes.WhyInput)

    @takes(shapes.DisputeInput)
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, public_id: str) -> Response:
        agent = getattr(request.user, "agent", None)
        return self._step(Action.DISPUTE, disputes.open_dispute, shapes.DisputeInput, agent=agent)

    @takes(shapes.DecisionInput)
    @action(detail=True, methods=["post"])
    def decision(self, request: Request, public_id: str) -> Response:
        """Of the open dispute."""
        review = self._permitted(Action.DECIDE)
        data = parse(shapes.DecisionInput, request)
        dispute = review.disputes.filter(state=DisputeState.OPEN).first()
        if dispute is None:
            raise Conflict("There is no open dispute.")
        self._decide(dispute, data)
        return self._answer(review)

    def _decide(self, dispute: Dispute, data: dict[str, Any]) -> None:
        given = {"dispute": dispute, "decision": data["decision"], "by": self._actor(), "now": timezone.now()}
        match data["outcome"]:
            case DisputeState.UPHELD:
                disputes.uphold(**given)
            case DisputeState.CHANGED:
                disputes.change(**given, answers=shapes.said(data["answers"]))
            case DisputeState.VOIDED:
                disputes.void_review(**given)

    def _step(self, allowed: Action, step: Any, serializer: type = NoFields, **more: Any) -> Response:
        """Authorise, parse, act, answer."""
        review = self._permitted(allowed)
        data = parse(serializer, self.request)
        step(review=review, by=self._actor(), now=timezone.now(), **data, **more)
        return self._answer(review)

    def _permitted(self, allowed: Action) -> Review:
        review: Review = self.get_object()
        if not may(self._actor(), allowed, review):
            raise PermissionDenied
        return review

    def _answer(self, review: Review) -> Response:
        """404 is right for a reader whom the step took the sight of it."""
        current = self.get_queryset().filter(pk=review.pk).first()
        if current is None:
            raise Http404
        return Response(card(self._actor(), current, timezone.now()))

    def _actor(self) -> Actor:
        return Actor.of_request(self.request)
