"""``Idempotency-Key``: the same request again gets the first answer again; another body under it gets 422."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import IdempotencyRecord
from helpninja.common.parsing import canonical

ABANDONED_AFTER = timedelta(seconds=30)


class OtherBody(APIException):
    """422: the key was used for another body."""

    status_code = 422
    default_detail = "Another request was made under this Idempotency-Key."


def idempotent(view: Callable[..., Response]) -> Callable[..., Response]:
    """For view methods that create. Answers with a status below 500 are kept for a day."""

    @wraps(view)
    def wrapped(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(self, request, *args, **kwargs)
        if len(key) > 255:
            raise ValidationError({"Idempotency-Key": ["At most 255 characters."]})
        actor = Actor.of_request(request)
        caller = f"key:{actor.key.pk}" if actor.key else f"user:{request.user.pk}"
        body_hash = hashlib.sha256(request.path.encode() + b"\n" + canonical(request.data)).hexdigest()
        record, created = _reserve(caller, key, request.path[:500], body_hash)
        if not created:
            return _first_answer(record, body_hash)
        try:
            response = view(self, request, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)  # raises again what no handler knows
            if response.status_code >= 500:
                record.delete()
                raise
        except BaseException:
            record.delete()
            raise
        record.status, record.body = response.status_code, response.data
        record.save(update_fields=["status", "body"])
        return response

    return wrapped


def _reserve(caller: str, key: str, path: str, body_hash: str) -> tuple[IdempotencyRecord, bool]:
    try:
        with transaction.atomic():
            return (
                IdempotencyRecord.objects.create(caller=caller, key=key, path=path, body_hash=body_hash),
                True,
            )
    except IntegrityError:
        record = IdempotencyRecord.objects.get(caller=caller, key=key)
    # A process killed half way leaves a record without an answer; the next attempt takes it over.
    abandoned = timezone.now() - ABANDONED_AFTER
    taken = IdempotencyRecord.objects.filter(
        pk=record.pk, status=None, body_hash=body_hash, created_at__lt=abandoned
    ).update(created_at=timezone.now())
    return record, bool(taken)


def _first_answer(record: IdempotencyRecord, body_hash: str) -> Response:
    if record.body_hash != body_hash:
        raise OtherBody
    if record.status is None:
        raise Conflict("The first request under this Idempotency-Key is still being answered.")
    return Response(record.body, status=record.status, headers={"Idempotency-Replayed": "true"})
