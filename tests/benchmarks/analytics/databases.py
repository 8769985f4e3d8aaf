"""Databases of given sizes on the server that DATABASE_URL names, with work in them and their rollups built.

The database that DATABASE_URL names is not touched. On SQLite each is a file in a temporary directory.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from analytics.actions import rollups
from escalations.models import Conversation
from helpninja.common.models import ApiKey
from helpninja.common.roles import Scope
from tests.benchmarks.analytics import worlds
from tests.benchmarks.push import database_url

DEFAULT_SIZES = [100_000, 1_000_000, 10_000_000]
# The last of the work lies so far back that no deadline passes while it is measured.
SETTLED = timedelta(hours=1)


@dataclass(frozen=True)
class World:
    """``size`` conversations, the last one on ``last`` (in UTC); ``key`` reads analytics over the API."""

    size: int
    name: str
    url: str
    key: str
    last: date


def arguments(description: str, sizes: list[int] = DEFAULT_SIZES) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=sizes, help="conversations")
    parser.add_argument("--keep", action="store_true", help="leave the databases, and use those left before")
    return parser


@contextmanager
def opened(sizes: list[int], *, keep: bool) -> Iterator[list[World]]:
    """To be read alone: what is kept stays as it was made."""
    with ExitStack() as stack:
        yield [stack.enter_context(_file(size) if is_sqlite() else _database(size, keep)) for size in sizes]


@contextmanager
def copied(size: int, *, keep: bool) -> Iterator[World]:
    """To be written to, and dropped; a copy of the kept one where such are kept."""
    with opened([size], keep=keep) as (found,):
        if not keep:
            yield found
            return
        name = f"{found.name}_{os.getpid()}"
        connection.close()
        with _dropped(name):
            _tell_server(f"CREATE DATABASE {name} TEMPLATE {found.name}")
            yield _filled(size, name)


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


@contextmanager
def _file(size: int) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        yield _filled(size, str(Path(folder) / "helpninja.sqlite3"))
        connection.close()


@contextmanager
def _database(size: int, keep: bool) -> Iterator[World]:
    """Made where it was not kept; its rollups are of the code that runs."""
    name = f"helpninja_benchmark_{size}"
    if not keep:
        name = f"{name}_{os.getpid()}"
        with _dropped(name):
            _tell_server(f"CREATE DATABASE {name}")
            yield _filled(size, name)
        return
    with _server("postgres") as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])  # others may want it too
        if not _is_whole(name, size):
            _tell_server(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        found = _filled(size, name)
    yield found


@contextmanager
def _dropped(name: str) -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()
        _tell_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def switch(name: str) -> None:
    """From now on Django's connection is to that database, and none of a pool."""
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name
        connection.settings_dict["OPTIONS"].pop("pool", None)


def _filled(size: int, name: str) -> World:
    switch(name)
    call_command("migrate", verbosity=0, interactive=False)
    now = timezone.now()
    if not Conversation.objects.exists():
        worlds.make(size, end=now - SETTLED)
    if not rollups.are_built():
        worlds.build(now=now)
    while rollups.fold(now=now):
        pass
    assert rollups.are_built() and not rollups.are_behind()
    last = Conversation.objects.latest("started_at").started_at.date()
    url = f"sqlite:///{name}" if is_sqlite() else database_url(connection.settings_dict)
    return World(size, name, url, _key(), last)


def _key() -> str:
    name = f"benchmark {os.getpid()}"
    ApiKey.objects.filter(name=name).delete()
    key, text = ApiKey.issue(name=name, scopes=[str(Scope.ANALYTICS_READ)], source="benchmark")
    key.save()
    return text


def _is_whole(name: str, size: int) -> bool:
    """Whether a database of that name has all its conversations, rather than being broken off halfway."""
    try:
        with _server(name) as server:
            last = server.execute("SELECT count(*), max(id) FROM escalations_conversation").fetchone()
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return False
    return last == (size, size)


def _tell_server(*statements: str) -> None:
    with _server("postgres") as server:
        for statement in statements:
            server.execute(statement)


def _server(name: str) -> psycopg.Connection:
    return psycopg.connect(database_url({**connection.settings_dict, "NAME": name}), autocommit=True)
