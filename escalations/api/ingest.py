"""``POST /api/v1/ingest``: the events of the intake as NDJSON, answered line by line."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from escalations.actions.bulk_intake import Line, Told, take_in
from escalations.api import serializers as shapes
from escalations.enums import Author
from escalations.importers.reading import numbered_lines
from helpninja.common.actors import Actor
from helpninja.common.api.parsers import RefusedBody
from helpninja.common.api.permissions import allow
from helpninja.common.api.problems import problem_handler
from helpninja.common.parsing import Refused, parse_json
from helpninja.common.roles import Scope

MEDIA_TYPE = "application/x-ndjson"
MAX_LINES = 10_000
BATCH = 2_000
SHAPES = {
    "conversation": shapes.ConversationInput,
    "message": shapes.MessageInput,
    "close": shapes.CloseInput,
    "rating": shapes.RatingInput,
}


class LinesParser(BaseParser):
    """Gives the numbered lines as they come in; nothing is held."""

    media_type = MEDIA_TYPE

    def parse(  # type: ignore[override]
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Iterator[tuple[int, bytes]]:
        return numbered_lines(stream)


class LinesRenderer(BaseRenderer):
    media_type = MEDIA_TYPE
    format = "ndjson"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        lines = data if isinstance(data, list) else [data]
        return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


class TooManyLines(APIException):
    status_code = 413
    default_detail = f"At most {MAX_LINES:,} lines in a request; this one and those after it were not stored."


class IngestView(APIView):
    """A key with the scope ingest posts the events of its own source.

    Each line is stored for itself and answered by its number; to send lines again is safe where messages have an
    ``external_id``. An ``Idempotency-Key`` is refused: it would promise that for the others too.
    """

    parser_classes = [LinesParser]
    renderer_classes = [LinesRenderer]
    permission_classes = [allow(scopes=(Scope.INGEST,))]

    @extend_schema(request={MEDIA_TYPE: OpenApiTypes.STR}, responses={(200, MEDIA_TYPE): OpenApiTypes.STR})
    def post(self, request: Request) -> Response:
        if "Idempotency-Key" in request.headers:
            detail = "Not taken here: give each message an external_id, and sending lines again is safe."
            raise ValidationError({"Idempotency-Key": [detail]})
        actor = Actor.of_request(request)
        lines = iter(request.data)
        answers: list[dict[str, Any]] = []
        while batch := list(islice(lines, min(BATCH, MAX_LINES - len(answers)))):
            answers += answer_batch(batch, actor)
        for number, _ in islice(lines, 1):
            answers.append(refusal(number, TooManyLines()))
        return Response(answers)


def answer_batch(batch: list[tuple[int, bytes]], actor: Actor) -> list[dict[str, Any]]:
    readers = {kind: shape() for kind, shape in SHAPES.items()}
    now = timezone.now()
    answers: dict[int, dict[str, Any]] = {}
    good = []
    for number, raw in batch:
        try:
            good.append(read_line(number, raw, readers, now))
        except (APIException, ValidationError) as error:
            answers[number] = refusal(number, error)
    for told in take_in(lines=good, source=actor.key.source, by=actor, now=now):
        answers[told.line.number] = answer(told)
    return [answers[number] for number, _ in batch]


def read_line(number: int, raw: bytes, readers: dict[str, Any], now: datetime) -> Line:
    """The line, valid. Raises RefusedBody and ValidationError."""
    try:
        body = parse_json(raw)
    except Refused as refused:
        raise RefusedBody(refused) from refused
    if not isinstance(body, dict):
        raise ValidationError({"": ["An object is needed."]})
    kind = body.pop("type", None)
    reader = readers.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise ValidationError({"type": [f"Give one of {', '.join(SHAPES)}."]})
    if kind == "conversation":
        data = reader.run_validation(body)
        return Line(number, kind, data["external_id"], data)
    conversation = body.pop("conversation", None)
    if not isinstance(conversation, str) or not conversation:
        raise ValidationError({"conversation": ["The conversation's external id is needed."]})
    data = read_plain_message(body, now + shapes.CLOCK_TOLERANCE) if kind == "message" else None
    return Line(number, kind, conversation, data or reader.run_validation(body))


AUTHORS = frozenset({Author.CUSTOMER.value, Author.AI.value, Author.SYSTEM.value, Author.TOOL.value})
# What the serializer's fields take as it is. Each is asked only for values that are present.
PLAIN: dict[str, Callable[[Any], bool]] = {
    "external_id": lambda value: type(value) is str and 0 < len(value) <= 200 and value == value.strip(),
    "author": lambda value: type(value) is str and value in AUTHORS,
    "text": lambda value: type(value) is str and len(value) <= 50_000,
    "sent_at": lambda value: type(value) is str,
    "ai_confidence": lambda value: value is None or (type(value) is float and 0 <= value <= 1),
    "ai_failed": lambda value: value is None or type(value) is bool,
    "intent": lambda value: type(value) is str and len(value) <= 80 and value == value.strip(),
    "response_ms": lambda value: value is None or (type(value) is int and 0 <= value < 2**31),
    "sentiment": lambda value: value is None or (type(value) is float and -1 <= value <= 1),
    "attributes": lambda value: type(value) is dict,
}


def read_plain_message(body: dict[str, Any], latest: datetime) -> dict[str, Any] | None:
    """As MessageInput would read it, ten times as fast; None for whatever that should look at more closely.

    A test holds the two together.
    """
    if "author" not in body or "text" not in body:
        return None
    for name, value in body.items():
        is_plain = PLAIN.get(name)
        if is_plain is None or not is_plain(value):
            return None
    if "sent_at" not in body:
        return body
    try:
        sent_at = datetime.fromisoformat(body["sent_at"])
        if sent_at.tzinfo is None or sent_at > latest:
            return None
        return {**body, "sent_at": sent_at.astimezone(UTC)}
    except (ValueError, OverflowError):
        return None


def answer(told: Told) -> dict[str, Any]:
    if told.error is not None:
        missing = isinstance(told.error, ObjectDoesNotExist)
        return refusal(told.line.number, Http404() if missing else told.error)
    body: dict[str, Any] = {
        "line": told.line.number,
        "status": 201 if told.created else 200,
        "id": told.id,
        "conversation": told.conversation,
    }
    if told.line.type == "message":
        body["escalation"] = shapes.handoff_json(told.escalation)
    return body


def refusal(number: int, error: Exception) -> dict[str, Any]:
    """The problem that a request of its own would have been answered with."""
    response = problem_handler(error, {})
    if response is None:
        raise error
    return {"line": number, **response.data}
