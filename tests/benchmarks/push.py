"""How long a committed event takes to 1,000 open queue pages of one daphne process.

``python -m tests.benchmarks.push [--sockets 1000] [--events 60] [--people 100] [--stuck 0]``, with DATABASE_URL
(PostgreSQL) and REDIS_URL set. Three processes: this one commits events as any worker does, daphne pushes, the
third holds the sockets. Times are from the commit to the reading of the frame, on the one monotonic clock. Then
the same sockets and as many bytes from a bare asyncio server: what the machine itself takes just now.
"""

import argparse
import asyncio
import base64
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from tests.benchmarks.scratch import scratch_database

EVENT = re.compile(rb'{"type":"noted","event":(\d+)')
PAUSE = 0.25
PING, PONG = 9, 10


class Page(asyncio.Protocol):
    """As little of a client as can be: it notes when which event came."""

    def __init__(self, request: bytes, arrivals: list) -> None:
        self.request = request
        self.arrivals = arrivals
        self.rest = b""
        self.upgraded = False
        self.greeted = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data):
        now = time.monotonic()
        self.rest += data
        if not self.upgraded:
            if b"\r\n\r\n" not in self.rest:
                return
            self.upgraded, self.rest = True, self.rest.partition(b"\r\n\r\n")[2]
        while (frame := self.next_frame()) is not None:
            self.take(*frame, now)

    def next_frame(self) -> tuple[int, bytes] | None:
        """Opcode and payload; a server's frames are not masked."""
        if len(self.rest) < 4:
            return None
        length, start = self.rest[1], 2
        if length == 126:
            length, start = int.from_bytes(self.rest[2:4]), 4
        end = start + length
        if len(self.rest) < end:
            return None
        opcode, payload, self.rest = self.rest[0] & 15, self.rest[start:end], self.rest[end:]
        return opcode, payload

    def take(self, opcode: int, payload: bytes, now: float) -> None:
        if opcode == PING:
            self.transport.write(bytes((0x80 | PONG, 0x80 | len(payload))) + bytes(4) + payload)
        elif found := EVENT.match(payload):
            self.arrivals.append((int(found[1]), now))
        elif payload.startswith(b'{"type":"hello"') and not self.greeted.done():
            self.greeted.set_result(None)

    def connection_lost(self, error):
        if not self.greeted.done():
            self.greeted.set_exception(error or ConnectionError("closed before the hello"))


def handshake(port: int, cookie: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET /ws/queue HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"
        f"Cookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()


async def hold(port: int, sockets: int, stuck: int, cookies: list[str]) -> None:
    """Opens all, says so on its standard output, and tells what came once its standard input ends."""
    loop = asyncio.get_running_loop()
    arrivals: list[tuple[int, float]] = []
    gate = asyncio.Semaphore(20)

    async def open_one(number: int) -> Page:
        async with gate:
            request = handshake(port, cookies[number % len(cookies)])
            _, page = await loop.create_connection(lambda: Page(request, arrivals), "127.0.0.1", port)
            await asyncio.wait_for(page.greeted, 60)
            return page

    pages = await asyncio.gather(*(open_one(number) for number in range(sockets + stuck)))
    for page in pages[sockets:]:
        page.transport.pause_reading()
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps(arrivals), flush=True)


async def serve_bare(port: int, channel: str, url: str) -> None:
    """The least that any Python server must do: one subscription, the same bytes to every socket."""
    from redis import asyncio as async_redis

    class Bare(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            if data.startswith(b"GET"):
                self.transport.write(
                    b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + on_the_wire(b'{"type":"hello"}')
                )
                transports.add(self.transport)

        def connection_lost(self, error):
            transports.discard(self.transport)

    transports: set[asyncio.Transport] = set()
    await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port)
    async with async_redis.Redis.from_url(url) as client, client.pubsub() as subscription:
        await subscription.subscribe(channel)
        async for message in subscription.listen():
            if message["type"] == "message":
                frame = on_the_wire(message["data"])
                for transport in list(transports):
                    transport.write(frame)


def on_the_wire(payload: bytes) -> bytes:
    length = bytes((len(payload),)) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2)
    return b"\x81" + length + payload


def measure(arguments: argparse.Namespace) -> None:
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "postgresql" or not settings.REDIS_URL:
        sys.exit("Set DATABASE_URL to a PostgreSQL database, and REDIS_URL.")
    cookies, escalations = prepare(arguments.people)
    os.environ["DATABASE_URL"] = database_url(connection.settings_dict)
    os.environ["COOKIES"] = json.dumps(cookies)

    port = free_port()
    command = ["daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), "helpninja.asgi:application"]
    measure_server(
        "daphne", command, port, lambda number: commit(escalations[number % len(escalations)]), arguments
    )
    port, channel = free_port(), f"helpninja.benchmark.{os.getpid()}"
    command = ["tests.benchmarks.push", "--bare", str(port), "--channel", channel]
    measure_server("bare", command, port, lambda number: publish(channel, number), arguments)


def measure_server(
    name: str, command: list[str], port: int, send: Callable, arguments: argparse.Namespace
) -> None:
    """``send`` makes one event and says its number and when it was there to be told."""
    holding = ["tests.benchmarks.push", "--hold", str(port), "--sockets", str(arguments.sockets)]
    server = subprocess.Popen([sys.executable, "-m", *command])
    try:
        wait_for(port)
        began = time.monotonic()
        clients = subprocess.Popen(
            [sys.executable, "-m", *holding, "--stuck", str(arguments.stuck)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if clients.stdout.readline() != "open\n":
            sys.exit("The clients could not connect.")
        print(f"{name}: {arguments.sockets} sockets open after {time.monotonic() - began:.1f} s")
        time.sleep(3)
        used = cpu_seconds(server.pid)
        sent = {}
        for number in range(arguments.events):
            event, at = send(number)
            sent[event] = at
            time.sleep(PAUSE)
        time.sleep(3)
        used = cpu_seconds(server.pid) - used
        report(name, sent, json.loads(clients.communicate()[0]), arguments)
        print(f"{name}: {used / arguments.events * 1000:.0f} ms of CPU for each event and all else it did")
    finally:
        server.terminate()
        server.wait(30)


def publish(channel: str, number: int) -> tuple[int, float]:
    """As many bytes as a row's frame has."""
    import redis
    from django.conf import settings

    began = time.monotonic()
    frame = json.dumps({"type": "noted", "event": number, "row": "x" * 1500}, separators=(",", ":"))
    redis.Redis.from_url(settings.REDIS_URL).publish(channel, frame)
    return number, began


def prepare(people: int) -> tuple[list[str], list]:
    from django.conf import settings
    from django.test import Client

    from tests import factories

    cookies = []
    for _ in range(people):
        client = Client()
        client.force_login(factories.make_agent().user)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return cookies, [factories.make_escalation(summary="They asked twice. " * 15) for _ in range(20)]


def commit(escalation) -> tuple[int, float]:
    from django.db import transaction
    from django.utils import timezone

    from escalations.actions.events import append_event
    from escalations.enums import EventKind
    from helpninja.common.actors import SYSTEM

    committed: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.monotonic()))
        escalation.version += 1
        escalation.save(update_fields=["version"])
        event = append_event(escalation, EventKind.NOTED, by=SYSTEM, at=timezone.now())
    return event.pk, committed[0]


def report(name: str, committed: dict[int, float], arrivals: list, arguments: argparse.Namespace) -> None:
    waits: dict[int, list[float]] = {pk: [] for pk in committed}
    for pk, at in arrivals:
        if pk in committed:
            waits[pk].append((at - committed[pk]) * 1000)
    every = sorted(wait for each in waits.values() for wait in each)
    last = sorted(max(each) for each in waits.values() if each)
    expected = arguments.sockets * arguments.events
    print(f"{name}: {len(every)} of {expected} frames arrived")
    print(f"{name}: each frame p50 {statistics.median(every):.0f} ms, p99 {every[int(len(every) * 0.99)]:.0f} ms")
    print(f"{name}: the last of all sockets p50 {statistics.median(last):.0f} ms, max {last[-1]:.0f} ms")


def cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def database_url(database: dict) -> str:
    login = f"{database['USER']}:{database['PASSWORD']}@" if database["USER"] else ""
    return f"postgres://{login}{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}/{database['NAME']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The server does not answer.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--events", type=int, default=60)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--stuck", type=int, default=0, help="further sockets that never read")
    parser.add_argument("--hold", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--channel", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        asyncio.run(serve_bare(given.bare, given.channel, os.environ["REDIS_URL"]))
    elif given.hold:
        asyncio.run(hold(given.hold, given.sockets, given.stuck, json.loads(os.environ["COOKIES"])))
    else:
        with scratch_database():
            measure(given)
