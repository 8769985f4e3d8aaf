import os

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from rest_framework.test import APIClient

from agents.actions.calendars import forget_calendars
from agents.actions.heartbeats import forget_requests
from escalations.actions.appending import forget_standings
from escalations.actions.judging import forget_rules
from escalations.actions.priority import forget_policy
from escalations.receivers import forget_what_is_known
from helpninja.common.api.authentication import forget_keys
from helpninja.common.roles import Role
from tests import factories
from tests.databases import Migrated

KEPT = pytest.StashKey[Migrated]()


def pytest_configure():
    # The same examples in every run: what fails once fails again.
    hypothesis.settings.register_profile("repeatable", derandomize=True)
    hypothesis.settings.load_profile("repeatable")
    settings.CACHES["default"]["BACKEND"] = "tests.caches.TimelessCache"


def pytest_collection_modifyitems(items):
    """A database is made only where some test says that it wants one; a copy wants one too.

    What empties the tables leaves it to ``put_back`` to fill them again.
    """
    for item in items:
        if "migrated" in item.fixturenames:
            item.add_marker(pytest.mark.django_db)
        if _empties_tables(item):
            item.get_closest_marker("django_db").kwargs["serialized_rollback"] = True


def _empties_tables(item):
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """The next test, of this file or another, finds what the migrations installed."""
    result = yield
    if nextitem is not None and _empties_tables(item) and (kept := item.config.stash.get(KEPT, None)):
        kept.put_back()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where services are required and the database is PostgreSQL there is no reason left to skip anything."""
    report = yield
    required = os.environ.get("HELPNINJA_REQUIRE_SERVICES") == "1" and connection.vendor == "postgresql"
    if required and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """Nobody needs the tests' rows after a power cut, so no commit waits for the disk."""
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                name = connection.ops.quote_name(connection.settings_dict["NAME"])
                cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit TO off")
        kept = Migrated(tmp_path_factory.mktemp("migrated"), django_db_blocker.unblock)
    connection.creation.deserialize_db_from_string = lambda _: None  # it is there already
    request.config.stash[KEPT] = kept
    yield kept
    kept.close()


@pytest.fixture(scope="session")
def migrated(django_db_setup):
    """``with migrated.copy() as database_url`` is a migrated database for other processes."""
    return django_db_setup


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()
    forget_calendars()
    forget_what_is_known()
    forget_keys()
    forget_policy()
    forget_requests()
    forget_rules()
    forget_standings()


@pytest.fixture
def api():
    """Gives a client of the API: ``api(key)`` with an API key's text, ``api(user=...)`` with a session."""

    def client(key: str = "", *, user=None) -> APIClient:
        client = APIClient()
        if key:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
        if user is not None:
            client.force_login(user)
        return client

    return client


@pytest.fixture
def agent(db):
    return factories.make_agent("Sarah Mitchell")


@pytest.fixture
def supervisor(db):
    return factories.make_agent("Morgan Blake", role=Role.SUPERVISOR)


@pytest.fixture
def outsider(db):
    """An agent of another team: knows of nothing that Support does."""
    return factories.make_agent("Olga Outside", teams=[factories.make_team("Elsewhere")])
