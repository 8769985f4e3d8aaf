"""The overview's data, asked over HTTP of a server process, or in this one of the rows alone."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from rest_framework.test import APIClient

from analytics.models import RollupState
from tests.benchmarks.analytics.databases import World, switch
from tests.benchmarks.analytics.timing import timed
from tests.benchmarks.push import free_port, wait_for

PATH = "/api/v1/escalations/analytics"
METRICS = ["volume", "satisfaction", "resolution_time", "cost"]
ZONE = "America/New_York"
# The 24 months are those that have work in them.
WINDOWS = {"30 days": 30, "24 months": 730}

Body = dict[str, Any]
Answer = dict[str, Any]


def body(world: World, window: str, filters: dict[str, str] | None = None) -> Body:
    """Whole days up to the last one with work."""
    first = world.last - timedelta(days=WINDOWS[window] - 1)
    return {
        "start_date": first.isoformat(),
        "end_date": world.last.isoformat(),
        "timezone": ZONE,
        "filters": filters or {},
        "metrics": METRICS,
    }


@dataclass(frozen=True)
class Service:
    """A server process on one database."""

    port: int
    key: str

    def answer(self, asked: Body) -> Answer:
        return self._post(self._connection(), json.dumps(asked))

    def times(self, asked: Body, count: int) -> list[float]:
        """Of requests one after another on one connection that is open and warm."""
        connection, text = self._connection(), json.dumps(asked)
        self._post(connection, text)
        found = timed(lambda: self._post(connection, text), count)
        connection.close()
        return found

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def _post(self, connection: http.client.HTTPConnection, text: str) -> Answer:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        connection.request("POST", PATH, text, headers)
        response = connection.getresponse()
        content = json.loads(response.read())
        assert response.status == 200, content
        return content


@contextmanager
def served(world: World) -> Iterator[Service]:
    """One process of the HTTP server as it is deployed, on a port of its own."""
    port = free_port()
    config = [
        "--config",
        "helpninja/deploy/gunicorn.conf.py",
        "--bind",
        f"127.0.0.1:{port}",
        "--timeout",
        "600",
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *config, "--no-control-socket", "helpninja.wsgi"],
        env={**os.environ, "DATABASE_URL": world.url, "WEB_PROCESSES": "1", "DEBUG": "0"},
    )
    try:
        wait_for(port)
        yield Service(port, world.key)
    finally:
        server.terminate()
        server.wait(30)


def counted_raw(world: World, asked: Body) -> Answer:
    """The same view's answer by the ORM from the rows, without a server between."""
    switch(world.name)
    with rows_alone():
        client = APIClient(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {world.key}")
        response = client.post(PATH, asked, format="json")
    assert response.status_code == 200, response.json()
    return response.json()


@contextmanager
def rows_alone() -> Iterator[None]:
    """No rollups answer on this connection: an empty table that it alone sees hides their state."""
    table = RollupState._meta.db_table
    hidden = f"{'temp' if connection.vendor == 'sqlite' else 'pg_temp'}.{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {table} LIMIT 0")
        try:
            yield
        finally:
            cursor.execute(f"DROP TABLE {hidden}")


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two answers are not the same but for the rounding of floats."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = dict.fromkeys((*one, *other))
        return [line for key in keys for line in differences(one.get(key), other.get(key), f"{path}/{key}")]
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [line for at, pair in pairs for line in differences(*pair, f"{path}/{at}")]
    if isinstance(one, int | float) and isinstance(other, int | float):
        return [] if abs(one - other) <= 1e-9 * max(1, abs(one)) else [f"{path}: {one} and {other}"]
    return [] if one == other else [f"{path}: {one} and {other}"]
