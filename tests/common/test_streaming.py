"""Files are sent while they are made, by both kinds of servers."""

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import AsyncRequestFactory, RequestFactory
from rest_framework.request import Request

from helpninja.common.streaming import download


class Made:
    """Pieces, and how many were asked for."""

    def __init__(self):
        self.count = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.count == 3:
            raise StopIteration
        self.count += 1
        return f"piece {self.count}\n".encode()


def sent(request, made):
    return download(request, made, name="a.csv", content_type="text/csv")


def test_a_threaded_server_is_given_the_pieces_as_they_are():
    made = Made()
    response = sent(RequestFactory().get("/"), made)

    assert (next(iter(response)), made.count) == (b"piece 1\n", 1)
    assert response.headers["Content-Disposition"] == 'attachment; filename="a.csv"'


@pytest.mark.parametrize("around", [lambda request: request, Request], ids=["page", "API"])
async def test_an_asynchronous_server_is_not_made_to_wait_for_the_last_piece(around):
    made = Made()
    request = AsyncRequestFactory().get("/")
    assert isinstance(request, ASGIRequest)
    response = sent(around(request), made)

    seen = [(piece, made.count) async for piece in response]

    assert seen == [(b"piece 1\n", 1), (b"piece 2\n", 2), (b"piece 3\n", 3)]
