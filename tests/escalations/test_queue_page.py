import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from escalations.enums import Priority, State
from escalations.models import Escalation
from escalations.rows import queue_row
from helpninja.common.roles import Role
from tests import factories

PAGE, SNAPSHOT = "/queue/", "/queue/snapshot"


@pytest.fixture
def as_agent(client, agent):
    client.force_login(agent.user)
    return client


def subjects(rows):
    return [row["subject"] for row in rows]


def test_page_embeds_what_its_snapshot_answers(as_agent):
    factories.make_escalation(subject="Cannot log in")

    page, snapshot = as_agent.get(PAGE), as_agent.get(SNAPSHOT).json()

    embedded = page.context["board"]
    assert embedded["waiting"] == snapshot["waiting"]
    assert subjects(snapshot["waiting"]) == ["Cannot log in"]
    assert b'id="hn-board"' in page.content


def test_page_needs_a_sign_in(client, db):
    answer = client.get(PAGE)

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("address", [PAGE, SNAPSHOT])
def test_analyst_is_refused(client, db, address):
    client.force_login(factories.make_user(Role.ANALYST))

    assert client.get(address).status_code == 403


def test_agent_of_another_team_sees_nothing_of_it(client, outsider, agent):
    factories.make_escalation(subject="Secret of Support")
    client.force_login(outsider.user)

    answer = client.get(SNAPSHOT).json()

    assert answer["waiting"] == []
    assert answer["status"]["waiting"] == 0
    assert [row["name"] for row in answer["team"]] == ["Olga Outside"]


def test_admin_without_an_agent_sees_all_and_has_no_presence(client, agent):
    factories.make_escalation(team=factories.make_team("Elsewhere"))
    client.force_login(factories.make_user(Role.ADMIN))

    answer = client.get(SNAPSHOT).json()

    assert len(answer["waiting"]) == 1
    assert answer["me"] is None


def test_waiting_come_by_priority_then_deadline(as_agent):
    now = timezone.now()
    for subject, priority, age in (("low", 1, 9), ("newer", 3, 1), ("older", 3, 2), ("critical", 4, 0)):
        factories.make_escalation(
            subject=subject, priority=Priority(priority), opened_at=now - timedelta(minutes=age)
        )

    assert subjects(as_agent.get(SNAPSHOT).json()["waiting"]) == ["critical", "older", "newer", "low"]


def test_three_lists(as_agent, agent):
    now = timezone.now()
    factories.make_escalation(subject="offered", state=State.ASSIGNED, assignee=agent)
    factories.make_escalation(subject="active", state=State.ACTIVE, assignee=agent)
    factories.make_escalation(subject="pending", state=State.PENDING, assignee=agent)
    factories.make_escalation(
        subject="recent", state=State.RESOLVED, opened_at=now - timedelta(minutes=20), resolved_by=agent
    )
    factories.make_escalation(subject="old", state=State.RESOLVED, opened_at=now - timedelta(minutes=80))
    factories.make_escalation(subject="cancelled", state=State.CANCELLED)

    answer = as_agent.get(SNAPSHOT).json()

    assert subjects(answer["waiting"]) == ["offered"]
    assert sorted(subjects(answer["handled"])) == ["active", "pending"]
    assert subjects(answer["resolved"]) == ["recent"]
    assert answer["resolved"][0]["resolution_seconds"] == 600


def test_show_more_continues_where_the_first_page_ended(as_agent, monkeypatch):
    monkeypatch.setattr("escalations.views.board.PAGE", 2)
    at = timezone.now()
    for number in range(5):
        factories.make_escalation(subject=str(number), priority=Priority(1 + number % 2), opened_at=at)

    first = as_agent.get(SNAPSHOT).json()
    second = as_agent.get(SNAPSHOT, {"after": first["next"]}).json()
    third = as_agent.get(SNAPSHOT, {"after": second["next"]}).json()

    seen = [*first["waiting"], *second["waiting"], *third["waiting"]]
    assert subjects(seen) == ["1", "3", "0", "2", "4"]
    assert third["next"] is None


@pytest.mark.parametrize("after", ["esc_unknown", "", "a\x00b"])
def test_show_more_after_an_unknown_row_answers_without_failing(as_agent, after):
    assert as_agent.get(SNAPSHOT, {"after": after}).status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"priority": "high"}, ["refund"]),
        ({"priority": "high,low,nonsense"}, ["refund", "export"]),
        ({"topic": "billing"}, ["refund"]),
        ({"team": "support"}, ["refund", "export"]),
        ({"team": "unknown"}, []),
        ({"mine": "1"}, ["export"]),
        ({"q": "REFU"}, ["refund"]),
        ({"q": "acme"}, ["export"]),
        ({"q": "a\x00b"}, []),
        ({"topic": "billing", "mine": "1"}, []),
    ],
)
def test_filters(as_agent, agent, query, expected):
    billing = factories.make_topic("billing")
    factories.make_escalation(subject="refund", priority=Priority.HIGH, topic=billing)
    conversation = factories.make_conversation(customer=factories.make_customer("Ann", company="Acme Corp"))
    factories.make_escalation(
        subject="export",
        priority=Priority.LOW,
        conversation=conversation,
        state=State.ASSIGNED,
        assignee=agent,
    )

    answer = as_agent.get(SNAPSHOT, query).json()

    assert subjects(answer["waiting"]) == expected
    assert answer["status"]["matching"] == len(expected)
    assert answer["status"]["waiting"] == 2


def test_team_shows_presence_reason_and_what_each_holds(as_agent, agent):
    until = timezone.now() + timedelta(minutes=30)
    factories.make_agent("Jenny Lopez", status="on_break", status_reason="Lunch", status_until=until)
    factories.make_escalation(state=State.ACTIVE, assignee=agent)
    factories.make_escalation(state=State.PENDING, assignee=agent)

    jenny, sarah = as_agent.get(SNAPSHOT).json()["team"]

    assert (jenny["name"], jenny["status_label"], jenny["reason"]) == ("Jenny Lopez", "On break", "Lunch")
    assert jenny["until"] is not None
    assert (sarah["holding"], sarah["capacity"]) == (1, 3)


def test_status_counts_waits_and_what_is_past_its_deadline(as_agent):
    now = timezone.now()
    factories.make_escalation(priority=Priority.CRITICAL, opened_at=now - timedelta(minutes=4))
    factories.make_escalation(priority=Priority.LOW, opened_at=now - timedelta(minutes=2))

    status = as_agent.get(SNAPSHOT).json()["status"]

    assert (status["waiting"], status["handled"], status["backlog"]) == (2, 0, 1)
    assert status["average_wait"] in (180, 181)
    assert status["longest_wait"] in (240, 241)


def test_text_of_customers_can_not_leave_the_embedded_json(as_agent):
    factories.make_escalation(subject="</script><script>alert(1)</script>")

    content = as_agent.get(PAGE).content.decode()

    assert "<script>alert(1)" not in content
    start = content.index('id="hn-board" type="application/json">') + len('id="hn-board" type="application/json">')
    board = json.loads(content[start : content.index("</script>", start)])
    assert board["waiting"][0]["subject"] == "</script><script>alert(1)</script>"


@pytest.mark.parametrize("count", [1, 3])
def test_first_answer_takes_at_most_twelve_queries(as_agent, agent, count, django_assert_max_num_queries):
    for _ in range(count):
        factories.make_escalation()
        factories.make_escalation(state=State.ACTIVE, assignee=factories.make_agent())
        factories.make_escalation(state=State.RESOLVED, opened_at=timezone.now() - timedelta(minutes=15))

    with time_machine.travel(timezone.now(), tick=False):  # the sidebar's count is kept for seconds
        as_agent.get(PAGE)
        with django_assert_max_num_queries(12):
            as_agent.get(PAGE)


def test_page_says_only_get(as_agent):
    assert as_agent.post(PAGE).status_code == 405


def test_row_leads_to_its_workspace(as_agent):
    escalation = factories.make_escalation()

    row = as_agent.get(SNAPSHOT).json()["waiting"][0]

    assert row["url"] == reverse("queue:workspace", args=[escalation.public_id])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sentiment", "frustrated", "mood"),
    [
        (None, False, None),
        (0.0, False, None),
        (-0.19, False, None),
        (-0.2, False, ("unhappy", "Unhappy")),
        (-0.5, False, ("frustrated", "Frustrated")),
        (0.1, True, ("frustrated", "Frustrated")),
        (0.3, False, ("pleased", "Pleased")),
    ],
)
def test_a_row_says_how_the_customer_sounds(sentiment, frustrated, mood):
    escalation = factories.make_escalation(sentiment=sentiment, frustrated=frustrated)
    row = queue_row(Escalation.objects.for_queue().get(pk=escalation.pk))

    assert row["mood"] == (mood and {"code": mood[0], "label": mood[1], "sentiment": sentiment})
