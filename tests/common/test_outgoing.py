"""What leaves the host, and where it may not go."""

import ipaddress
import socket
import ssl
import threading
import time

import pytest

from helpninja.common import outgoing
from tests.receiver import receiver, say


@pytest.fixture(name="receiver")
def running_receiver():
    with receiver() as server:
        yield server


@pytest.fixture
def loopback_allowed(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = ["127.0.0.0/8"]


def _post(url, **options):
    return outgoing.post(url, content=b"{}", headers={"X-Test": "1"}, **options)


def _resolves_to(monkeypatch, *answers):
    """Each call of getaddrinfo gives the next answer, the last one for ever; returns the hosts asked for."""
    asked, real = [], socket.getaddrinfo

    def getaddrinfo(host, port, *args, **kwargs):
        if host != "hooks.example.com":
            return real(host, port, *args, **kwargs)
        asked.append(host)
        address = answers[min(len(asked), len(answers)) - 1]
        return real(address, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.usefixtures("loopback_allowed")
def test_a_post_arrives_with_its_headers_and_brings_the_answer(receiver):
    receiver.answer = lambda request: say(request, 202, b"thanks", **{"Retry-After": "7"})

    reply = _post(receiver.url)

    path, headers, body = receiver.seen[0]
    assert (path, headers["x-test"], body) == ("/hook", "1", b"{}")
    assert (reply.status, reply.headers["retry-after"], reply.body) == (202, "7", b"thanks")


@pytest.mark.usefixtures("loopback_allowed")
def test_a_redirect_is_an_answer_and_is_not_followed(receiver):
    receiver.answer = lambda request: say(request, 307, Location="/elsewhere")

    reply = _post(receiver.url)

    assert reply.status == 307
    assert [path for path, _, _ in receiver.seen] == ["/hook"]


@pytest.mark.usefixtures("loopback_allowed")
def test_a_long_answer_is_cut_off(receiver):
    receiver.answer = lambda request: say(request, 200, b"x" * 200_000)

    assert _post(receiver.url).body == b"x" * outgoing.MAX_RESPONSE_BYTES


@pytest.mark.usefixtures("loopback_allowed")
def test_a_proxy_from_the_environment_is_not_used(receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    assert _post(receiver.url).status == 200


@pytest.mark.usefixtures("loopback_allowed")
def test_a_receiver_that_drips_its_answer_has_no_more_than_the_whole_time(receiver):
    ended = threading.Event()

    def drip(request):
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        try:
            while not ended.wait(0.05):
                request.wfile.write(b"x")
        except OSError:
            ended.set()

    receiver.answer = drip
    started = time.monotonic()

    with pytest.raises(outgoing.OutgoingFailed, match=r"within 0\.5 s"):
        _post(receiver.url, seconds=0.5)

    assert time.monotonic() - started < 5
    ended.set()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff0e::1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b:1::1]",
        "[2002:a00:1::]",
        "[2001::1]",
        "2130706433",
        "0x7f.1",
        "127.1",
        "017700000001",
    ],
)
def test_what_is_not_public_is_refused(host):
    with pytest.raises(outgoing.OutgoingRefused, match="is not a public address"):
        _post(f"http://{host}:9/")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"]
)
def test_public_addresses_are_not_refused(address):
    assert outgoing.refusal(ipaddress.ip_address(address)) == ""


def test_an_allowed_network_opens_only_itself(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = ["10.1.0.0/16", "fd00:1::/32"]

    addresses = ("10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5", "10.2.0.1", "fd00:2::5", "127.0.0.1")
    refused = [address for address in addresses if outgoing.refusal(ipaddress.ip_address(address))]

    assert refused == ["10.2.0.1", "fd00:2::5", "127.0.0.1"]


def test_a_name_that_leads_to_a_private_address_is_refused(receiver, monkeypatch):
    _resolves_to(monkeypatch, "127.0.0.1")

    with pytest.raises(outgoing.OutgoingRefused):
        _post(f"http://hooks.example.com:{receiver.server_port}/")

    assert receiver.seen == []


def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch):
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)

    with pytest.raises(outgoing.OutgoingRefused, match=r"10\.0\.0\.1"):
        _post("http://hooks.example.com/")


@pytest.mark.usefixtures("loopback_allowed")
def test_the_name_is_resolved_once_and_the_checked_address_is_connected(receiver, monkeypatch):
    asked = _resolves_to(monkeypatch, "127.0.0.1", "10.255.255.1")

    reply = _post(f"http://hooks.example.com:{receiver.server_port}/hook")

    assert reply.status == 200
    assert asked == ["hooks.example.com"]
    assert receiver.seen[0][1]["host"] == f"hooks.example.com:{receiver.server_port}"


@pytest.mark.usefixtures("loopback_allowed")
def test_over_tls_the_server_is_asked_for_by_its_name(monkeypatch):
    _resolves_to(monkeypatch, "127.0.0.1")
    names = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.sni_callback = lambda connection, name, _: names.append(name)
            raw, _ = server.accept()
            with pytest.raises(OSError), context.wrap_socket(raw, server_side=True):
                pass  # it has no certificate, so the handshake ends after the name was said

        thread = threading.Thread(target=accept)
        thread.start()
        with pytest.raises(outgoing.OutgoingFailed):
            _post(f"https://hooks.example.com:{server.getsockname()[1]}/")
        thread.join(10)

    assert names == ["hooks.example.com"]


@pytest.mark.parametrize(
    "url", ["ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "http://", "nonsense"]
)
def test_only_http_and_https_are_used(url):
    with pytest.raises(outgoing.OutgoingRefused):
        _post(url)


@pytest.mark.parametrize(
    "url", ["http://no-such-name.invalid/", "http://8.8.8.8:99999/", "http://[::/", "http://\x00/"]
)
def test_an_address_that_leads_nowhere_fails_with_a_reason(url, monkeypatch):
    def nobody(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)

    with pytest.raises(outgoing.OutgoingFailed, match=r"."):
        _post(url)


@pytest.mark.usefixtures("loopback_allowed")
def test_when_nobody_listens_it_fails():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(outgoing.OutgoingFailed):
        _post(f"http://127.0.0.1:{port}/")
