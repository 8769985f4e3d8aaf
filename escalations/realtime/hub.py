"""The one reader of a server process: new events and presences in, frames to its sockets out."""

import asyncio
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone

from agents.actions import heartbeats
from agents.models import Presence
from escalations.realtime import readers
from escalations.realtime.frames import wait_status
from escalations.realtime.news import (
    QUEUE,
    STREAM,
    EventNews,
    News,
    PresenceNews,
    encode,
    event_news,
    told_events,
    with_teams,
)
from escalations.realtime.readers import Reader
from escalations.realtime.rooms import Rooms
from helpninja.common.outbox import CLOSE_SLOW, DaphneOutbox, Frame, Outbox
from helpninja.common.realtime import Hub, Tail, announce

logger = logging.getLogger(__name__)

CLOSE_UNKNOWN, CLOSE_FORBIDDEN = 4401, 4403
# More news than this at once is not told one by one: the reader is told to load again.
AT_MOST = 1000

RELOAD = encode({"type": "reload"})
NOTICES = encode({"type": "notices"})
BEAT = encode({"type": "beat"})


@dataclass(eq=False)
class Socket:
    """``dialect`` says which frames it gets; ``close`` ends it with a code."""

    dialect: str
    reader: Reader
    outbox: Outbox | DaphneOutbox
    close: Callable[[int], Awaitable[None]]
    room: str = ""
    checked_at: float = field(default_factory=time.monotonic)


class EscalationHub(Hub):
    """Rights are read again every ``RECHECK`` seconds (``PER_CHECK`` sockets a second at most): so long may
    somebody who was deactivated, signed out or moved to another team still get frames.
    """

    RECHECK = 3.0
    PER_CHECK = 500
    STATUS_EVERY = 1.0
    BEAT_EVERY = 15.0
    ROOMS_EVERY = 10.0
    HEARTBEATS_EVERY = 5.0

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.name = uuid.uuid4().hex
        self.rooms = Rooms()
        self.events = Tail(told_events())
        self.presences = Tail(Presence.objects.select_related("agent"))
        self._chores: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._changed = False
        self._done_at = dict.fromkeys(("status", "beat", "rooms", "heartbeats"), time.monotonic())
        self._heartbeats: dict[int, float] = {}

    async def begin(self) -> None:
        await self.in_thread(reverse, "queue:list")  # the first row must not wait while all URLs are loaded
        await self.in_thread(self.events.skip)
        await self.in_thread(self.presences.skip)

    def leave(self, socket: Socket) -> None:
        self.unwatch(socket)
        super().leave(socket)

    async def look(self) -> None:
        news = await self.in_thread(self._read)
        if news is None:
            self._give_all(QUEUE, RELOAD)
            self._give_all(STREAM, RELOAD)
        else:
            self._spread(news)
            self._empty_rooms(news)
        self._changed = self._changed or news is None or any(isinstance(item, EventNews) for item in news)
        if self._due("beat", self.BEAT_EVERY):
            self._give_all(QUEUE, BEAT)
        if self._chores is None or self._chores.done():
            self._chores = asyncio.ensure_future(self.guarded(self._do_chores))

    # Reading

    def _read(self) -> list[News] | None:
        """None when there is too much to tell one by one."""
        events = self.events.read(AT_MOST)
        presences = self.presences.read(AT_MOST)
        if len(events) == AT_MOST or len(presences) == AT_MOST:
            self.events.skip()
            self.presences.skip()
            return None
        return [*event_news(events), *map(PresenceNews, with_teams(presences))]

    # Giving

    def _spread(self, news: list[News]) -> None:
        """The policy is asked once for each audience, not for each socket. What can't be told is left out."""
        audiences = self._audiences()
        for item in news:
            try:
                texts = [item.text(dialect, sockets[0].reader) for (dialect, _), sockets in audiences.items()]
            except Exception:
                logger.exception("Sockets are not told of %s", item)
                continue
            for text, sockets in zip(texts, audiences.values(), strict=True):
                if text is not None:
                    self._give(sockets, text)

    def _audiences(self) -> dict[Any, list[Socket]]:
        audiences: dict[Any, list[Socket]] = defaultdict(list)
        for socket in self.sockets:
            audiences[socket.dialect, socket.reader.audience].append(socket)
        return audiences

    def _give_all(self, dialect: str, text: str) -> None:
        self._give([socket for socket in self.sockets if socket.dialect == dialect], text)

    def _give(self, sockets: Iterable[Socket], text: str) -> None:
        frame = Frame(text)
        for socket in sockets:
            if not socket.outbox.put(frame):
                self._drop(socket, CLOSE_SLOW)

    def _drop(self, socket: Socket, code: int) -> None:
        if socket in self.sockets:
            self.leave(socket)
            socket.outbox.close()
            closing = asyncio.ensure_future(socket.close(code))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    # Rooms

    def watch(self, socket: Socket, room: str) -> None:
        self.unwatch(socket)
        socket.room = room
        self.rooms.enter(room, socket, socket.reader.name)
        self._tell_room(room, ask=True)

    def unwatch(self, socket: Socket) -> None:
        room, socket.room = socket.room, ""
        if room:
            self.rooms.leave(room, socket)
            self._tell_room(room)

    def typing(self, socket: Socket) -> None:
        if socket.room:
            announce({"type": "typing", "id": socket.room, "name": socket.reader.name})

    def received(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "typing", "id": str(room), "name": str(name)}:
                text = encode({"type": "typing", "id": room, "name": name})
                self._give([s for s in self.rooms.sockets(room) if s.reader.name != name], text)
            case {"type": "notices"}:
                self._give_all(QUEUE, NOTICES)
            case {"type": "viewers", "id": str(room), "hub": str(hub), "names": list(names), "ask": bool(ask)}:
                if hub == self.name:
                    return
                if self.rooms.told(room, hub, names):
                    self._show_room(room)
                if ask and self.rooms.names_here(room):
                    self._announce_room(room)

    def _tell_room(self, room: str, *, ask: bool = False) -> None:
        self._show_room(room)
        self._announce_room(room, ask=ask)

    def _show_room(self, room: str) -> None:
        text = encode({"type": "viewers", "id": room, "viewers": self.rooms.names(room)})
        self._give(self.rooms.sockets(room), text)

    def _announce_room(self, room: str, *, ask: bool = False) -> None:
        names = self.rooms.names_here(room)
        announce({"type": "viewers", "id": room, "hub": self.name, "names": names, "ask": ask})

    def _empty_rooms(self, news: list[News]) -> None:
        """Whoever sees the escalation no longer is not looking at it either."""
        for item in news:
            if isinstance(item, EventNews):
                for socket in self.rooms.sockets(item.escalation.public_id):
                    if not socket.reader.sees(item.escalation):
                        self.unwatch(socket)

    # Chores: beside the push, never before it

    async def _do_chores(self) -> None:
        await self._recheck()
        await self._keep_heartbeats()
        if self._changed and self._due("status", self.STATUS_EVERY):
            self._changed = False
            await self._give_status()
        if self._due("rooms", self.ROOMS_EVERY):
            for room in self.rooms.occupied():
                self._announce_room(room)

    def _due(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now - self._done_at[what] < every:
            return False
        self._done_at[what] = now
        return True

    async def _recheck(self) -> None:
        now = time.monotonic()
        due = [socket for socket in self.sockets if now - socket.checked_at >= self.RECHECK][: self.PER_CHECK]
        if not due:
            return
        found = await self.in_thread(readers.checked, [socket.reader for socket in due])
        for socket in due:
            fresh = found[socket.reader]
            if fresh is None:
                self._drop(socket, CLOSE_UNKNOWN)
            elif fresh.audience != socket.reader.audience:
                self._give([socket], RELOAD)
                self.unwatch(socket)
            socket.reader, socket.checked_at = fresh or socket.reader, now

    async def _keep_heartbeats(self) -> None:
        """Of the agents with a page open here: of newcomers at once, of others together and seldom."""
        present = {socket.reader.agent.pk for socket in self.sockets if socket.reader.agent}
        if present <= self._heartbeats.keys() and not self._due("heartbeats", self.HEARTBEATS_EVERY):
            return
        now = time.monotonic()
        recent = {pk: at for pk, at in self._heartbeats.items() if now - at < heartbeats.SECONDS_APART}
        due = present - recent.keys()
        if due:
            await self.in_thread(_keep, due)
        self._heartbeats = recent | dict.fromkeys(due, now)

    async def _give_status(self) -> None:
        for (dialect, _), sockets in self._audiences().items():
            if dialect == QUEUE:
                status = await self.in_thread(_status, sockets[0].reader)
                self._give(sockets, encode(status))


def _keep(agent_ids: set[int]) -> None:
    heartbeats.keep(agent_ids=agent_ids, now=timezone.now())


def _status(reader: Reader) -> dict[str, Any]:
    return wait_status(reader.escalations())
