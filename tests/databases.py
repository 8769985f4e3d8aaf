"""The tests' database as the migrations left it: copied for other processes, and put back after a flush."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

from analytics.models import Mark


class Migrated:
    """Made once, before the first test writes: to migrate anew costs seconds.

    ``unblock``: lets whoever asks for a copy outside a test's own access reach the database.
    """

    def __init__(self, folder: Path, unblock: Callable[[], AbstractContextManager]) -> None:
        self.folder, self.unblock = folder, unblock
        self.rows = [rows for model in _stored_models() if (rows := list(model._base_manager.all()))]
        self.original = folder / "migrated.sqlite3"
        if connection.vendor == "sqlite":
            with sqlite3.connect(self.original) as file:
                connection.connection.backup(file)
            file.close()
        else:
            self.original = f"{connection.settings_dict['NAME']}_migrated"
            connection.close()
            connection.close_pool()  # whoever is connected keeps PostgreSQL from copying
            self._make(self.original, connection.settings_dict["NAME"])

    def close(self) -> None:
        if connection.vendor != "sqlite":
            self._drop(self.original)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The address of a migrated database of the same kind, for ``DATABASE_URL`` of other processes."""
        name = f"test_copy_{uuid.uuid4().hex[:12]}"
        if connection.vendor == "sqlite":
            file = self.folder / f"{name}.sqlite3"
            file.write_bytes(self.original.read_bytes())
            yield f"sqlite:///{file}"
            return
        self._make(name, self.original)
        given = connection.settings_dict
        login = given["USER"] + (f":{given['PASSWORD']}" if given["PASSWORD"] else "")
        try:
            yield f"postgres://{login}@{given['HOST']}:{given['PORT'] or 5432}/{name}"
        finally:
            self._drop(name)

    def put_back(self) -> None:
        """What the migrations installed, unless it is there: a statement for each model, not for each row."""
        with self.unblock(), transaction.atomic():
            if type(self.rows[0][0])._base_manager.exists():
                return
            for rows in self.rows:
                type(rows[0])._base_manager.bulk_create(rows)
            Mark.objects.all().delete()  # triggers took the rows for changes

    def _make(self, name: str, original: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{original}"')

    def _drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, *statements: str) -> None:
        with self.unblock(), connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def _stored_models() -> list:
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and not model._meta.proxy]
