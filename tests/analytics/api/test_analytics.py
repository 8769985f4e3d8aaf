import pytest
from rest_framework.test import APIClient

from analytics.api.serializers import GROUPS
from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.registry import METRICS
from helpninja.common.roles import Role, Scope
from helpninja.common.values import wilson
from tests import factories
from tests.analytics.rows import NOON, START, conversation, escalation, held, rating, resolved

pytestmark = pytest.mark.django_db
URL = "/api/v1/escalations/analytics"
DEFINITIONS = "/api/v1/metrics"
DAY = {"start_date": "2026-03-10", "end_date": "2026-03-10", "timezone": "UTC"}
# As the guide's client calls it.
GUIDE = {
    "start_date": "2026-03-10",
    "end_date": "2026-03-10",
    "filters": {"plan": "pro"},
    "metrics": ["volume", "satisfaction", "resolution_time", "cost"],
}


def test_the_guide_s_call(reader, agent):
    held(resolved(), agent, seconds=600)
    rating(5)
    escalation(conversation=conversation(plan=factories.make_plan("trial")))

    body = reader.post(URL, GUIDE).json()

    assert list(body["metrics"]) == GUIDE["metrics"]
    assert {name: tuple(found) for name, found in body["metrics"].items()} == {
        name: GROUPS[name] for name in GUIDE["metrics"]
    }
    assert body["metrics"]["volume"]["conversations"]["value"] == 2
    assert body["metrics"]["satisfaction"]["csat"]["value"] == 5
    assert body["metrics"]["resolution_time"]["resolution_time"]["value"] == 600
    assert body["metrics"]["cost"]["cost_per_resolution"]["value"] == 10
    assert body["window"] == {
        "from": "2026-03-10T00:00:00-04:00",
        "to": "2026-03-11T00:00:00-04:00",
        "timezone": "America/New_York",
    }


def test_a_rate_has_its_hits_interval_and_the_window_before(reader):
    resolved()
    escalation()

    found = reader.post(URL, {**DAY, "metrics": ["resolution_rate"]}).json()["metrics"]["resolution_rate"]

    assert found["resolution_rate"] == {
        "key": "resolution_rate",
        "label": "Resolution rate",
        "unit": "rate",
        "value": 0.5,
        "n": 2,
        "missing": 0,
        "hits": 1,
        "interval_95": list(wilson(1, 2)),
        "previous": {"value": None, "n": 0, "missing": 0, "hits": 0, "interval_95": None},
        "change": {"difference": None, "better": None, "too_few": True},
    }


def test_datetimes_are_exact_and_the_end_is_excluded(reader):
    for at in (START, NOON):
        conversation(at)
    times = {"start_date": "2026-03-10T02:00:00+02:00", "end_date": "2026-03-10T12:00:00Z"}

    body = reader.post(URL, {**times, "metrics": ["conversations"]}).json()

    assert body["metrics"]["conversations"]["conversations"]["value"] == 1
    assert "series" not in body


def test_volume_brings_its_series(reader):
    conversation(NOON)

    points = reader.post(URL, {**DAY, "metrics": ["volume"]}).json()["series"]["points"]

    assert [point["from"] for point in points if point["conversations"]] == ["2026-03-10T12:00:00+00:00"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start_date": "yesterday"}, "start_date"),
        ({"start_date": "2026-02-30"}, "start_date"),
        ({"start_date": 20260310}, "start_date"),
        ({"start_date": None}, "start_date"),
        ({"end_date": "2026-03-09"}, "end_date"),
        ({"end_date": "9999-12-31"}, "end_date"),
        ({"start_date": "2001-01-01"}, "end_date"),
        ({"timezone": "Mars"}, "timezone"),
        ({"metrics": ["volume", "profit"]}, "metrics.1"),
        ({"metrics": []}, "metrics"),
        ({"metrics": "volume"}, "metrics"),
        ({"filters": {"planet": "Mars"}}, "filters.planet"),
        ({"filters": {"plan": "gold"}}, "filters.plan"),
        ({"filters": {"team": ["support", "nobody"]}}, "filters.team"),
        ({"filters": {"region": [["EU"]]}}, "filters.region.0"),
        ({"filters": {"agent": "agt_nobody"}}, "filters.agent"),
        ({"filters": {"agent": "agt\x00"}}, "filters.agent"),
        ({"filters": {"agent": ["agt_nobody"]}}, "filters.agent"),
        ({"filters": "plan"}, "filters"),
        ({"group_by": "planet"}, "group_by.0"),
        ({"group_by": ["plan", "team", "topic"]}, "group_by"),
        ({"metrics": ["conversations"], "group_by": "reason"}, "group_by"),
        ({"interval": "century"}, "interval"),
        ({"metrics": ["wait_time"], "interval": "day"}, "interval"),
        ({"compare": "tomorrow"}, "compare"),
        ({"profit": True}, "profit"),
    ],
)
def test_what_is_unknown_is_refused_by_name(reader, change, field):
    response = reader.post(URL, {**DAY, **change})

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [field]


def test_a_filter_may_name_several(reader):
    for plan in ("pro", "agency", "trial"):
        conversation(plan=factories.make_plan(plan))

    body = reader.post(URL, {**DAY, "metrics": ["conversations"], "filters": {"plan": ["pro", "agency"]}}).json()

    assert body["metrics"]["conversations"]["conversations"]["value"] == 2


def test_one_agent_s_own_work_alone(reader, agent):
    resolved(resolved_by=agent)
    escalation()

    body = reader.post(URL, {**DAY, "metrics": ["resolution_rate"], "filters": {"agent": agent.public_id}}).json()

    found = body["metrics"]["resolution_rate"]["resolution_rate"]
    assert (found["value"], found["n"]) == (1.0, 1)


def test_how_many_conversations_escalate_is_not_known_of_one_agent(reader, agent):
    resolved(resolved_by=agent)

    asked = {**DAY, "metrics": ["escalation_rate"], "filters": {"agent": agent.public_id}}
    rate = reader.post(URL, asked).json()["metrics"]["escalation_rate"]["escalation_rate"]

    assert (rate["value"], rate["n"]) == (None, 0)


def test_unknown_names_are_told_the_known_ones(reader):
    errors = reader.post(URL, {**DAY, "metrics": ["profit"], "filters": {"plan": "gold"}}).json()["errors"]

    assert errors["metrics.0"][0].startswith("Unknown: profit. Known are: volume, satisfaction,")
    assert errors["filters.plan"] == ["Unknown: gold. Known are: trial, starter, pro, agency, enterprise."]


def test_groups_have_their_own_numbers(reader):
    for plan, count in (("pro", 2), ("trial", 1)):
        for _ in range(count):
            resolved(conversation=conversation(plan=factories.make_plan(plan)))

    body = reader.post(URL, {**DAY, "metrics": ["volume"], "group_by": "plan"}).json()

    assert [group["by"] for group in body["groups"]] == [
        {"plan": {"code": "trial", "text": "Trial"}},
        {"plan": {"code": "pro", "text": "Pro"}},
    ]
    assert [group["metrics"]["escalations"]["value"] for group in body["groups"]] == [1, 2]
    assert "human_responses" not in body["groups"][0]["metrics"]


def test_an_interval_gives_the_metrics_by_it(reader):
    rating(4, NOON)

    body = reader.post(URL, {**DAY, "metrics": ["csat"], "interval": "day"}).json()

    assert [(point["by"]["day"]["code"], point["metrics"]["csat"]["value"]) for point in body["series"]] == [
        ("2026-03-10", 4.0)
    ]


@pytest.mark.parametrize(("compare", "start"), [("year", "2025-03-10T00:00:00+00:00"), (None, None)])
def test_the_window_to_compare_with_is_chosen(reader, compare, start):
    body = reader.post(URL, {**DAY, "metrics": ["csat"], "compare": compare}).json()

    assert (body["previous_window"] or {"from": None})["from"] == start
    assert (body["metrics"]["csat"]["csat"]["previous"] is None) == (compare is None)


class TestAccess:
    def test_a_key_needs_the_scope(self, api):
        client = api(factories.make_key(Scope.ESCALATIONS_READ))

        assert client.post(URL, DAY).status_code == 403
        assert client.get(DEFINITIONS).status_code == 403

    def test_a_stranger_is_not_signed_in(self, api):
        assert api().post(URL, DAY).status_code == 401
        assert api().get(DEFINITIONS).status_code == 401

    @pytest.mark.parametrize(
        ("role", "n"),
        [(Role.AGENT, 1), (Role.SENIOR_AGENT, 2), (Role.SUPERVISOR, 2), (Role.ANALYST, 3), (Role.ADMIN, 3)],
    )
    def test_people_see_as_far_as_on_the_page(self, api, role, n):
        person = factories.make_agent(role=role)
        resolved(resolved_by=person)
        resolved()
        resolved(team=factories.make_team())

        body = api(user=person.user).post(URL, {**DAY, "metrics": ["escalations"]}).json()

        assert body["metrics"]["escalations"]["escalations"]["value"] == n

    def test_another_team_is_unknown(self, api, agent, outsider):
        response = api(user=agent.user).post(URL, {**DAY, "filters": {"team": "elsewhere"}})

        assert list(response.json()["errors"]) == ["filters.team"]

    @pytest.mark.parametrize(
        ("role", "colleague", "stranger"),
        [(Role.AGENT, 400, 400), (Role.SUPERVISOR, 200, 400), (Role.ANALYST, 200, 200)],
    )
    def test_only_agents_whose_figures_are_seen_are_known(self, api, agent, outsider, role, colleague, stranger):
        client = api(user=factories.make_agent(role=role).user)

        answers = {
            one: client.post(URL, {**DAY, "filters": {"agent": one.public_id}}).status_code
            for one in (agent, outsider)
        }

        assert answers == {agent: colleague, outsider: stranger}

    def test_one_s_own_figures_are_asked_for_by_one_s_id(self, api, agent):
        assert api(user=agent.user).post(URL, {**DAY, "filters": {"agent": agent.public_id}}).status_code == 200

    def test_qa_reviewers_are_refused(self, api):
        assert api(user=factories.make_user(Role.QA_REVIEWER)).post(URL, DAY).status_code == 403

    def test_a_session_needs_the_csrf_token(self):
        client = APIClient(enforce_csrf_checks=True)
        client.force_login(factories.make_user(Role.ANALYST))

        assert client.post(URL, DAY).status_code == 403


def test_definitions_of_every_metric(reader):
    body = reader.get(DEFINITIONS).json()

    assert [metric["key"] for metric in body["metrics"]] == list(METRICS)
    assert body["metrics"][2] == {
        "key": "escalation_rate",
        "label": "Escalation rate",
        "unit": "rate",
        "good": "down",
        "definition": "Conversations with at least one escalation / conversations started. Not measured for one "
        "person, to whom come none but escalated ones.",
        "belongs_to_window_of": "start of the conversation",
    }
    assert body["groups"]["cost"] == ["cost_per_resolution"]
    assert {dimension["key"] for dimension in body["dimensions"]} == set(DIMENSIONS)
    assert "escalation_rate" in next(one for one in body["dimensions"] if one["key"] == "plan")["metrics"]


def test_queries_are_bounded(reader, agent, django_assert_max_num_queries):
    for _ in range(3):
        held(resolved(), agent, seconds=60)
    reader.post(URL, GUIDE)

    with django_assert_max_num_queries(21):
        reader.post(URL, GUIDE)
