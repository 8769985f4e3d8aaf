"""Where chat platforms post, and read what people answered."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from escalations.actions import intake
from escalations.api import serializers as shapes
from escalations.models import Conversation, Escalation, Message
from helpninja.common.actors import Actor
from helpninja.common.api.docs import PUBLIC_ID, takes
from helpninja.common.api.idempotency import idempotent
from helpninja.common.api.permissions import allow
from helpninja.common.api.serializers import parse
from helpninja.common.roles import Role, Scope

READERS = allow(
    roles=(Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN),
    scopes=(Scope.INGEST, Scope.ESCALATIONS_READ),
)
PLATFORMS = allow(scopes=(Scope.INGEST,))
MESSAGES_A_PAGE = 200


@extend_schema(parameters=[PUBLIC_ID])
class ConversationViewSet(ViewSet):
    """A key with the scope ingest posts and reads the conversations of its own source."""

    lookup_field = "public_id"
    permission_classes = [PLATFORMS]

    def get_permissions(self):
        if self.action == "messages" and self.request.method in ("GET", "HEAD"):
            return [READERS()]
        return super().get_permissions()

    @takes(
        shapes.ConversationInput,
        parameters=[OpenApiParameter("public_id", exclude=True, location=OpenApiParameter.PATH)],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        data = parse(shapes.ConversationInput, request)
        source = Actor.of_request(request).key.source
        conversation, created = intake.start_conversation(source=source, data=data, now=timezone.now())
        return Response(shapes.conversation_json(conversation), status=201 if created else 200)

    @takes()
    @action(detail=True, methods=["get"])
    def messages(self, request: Request, public_id: str) -> Response:
        """In the order in which they were said; ``?after=<message id>`` for what came in since."""
        conversation = self._readable(request, public_id)
        messages = Message.objects.filter(conversation=conversation).select_related("agent")
        if after := request.query_params.get("after"):
            known = messages.filter(public_id=after).first()
            if known is None:
                raise ValidationError({"after": ["There is no such message in this conversation."]})
            messages = messages.filter(pk__gt=known.pk).order_by("id")
        page = list(messages[: MESSAGES_A_PAGE + 1])
        return Response(
            {
                "results": [shapes.message_json(message) for message in page[:MESSAGES_A_PAGE]],
                "more": len(page) > MESSAGES_A_PAGE,
            }
        )

    @takes(shapes.MessageInput)
    @messages.mapping.post
    @idempotent
    def post_message(self, request: Request, public_id: str) -> Response:
        actor = Actor.of_request(request)
        data = parse(shapes.MessageInput, request)
        try:
            posted = intake.post_message(
                conversation=public_id, source=actor.key.source, data=data, by=actor, now=timezone.now()
            )
        except Conversation.DoesNotExist as error:
            raise Http404 from error
        answer = {
            "id": posted.message.public_id,
            "conversation": public_id,
            "escalation": shapes.handoff_json(posted.escalation),
        }
        return Response(answer, status=201 if posted.created else 200)

    @takes(shapes.CloseInput)
    @action(detail=True, methods=["post"])
    @idempotent
    def close(self, request: Request, public_id: str) -> Response:
        data, now = parse(shapes.CloseInput, request), timezone.now()
        conversation = intake.close_conversation(
            conversation=self._own(request, public_id),
            at=data.get("at") or now,
            by=Actor.of_request(request),
            now=now,
        )
        return Response(shapes.conversation_json(conversation))

    @takes(shapes.RatingInput)
    @action(detail=True, methods=["post"])
    @idempotent
    def ratings(self, request: Request, public_id: str) -> Response:
        rating, changed = intake.rate_conversation(
            conversation=self._own(request, public_id),
            data=parse(shapes.RatingInput, request),
            by=Actor.of_request(request),
            now=timezone.now(),
        )
        return Response(shapes.rating_json(rating), status=201 if changed else 200)

    def _own(self, request: Request, public_id: str) -> Conversation:
        source = Actor.of_request(request).key.source
        return _or_404(Conversation.objects.filter(source=source), public_id)

    def _readable(self, request: Request, public_id: str) -> Conversation:
        actor = Actor.of_request(request)
        if actor.has_scope(Scope.ESCALATIONS_READ):
            return _or_404(Conversation.objects.all(), public_id)
        if actor.key is not None:
            return self._own(request, public_id)
        visible = Escalation.objects.visible_to(actor).values("conversation")
        if actor.is_any(Role.ADMIN):
            return _or_404(Conversation.objects.all(), public_id)
        return _or_404(Conversation.objects.filter(pk__in=visible), public_id)


def _or_404(conversations, public_id: str) -> Conversation:
    conversation = conversations.filter(public_id=public_id).first()
    if conversation is None:
        raise Http404
    return conversation
