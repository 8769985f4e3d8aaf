"""Static files in front of Django, on both servers: a middleware would cost every request a thread's hop."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from servestatic import ServeStatic, ServeStaticASGI

HASHED_NAME = r"^.+\.[0-9a-f]{12}\..+$"


def with_static_files(server: type[ServeStatic] | type[ServeStaticASGI], application: Callable[..., Any]) -> Any:
    """The application behind the collected files, or those that the apps bring where nothing was collected."""
    served = server(application, immutable_file_test=HASHED_NAME, add_headers_function=_no_sniffing)
    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    if settings.STATIC_COLLECTED:
        served.add_files(settings.STATIC_ROOT, prefix=prefix)
        return served
    for finder in get_finders():
        for path, storage in finder.list(None):
            served.add_file_to_dictionary(prefix + path, storage.path(path))
    return served


def _no_sniffing(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
