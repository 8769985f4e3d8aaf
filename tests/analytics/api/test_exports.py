"""Exports through the API: asked for, followed, taken away."""

import json

import pytest

from analytics.models import Export
from analytics.tasks import run_export
from helpninja.common.roles import Role, Scope
from tests import factories
from tests.analytics.rows import escalation, rating, resolved

pytestmark = pytest.mark.django_db
URL = "/api/v1/exports"
DAY = {"rows": "escalations", "start_date": "2026-03-10", "end_date": "2026-03-10", "timezone": "UTC"}


@pytest.fixture
def warehouse(api):
    return api(factories.make_key(Scope.EXPORT_READ, name="Warehouse"))


def written(api, **asked) -> dict:
    asked = api.post(URL, {**DAY, **asked}).json()
    run_export(Export.objects.get(public_id=asked["id"]).pk)
    return api.get(f"{URL}/{asked['id']}").json()


def content(response) -> str:
    return b"".join(response.streaming_content).decode()


def test_an_export_is_asked_for_and_answered_at_once(warehouse):
    response = warehouse.post(URL, {**DAY, "filters": {"plan": "pro"}})

    answer = response.json()
    assert response.status_code == 202
    assert answer["window"] == {
        "from": "2026-03-10T00:00:00+00:00",
        "to": "2026-03-11T00:00:00+00:00",
        "timezone": "UTC",
    }
    assert (answer["rows"], answer["state"], answer["files"]) == ("escalations", "queued", {})
    assert (answer["filters"], answer["requested_by"]) == ("Plan: Pro", "API key Warehouse")


def test_once_it_is_done_its_files_are_had_where_it_says(warehouse):
    one = resolved()
    rating(5, of=one)

    answer = written(warehouse)

    assert (answer["state"], answer["done"], answer["total"]) == ("done", 1, 1)
    assert list(answer["files"]) == ["csv", "xlsx", "ndjson"]
    line = json.loads(
        content(warehouse.get(answer["files"]["ndjson"], headers={"accept": "application/x-ndjson"}))
    )
    assert (line["escalation"], line["csat_sum"], line["csat_of"]) == (one.public_id, 5, 1)
    assert "subject" not in line


def test_the_file_adds_up_to_the_answer_of_the_api(api):
    for csat in (1, 4, 5):
        rating(csat, of=resolved())
    key = api(factories.make_key(Scope.EXPORT_READ, Scope.ANALYTICS_READ))
    answer = written(key, rows="conversations")
    lines = [json.loads(line) for line in content(key.get(answer["files"]["ndjson"])).splitlines()]

    asked = {**DAY, "metrics": ["csat", "escalation_rate", "resolution_rate"]}
    asked.pop("rows")
    found = key.post("/api/v1/escalations/analytics", asked).json()["metrics"]

    for metric, by_key in found.items():
        sums = [sum(line[f"{metric}_{part}"] or 0 for line in lines) for part in ("sum", "of")]
        assert by_key[metric]["value"] == sums[0] / sums[1], metric
        assert by_key[metric]["n"] == sums[1], metric


def test_a_file_is_not_had_before_it_is_ready(warehouse):
    answer = warehouse.post(URL, DAY).json()

    response = warehouse.get(f"{URL}/{answer['id']}/csv")

    assert (response.status_code, response.json()["detail"]) == (409, "This export is not ready.")


def test_an_export_of_one_agent_has_their_own_work_alone(warehouse, agent):
    one = resolved(resolved_by=agent)
    rating(5, of=one, handler=agent)
    rating(1, of=resolved())

    answer = written(warehouse, filters={"agent": agent.public_id})

    assert (answer["filters"], answer["done"]) == ("Agent: Sarah Mitchell", 1)
    line = json.loads(content(warehouse.get(answer["files"]["ndjson"])))
    assert (line["escalation"], line["csat_sum"]) == (one.public_id, 5)


def test_an_unknown_format_does_not_exist(warehouse):
    assert warehouse.get(f"{URL}/{written(warehouse)['id']}/pdf").status_code == 404


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"rows": "customers"}, "rows"),
        ({"filters": {"team": "nowhere"}}, "filters.team"),
        ({"filters": {"agent": "agt_nobody"}}, "filters.agent"),
        ({"end_date": "2026-03-01"}, "end_date"),
        ({"metrics": ["csat"]}, "metrics"),
    ],
)
def test_what_is_unknown_is_named(warehouse, asked, field):
    response = warehouse.post(URL, {**DAY, **asked})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Export.objects.exists()


def test_the_same_request_again_is_the_same_export(warehouse):
    first, again = (warehouse.post(URL, DAY, headers={"Idempotency-Key": "monday"}).json() for _ in range(2))

    assert first["id"] == again["id"]
    assert Export.objects.count() == 1


def test_one_caller_knows_nothing_of_another_s(api, warehouse):
    ours = written(warehouse)
    other = api(factories.make_key(Scope.EXPORT_READ))

    assert [one["id"] for one in warehouse.get(URL).json()["results"]] == [ours["id"]]
    assert other.get(URL).json()["results"] == []
    for path in (f"{URL}/{ours['id']}", ours["files"]["csv"]):
        assert other.get(path).status_code == 404
    assert other.delete(f"{URL}/{ours['id']}").status_code == 404
    assert Export.objects.count() == 1


def test_admins_find_the_exports_of_keys(api, warehouse):
    ours = written(warehouse)

    admin = api(user=factories.make_user(Role.ADMIN))

    assert [one["id"] for one in admin.get(URL).json()["results"]] == [ours["id"]]


def test_supervisors_take_the_rows_of_their_teams(api, supervisor):
    one = escalation(subject="Ours")
    escalation(team=factories.make_team("Elsewhere"))

    client = api(user=supervisor.user)
    lines = content(client.get(written(client)["files"]["ndjson"])).splitlines()

    assert [(line["escalation"], line["subject"]) for line in map(json.loads, lines)] == [(one.public_id, "Ours")]


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope != Scope.EXPORT_READ])
def test_keys_of_other_scopes_export_nothing(api, scope):
    key = api(factories.make_key(scope))

    assert key.get(URL).status_code == 403
    assert key.post(URL, DAY).status_code == 403


def test_removed_is_removed(warehouse):
    ours = written(warehouse)

    assert warehouse.delete(f"{URL}/{ours['id']}").status_code == 204
    assert warehouse.get(f"{URL}/{ours['id']}").status_code == 404
