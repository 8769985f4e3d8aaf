"""What a socket still has to be sent: bounded, so that a stuck reader holds up nobody and fills no memory."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any

from autobahn.websocket.protocol import PreparedMessage
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.tcp import Connection

# Frames that may wait for one reader.
SIZE = 256
CLOSE_SLOW = 4008


class Frame:
    """A text for many sockets; put on the wire's form once for all of them."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def wire(self) -> bytes:
        message = PreparedMessage(self.text.encode(), isBinary=False, applyMask=False, doNotCompress=True)
        return bytes(message.payloadHybi)


class Outbox:
    """For any ASGI server: a task of its own sends, and waits where the server lets it wait.

    ``put`` says False when the reader is too far behind; whoever keeps the socket closes it.
    """

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._queue: asyncio.Queue[Frame] = asyncio.Queue(SIZE)
        self._task = asyncio.ensure_future(self._drain())

    def put(self, frame: Frame) -> bool:
        try:
            self._queue.put_nowait(frame)
        except asyncio.QueueFull:
            return False
        return True

    def close(self) -> None:
        self._task.cancel()

    async def _drain(self) -> None:
        while True:
            await self._send((await self._queue.get()).text)


class DaphneOutbox:
    """For daphne, whose ``send`` never waits and so would buffer without end for a stuck reader.

    It writes to the connection itself, which is also several times faster, and is told by it (as Twisted's push
    producer) when the reader lags and when it has caught up.
    """

    def __init__(self, protocol: WebSocketProtocol) -> None:
        self._protocol = protocol
        self._waiting: deque[Frame] = deque()
        self._paused = False
        protocol.transport.unregisterProducer()  # the HTTP channel that the socket began as
        protocol.transport.registerProducer(self, True)

    def put(self, frame: Frame) -> bool:
        if not self._paused:
            self._write(frame)
        elif len(self._waiting) < SIZE:
            self._waiting.append(frame)
        else:
            return False
        return True

    def close(self) -> None:
        self._waiting.clear()
        self._protocol.transport.unregisterProducer()

    def pauseProducing(self) -> None:  # noqa: N802
        self._paused = True

    def resumeProducing(self) -> None:  # noqa: N802
        self._paused = False
        while self._waiting and not self._paused:
            self._write(self._waiting.popleft())

    def _write(self, frame: Frame) -> None:
        """Not by ``sendPreparedMessage``, which takes as long to write its log as to write the frame; and at once
        where nothing waits in the connection, as asking the reactor for a turn costs four times the sending.
        """
        if self._protocol.state != WebSocketProtocol.STATE_OPEN:
            return
        transport = self._protocol.transport
        sent: Any = 0
        if isinstance(transport, Connection) and not transport.dataBuffer and not transport._tempDataBuffer:
            sent = transport.writeSomeData(frame.wire)
            if not isinstance(sent, int):  # the connection is lost, which ``write`` will find too
                sent = 0
        if sent < len(frame.wire):
            transport.write(frame.wire[sent:])

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is lost; the consumer hears of it and closes this."""


def outbox_for(server_send: Any, send: Callable[[str], Awaitable[None]]) -> Outbox | DaphneOutbox:
    """``server_send`` is the ASGI server's own; ``send`` takes a text and may pass through middleware."""
    protocol = next(iter(getattr(server_send, "args", ())), None)
    return DaphneOutbox(protocol) if isinstance(protocol, WebSocketProtocol) else Outbox(send)
