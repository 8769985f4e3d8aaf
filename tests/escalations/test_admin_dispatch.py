"""Routing policies, offers and alerts as leaders see them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.enums import AlertKind, State
from escalations.models import Alert, Offer, RoutingPolicy
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
POLICIES = "/admin/escalations/routingpolicy/"
FIELDS = {"mode": "both", "threshold": "0.8", "offer_seconds": "45", "max_reoffers": "2"}


@pytest.fixture
def leader(client, supervisor):
    client.force_login(supervisor.user)
    return client


def test_saved_policy_is_published_and_all_that_waits_is_looked_at_again(leader, supervisor):
    policy, waiting = RoutingPolicy.objects.get(), factories.make_escalation()
    offered = factories.make_escalation(state=State.ASSIGNED)

    leader.post(f"{POLICIES}{policy.pk}/change/", {**FIELDS, "team": policy.team_id, "topic": ""})

    policy.refresh_from_db()
    waiting.refresh_from_db()
    offered.refresh_from_db()
    assert (policy.mode, policy.offer_seconds, policy.version) == ("both", 45, 2)
    assert [record.version for record in policy.history.all()] == [2, 1]
    assert waiting.next_dispatch_at is not None
    assert offered.next_dispatch_at is None
    assert AuditEntry.objects.filter(action="routing_policy.published").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("threshold", "1.2", "The threshold is a score from 0 to 1."),
        ("offer_seconds", "2", "An agent gets between 5 seconds and an hour to accept."),
        ("max_reoffers", "21", "At most 20 more agents can be asked."),
    ],
)
def test_policy_that_makes_no_sense_is_refused(leader, field, value, error):
    response = leader.post(f"{POLICIES}add/", {**FIELDS, "team": "", "topic": "", field: value})

    assert error in response.content.decode()
    assert RoutingPolicy.objects.count() == 1


def test_second_policy_for_the_same_work_is_refused(leader):
    for _ in range(2):
        response = leader.post(f"{POLICIES}add/", {**FIELDS, "team": "", "topic": ""})

    assert "There is a policy for this team and topic already." in response.content.decode()
    assert RoutingPolicy.objects.count() == 2


def test_export_and_import_keep_a_policy_as_it_is(leader):
    exported = leader.post(f"{POLICIES}export/", {"format": "0", "resource": ""})

    assert "support,,pull,0.8,60,3,0" in exported.content.decode()


def make_rows(count):
    now = timezone.now()
    for _ in range(count):
        escalation = factories.make_escalation(state=State.ACTIVE)
        Alert.objects.create(escalation=escalation, kind=AlertKind.ASKED, text="Look", raised_at=now)
        Offer.objects.create(
            escalation=escalation,
            version=2,
            agent=escalation.assignee,
            actor="helpNINJA",
            offered_at=now,
            expires_at=now + timedelta(seconds=60),
            outcome="accepted",
            ended_at=now,
        )


@pytest.mark.parametrize("path", ["/admin/escalations/alert/", "/admin/escalations/offer/"])
def test_lists_take_as_many_queries_for_three_rows_as_for_one(leader, path):
    counts = []
    for rows in (1, 2):
        make_rows(rows)
        leader.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert leader.get(path).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_leaders_of_other_teams_find_nothing(client):
    make_rows(1)
    other = factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team("Elsewhere")])
    client.force_login(other.user)

    for model, row in (("alert", Alert.objects.get()), ("offer", Offer.objects.get())):
        assert client.get(f"/admin/escalations/{model}/{row.pk}/change/").status_code == 404
