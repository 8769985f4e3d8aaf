"""``manage.py serve`` as its user starts it: a process of its own on a database of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

PATIENCE = 90.0


def environment_in(folder: Path) -> dict[str, str]:
    """The small size, with nothing set but a database file to throw away."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**inherited, "DATABASE_URL": f"sqlite:///{folder / 'serve.sqlite3'}"}


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    return environment_in(tmp_path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> dict[str, str]:
    """An environment whose database is migrated."""
    environment = environment_in(tmp_path_factory.mktemp("installed"))
    manage(environment, "migrate", "-v0").check_returncode()
    return environment


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@contextmanager
def served(environment: dict[str, str], port: int, log: Path) -> Iterator[subprocess.Popen]:
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def wait_until_ready(process: subprocess.Popen, port: int) -> dict:
    """Asks again and again, as whoever deploys it does; fails when it dies or takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            status, body = get(port, "/readyz")
        except OSError:
            status = 0
        if status == 200:
            return json.loads(body)
        time.sleep(0.1)
    raise AssertionError(f"not ready; exit status {process.poll()}")


def test_serve_becomes_ready_and_stops_when_asked(installed, port, tmp_path):
    log = tmp_path / "serve.log"
    before = set(settings.BASE_DIR.iterdir())

    with served(installed, port, log) as process:
        ready = wait_until_ready(process, port)
        style, _ = get(port, "/static/admin/css/base.css")
        page, _ = get(port, "/admin/login/")
        process.send_signal(signal.SIGTERM)
        status = process.wait(PATIENCE)

    assert ready["checks"] == {"database": "ok", "schema": "ok", "jobs": "ok"}
    assert (style, page, status) == (200, 200, 0)
    assert log.read_text().startswith(f"helpNINJA is at http://127.0.0.1:{port}/ (stop with Ctrl-C)\n")
    assert "Traceback" not in log.read_text()
    assert {path for path in settings.BASE_DIR.iterdir() if "beat" in path.name} <= before


def test_serve_refuses_an_unmigrated_database(environment, port):
    refused = manage(environment, "serve", "--port", str(port))

    assert refused.returncode == 1
    assert "refuses to start: the database lacks" in refused.stderr
    assert "manage.py migrate" in refused.stderr


def test_serve_says_that_the_port_is_taken(installed):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = manage(installed, "serve", "--port", str(port))

    assert refused.returncode == 1
    assert f"127.0.0.1:{port} is taken by another program" in refused.stderr
