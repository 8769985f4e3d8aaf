"""A database of its own for a benchmark: made, migrated, and dropped again, whatever happens."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def scratch_database(*, pooled: bool = True) -> Iterator[None]:
    """Of the kind that DATABASE_URL names; the database it names is not touched.

    Not ``pooled``: a connection for each thread, however many there are.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    if connection.vendor == "sqlite":  # a file, as in service: threads lock one in memory by other rules
        connection.settings_dict["TEST"]["NAME"] = os.path.join(tempfile.mkdtemp(), "scratch.sqlite3")
    if not pooled:
        connection.settings_dict["OPTIONS"].pop("pool", None)
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)
