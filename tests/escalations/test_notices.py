"""Offers and alerts as the live pages show them."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.actions import lifecycle
from escalations.actions.alerts import mark_seen
from escalations.enums import AlertKind, State
from escalations.models import Alert, Offer, RoutingPolicy
from helpninja.common import realtime
from helpninja.common.actors import SYSTEM
from helpninja.common.roles import Role
from tests import factories
from tests.escalations.live import opened, page, run

NOTICES = "/queue/notices"

pytestmark = pytest.mark.django_db


def offer(agent, **fields):
    escalation = factories.make_escalation(**fields)
    because = {"because": "Knows billing best."}
    return lifecycle.offer(escalation=escalation, agent=agent, because=because, by=SYSTEM, now=timezone.now())


def alert(escalation=None, text="Please look."):
    escalation = escalation or factories.make_escalation()
    now = timezone.now()
    lifecycle.alert_supervisors(escalation=escalation, kind=AlertKind.ASKED, text=text, by=SYSTEM, now=now)
    return Alert.objects.latest("id")


def seen_by(client, agent):
    client.force_login(agent.user)
    return client.get(NOTICES).json()


def test_agent_sees_the_offer_with_its_reason_and_its_end(client, agent):
    escalation = offer(agent, subject="Refund refused")

    answer = seen_by(client, agent)

    (shown,) = answer["offers"]
    made = Offer.objects.get()
    assert (shown["id"], shown["subject"]) == (escalation.public_id, "Refund refused")
    assert (shown["because"], shown["passed_on"]) == ("Knows billing best.", False)
    assert shown["expires_at"] == made.expires_at.isoformat().replace("+00:00", "Z")
    assert answer["me"] == agent.public_id


def test_transfer_is_shown_as_passed_on_with_what_was_said(client, agent, supervisor):
    escalation = factories.make_escalation(state=State.ACTIVE)
    lifecycle.transfer(escalation=escalation, agent=agent, reason="You know her", by=SYSTEM, now=timezone.now())

    (shown,) = seen_by(client, agent)["offers"]

    assert (shown["because"], shown["passed_on"]) == ("You know her", True)


def test_nobody_else_sees_the_offer(client, agent, supervisor):
    offer(agent)

    assert seen_by(client, supervisor)["offers"] == []


def test_leaders_see_alerts_those_that_nobody_looks_after_first(client, supervisor):
    first, second = alert(), alert()
    mark_seen(alert=second, by=SYSTEM, now=timezone.now())

    answer = seen_by(client, supervisor)

    assert [(one["alert"], bool(one["seen_by"])) for one in answer["alerts"]] == [
        (first.public_id, False),
        (second.public_id, True),
    ]


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT])
def test_agents_see_no_alerts(client, role):
    alert()

    answer = seen_by(client, factories.make_agent(role=role))

    assert (answer["alerts"], answer["leads"]) == ([], False)


def test_as_many_queries_for_three_as_for_one(client, supervisor):
    client.force_login(supervisor.user)
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            offer(supervisor)
            alert()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(NOTICES).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_where_work_is_only_offered_an_agent_may_not_pull_it(api, agent, supervisor):
    escalation = factories.make_escalation(offer_only=True)

    refused = api(user=agent.user).post(f"/api/v1/escalations/{escalation.public_id}/claim")
    taken = api(user=supervisor.user).post(f"/api/v1/escalations/{escalation.public_id}/claim")

    assert (refused.status_code, taken.status_code) == (403, 200)


def test_the_offered_one_may_take_it_where_work_is_only_offered(api, agent):
    escalation = offer(agent, offer_only=True)

    assert api(user=agent.user).post(f"/api/v1/escalations/{escalation.public_id}/claim").status_code == 200


def test_page_has_the_reasons_for_declining(client, agent):
    client.force_login(agent.user)

    assert b"Busy with another customer" in client.get("/queue/").content


@pytest.mark.django_db(transaction=True)
class TestLive:
    @pytest.fixture(autouse=True)
    async def _one_thread_for_the_database(self, monkeypatch):
        monkeypatch.setattr(realtime.Hub, "threads", None)
        yield
        await sync_to_async(connections.close_all)()

    async def test_offer_reaches_the_page_with_its_end(self, agent):
        escalation = await run(opened)
        live = await page(agent.user)
        await run(lifecycle.offer, escalation=escalation, agent=agent, by=SYSTEM, now=timezone.now())

        frame = await live.next("offered")

        assert frame["row"]["assignee"]["id"] == agent.public_id
        assert frame["row"]["offer_expires_at"] is not None
        await live.close()

    async def test_each_change_of_an_alert_is_a_hint_without_content(self, agent):
        live = await page(agent.user)
        await run(alert)

        assert await live.next("notices") == {"type": "notices"}
        await live.close()

    async def test_alert_is_in_the_log_so_that_a_lost_hint_is_made_good(self, supervisor, monkeypatch):
        monkeypatch.setattr(realtime, "announce", lambda message: None)
        live = await page(supervisor.user)
        await run(alert)

        frame = await live.next("alerted")

        assert frame["row"]["state"] == State.WAITING
        await live.close()


def test_time_to_accept_is_on_the_row(client, agent):
    RoutingPolicy.objects.update(offer_seconds=30)
    escalation = offer(agent)
    client.force_login(agent.user)

    (row,) = client.get("/queue/snapshot").json()["waiting"]

    end = escalation.next_dispatch_at
    assert row["offer_expires_at"] == end.isoformat().replace("+00:00", "Z")
    assert end - Offer.objects.get().offered_at == timedelta(seconds=30)
