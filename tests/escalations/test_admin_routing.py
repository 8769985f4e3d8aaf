"""The routing weights in the admin, and a decision as those see it who may."""

import pytest
from django.utils import timezone

from agents.enums import Status
from escalations.actions import lifecycle
from escalations.actions.routing import decide_for
from escalations.admin.shown import routing
from escalations.models import RoutingWeights
from helpninja.common.actors import SYSTEM
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


def page(client, escalation):
    return client.get(f"/admin/escalations/escalation/{escalation.pk}/change/").content.decode()


def desk(client, escalation):
    return client.get(f"/queue/{escalation.public_id}/snapshot").json()


@pytest.fixture
def lisa(db):
    return factories.make_agent("Lisa <b>R.</b>", status=Status.AVAILABLE)


@pytest.fixture
def routed(lisa):
    """Decided among Lisa and David; Tom is away, Olga in another team."""
    factories.make_agent("David K.", status=Status.AVAILABLE, level=3)
    factories.make_agent("Tom S.", status=Status.AWAY)
    factories.make_agent("Olga O.", teams=[factories.make_team("Elsewhere")])
    escalation = factories.make_escalation()
    decide_for(escalation=escalation, by=SYSTEM, now=timezone.now())
    return escalation


def test_leaders_see_everybody_weighed_and_why_others_were_not(leader, routed):
    text = page(leader, routed)

    assert "Lisa &lt;b&gt;R.&lt;/b&gt;" in text and "<b>R.</b>" not in text
    assert "first choice" in text and "backup" in text
    assert 'Tom S. <span class="hn-subtle">away or offline</span>' in text
    assert "1 in other teams" in text and "Olga O." not in text


def test_the_workspace_compares_for_leaders(leader, routed):
    shown = desk(leader, routed)["routing"]

    assert [one["rank"] for one in shown["candidates"]] == ["choice", "backup"]
    assert {one["name"] for one in shown["exclusions"]} == {"Tom S.", "Morgan Blake"}
    assert shown["more"] == {"candidates": 0, "exclusions": 0, "elsewhere": 1}
    points = sum(factor["points"] for factor in shown["candidates"][0]["factors"])
    assert points == pytest.approx(shown["candidates"][0]["percent"], abs=0.8)


def test_an_agent_sees_only_why_it_was_offered_to_them(client, lisa, routed):
    client.force_login(lisa.user)
    assert desk(client, routed)["routing"] is None

    lifecycle.offer(escalation=routed, agent=lisa, by=SYSTEM, now=timezone.now())
    shown = desk(client, routed)["routing"]

    assert [one["id"] for one in shown["candidates"]] == [lisa.public_id]
    assert "David" not in str(shown)
    assert "Who should take it" not in page(client, routed)


def test_before_any_decision_there_is_nothing_to_show(leader):
    escalation = factories.make_escalation()

    assert desk(leader, escalation)["routing"] is None
    assert "Nobody has been looked for yet." in page(leader, escalation)


@pytest.mark.parametrize("agents", [1, 3])
def test_the_comparison_takes_one_query_however_many_there_are(leader, agents, django_assert_num_queries):
    for number in range(agents):
        factories.make_agent(f"Agent {number}", status=Status.AVAILABLE)
    escalation = factories.make_escalation()
    decide_for(escalation=escalation, by=SYSTEM, now=timezone.now())

    with django_assert_num_queries(1):
        routing(escalation)
