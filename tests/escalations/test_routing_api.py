"""Routing by a client, as the guide's example does it, and who may do each step."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.enums import Status
from escalations.enums import AlertKind, State
from escalations.models import Alert, Offer, RoutingDecision
from helpninja.common.roles import Role, Scope
from tests import factories

pytestmark = pytest.mark.django_db

API = "/api/v1"


@pytest.fixture
def program(api):
    return api(factories.make_key(Scope.ESCALATIONS_READ, Scope.ESCALATIONS_WRITE))


def available(name, **fields):
    return factories.make_agent(name, status=Status.AVAILABLE, **fields)


@pytest.mark.parametrize(("threshold", "assigned"), [(0.1, True), (0.99, False)])
def test_the_guide_s_loop_assigns_at_the_threshold_and_asks_a_supervisor_below(program, threshold, assigned):
    lisa = available("Lisa R.")
    factories.make_escalation()

    for escalation in program.get(f"{API}/escalations?state=waiting").json()["results"]:
        agents = program.get(f"{API}/agents?available=1").json()["results"]
        path = f"{API}/escalations/{escalation['id']}"
        best = program.post(f"{path}/routing").json()
        assert best["agent"]["id"] in {agent["id"] for agent in agents}
        if best["score"] > threshold:
            answer = program.post(f"{path}/assign", {"agent": best["agent"]["id"]})
        else:
            answer = program.post(f"{path}/alert", {"reason": "Nobody fits well enough."})
        assert answer.status_code == 200

    offered = list(Offer.objects.values_list("agent__name", flat=True))
    asked = list(Alert.objects.values_list("kind", "text"))
    assert (offered, asked) == (
        ([lisa.name], []) if assigned else ([], [(AlertKind.ASKED, "Nobody fits well enough.")])
    )


def test_agents_tell_who_could_take_work_now(program):
    available("Lisa R.")
    full = available("David K.", capacity=1)
    factories.make_escalation(state=State.ACTIVE, assignee=full)
    factories.make_agent("Mike P.", status=Status.OFFLINE)

    rows = program.get(f"{API}/agents").json()["results"]
    free = program.get(f"{API}/agents?available=1").json()["results"]

    assert [(row["name"], row["available"], row["holding"], row["capacity"]) for row in rows] == [
        ("David K.", False, 1, 1),
        ("Lisa R.", True, 0, 3),
        ("Mike P.", False, 0, 3),
    ]
    assert [row["name"] for row in free] == ["Lisa R."]


def test_people_find_the_agents_of_their_own_teams(api, agent, outsider):
    rows = api(user=outsider.user).get(f"{API}/agents").json()["results"]

    assert [row["name"] for row in rows] == ["Olga Outside"]


def test_agents_take_as_many_queries_for_three_as_for_one(program):
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            available(None)
        program.get(f"{API}/agents")  # the key is known from now on
        with CaptureQueriesContext(connection) as queries:
            program.get(f"{API}/agents")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_key_offers_what_waits_and_takes_nothing_from_anybody(program):
    lisa, held = available("Lisa R."), factories.make_escalation(state=State.ACTIVE)

    answer = program.post(f"{API}/escalations/{held.public_id}/assign", {"agent": lisa.public_id})

    assert answer.status_code == 409
    assert not Offer.objects.exists()


def test_nobody_of_another_team_is_assigned(program, outsider):
    escalation = factories.make_escalation()

    answer = program.post(f"{API}/escalations/{escalation.public_id}/assign", {"agent": outsider.public_id})

    assert answer.status_code == 400
    assert "agent" in answer.json()["errors"]


def test_the_newest_decision_is_told_without_row_numbers(program):
    available("Lisa R.")
    factories.make_agent("Mike P.", status=Status.OFFLINE)
    path = f"{API}/escalations/{factories.make_escalation().public_id}/routing"
    assert program.get(path).status_code == 404

    made = program.post(path)
    told = program.get(path).json()

    assert (made.status_code, RoutingDecision.objects.count()) == (201, 1)
    assert told == made.json()
    assert [one["name"] for one in told["candidates"]] == ["Lisa R."]
    assert told["exclusions"][0]["failed"] == ["present"]
    assert "agent" not in told["candidates"][0]


def test_decline_takes_a_reason_of_the_list(api, agent):
    escalation = factories.make_escalation()
    api(factories.make_key(Scope.ESCALATIONS_WRITE)).post(
        f"{API}/escalations/{escalation.public_id}/assign", {"agent": agent.public_id}
    )
    client = api(user=agent.user)
    path = f"{API}/escalations/{escalation.public_id}/decline"

    refused = client.post(path, {"code": "bored"})
    declined = client.post(path, {"code": "busy", "reason": "On the phone"})

    assert (refused.status_code, declined.status_code) == (400, 200)
    assert Offer.objects.get().decline_reason == "busy"


def test_alerts_are_listed_for_leaders_and_seen_by_them(api, agent, supervisor):
    escalation = factories.make_escalation(state=State.ACTIVE, assignee=agent)
    api(user=agent.user).post(f"{API}/escalations/{escalation.public_id}/alert", {"reason": "He is angry."})
    leader = api(user=supervisor.user)

    (alert,) = leader.get(f"{API}/alerts").json()["results"]
    seen = leader.post(f"{API}/alerts/{alert['id']}/seen").json()

    assert (alert["text"], alert["escalation"], alert["seen_by"]) == ("He is angry.", escalation.public_id, "")
    assert seen["seen_by"] == supervisor.user.get_username()


def test_a_leader_of_another_team_finds_no_alert(api, agent):
    escalation = factories.make_escalation(state=State.ACTIVE, assignee=agent)
    api(user=agent.user).post(f"{API}/escalations/{escalation.public_id}/alert")
    other = factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team("Elsewhere")])
    client = api(user=other.user)

    assert client.get(f"{API}/alerts").json()["results"] == []
    assert client.post(f"{API}/alerts/{Alert.objects.get().public_id}/seen").status_code == 404
    assert Alert.objects.get().seen_at is None
