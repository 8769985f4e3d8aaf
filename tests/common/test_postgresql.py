import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections

from helpninja.common.postgresql.base import _has_died

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="it is about PostgreSQL's pool"),
]


def backend_of(wrapper):
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_connection_that_died_in_the_pool_is_not_handed_out():
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    died = backend_of(other)
    other.close()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [died])

    assert backend_of(other) != died
    other.close()


def test_connection_that_lives_is_not_taken_for_dead():
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    backend_of(other)

    assert not _has_died(other.connection)
    other.close()
