"""Who may open a socket: programs bring a key and need no origin, pages bring a session and must prove theirs."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.security.websocket import AllowedHostsOriginValidator

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def key_or_session(inner: Application) -> Application:
    """Puts into the scope ``api_key`` (a key's text, or nothing; without one, ``user`` and ``session``) and
    ``server_send``, the server's own, before any middleware.
    """
    pages = AllowedHostsOriginValidator(AuthMiddlewareStack(inner))

    async def choose(scope: dict[str, Any], receive: Any, send: Any) -> None:
        key = presented_key(scope)
        await (inner if key else pages)(dict(scope, api_key=key, server_send=send), receive, send)

    return choose


def presented_key(scope: dict[str, Any]) -> str:
    """The API key that the handshake carries, unchecked, or nothing.

    ``Authorization: Bearer <key>``; or Basic, which is what clients make of ``wss://key:<key>@host/``, so that
    a program that can only be given a URL needs no other change; or, from browsers, the subprotocols
    ``bearer, <key>``.
    """
    header: str = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    scheme, _, text = header.partition(" ")
    match scheme.lower():
        case "bearer":
            return text.strip()
        case "basic":
            return _password(text.strip())
    offered: list[str] = scope.get("subprotocols", [])
    return offered[1] if len(offered) == 2 and offered[0].lower() == "bearer" else ""


def _password(text: str) -> str:
    try:
        user, _, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password or user


async def nowhere(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Ends the handshake of a socket that has no consumer, with 403."""
    await send({"type": "websocket.close"})
