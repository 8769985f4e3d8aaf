"""Live push: what was committed reaches the sockets that are open, in every process, within moments.

The database is the truth. A hub (one per server process) reads what is new in the append-only tables and hands
it to its sockets. ``wake`` makes it look at once; where no wake arrives (Redis down, hung or wiped, a process
killed between commit and wake) it looks every second anyway. So a hint may be lost, doubled or late.

Hints reach the hub of this process directly and those of others through one Redis channel. The channel layer is
not used: a hint needs neither groups nor a subscription for each socket, and must never hold its sender.
"""

import asyncio
import json
import logging
import os
import threading
import time
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, ClassVar, Self
from weakref import WeakKeyDictionary

import redis
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error as DatabaseError
from django.db.models import Model, Q, QuerySet
from redis import asyncio as async_redis

logger = logging.getLogger(__name__)

ORIGIN = uuid.uuid4().hex
WAKE = {"type": "wake"}


def wake() -> None:
    """Something was committed. From any thread of any process; never raises, never waits."""
    announce(WAKE)


def announce(message: dict[str, Any]) -> None:
    """Tells every hub, here and elsewhere, at most once and perhaps never; the same rules as ``wake``."""
    for hub in list(Hub.running.values()):
        with suppress(RuntimeError):  # its loop has just been closed
            hub.loop.call_soon_threadsafe(hub.hear, message)
    if settings.REDIS_URL:
        _publisher.put(message)


class Publisher:
    """A thread that publishes to Redis what callers leave here, so that no request ever waits for Redis.

    What waits already is not added again. While Redis fails it pauses, and forgets all but the newest.
    """

    PAUSE = 2.0
    KEEP = 200

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._pending: dict[bytes, None] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, message: dict[str, Any]) -> None:
        data = json.dumps({**message, "origin": origin()}).encode()
        with self._changed:
            self._pending.setdefault(data)
            while len(self._pending) > self.KEEP:
                del self._pending[next(iter(self._pending))]
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, args=(settings.REDIS_URL,), name="realtime-publisher", daemon=True
                )
                self._thread.start()

    def _run(self, url: str) -> None:
        client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending)
                batch, self._pending = self._pending, {}
            try:
                self._publish(client, list(batch))
            except (redis.RedisError, OSError) as error:
                logger.warning("Redis does not take hints (%s); pages follow within a second all the same.", error)
                time.sleep(self.PAUSE)

    @staticmethod
    def _publish(client: redis.Redis, batch: list[bytes]) -> None:
        pipeline = client.pipeline(transaction=False)
        for data in batch:
            pipeline.publish(settings.REALTIME_CHANNEL, data)
        pipeline.execute()


def origin() -> str:
    """Names this process, a forked one too, so that it knows its own hints when Redis brings them back."""
    return f"{ORIGIN}.{os.getpid()}"


_publisher = Publisher()
os.register_at_fork(after_in_child=_publisher._reset)


class Tail:
    """What is new in an append-only table, in the order of ids, each row once.

    A database gives ids before it commits, so a lower id may appear after a higher one. An id that was jumped
    over is therefore asked for by name for ``LATE`` seconds; the newest ``MAX_GAPS`` of them, which only a
    rolled back bulk exceeds.
    """

    LATE = 60.0
    MAX_GAPS = 1000
    LOOK_BACK = 200

    def __init__(self, rows: QuerySet[Any], *, clock: Callable[[], float] = time.monotonic) -> None:
        self.rows = rows
        self.clock = clock
        self.cursor = 0
        self.gaps: dict[int, float] = {}

    def skip(self) -> None:
        """To the end of the table: what is there now is not news, but what commits late still is."""
        ids = list(self.rows.order_by("-pk").values_list("pk", flat=True)[: self.LOOK_BACK])
        self.cursor, self.gaps = max(ids, default=0), {}
        if ids:
            self._open_gaps(set(range(min(ids), self.cursor)) - set(ids))

    def read(self, limit: int) -> list[Any]:
        """At most that many new rows; further ones come with the next call."""
        wanted = Q(pk__gt=self.cursor)
        if self.gaps:
            wanted |= Q(pk__in=list(self.gaps))
        rows: list[Model] = list(self.rows.filter(wanted).order_by("pk")[:limit])
        self._note([row.pk for row in rows])
        return rows

    def _note(self, ids: list[int]) -> None:
        for pk in ids:
            self.gaps.pop(pk, None)
        now = self.clock()
        self.gaps = {pk: until for pk, until in self.gaps.items() if until > now}
        newest = max(ids, default=0)
        if newest > self.cursor:
            first = max(self.cursor + 1, newest - self.MAX_GAPS)
            self.cursor = newest
            self._open_gaps(set(range(first, newest)) - set(ids))

    def _open_gaps(self, ids: set[int]) -> None:
        until = self.clock() + self.LATE
        self.gaps |= dict.fromkeys(sorted(ids), until)
        for pk in list(self.gaps)[: -self.MAX_GAPS]:
            del self.gaps[pk]


class Hub:
    """The open sockets of one event loop, and the one task that feeds them all; it runs while there are sockets.

    A subclass says what is read and who gets it: ``begin`` and ``look`` (both may use the database through
    ``in_thread``), ``received`` for announcements other than a wake. A failure is logged, and the next look
    comes all the same.
    """

    TICK = 1.0
    BREATH = 0.02  # looks follow one another no faster, so that a burst of wakes is one look
    RECONNECT = 1.0
    SILENCE = 5.0

    running: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, "Hub"]] = WeakKeyDictionary()
    threads: ClassVar[ThreadPoolExecutor | None] = ThreadPoolExecutor(2, thread_name_prefix="realtime")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.sockets: set[Any] = set()
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._starting = asyncio.Lock()
        self._hearing = True

    @classmethod
    def here(cls) -> Self:
        loop = asyncio.get_running_loop()
        hub = cls.running.get(loop)
        if not isinstance(hub, cls):
            hub = cls.running[loop] = cls(loop)
        return hub

    async def join(self, socket: Any) -> None:
        """From its return on, the socket is given all that is new."""
        async with self._starting:
            if not self._tasks:
                await self.begin()
                self._tasks = [asyncio.ensure_future(self._follow())]
                if settings.REDIS_URL:
                    self._tasks.append(asyncio.ensure_future(self._listen()))
            self.sockets.add(socket)

    def leave(self, socket: Any) -> None:
        self.sockets.discard(socket)
        if not self.sockets:
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    def hear(self, message: dict[str, Any]) -> None:
        """An announcement, on the hub's own loop."""
        if not self._tasks:
            return
        if message.get("type") == "wake":
            self._woken.set()
        else:
            self.received(message)

    async def begin(self) -> None:
        raise NotImplementedError

    async def look(self) -> None:
        raise NotImplementedError

    def received(self, message: dict[str, Any]) -> None:
        raise NotImplementedError

    async def in_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        """The hub has threads of its own for queries: a storm of connecting sockets can't delay its looks."""
        own = {"thread_sensitive": False, "executor": self.threads} if self.threads else {}
        return await database_sync_to_async(function, **own)(*args)

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self.TICK)
            self._woken.clear()
            await self.guarded(self.look)
            await asyncio.sleep(self.BREATH)

    async def guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """One event that can't be shown must not end the push of all others."""
        try:
            await work()
        except (DatabaseError, OSError) as error:
            logger.warning("Live pages wait for the database: %s", error)
        except Exception:
            logger.exception("Live push failed; going on with what comes next.")

    async def _listen(self) -> None:
        """Announcements of other processes; without them the tick alone must do."""
        while True:
            try:
                await self._listen_once()
            except (redis.RedisError, OSError, TimeoutError) as error:
                if self._hearing:
                    logger.warning("No hints from Redis (%s); looking every %s s.", error, self.TICK)
                self._hearing = False
            await asyncio.sleep(self.RECONNECT)

    async def _listen_once(self) -> None:
        """Until the connection is lost, or has been silent although it was asked for a sign of life."""
        client = async_redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
        async with client, client.pubsub(ignore_subscribe_messages=True) as subscription:
            await asyncio.wait_for(subscription.subscribe(settings.REALTIME_CHANNEL), 2)
            self._hearing = True
            self._woken.set()
            asked = False
            while True:
                message = await subscription.get_message(timeout=self.SILENCE)
                if message is not None:
                    asked = False
                    self._from_redis(message)
                elif asked:
                    raise TimeoutError("Redis does not answer")
                else:
                    asked = True
                    await asyncio.wait_for(subscription.ping(), 2)

    def _from_redis(self, message: dict[str, Any]) -> None:
        if message["type"] != "message":
            return
        try:
            announced = json.loads(message["data"])
        except ValueError:
            return
        if isinstance(announced, dict) and announced.pop("origin", None) != origin():
            self.hear(announced)
