"""The one way out: HTTP to addresses that people configure, and never into the host's own network."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore2
import httpx2
from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TOTAL_SECONDS = 10.0
MAX_RESPONSE_BYTES = 64 * 1024
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# What is_global and its companions miss, in one or another Python version.
NEVER_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in ("100.64.0.0/10", "192.88.99.0/24", "64:ff9b:1::/48", "2001::/23", "3fff::/20", "fec0::/10")
)


class OutgoingError(Exception):
    """No answer came; the text says why."""


class OutgoingRefused(OutgoingError):
    """We did not try: the address is not one that may be reached. ``reason`` says what is wrong with it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutgoingFailed(OutgoingError):
    """We tried: no such name, nobody there, too slow, or no HTTP."""


@dataclass(frozen=True)
class Reply:
    """``headers`` have lower-case names; ``body`` is cut off at the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(url: str, *, content: bytes, headers: Mapping[str, str], seconds: float = TOTAL_SECONDS) -> Reply:
    """As ``request`` does it: with its limits, and the errors that it raises."""
    return request("POST", url, content=content, headers=headers, seconds=seconds)


def request(
    method: str,
    url: str,
    *,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = TOTAL_SECONDS,
    max_bytes: int = MAX_RESPONSE_BYTES,
) -> Reply:
    """One exchange on a connection of its own, within ``seconds`` in all; redirects are answers, not followed.

    Raises OutgoingRefused or OutgoingFailed.
    """
    headers = {"Accept-Encoding": "identity", "User-Agent": "helpNINJA", **(headers or {})}
    try:
        with (
            httpx2.Client(
                transport=_GuardedTransport(_Deadline(seconds)),
                trust_env=False,
                follow_redirects=False,
                timeout=httpx2.Timeout(seconds, connect=seconds / 2),  # leaves time for a second address
            ) as client,
            client.stream(method, url, content=content, headers=headers) as response,
        ):
            body = _read(response.iter_raw(), max_bytes)
            return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)
    except httpx2.TimeoutException as error:
        raise OutgoingFailed(f"No answer within {seconds:g} s.") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
        raise OutgoingFailed(str(error) or type(error).__name__) from error


def refusal(address: Address) -> str:
    """Why nothing is sent there; empty when it may be."""
    address = _embedded(address)
    if any(address in network for network in _allowed_networks()):
        return ""
    public = (
        address.is_global
        and not (address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local)
        and not any(address in network for network in NEVER_PUBLIC)
    )
    return "" if public else f"{address} is not a public address."


def _embedded(address: Address) -> Address:
    """The IPv4 address to which an IPv6 one leads: mapped, 6to4 or NAT64; else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _allowed_networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(network) for network in settings.OUTGOING_ALLOWED_NETWORKS]


def _resolve(host: str, port: int) -> list[str]:
    """The addresses of the host, every one of them checked: one that is refused refuses the host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host} has no address: {error}") from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    for text in addresses:
        reason = refusal(ipaddress.ip_address(text))
        if reason:
            raise OutgoingRefused(reason)
    return addresses


class _Deadline:
    """Caps every wait of one exchange, so that a receiver that drips bytes gains nothing by it."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def cap(self, timeout: float | None) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("The time for the whole exchange is over.")
        return left if timeout is None else min(left, timeout)


class _GuardedBackend(httpcore2.NetworkBackend):
    """Connects to the very address that was checked: a name that resolves otherwise a moment later can't matter.

    Host header and TLS server name stay those of the URL.
    """

    def __init__(self, deadline: _Deadline) -> None:
        self._deadline = deadline
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failed: Exception = httpcore2.ConnectError(f"{host} has no address.")
        for address in _resolve(host, port):
            try:
                stream = self._backend.connect_tcp(
                    address, port, self._deadline.cap(timeout), local_address, socket_options
                )
                return _TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed


class _TimedStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.cap(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.cap(timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _GuardedTransport(httpx2.HTTPTransport):
    """httpx2 takes no network backend, so the pool is put in its place.

    ``HTTPTransport.__init__`` is left out on purpose: should httpx2 one day look for its pool elsewhere, it
    finds none and fails, instead of connecting unguarded.
    """

    def __init__(self, deadline: _Deadline) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_ssl_context(), network_backend=_GuardedBackend(deadline), max_connections=1
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.scheme not in ("http", "https") or not request.url.host:
            raise OutgoingRefused("Only http:// and https:// addresses are used.")
        return super().handle_request(request)


@cache
def _ssl_context() -> ssl.SSLContext:
    """Loading the certificates takes longer than a request."""
    return httpx2.create_ssl_context(trust_env=False)


def _read(chunks: Iterable[bytes], limit: int) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= limit:
            break
    return body[:limit]
