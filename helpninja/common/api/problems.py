"""Errors as problem+json (RFC 9457): type, title, status, detail, and ``errors`` by field."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from helpninja.common.errors import Conflict

CONTENT_TYPE = "application/problem+json"


class ProblemRenderer(JSONRenderer):
    """``application/problem+json``."""

    media_type = CONTENT_TYPE


def problem(status_code: int, title: str, detail: str = "", **more: Any) -> dict[str, Any]:
    """The members that RFC 9457 names, and ``more`` of one's own."""
    return {"type": "about:blank", "title": title, "status": status_code, "detail": detail, **more}


def problem_response(status_code: int, title: str, detail: str = "", **more: Any) -> HttpResponse:
    """For views outside DRF."""
    return JsonResponse(problem(status_code, title, detail, **more), status=status_code, content_type=CONTENT_TYPE)


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None (a 500, logged) for what nobody foresaw."""
    body = _describe(error)
    if body is None:
        return None
    response = Response(body, status=body["status"], content_type=CONTENT_TYPE)
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        response["WWW-Authenticate"] = "Bearer"
    if body["status"] == status.HTTP_503_SERVICE_UNAVAILABLE:
        response["Retry-After"] = "2"
    return response


def _describe(error: Exception) -> dict[str, Any] | None:
    match error:
        case exceptions.ValidationError():
            return problem(400, "Invalid input", _first(error.detail), errors=_by_field(error.detail))
        case ModelValidationError():
            errors = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            return problem(400, "Invalid input", _first(errors), errors=errors)
        case Conflict():
            return problem(409, "Conflict", str(error), **error.facts)
        case Http404():
            return problem(404, "Not found", "There is no such thing here.")
        case PermissionDenied():
            return problem(403, "Not allowed", str(error) or "You may not do this.")
        case OperationalError() | InterfaceError():
            return problem(503, "Unavailable", "The database does not answer; try again shortly.")
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return problem(401, "Not signed in", str(error.detail))
        case exceptions.APIException():
            field = getattr(error, "field", "")
            more = {"errors": {field: [str(error.detail)]}} if field else {}
            title = "Invalid input" if error.status_code == status.HTTP_400_BAD_REQUEST else error.default_detail
            return problem(error.status_code, str(title), str(error.detail), **more)
    return None


def _by_field(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested details flattened: ``{"customer.email": ["Enter a valid email address."]}``."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            name = "" if name == "non_field_errors" else str(name)
            found |= _by_field(inner, f"{path}.{name}" if path and name else path or name)
        return found
    if isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        found = {}
        for index, inner in enumerate(detail):
            found |= _by_field(inner, f"{path}[{index}]")
        return found
    return {path: [str(item) for item in (detail if isinstance(detail, list) else [detail])]}


def _first(detail: Any) -> str:
    field, messages = next(iter(_by_field(detail).items()), ("", [""]))
    return f"{field}: {messages[0]}" if field else messages[0]
