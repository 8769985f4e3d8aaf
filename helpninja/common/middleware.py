import logging
import sys
from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views import defaults

from helpninja.common.api.problems import problem_response

logger = logging.getLogger(__name__)

# 'unsafe-eval' is what the admin's Alpine needs; every script of ours is a static file.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)


DATABASE_AWAY = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>One moment</title></head>
<body style="font-family: sans-serif; margin: 4rem auto; max-width: 32rem">
<h1>One moment</h1><p>The database does not answer just now. Nothing is lost; please try again shortly.</p>
</body></html>
"""


class _EitherWay:
    """Sync and async, so that it costs no thread hop on either server."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        return self.get_response(request)


class ImpossibleNamesMiddleware(_EitherWay):
    """None of our ids and addresses holds a NUL, which PostgreSQL refuses to look for: there is no such thing."""

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if "\x00" not in request.path_info:
            return None
        if request.path.startswith("/api/"):
            return problem_response(404, "Not found", "There is no such thing here.")
        return HttpResponseNotFound("There is no such thing here.", content_type="text/plain")


class DatabaseUnavailableMiddleware(_EitherWay):
    """Views whose database does not answer, or has no connection free, get 503 instead of 500."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        return _database_unavailable(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: the same 503 where not a view but a middleware needed the database."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return _database_unavailable(request, error)
    return defaults.server_error(request)


def _database_unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s: the database does not answer: %s", request.method, request.path, error)
    if request.path.startswith("/api/"):
        response = problem_response(503, "Unavailable", "The database does not answer; try again shortly.")
    else:
        response = HttpResponse(DATABASE_AWAY, status=503)
    response["Retry-After"] = "2"
    return response


class ContentSecurityPolicyMiddleware(_EitherWay):
    """Adds the policy to whatever answer, synchronous or not."""

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        response = self.get_response(request)
        if isinstance(response, Awaitable):
            return self._awaited(response)
        return self._marked(response)

    async def _awaited(self, response: Awaitable[HttpResponse]) -> HttpResponse:
        return self._marked(await response)

    @staticmethod
    def _marked(response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
