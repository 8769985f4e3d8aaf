"""A page or a program on a live socket, for tests, and the work that it is shown."""

import json
from datetime import timedelta

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from escalations.actions.events import append_event
from escalations.enums import EventKind
from helpninja.asgi import application
from helpninja.common.actors import SYSTEM
from tests import factories

ORIGIN = (b"origin", b"http://localhost:8000")
WAIT = 10


class Live:
    """One socket; ``next`` skips what the test is not about, such as status frames."""

    def __init__(self, path, headers=(), subprotocols=()):
        self.communicator = WebsocketCommunicator(
            application, path, headers=list(headers), subprotocols=list(subprotocols)
        )

    async def open(self):
        self.accepted, self.answer = await self.communicator.connect(WAIT)
        return self

    async def say(self, **frame):
        await self.communicator.send_json_to(frame)

    async def next(self, *types):
        """The next frame of one of the types, or the close code."""
        while True:
            output = await self.communicator.receive_output(WAIT)
            if output["type"] == "websocket.close":
                return output.get("code", 1000)
            frame = json.loads(output["text"])
            if not types or frame["type"] in types:
                return frame

    async def close(self):
        await self.communicator.disconnect(timeout=WAIT)


def cookie_of(user):
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return (b"cookie", f"{name}={client.cookies[name].value}".encode())


async def page(user, path="/ws/queue"):
    """Connected, and past its hello."""
    cookie = await database_sync_to_async(cookie_of)(user)
    live = await Live(path, [ORIGIN, cookie]).open()
    live.hello = await live.next()
    return live


async def program(key, path="/v1/escalations/stream"):
    live = await Live(path, [(b"authorization", f"Bearer {key}".encode())]).open()
    live.hello = await live.next()
    return live


def opened(**fields):
    """An escalation with its first event, as the intake leaves it."""
    with transaction.atomic():
        escalation = factories.make_escalation(**fields)
        append_event(escalation, EventKind.OPENED, by=SYSTEM, at=escalation.opened_at)
    return escalation


def ago(**span):
    return timezone.now() - timedelta(**span)


def run(function, /, **arguments):
    """An action now, in the thread where tests keep their database."""
    return database_sync_to_async(function)(**arguments)
