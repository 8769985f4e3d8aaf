import pytest

from escalations.enums import Reason
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.rows import escalation, rating, resolved

pytestmark = pytest.mark.django_db
URL = "/analytics/explore/"
DAY = {"window": "custom", "start": "2026-03-10", "end": "2026-03-10", "tz": "UTC"}


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


def test_metrics_by_two_dimensions_with_a_link_for_each_number(analyst):
    for csat in (3, 4):
        one = escalation(reason=Reason.CONTENT_GAP, channel="web")
        rating(csat, of=one)
    escalation(reason=Reason.BILLING_ACCOUNT, channel="email")

    response = analyst.get(URL, {"metrics": ["escalations", "csat"], "by": "reason", "and_by": "channel", **DAY})

    rows = {tuple(label.text for label in labels): cells for labels, cells in response.context["rows"]}
    assert {names: [cell.text for cell in cells] for names, cells in rows.items()} == {
        ("Billing/account", "email"): ["1", "–"],
        ("Content gap", "web"): ["2", "3.5/5"],
    }
    opened = analyst.get(rows["Content gap", "web"][1].link)
    assert opened.context["page_of_rows"].paginator.count == 2
    assert [cell.text for cell in response.context["total"]] == ["3", "3.5/5"]


def test_a_metric_without_such_groups_is_named(analyst):
    response = analyst.get(URL, {"metrics": "conversations", "by": "reason"})

    assert response.status_code == 400
    assert "Conversations can&#x27;t be broken down by reason." in response.content.decode()


def test_the_table_as_csv_has_the_page_s_numbers(analyst):
    escalation(channel="=web")
    escalation(channel="=web")

    response = analyst.get(URL, {"metrics": "escalations", "by": "channel", "format": "csv", **DAY})

    assert b"".join(response.streaming_content).decode().splitlines() == [
        'Channel,Escalations (count),Escalations: n,Escalations: missing,"Mar 10, 2026, UTC"',
        "'=web,2.0,2,0",
    ]


class TestAgent:
    def test_one_agent_s_own_work_alone_with_its_rows(self, analyst, agent):
        resolved(resolved_by=agent)
        escalation()

        response = analyst.get(URL, {"metrics": "escalations", "agent": agent.public_id, **DAY})

        ((_, (cell,)),) = response.context["rows"]
        assert (cell.text, response.context["total"][0].text) == ("1", "1")
        assert analyst.get(cell.link).context["page_of_rows"].paginator.count == 1
        assert f'<option value="{agent.public_id}" selected>Sarah Mitchell</option>' in response.content.decode()

    def test_somebody_unseen_is_named_and_not_offered(self, client, supervisor, outsider):
        client.force_login(supervisor.user)

        response = client.get(URL, {"agent": outsider.public_id})

        assert response.status_code == 400
        assert list(response.context["form"].errors) == ["agent"]
        assert "Olga Outside" not in response.content.decode()

    def test_an_agent_is_offered_themselves_alone(self, client, agent, supervisor):
        client.force_login(agent.user)

        offered = client.get(URL).context["form"].fields["agent"].widget.choices

        assert offered == [("", "All"), (agent.public_id, "Sarah Mitchell")]


def test_nothing_counted_says_what_to_do(analyst):
    assert "Choose a longer window" in analyst.get(URL).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_groups(analyst, django_assert_num_queries, count):
    for n in range(count):
        escalation(channel=f"channel {n}")
    query = {"metrics": "escalations", "by": "channel", **DAY}
    analyst.get(URL, query)

    with django_assert_num_queries(9):
        analyst.get(URL, query)
