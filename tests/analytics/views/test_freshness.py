"""The line of every page with figures that says of which moment they are, and how far the rollups are."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.actions import rollups
from analytics.metrics.freshness import Freshness, freshness
from analytics.models import Mark, RollupState
from helpninja.common.roles import Role
from helpninja.common.together import Together
from tests import factories
from tests.analytics.metrics.rollups.comparing import built

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
UTC_ZONE = {"tz": "UTC"}


@pytest.fixture
def ready(now):
    """Rollups built and last folded in an hour ago, with nothing marked."""
    built(now - HOUR)
    rollups.fold(now=now - HOUR)


def line(response) -> str:
    (shown,) = re.findall(r'<span class="an-fresh">(.*?)</span>', response.content.decode())
    return re.sub(r"<.*?>", "", shown)


def test_with_everything_folded_in_it_names_the_moment_alone(analyst, ready):
    assert line(analyst.get("/analytics/", UTC_ZONE)) == "Includes everything up to Mar 10, 16:00."


def test_what_is_marked_is_told_since_the_oldest_mark(analyst, ready, now):
    for age in (2 * HOUR, HOUR):
        Mark.objects.create(kind=Mark.CONVERSATION, ref=1, marked_at=now - age)

    assert line(analyst.get("/analytics/", UTC_ZONE)) == (
        "Includes everything up to Mar 10, 16:00; what changed since Mar 10, 14:00 is counted from the single "
        "rows."
    )


def test_rollups_that_were_never_built_are_told(analyst):
    assert line(analyst.get("/analytics/", UTC_ZONE)) == (
        "Includes everything up to Mar 10, 16:00, all counted from the single rows: the sums that make long "
        "windows fast are still being built."
    )


def test_rollups_of_an_older_revision_are_told_with_their_last_moment(analyst, ready):
    RollupState.objects.update(revision="older")

    assert line(analyst.get("/analytics/", UTC_ZONE)).endswith("and were last complete Mar 10, 15:00.")


def test_times_are_of_the_page_s_zone(analyst, ready):
    assert line(analyst.get("/analytics/", {"tz": "Europe/Berlin"})) == (
        "Includes everything up to Mar 10, 17:00."
    )


@pytest.mark.parametrize(
    "path", ["/analytics/patterns/", "/analytics/flow/", "/analytics/team/", "/analytics/feedback/"]
)
def test_other_pages_with_figures_say_it_too(analyst, ready, path):
    assert line(analyst.get(path, UTC_ZONE)).startswith("Includes everything up to")


def test_a_page_of_lists_does_not_ask(client, ready):
    client.force_login(factories.make_user(Role.ADMIN))

    with CaptureQueriesContext(connection) as queries:
        assert client.get("/analytics/exports/").status_code == 200

    assert not any(Mark._meta.db_table in query["sql"] for query in queries)


def test_one_query_tells_it(ready, now, django_assert_num_queries):
    Mark.objects.create(kind=Mark.CONVERSATION, ref=1, marked_at=now)

    with django_assert_num_queries(1):
        found = freshness(Together())()

    assert found == Freshness(True, now, now - HOUR)
