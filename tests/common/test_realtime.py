import asyncio
import json
import logging
import threading
import time

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group

from helpninja.common import realtime
from helpninja.common.realtime import Hub, Publisher, Tail
from helpninja.common.sockets import presented_key

# Nothing listens there, and connecting is refused at once.
CLOSED_PORT = "redis://127.0.0.1:1/0"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def add(pk):
    Group.objects.create(pk=pk, name=f"row {pk}")


def make_tail(clock=None):
    tail = Tail(Group.objects.filter(name__startswith="row "), clock=clock or Clock())
    tail.skip()
    return tail


def read(tail, limit=100):
    return [row.pk for row in tail.read(limit)]


@pytest.mark.django_db
class TestTail:
    def test_what_was_there_before_is_not_news(self):
        add(1000)

        assert read(make_tail()) == []

    def test_each_new_row_comes_once_in_the_order_of_ids(self):
        tail = make_tail()
        add(1001)
        add(1002)

        assert read(tail) == [1001, 1002]
        assert read(tail) == []

    def test_a_lower_id_that_commits_late_is_not_lost(self):
        add(1000)
        tail = make_tail()
        add(1003)
        assert read(tail) == [1003]

        add(1001)
        assert read(tail) == [1001]

        add(1002)
        add(1004)
        assert read(tail) == [1002, 1004]
        assert read(tail) == []

    def test_an_id_missing_when_it_began_may_still_come(self):
        add(1000)
        add(1002)
        tail = make_tail()
        add(1001)

        assert read(tail) == [1001]

    def test_an_id_that_was_rolled_back_is_forgotten(self):
        clock = Clock()
        add(1000)
        tail = make_tail(clock)
        add(1002)
        read(tail)
        assert list(tail.gaps) == [1001]

        clock.now += Tail.LATE + 1
        read(tail)

        assert tail.gaps == {}

    def test_no_more_gaps_are_kept_than_one_query_can_ask_for(self):
        add(1000)
        tail = make_tail()
        add(50_000)
        read(tail)

        assert len(tail.gaps) == Tail.MAX_GAPS
        add(49_999)
        assert read(tail) == [49_999]

    def test_what_exceeds_the_limit_comes_next(self):
        tail = make_tail()
        for pk in (2001, 2002, 2003):
            add(pk)

        assert read(tail, limit=2) == [2001, 2002]
        assert read(tail, limit=2) == [2003]

    def test_looking_costs_one_query(self, django_assert_num_queries):
        add(1000)
        tail = make_tail()
        add(1005)
        read(tail)

        with django_assert_num_queries(1):
            read(tail)


class CountingHub(Hub):
    """Looks are counted; a tick so long that only wakes can cause one."""

    TICK = 600.0
    threads = None

    def __init__(self, loop):
        super().__init__(loop)
        self.looks = asyncio.Queue()
        self.heard = asyncio.Queue()

    async def begin(self):
        pass

    async def look(self):
        self.looks.put_nowait("looked")

    def received(self, message):
        self.heard.put_nowait(message)


@pytest.fixture
async def hub():
    hub = CountingHub.here()
    await hub.join("socket")
    yield hub
    hub.leave("socket")


class TestWake:
    async def test_from_a_plain_thread_the_hub_looks_at_once(self, hub):
        thread = threading.Thread(target=realtime.wake)
        thread.start()

        assert await asyncio.wait_for(hub.looks.get(), 5) == "looked"
        thread.join()

    async def test_a_burst_is_few_looks(self, hub):
        for _ in range(500):
            realtime.wake()
        await asyncio.wait_for(hub.looks.get(), 5)
        realtime.announce({"type": "after"})
        await asyncio.wait_for(hub.heard.get(), 5)

        assert hub.looks.qsize() <= 2

    def test_without_any_hub_nothing_happens(self):
        realtime.wake()

    async def test_without_wakes_the_tick_looks(self):
        hub = CountingHub.here()
        hub.TICK = 0.01
        await hub.join("socket")

        assert await asyncio.wait_for(hub.looks.get(), 5) == "looked"
        hub.leave("socket")

    async def test_a_failing_look_does_not_end_the_following_ones(self, hub, caplog):
        async def fail():
            hub.looks.put_nowait("failed")
            raise ValueError("nobody expected this")

        hub.look = fail
        realtime.wake()
        assert await asyncio.wait_for(hub.looks.get(), 5) == "failed"

        realtime.wake()
        assert await asyncio.wait_for(hub.looks.get(), 5) == "failed"
        assert "nobody expected this" in caplog.text

    async def test_after_the_last_socket_left_it_rests(self, hub):
        hub.leave("socket")

        hub.hear({"type": "other"})

        assert hub.heard.empty()
        assert not hub._tasks

    async def test_redis_down_holds_nobody_and_loses_nothing_here(self, hub, settings, monkeypatch):
        settings.REDIS_URL = CLOSED_PORT
        monkeypatch.setattr(realtime, "_publisher", Publisher())
        began = time.monotonic()

        await sync_to_async(realtime.wake)()

        assert time.monotonic() - began < 1
        assert await asyncio.wait_for(hub.looks.get(), 5) == "looked"

    async def test_redis_hung_holds_nobody(self, settings, monkeypatch):
        async def never_answer(reader, writer):
            await reader.read()
            writer.close()

        server = await asyncio.start_server(never_answer, "127.0.0.1", 0)
        settings.REDIS_URL = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        monkeypatch.setattr(realtime, "_publisher", Publisher())
        began = time.monotonic()

        for _ in range(100):
            await sync_to_async(realtime.wake)()

        assert time.monotonic() - began < 1
        server.close()

    async def test_the_listener_says_once_that_redis_is_gone_and_tries_again(self, settings, caplog):
        settings.REDIS_URL = CLOSED_PORT
        hub = CountingHub.here()
        hub.RECONNECT = 0.01
        tries = asyncio.Queue()
        listen_once = hub._listen_once

        async def counted():
            tries.put_nowait("tried")
            await listen_once()

        hub._listen_once = counted
        with caplog.at_level(logging.WARNING, "helpninja.common.realtime"):
            await hub.join("socket")
            for _ in range(3):
                await asyncio.wait_for(tries.get(), 5)
        hub.leave("socket")

        assert caplog.text.count("No hints from Redis") == 1


class TestFromRedis:
    def message(self, text):
        return {"type": "message", "data": text.encode()}

    async def test_what_others_announce_is_heard(self, hub):
        hub._from_redis(self.message('{"type": "other", "origin": "elsewhere"}'))

        assert hub.heard.get_nowait() == {"type": "other"}

    @pytest.mark.parametrize("text", ["", "[]", "7", "{", "its own voice"])
    async def test_nonsense_and_its_own_voice_are_not(self, hub, text):
        text = text.replace("its own voice", json.dumps({"type": "other", "origin": realtime.origin()}))
        hub._from_redis(self.message(text))

        assert hub.heard.empty()


def test_announcements_that_wait_already_are_not_added_again():
    publisher = Publisher()
    publisher._thread = threading.current_thread()

    for _ in range(3):
        publisher.put(realtime.WAKE)

    assert len(publisher._pending) == 1


def scope(*headers, subprotocols=()):
    return {"headers": list(headers), "subprotocols": list(subprotocols)}


@pytest.mark.parametrize(
    ("handshake", "key"),
    [
        (scope(), ""),
        (scope((b"authorization", b"Bearer hn_a_b")), "hn_a_b"),
        (scope((b"authorization", b"Basic a2V5OmhuX2FfYg==")), "hn_a_b"),
        (scope((b"authorization", b"Basic aG5fYV9iOg==")), "hn_a_b"),
        (scope((b"authorization", b"Basic !!")), ""),
        (scope((b"authorization", b"Digest x")), ""),
        (scope(subprotocols=["bearer", "hn_a_b"]), "hn_a_b"),
        (scope(subprotocols=["graphql-ws", "hn_a_b"]), ""),
        (scope(subprotocols=["bearer"]), ""),
    ],
)
def test_presented_key(handshake, key):
    assert presented_key(handshake) == key
