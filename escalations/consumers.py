"""The two sockets: the queue page's and the programs' stream. They authorise and parse; the hub does the rest."""

import math
import time
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from escalations.realtime import readers
from escalations.realtime.hub import (
    CLOSE_FORBIDDEN,
    CLOSE_UNKNOWN,
    RELOAD,
    EscalationHub,
    Socket,
)
from escalations.realtime.news import QUEUE, STREAM, encode, replay
from escalations.realtime.readers import Reader
from helpninja.common.outbox import outbox_for
from helpninja.common.parsing import Refused, parse_json

MAX_BAD_FRAMES = 10
CLOSE_POLICY = 1008
# The least time between two frames that cost a query or reach others.
SECONDS_APART = {"since": 0.5, "watch": 0.1, "typing": 0.5}


class LiveConsumer(AsyncWebsocketConsumer):
    """Refusals accept, then close with 4401 (who are you?) or 4403: browsers hide codes sent before."""

    channel_layer_alias = "none"  # the hub hears for all its sockets
    dialect: str
    hub: EscalationHub
    socket: Socket

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.joined = False
        self.bad_frames = 0
        self.last: dict[str, float] = {}

    async def connect(self) -> None:
        offered = self.scope.get("subprotocols", [])
        await self.accept("bearer" if self.scope.get("api_key") and "bearer" in offered else None)
        reader = await database_sync_to_async(self.reader)()
        if reader is None:
            await self.close(CLOSE_UNKNOWN)
        elif not reader.may_connect():
            await self.close(CLOSE_FORBIDDEN)
        else:
            await self.begin(reader)

    async def begin(self, reader: Reader) -> None:
        self.hub = EscalationHub.here()
        self.socket = Socket(self.dialect, reader, outbox_for(self.scope["server_send"], self.send), self.close)
        self.joined = True
        await self.hub.join(self.socket)
        await self.say({"type": "hello", "last_event": self.hub.events.cursor})
        since = parse_qs(self.scope.get("query_string", b"").decode("latin-1")).get("since", [""])[0]
        if since:
            await self.take({"type": "since", "event": int(since[:18]) if since.isdecimal() else since})

    async def disconnect(self, code: int) -> None:
        if self.joined:
            self.hub.leave(self.socket)
            self.socket.outbox.close()

    def reader(self) -> Reader | None:
        raise NotImplementedError

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.joined:
            return
        try:
            frame = parse_json(bytes_data or (text_data or "").encode("utf-8", "surrogatepass"))
        except Refused as refused:
            await self.refuse(str(refused))
        else:
            await self.take(frame)

    async def take(self, frame: Any) -> None:
        kind = frame.get("type") if isinstance(frame, dict) else None
        if isinstance(kind, str) and self.too_soon(kind):
            await self.refuse(f"Not so often: {kind}.")
        else:
            await self.handle(frame)

    async def handle(self, frame: Any) -> None:
        match frame:
            case {"type": "since", "event": int(event)} if not isinstance(event, bool) and event >= 0:
                await self.since(event)
            case _:
                await self.refuse("Not a frame that is understood here.")

    async def since(self, event: int) -> None:
        texts = await database_sync_to_async(replay)(self.dialect, self.socket.reader, event)
        for text in [RELOAD] if texts is None else texts:
            await self.send(text)

    def too_soon(self, kind: str) -> bool:
        now = time.monotonic()
        if now - self.last.get(kind, -math.inf) < SECONDS_APART.get(kind, 0.0):
            return True
        if kind in SECONDS_APART:
            self.last[kind] = now
        return False

    async def say(self, frame: dict[str, Any]) -> None:
        await self.send(encode(frame))

    async def refuse(self, why: str) -> None:
        self.bad_frames += 1
        await self.say({"type": "error", "detail": why})
        if self.bad_frames >= MAX_BAD_FRAMES:
            await self.close(CLOSE_POLICY)


class QueueConsumer(LiveConsumer):
    """``/ws/queue``. Sends hello, event, presence, status, viewers, typing, beat, gone and reload frames.

    Takes ``{"type": "since", "event": id}``, ``{"type": "watch", "id": "esc_.."}``, ``{"type": "unwatch"}`` and
    ``{"type": "typing"}``.
    """

    dialect = QUEUE

    def reader(self) -> Reader | None:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            return None
        return readers.by_session(user.pk, self.scope["session"].session_key)

    async def handle(self, frame: Any) -> None:
        match frame:
            case {"type": "watch", "id": str(room)}:
                await self.watch(room)
            case {"type": "unwatch"}:
                self.hub.unwatch(self.socket)
            case {"type": "typing"}:
                self.hub.typing(self.socket)
            case _:
                await super().handle(frame)

    async def watch(self, room: str) -> None:
        visible = self.socket.reader.escalations().filter(public_id=room[:30])
        if await database_sync_to_async(visible.exists)():
            self.hub.watch(self.socket, room)
        else:
            await self.refuse("There is no such escalation.")


class StreamConsumer(LiveConsumer):
    """``/v1/escalations/stream``: for programs with a key and signed-in pages. ``?since=<event id>`` replays."""

    dialect = STREAM

    def reader(self) -> Reader | None:
        if self.scope["api_key"]:
            return readers.by_key(self.scope["api_key"])
        user = self.scope["user"]
        return readers.by_session(user.pk, self.scope["session"].session_key) if user.is_authenticated else None
