"""Django's PostgreSQL with two additions: what a pool hands out is alive, and bytes may be fetched as bytes.

Django's own health check asks the server at every request; its answer costs a third of a message's intake.
A connection that died while it lay in the pool shows it for nothing: something can be read from its socket.
"""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base


class BinaryCursor(psycopg.Cursor[Any]):
    """Takes results as the server holds them, where Django's would have bytes written out in hexadecimal digits.

    Parameters are put into the statement here, as with Django's cursors. Not for JSON, which Django wants as text.
    """

    def execute(self, query: Any, params: Any = None, **_: Any) -> Any:
        if params:
            query = psycopg.ClientCursor(self.connection).mogrify(query, params)
        return super().execute(query, binary=True)


class DatabaseWrapper(base.DatabaseWrapper):
    """Pooled connections that died meanwhile, as with a restart of the server, are replaced before anybody gets
    one.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and _has_died(connection):
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection

    def binary_cursor(self) -> Any:
        self.ensure_connection()
        return self._prepare_cursor(BinaryCursor(self.connection))  # type: ignore[attr-defined]  # not in its stubs

    def _set_autocommit(self, autocommit: bool) -> None:
        """Connections of the pool have it already, and psycopg goes a long way to find that out."""
        if self.connection.autocommit != autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]  # which its stubs leave out


def _has_died(connection: Any) -> bool:
    """An idle connection is silent: what can be read is the server's farewell, or the end of the stream."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
