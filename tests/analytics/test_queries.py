"""Whatever the data, a page of figures asks the database at most 15 times."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.enums import ReportKind
from analytics.models import ActionItem, Mark, RollupState
from helpninja.common.actors import SYSTEM
from helpninja.common.roles import Role
from quality.actions.coaching import open_plan
from quality.actions.initiatives import change_status
from quality.enums import InitiativeStatus
from quality.models import Initiative
from tests import factories
from tests.analytics import busy_day
from tests.analytics.metrics.rollups.comparing import built
from tests.analytics.rows import START, answered, held
from tests.quality.improving import make_initiative

pytestmark = pytest.mark.django_db
NOW = START + timedelta(days=2, hours=12)
DAY = "window=custom&start=2026-03-10&end=2026-03-10&tz=UTC"
MOST = 15
PAGES = {
    "overview": f"/analytics/?{DAY}",
    "team": f"/analytics/team/?{DAY}",
    "person": f"/analytics/agents/{{agent}}/?{DAY}",
    "satisfaction": f"/analytics/satisfaction/?{DAY}",
    "flow": f"/analytics/flow/?{DAY}",
    "patterns": f"/analytics/patterns/?{DAY}",
    "insights": f"/analytics/insights/?{DAY}",
    "top insights": f"/analytics/insights/top?{DAY}",
    "feedback": f"/analytics/feedback/?{DAY}",
    "comments": f"/analytics/feedback/comments/?{DAY}",
    "NPS": f"/analytics/nps/?{DAY}",
    "explore": f"/analytics/explore/?{DAY}&metrics=csat&metrics=cost_per_resolution&by=reason&by=topic",
    "rows": f"/analytics/rows/?{DAY}&metric=escalations",
    "reports": "/analytics/reports/",
}
REPORTS = {
    "daily report": "/analytics/reports/daily/?day=2026-03-10",
    "weekly report": "/analytics/reports/weekly/?day=2026-03-10",
    "executive report": "/analytics/reports/executive/?day=2026-03-10",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def fill(agent):
    """Something for every figure, and handled by the agent."""
    busy_day.fill()
    held(answered(seconds=60, first_responder=agent), agent, seconds=60)
    initiative = make_initiative(f"Initiative {Initiative.objects.count()}")
    change_status(initiative=initiative, status=InitiativeStatus.RUNNING, by=SYSTEM, now=START)
    initiative.steps.create(text="Write the guide", due=START.date())
    for kind in ReportKind:
        ActionItem.objects.create(kind=kind, first_day=START.date(), text="Follow up", owner=agent.user)


@pytest.fixture
def leader(client):
    """A supervisor of the team that does all of the work."""
    agent = factories.make_agent("Morgan Blake", role=Role.SUPERVISOR)
    open_plan(agent=agent, coach=factories.make_user(Role.SUPERVISOR), by=SYSTEM, now=START)
    client.force_login(agent.user)
    client.agent = agent
    return client


def times(client, address):
    """All queries of a signed-in reader's second look at a page: session, rights, menu and figures.

    Within the test's transaction: that a snapshot begins and ends is not among them.
    """
    address = address.format(agent=client.agent.public_id)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def admin(leader):
    leader.agent.user.groups.add(factories.make_user(Role.ADMIN).groups.get())
    return leader


@pytest.mark.parametrize("page", PAGES | REPORTS)
def test_much_is_asked_as_often_as_little_and_at_most_15_times(admin, page):
    fill(admin.agent)
    little = times(admin, (PAGES | REPORTS)[page])

    for _ in range(2):
        fill(admin.agent)

    assert times(admin, (PAGES | REPORTS)[page]) == little
    assert little <= MOST


@pytest.mark.parametrize("page", PAGES | REPORTS)
def test_what_rollups_hold_is_asked_no_more_often(admin, page):
    fill(admin.agent)
    built(NOW)
    little = times(admin, (PAGES | REPORTS)[page])

    for _ in range(2):
        fill(admin.agent)
    RollupState.objects.all().delete()
    built(NOW)

    assert times(admin, (PAGES | REPORTS)[page]) == little
    assert little <= MOST


@pytest.mark.parametrize("page", PAGES | REPORTS)
def test_nor_is_what_changed_since_they_were_folded(leader, page):
    fill(leader.agent)
    built(NOW)
    fill(leader.agent)

    assert Mark.objects.exists()
    assert times(leader, (PAGES | REPORTS)[page].replace("tz=UTC", "tz=Asia/Kolkata")) <= MOST
