from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from helpninja.common.roles import Role
from tests import factories
from tests.analytics.many_rows import conversations, escalated
from tests.analytics.rows import conversation

pytestmark = pytest.mark.django_db
URL = "/api/v1/insights"
NOW = datetime(2026, 3, 30, 16, tzinfo=UTC)
START, WEEKS = datetime(2026, 3, 2, tzinfo=UTC), timedelta(weeks=4)
FOUR_WEEKS = {"start_date": "2026-03-02", "end_date": "2026-03-29", "timezone": "UTC"}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def rise():
    """The escalation rate of the EU rises from 15 % to 25 %."""
    conversation(NOW - 4 * WEEKS)
    for at, handed_over in ((START - WEEKS, 60), (START, 100)):
        rows = conversations([at + WEEKS / 400 * number for number in range(400)], region="EU")
        escalated(rows[:handed_over], team=factories.support())


def rate(body):
    (found,) = [one for one in body["insights"] if one["metric"] == "escalation_rate" and not one["by"]]
    return found


def test_an_insight_has_its_sentence_and_its_numbers(reader, rise):
    body = reader.get(URL, FOUR_WEEKS).json()

    found = rate(body)
    assert found["sentence"].startswith("Escalation rate rose from 15.0% to 25.0%, by 10.0 points")
    assert (found["now"]["value"], found["before"]["value"], found["n"]) == (0.25, 0.15, 400)
    assert found["change"]["value"] == pytest.approx(0.1)
    assert found["change"]["interval_95"] == pytest.approx([0.045, 0.155], abs=0.001)
    assert (found["kind"], found["better"]) == ("rate", False)
    assert found["p"] <= body["false_discovery_rate"]
    assert body["previous_window"] == {
        "from": "2026-02-02T00:00:00+00:00",
        "to": "2026-03-02T00:00:00+00:00",
        "timezone": "UTC",
    }


def test_its_links_open_the_page_s_view_and_exactly_its_rows(reader, client, rise):
    client.force_login(factories.make_user(Role.ANALYST))

    found = rate(reader.get(URL, {**FOUR_WEEKS, "region": "EU"}).json())

    assert client.get(found["view"]).context["found"].total["escalation_rate"].now.value == 0.25
    assert client.get(found["rows"]).context["page_of_rows"].paginator.count == 400
    assert "region=EU" in found["view"]


@pytest.mark.parametrize("asked", [{"region": ["EU", "US"]}, {"end_date": "2026-03-29T12:00:00Z"}])
def test_what_no_page_can_be_asked_has_no_links(reader, rise, asked):
    found = rate(reader.get(URL, {**FOUR_WEEKS, **asked}).json())

    assert (found["view"], found["rows"]) == (None, None)


def test_filters_narrow_what_is_looked_at(reader, rise):
    nobodys = {"agent": factories.make_agent().public_id}

    for asked in ({"region": "US"}, nobodys):
        assert reader.get(URL, {**FOUR_WEEKS, **asked}).json()["insights"] == []


def test_leaders_see_their_own_teams(client, rise):
    elsewhere = factories.make_team("Elsewhere")
    client.force_login(factories.make_agent(role=Role.SUPERVISOR, teams=[elsewhere]).user)

    assert client.get(URL, FOUR_WEEKS).json()["insights"] == []


def test_a_window_that_lies_ahead_has_none(reader):
    body = reader.get(URL, {"start_date": "2026-05-01", "end_date": "2026-05-31"}).json()

    assert (body["insights"], body["previous_window"]) == ([], None)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"start_date": "soon"}, "start_date"),
        ({"end_date": "2026-01-01"}, "end_date"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"team": "nobody"}, "team"),
        ({"topic": "nothing"}, "topic"),
        ({"agent": "agt_nobody"}, "agent"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_error_names_its_parameter(reader, change, name):
    response = reader.get(URL, {**FOUR_WEEKS, **change})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [name]


def test_the_dates_are_required(reader):
    assert set(reader.get(URL).json()["errors"]) == {"start_date", "end_date"}
