"""``manage.py demo``: what it loads and when, what it refuses, what it says."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from billing.models import Customer
from escalations.models import Conversation
from helpninja import health, serving
from helpninja.common.models import ApiKey, AuditEntry
from helpninja.common.roles import Role
from helpninja.demo import loading
from helpninja.demo.people import LOGINS, PASSWORD, make_staff
from helpninja.demo.simulation import running
from helpninja.management.commands import demo
from tests.factories import make_customer, make_key, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


@pytest.fixture
def served(monkeypatch):
    """Instead of serving: the addresses asked for, and what is said when the server is ready."""
    calls = []

    def run(host, port, on_ready):
        calls.append((host, port))
        on_ready()

    monkeypatch.setattr(serving, "run", run)
    monkeypatch.setattr(demo, "load_rest", lambda: None)
    return calls


@pytest.fixture
def loads(monkeypatch):
    """Instead of the history, its marker: the moments at which it was loaded."""
    moments = []

    def compose(agents, now):
        moments.append(now)
        return loading.Store()

    monkeypatch.setattr(loading, "compose", compose)
    return moments


def test_the_same_moment_gives_the_same_rows():
    agents = make_staff(NOW)

    first, second = loading.compose(agents, NOW), loading.compose(agents, NOW)

    assert first.rows == second.rows
    assert len(first.rows[Conversation]) == 10_477


def test_an_empty_database_is_filled_and_served(served, loads, capsys):
    call_command("demo", port=8123, no_simulation=True)

    assert served == [("127.0.0.1", 8123)]
    assert len(loads) == 1
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8123" in said
    for person in LOGINS:
        assert person.role.value in said
        assert person.username in said
    assert PASSWORD in said


def test_life_begins_when_the_server_is_ready(served, loads, monkeypatch):
    begun = []
    monkeypatch.setattr(running, "start", begun.append)

    call_command("demo", host="0.0.0.0", port=8123)

    assert begun == ["http://127.0.0.1:8123"]


def test_the_rest_is_loaded_once_the_server_is_ready(monkeypatch):
    troubles = iter(
        [{"database": "does not answer"}, {"jobs": "none has been done"}, {"database": "", "jobs": ""}]
    )
    monkeypatch.setattr(health, "find_troubles", lambda now: next(troubles))
    loaded = []
    monkeypatch.setattr(loading, "load_rest", lambda now, give_way: loaded.append(next(troubles, "ready")))
    monkeypatch.setattr(demo, "POLL", 0)
    monkeypatch.setattr(demo.connection, "close", lambda: None)

    demo.load_rest()

    assert loaded == ["ready"]


def test_every_role_has_a_login_that_works(served, loads, client):
    call_command("demo", no_simulation=True)

    assert {person.role for person in LOGINS} == set(Role)
    assert User.objects.values("password").distinct().count() == 1
    assert client.login(username="lisa", password=PASSWORD)
    for person in LOGINS:
        assert list(User.objects.get(username=person.username).groups.values_list("name")) == [(person.role,)]


def test_a_second_start_keeps_what_is_there(served, loads):
    call_command("demo", no_simulation=True)
    call_command("demo", no_simulation=True)

    assert len(served) == 2
    assert len(loads) == 1
    assert User.objects.filter(username="sarah").count() == 1
    assert AuditEntry.objects.filter(action=loading.MARKER).count() == 1


@pytest.mark.parametrize("make", [make_customer, make_user, make_key])
def test_a_database_with_other_data_is_refused_and_left_as_it_is(served, loads, make):
    make()
    before = (User.objects.count(), Customer.objects.count(), ApiKey.objects.count())

    with pytest.raises(CommandError, match=r"not the demo's\. Nothing was changed"):
        call_command("demo", no_simulation=True)

    assert (User.objects.count(), Customer.objects.count(), ApiKey.objects.count()) == before
    assert served == loads == []
    assert not AuditEntry.objects.exists()


def test_a_database_of_another_program_is_refused(served, loads):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE somebody_elses (id integer)")

    with pytest.raises(CommandError, match="tables of another program"):
        call_command("demo", no_simulation=True)

    assert served == []


def test_the_passwords_are_called_public_where_others_can_reach_them(served, loads, capsys):
    call_command("demo", host="0.0.0.0", no_simulation=True)

    assert "passwords are public" in capsys.readouterr().out.replace("\n", " ")
