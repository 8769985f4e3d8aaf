"""Clocks and pauses where people and programs see them: queue, workspace, API, stream, webhooks, admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.actions import deadlines, lifecycle
from escalations.enums import PauseEnd, Priority, SlaMetric
from escalations.integrations.webhooks.payload import RELATED, payload_of
from escalations.models import Escalation, EscalationEvent, Pause, SlaPolicy, SlaTarget
from escalations.realtime.frames import stream_frame
from escalations.rows import queue_row
from escalations.timeline import describe
from helpninja.common.actors import SYSTEM
from helpninja.common.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
PAUSES = "/admin/escalations/pause/"


@pytest.fixture
def opened(agent):
    """High priority, ten minutes ago: the first response is late, the resolution has four hours."""
    SlaTarget.objects.create(
        policy=SlaPolicy.objects.get(name="Standard"), metric=SlaMetric.RESOLUTION, pauses=True, high=4 * 3600
    )
    at = timezone.now() - timedelta(minutes=10)
    escalation = factories.make_escalation(
        state="active", assignee=agent, priority=Priority.HIGH, opened_at=at, first_response_due_at=None
    )
    deadlines.set_deadlines(escalation=escalation, now=at)
    deadlines.settle_due(now=timezone.now())
    return Escalation.objects.for_queue().get(pk=escalation.pk)


def event(escalation, kind):
    return EscalationEvent.objects.select_related("agent", *RELATED).get(escalation=escalation, kind=kind)


def test_a_row_of_the_queue_has_the_nearest_deadline_and_when_it_is_near(opened):
    clock = queue_row(opened)["clock"]

    assert (clock["metric"], clock["label"]) == ("first_response", "First response")
    assert clock["due_at"] == queue_row(opened)["first_response_due_at"]
    assert clock["warn_at"] < clock["due_at"]


def test_a_row_without_a_running_clock_has_none(opened):
    lifecycle.resolve(
        escalation=opened,
        by=SYSTEM,
        now=timezone.now(),
        category="fixed",
        quality="immediate",
        necessity="needed",
    )

    assert queue_row(Escalation.objects.for_queue().get(pk=opened.pk))["clock"] is None


def test_the_workspace_has_every_deadline_with_its_reason(client, opened, agent):
    client.force_login(agent.user)

    clocks = client.get(f"/queue/{opened.public_id}/snapshot").json()["clocks"]

    assert [(one["metric"]["code"], one["state"]) for one in clocks] == [
        ("first_response", "breached"),
        ("resolution", "running"),
    ]
    assert clocks[0]["because"]["text"] == "Standard, version 1: High priority has 3 min round the clock"
    assert clocks[0]["breached_at"] == clocks[0]["due_at"]


def test_the_api_tells_the_deadlines_of_one_escalation(client, opened, agent):
    client.force_login(agent.user)

    told = client.get(f"/api/v1/escalations/{opened.public_id}").json()["deadlines"]

    assert [one["target_seconds"] for one in told] == [180, 14_400]
    assert told[0]["policy"] == {"name": "Standard", "version": 1}


def test_the_reason_of_a_pause_comes_by_the_api(client, opened, agent):
    client.force_login(agent.user)

    answer = client.post(
        f"/api/v1/escalations/{opened.public_id}/pend", {"reason": "Asked for the log"}, "application/json"
    )

    assert (answer.status_code, Pause.objects.get().reason) == (200, "Asked for the log")


def test_stream_and_webhooks_tell_which_deadline(opened):
    missed = event(opened, "sla_breached")
    due_at = queue_row(opened)["first_response_due_at"]
    deadline = {"metric": "first_response", "due_at": due_at, "target_seconds": 180}

    assert stream_frame(missed, opened)["type"] == "escalation_sla_breached"
    assert stream_frame(missed, opened)["deadline"] == deadline
    assert stream_frame(missed, opened)["at"] == due_at
    assert payload_of(missed)["data"]["deadline"] == deadline


def test_the_timeline_says_it_in_a_sentence(opened):
    assert describe(event(opened, "sla_warned")) == "First response: the deadline is near"
    assert describe(event(opened, "sla_breached")) == "First response: the deadline was missed"


def test_the_escalations_admin_page_says_why_and_lists_the_pauses(client, opened, supervisor):
    lifecycle.pend(escalation=opened, by=SYSTEM, now=timezone.now(), reason="Asked for the log")
    client.force_login(supervisor.user)

    page = client.get(f"/admin/escalations/escalation/{opened.pk}/change/").content.decode()

    assert "Standard, version 1: High priority has 3 min round the clock" in page
    assert "Asked for the log" in page


@pytest.fixture
def pauses(opened):
    """One although the customer had written a quarter of an hour before, one that their answer ended."""
    start = timezone.now() - timedelta(hours=1)
    for wrote, actor in ((start - timedelta(minutes=15), "Sarah"), (start + timedelta(minutes=10), "David")):
        Pause.objects.create(
            escalation=opened,
            started_at=start,
            ended_at=start + timedelta(minutes=10, seconds=2),
            seconds=602,
            ended_by=PauseEnd.CUSTOMER,
            actor=actor,
            customer_wrote_at=wrote,
            stops_clock=True,
        )


@pytest.mark.parametrize(("answered", "actors"), [("yes", {"Sarah"}), ("no", {"David"}), ("", {"Sarah", "David"})])
def test_pauses_although_the_customer_had_written_are_a_filter_away(client, pauses, supervisor, answered, actors):
    client.force_login(supervisor.user)

    page = client.get(PAUSES, {"answered": answered} if answered else {}).content.decode()

    assert {name for name in ("Sarah", "David") if f">{name}<" in page} == actors


def test_pauses_are_exported_with_an_entry_in_the_audit(client, pauses, supervisor):
    client.force_login(supervisor.user)

    answer = client.post(f"{PAUSES}export/?answered=yes", {"format": "0"})

    lines = answer.content.decode().splitlines()
    assert lines[0].startswith("escalation,subject,team,started_at,ended_at,seconds,actor")
    assert len(lines) == 2
    assert AuditEntry.objects.get(action="pause.exported").details["rows"] == 1


def test_pauses_of_other_teams_are_not_shown(client, pauses, supervisor):
    Escalation.objects.update(team=factories.make_team("Elsewhere"))
    client.force_login(supervisor.user)

    assert ">Sarah<" not in client.get(PAUSES).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_pauses_asks_no_more_for_three_than_for_one(
    client, opened, supervisor, count, django_assert_max_num_queries
):
    now = timezone.now()
    for number in range(count):
        Pause.objects.create(
            escalation=opened, started_at=now, ended_at=now, seconds=0, ended_by="resumed", actor=f"A{number}"
        )
    client.force_login(supervisor.user)

    with django_assert_max_num_queries(12):
        assert client.get(PAUSES).status_code == 200
