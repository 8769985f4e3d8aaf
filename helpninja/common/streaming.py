"""Files that are sent while they are made, so that none is ever whole in memory."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse


def download(request: Any, pieces: Iterator[bytes], *, name: str, content_type: str) -> StreamingHttpResponse:
    """``request`` may be Django's, or that of the API around it."""
    is_asgi = isinstance(getattr(request, "_request", request), ASGIRequest)
    return StreamingHttpResponse(
        # Under ASGI the pieces of a plain iterator would all be gathered before the first is sent.
        _one_by_one(pieces) if is_asgi else pieces,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        yield piece
