"""Django's PostgreSQL with a pool that hands out no connection which the server has closed meanwhile.

Django's own health check asks the server at every request; its answer costs a third of a message's intake.
A connection that died while it lay in the pool shows it for nothing: something can be read from its socket.
"""

import select
from typing import Any

from django.db.backends.postgresql import base


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

    def _set_autocommit(self, autocommit: bool) -> None:
        """Connections of the pool have it already, and psycopg goes a long way to find that out."""
        if self.connection.autocommit != autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]  # which its stubs leave out


def _has_died(connection: Any) -> bool:
    """An idle connection is silent: what can be read is the server's farewell, or the end of the stream."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
