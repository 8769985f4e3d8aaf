"""The table of who may do what, as data in ``tests/authorization.csv``, against every path of the product.

Cells: yes; no (403); missing (404, as for what doesn't exist); login (401, or sent to sign in); never (405).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from channels.db import database_sync_to_async
from django.contrib import admin
from django.db import connection, transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from escalations.models import EscalationEvent
from escalations.routing import websocket_urlpatterns
from helpninja.common import realtime
from helpninja.common.roles import Role, Scope
from tests import factories
from tests.escalations.live import ORIGIN, Live, cookie_of
from tests.worlds import World, make_world

TABLE = Path(__file__).parent.parent / "authorization.csv"
HTTP_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WRITES = ("INSERT", "UPDATE", "DELETE")
CLOSED_AS = {4401: "login", 4403: "no"}


def read_table():
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


ROWS = read_table()
ACTORS = [name for name in ROWS[0] if name not in ("what", "path", "methods", "body")]
HTTP_ROWS = [row for row in ROWS if row["methods"] != "WS"]
SOCKET_ROWS = [row for row in ROWS if row["methods"] == "WS"]


@dataclass(frozen=True)
class Caller:
    user: object = None
    key: str = ""

    def client(self) -> Client:
        client = Client(headers={"authorization": f"Bearer {self.key}"} if self.key else {})
        if self.user is not None:
            client.force_login(self.user)
        return client


def make_caller(name: str, world: World) -> Caller:
    """The agent holds the world's escalation; the outsider leads another team."""
    if name == "agent":
        return Caller(world.agent.user)
    if name == "outsider":
        elsewhere = factories.make_team("Elsewhere")
        return Caller(factories.make_agent("Olga Outside", role=Role.SUPERVISOR, teams=[elsewhere]).user)
    if name in ("senior agent", "supervisor"):
        return Caller(factories.make_agent(role=Role(name.capitalize())).user)
    if name in ("QA reviewer", "analyst", "admin"):
        return Caller(factories.make_user(Role(name[0].upper() + name[1:])))
    if name == "no role":
        return Caller(factories.make_user())
    if name == "anonymous":
        return Caller()
    return Caller(key=factories.make_key(Scope(name.removeprefix("key "))))


def outcome(response) -> str:
    if response.status_code == 401 or "/login/" in response.headers.get("Location", ""):
        return "login"
    if response.status_code == 500:
        return "error"
    return {403: "no", 404: "missing", 405: "never"}.get(response.status_code, "yes")


class Written:
    """The statements that write, but for those of sessions."""

    def __init__(self):
        self.statements = []

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(WRITES) and "django_session" not in sql:
            self.statements.append(sql)
        return execute(sql, params, many, context)


def ask(client: Client, method: str, path: str, body: str) -> tuple[str, list[str], int]:
    """What came of it, what was written, and how many events it made; then it is as if it had never been."""
    written, before, cookies = Written(), EscalationEvent.objects.count(), client.cookies.copy()
    form = method == "POST" and path.startswith("/admin/")
    with transaction.atomic():
        with connection.execute_wrapper(written):
            if form:
                response = client.post(path, {})
            else:
                response = client.generic(method, path, body or "{}", content_type="application/json")
        events = EscalationEvent.objects.count() - before
        transaction.set_rollback(True)
    client.cookies = cookies
    return outcome(response), written.statements, events


@pytest.fixture
def _undrawn(monkeypatch):
    """Who may open a page is decided before it is drawn; that all pages can be drawn is another test's matter."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    monkeypatch.setattr(admin.site, "each_context", lambda request: {})


@pytest.mark.django_db
@pytest.mark.usefixtures("_undrawn")
@pytest.mark.parametrize("actor", ACTORS)
def test_each_path_answers_as_the_table_says(actor):
    world = make_world()
    client = make_caller(actor, world).client()
    client.raise_request_exception = False
    wrong = []

    for row in HTTP_ROWS:
        path = row["path"].format(**vars(world))
        for method in row["methods"].split():
            came, written, events = ask(client, method, path, row["body"])
            if came != row[actor]:
                wrong.append(f"{method} {path} ({row['what']}): {came} instead of {row[actor]}")
            elif came != "yes" and (written or events):
                wrong.append(f"{method} {path}: refused, yet {written} and {events} events")

    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("actor", ACTORS)
async def test_each_socket_answers_as_the_table_says(actor, monkeypatch):
    monkeypatch.setattr(realtime.Hub, "threads", None)  # one thread for SQLite in memory
    world = await database_sync_to_async(make_world)()
    caller = await database_sync_to_async(make_caller)(actor, world)

    for row in SOCKET_ROWS:
        assert await _knock(row["path"], caller) == row[actor], row["path"]


async def _knock(path: str, caller: Caller) -> str:
    headers = [ORIGIN]
    if caller.key:
        headers = [(b"authorization", f"Bearer {caller.key}".encode())]
    elif caller.user is not None:
        headers.append(await database_sync_to_async(cookie_of)(caller.user))
    live = await Live(path, headers).open()
    first = await live.next()
    await live.close()
    return CLOSED_AS.get(first, "yes") if isinstance(first, int) else "yes"


def routes(patterns, prefix="") -> Iterator[tuple[str, str]]:
    """Every route of the resolver with every method that its view answers."""
    for pattern in patterns:
        route = URLResolver._join_route(prefix, str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            for method in methods_of(pattern.callback):
                yield route, method
        else:
            yield from routes(pattern.url_patterns, route)


def methods_of(view) -> list[str]:
    """Of a viewset its actions, of a class its handlers; a function may answer what browsers send."""
    if actions := getattr(view, "actions", None):
        return [method.upper() for method in actions if method != "head"]
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if cls is None:
        return ["GET", "POST"]
    return [method for method in HTTP_METHODS if hasattr(cls, method.lower())]


@pytest.mark.django_db
def test_every_path_and_method_has_a_row():
    world = make_world()

    mapped = {
        (resolve(row["path"].format(**vars(world)).partition("?")[0]).route, method)
        for row in HTTP_ROWS
        for method in row["methods"].split()
    }

    assert set(routes(get_resolver().url_patterns)) - mapped == set()


def test_every_socket_has_a_row():
    served = {f"/{pattern.pattern}" for pattern in websocket_urlpatterns}

    assert served - {row["path"] for row in SOCKET_ROWS} == set()
