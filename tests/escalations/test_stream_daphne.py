"""The stream on a real daphne: what only a real connection shows, such as a reader that does not read."""

import os
import re
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.conftest import run, serve

# More than the connection's buffers, the kernel's on both sides, and what may wait for one reader (256 frames).
REPLIES, LETTERS = 430, 30_000

SEED = """
from helpninja.common.roles import Scope
from tests import factories
print(factories.make_key(Scope.ESCALATIONS_READ, source=""))
"""
REPLY = f"""
from django.utils import timezone
from escalations.actions.events import append_event
from escalations.enums import Author, EventKind
from helpninja.common.actors import SYSTEM
from tests import factories
escalation = factories.make_escalation()
for number in range({REPLIES}):
    message = factories.make_message(escalation.conversation, "x" * {LETTERS}, author=Author.AGENT)
    escalation.version += 1
    append_event(escalation, EventKind.REPLIED, by=SYSTEM, at=timezone.now(), message=message)
"""


def test_a_reader_that_does_not_read_is_cut_off_and_holds_up_nobody(migrated, tmp_path):
    with site(migrated, tmp_path) as (env, address, key):
        stuck, reader = connect(address, key), connect(address, key)
        versions: list[int] = []
        reading = threading.Thread(target=read_versions, args=(reader, versions, REPLIES), daemon=True)
        reading.start()

        run(env, "manage.py", "shell", "-v0", "-c", REPLY)
        reading.join(60)
        left: list[int] = []
        read_versions(stuck, left, REPLIES)

    assert versions == list(range(2, REPLIES + 2))
    assert left == versions[: len(left)]
    assert len(left) < REPLIES


@contextmanager
def site(migrated, folder) -> Iterator[tuple[dict[str, str], tuple[str, int], str]]:
    """The environment of its processes, where it listens, and a key that may read."""
    with migrated.copy() as database_url:
        env = {**os.environ, "DATABASE_URL": database_url, "INSTALLATION": f"test-{uuid.uuid4().hex}"}
        key = run(env, "manage.py", "shell", "-v0", "-c", SEED).split()[-1]
        with serve(env, folder / "serve.log") as url:
            host, _, port = url.removeprefix("http://").partition(":")
            yield env, (host, int(port)), key


def connect(address: tuple[str, int], key: str) -> socket.socket:
    """Past the hello."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    connection.settimeout(30)
    connection.connect(address)
    connection.sendall(
        f"GET /v1/escalations/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    received = b""
    while b'"hello"' not in received:
        received += connection.recv(1)
    return connection


def read_versions(connection: socket.socket, versions: list[int], count: int) -> None:
    """Until there are so many, or the connection is ended; ``version`` stands once in a frame, at its front."""
    rest = b""
    try:
        while len(versions) < count and (data := connection.recv(1 << 16)):
            rest += data
            for found in re.finditer(rb'"version":(\d+),', rest):
                versions.append(int(found[1]))
                cut = found.end()
            if versions and b'"version":' in rest:
                rest = rest[cut:]
            rest = rest[-200:]
    except OSError:
        return
