"""The rows behind a number, for each who may see it."""

from datetime import timedelta

import pytest

from analytics.metrics.registry import METRICS
from escalations.enums import Reason
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.rows import NOON, escalation, held, rating, resolved

pytestmark = pytest.mark.django_db
URL = "/analytics/rows/"
DAY = {"window": "custom", "start": "2026-03-10", "end": "2026-03-10", "tz": "UTC"}


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_lists_its_rows(client, supervisor, metric):
    one = resolved(
        first_response_at=NOON + timedelta(seconds=60), first_response_seconds=60, first_responder=supervisor
    )
    held(one, supervisor, seconds=60)
    rating(5, of=one, sent=NOON)
    client.force_login(supervisor.user)

    response = client.get(URL, {"metric": metric, **DAY})

    assert response.status_code == 200
    assert len(response.context["rows"]) == response.context["page_of_rows"].paginator.count
    if response.context["figure"].n:
        assert response.context["page_of_rows"].paginator.count == response.context["figure"].n


def test_a_group_is_named_by_its_codes(analyst):
    escalation(reason=Reason.CONTENT_GAP)
    escalation(reason=Reason.TECHNICAL_ISSUE)

    response = analyst.get(URL, {"metric": "escalations", "by.reason": "content_gap", **DAY})

    assert response.context["page_of_rows"].paginator.count == 1
    assert response.context["groups"] == [("Reason", "content_gap")]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"metric": "nonsense"}, "nonsense is not one of the available choices"),
        ({"metric": "escalations", "by.reason": "nonsense"}, "There is no group “nonsense”"),
        ({"metric": "conversations", "by.reason": "content_gap"}, "can&#x27;t be broken down by reason"),
    ],
)
def test_what_is_unknown_is_named(analyst, query, words):
    response = analyst.get(URL, query)

    assert response.status_code == 400
    assert words in response.content.decode()


def test_analysts_see_no_customers_and_no_texts(analyst):
    chat = factories.make_conversation(customer=factories.make_customer("Ada Lovelace"), started_at=NOON)
    one = escalation(conversation=chat, subject="My card 4711")
    rating(1, of=one, comment="Never again")

    pages = [analyst.get(URL, {"metric": metric, **DAY}).content.decode() for metric in ("escalations", "csat")]

    for page in pages:
        assert one.public_id in page
        assert "Ada Lovelace" not in page
        assert "4711" not in page
        assert "Never again" not in page
        assert "/change/" not in page.split('aria-label="Rows counted"')[1]


def test_leaders_export_their_teams_rows_and_it_is_recorded(client, supervisor):
    one = escalation(subject="=cmd()", customer=factories.make_customer("+1 Inc"))
    escalation(team=factories.make_team("Elsewhere"), subject="Theirs")
    client.force_login(supervisor.user)

    response = client.get(URL, {"metric": "escalations", "format": "csv", **DAY})

    titles, *lines = b"".join(response.streaming_content).decode().splitlines()
    assert titles.startswith("Escalation,Subject,Customer,") and ",Opened (UTC)," in titles
    assert [line.split(",")[:3] for line in lines] == [[one.public_id, "'=cmd()", "'+1 Inc"]]
    assert AuditEntry.objects.get(action="figures.exported").details["metric"] == "escalations"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AGENT])
def test_others_export_no_rows(client, role):
    client.force_login(factories.make_agent(role=role).user)

    assert client.get(URL, {"metric": "escalations", "format": "csv"}).status_code == 403
    assert not AuditEntry.objects.filter(action="figures.exported").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_rows(client, supervisor, django_assert_num_queries, count):
    for _ in range(count):
        resolved(resolved_by=factories.make_agent(), topic=factories.make_topic())
    client.force_login(supervisor.user)
    client.get(URL, {"metric": "escalations", **DAY})

    with django_assert_num_queries(11):
        client.get(URL, {"metric": "escalations", **DAY})
