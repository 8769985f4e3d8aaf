"""The routing weights in the admin, and a decision as those see it who may."""

import pytest

from escalations.models import RoutingWeights
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db

WEIGHTS = "/admin/escalations/routingweights/"
GUIDE = {"specialization": 35, "workload": 25, "customer": 20, "performance": 15, "availability": 5}


@pytest.fixture
def leader(client, supervisor):
    client.force_login(supervisor.user)
    return client


def post(client, **changes):
    row = RoutingWeights.objects.get(team=None)
    return client.post(f"{WEIGHTS}{row.pk}/change/", {"team": "", **GUIDE, **changes})


def test_the_guide_s_weights_are_installed():
    row = RoutingWeights.objects.get()

    assert {name: getattr(row, name) for name in GUIDE} == GUIDE
    assert row.team is None


def test_changed_weights_are_the_next_version(leader):
    post(leader, workload=20, availability=10)

    row = RoutingWeights.objects.get()
    assert (row.workload, row.availability, row.version) == (20, 10, 2)
    assert [record.workload for record in row.history.order_by("history_id")] == [25, 20]


def test_a_wrong_sum_is_refused_at_a_field_with_its_working(leader):
    response = post(leader, availability=10)

    assert response.context["adminform"].form.errors == {
        "specialization": ["The weights must add up to 100: 35 + 25 + 20 + 15 + 10 = 105."]
    }
    assert RoutingWeights.objects.get().version == 1


def test_there_is_one_row_for_all_teams_and_one_for_each(leader):
    response = leader.post(f"{WEIGHTS}add/", {"team": "", **GUIDE})

    assert "There are weights for this already." in str(response.context["adminform"].form.errors)
    leader.post(f"{WEIGHTS}add/", {"team": factories.support().pk, **GUIDE})
    assert RoutingWeights.objects.get(team=factories.support()).version == 1


def test_a_senior_agent_sees_and_does_not_change(client):
    client.force_login(factories.make_agent(role=Role.SENIOR_AGENT).user)

    assert post(client, workload=20, availability=10).status_code == 403
    assert client.get(WEIGHTS).status_code == 200
