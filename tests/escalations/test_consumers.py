"""The queue page's socket, over the whole ASGI application, as a browser opens it."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.actions import heartbeats
from agents.actions.presence import set_presence
from agents.enums import CONNECTION_LOST, DepartureCause, Status
from agents.models import AgentHeartbeat, Departure
from escalations.actions import lifecycle
from escalations.actions.events import append_event
from escalations.enums import EventKind, Priority, State
from escalations.models import EscalationEvent
from escalations.realtime.hub import EscalationHub
from helpninja.common import realtime
from helpninja.common.actors import SYSTEM
from helpninja.common.roles import Role
from tests import factories
from tests.escalations.live import ORIGIN, Live, ago, cookie_of, opened, page, program, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def _one_thread_for_the_database(monkeypatch):
    """SQLite in memory locks whole tables between connections; the tests and the hub share one thread."""
    monkeypatch.setattr(realtime.Hub, "threads", None)
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture
def _quick_recheck(monkeypatch):
    monkeypatch.setattr(EscalationHub, "TICK", 0.02)
    monkeypatch.setattr(EscalationHub, "RECHECK", 0.0)


async def claim(escalation, agent):
    return await run(lifecycle.claim, escalation=escalation, agent=agent, by=SYSTEM, now=timezone.now())


class TestConnecting:
    async def test_anonymous_is_closed_with_4401(self):
        live = await Live("/ws/queue", [ORIGIN]).open()

        assert await live.next() == 4401

    async def test_people_without_a_working_role_are_closed_with_4403(self):
        analyst = await database_sync_to_async(factories.make_user)(Role.ANALYST)
        cookie = await database_sync_to_async(cookie_of)(analyst)
        live = await Live("/ws/queue", [ORIGIN, cookie]).open()

        assert await live.next() == 4403

    async def test_other_sites_pages_are_refused(self, agent):
        cookie = await database_sync_to_async(cookie_of)(agent.user)
        live = await Live("/ws/queue", [(b"origin", b"https://evil.example"), cookie]).open()

        assert not live.accepted

    async def test_an_unknown_path_is_refused(self):
        live = await Live("/ws/nothing", [ORIGIN]).open()

        assert not live.accepted

    async def test_a_key_does_not_open_the_page_s_socket(self):
        key = await database_sync_to_async(factories.make_key)("escalations:read")
        live = await Live("/ws/queue", [(b"authorization", f"Bearer {key}".encode())]).open()

        assert await live.next() == 4401

    async def test_the_hello_says_where_the_log_stands(self, agent):
        await run(opened)
        last = await EscalationEvent.objects.alatest("id")

        live = await page(agent.user)

        assert live.hello == {"type": "hello", "last_event": last.pk}
        await live.close()


class TestEvents:
    async def test_a_new_escalation_arrives_as_a_row(self, agent):
        live = await page(agent.user)
        escalation = await run(opened, priority=Priority.HIGH, subject="API integration not working")

        frame = await live.next("opened")

        assert (frame["id"], frame["version"], frame["row"]["list"]) == (escalation.public_id, 1, "waiting")
        assert frame["row"]["priority"] == {"level": 3, "code": "high", "label": "High"}
        assert frame["event"] > live.hello["last_event"]
        await live.close()

    async def test_frames_hold_no_contact_data(self, agent):
        live = await page(agent.user)
        customer = await database_sync_to_async(factories.make_customer)(
            email="secret@example.com", phone="+1 555 0100"
        )
        conversation = await database_sync_to_async(factories.make_conversation)(customer=customer)
        await run(opened, conversation=conversation)

        frame = str(await live.next("opened"))

        assert "secret@example.com" not in frame
        assert "555 0100" not in frame
        await live.close()

    async def test_every_open_page_sees_the_claim(self, agent, supervisor):
        escalation = await run(opened)
        lives = [await page(agent.user), await page(supervisor.user)]

        await claim(escalation, agent)

        for live in lives:
            frame = await live.next("claimed")
            assert (frame["version"], frame["row"]["list"]) == (2, "handled")
            assert frame["row"]["assignee"] == {"id": agent.public_id, "name": "Sarah Mitchell"}
            await live.close()

    async def test_who_has_waited_long_moves_up_on_every_open_page(self, agent):
        opened_at = timezone.now() - timedelta(minutes=6)
        escalation = await run(opened, priority=Priority.MEDIUM, opened_at=opened_at)
        live = await page(agent.user)

        await database_sync_to_async(lifecycle.raise_waiting)(now=timezone.now())

        frame = await live.next("priority_raised")
        assert (frame["id"], frame["row"]["priority"]["code"]) == (escalation.public_id, "medium")
        assert frame["row"]["queue_level"] == {"level": 3, "code": "high", "label": "High"}
        assert frame["row"]["raised_because"] == "+1 in the queue after waiting for 5 min"
        await live.close()

    async def test_another_team_hears_nothing_of_it(self, agent, outsider):
        live = await page(outsider.user)
        await run(opened)
        own = await run(opened, team=await outsider.teams.afirst())

        frame = await live.next("opened")

        assert frame["id"] == own.public_id
        await live.close()

    async def test_the_team_it_is_taken_from_is_told_that_it_is_gone(self, agent, outsider):
        escalation = await run(opened)
        live = await page(agent.user)
        elsewhere = await outsider.teams.afirst()

        await run(_move_to_team, escalation=escalation, team=elsewhere)
        frame = await live.next("transferred", "gone")

        assert frame["type"] == "gone"
        assert (frame["id"], frame["version"], frame["row"]) == (escalation.public_id, 2, None)
        await live.close()

    async def test_an_event_committed_after_a_later_one_arrives_too(self, agent):
        live = await page(agent.user)
        first, second = await run(opened), await run(opened)
        await live.next("opened")
        late = (await live.next("opened"))["event"] + 10

        await run(_event_with_id, pk=late + 1, escalation=first)
        assert (await live.next("noted"))["event"] == late + 1
        await run(_event_with_id, pk=late, escalation=second)

        assert (await live.next("noted"))["event"] == late
        await live.close()

    async def test_without_any_wake_the_tick_finds_it(self, agent, monkeypatch):
        monkeypatch.setattr(realtime, "announce", lambda message: None)
        live = await page(agent.user)
        escalation = await run(opened)

        assert (await live.next("opened"))["id"] == escalation.public_id
        await live.close()

    async def test_redis_down_everything_arrives_all_the_same(self, agent, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        live = await page(agent.user)
        escalation = await run(opened)

        assert (await live.next("opened"))["id"] == escalation.public_id
        await live.close()

    async def test_too_much_at_once_asks_to_load_again(self, agent, monkeypatch):
        monkeypatch.setattr("escalations.realtime.hub.AT_MOST", 2)
        live = await page(agent.user)
        await run(_two_at_once)

        assert await live.next("opened", "reload") == {"type": "reload"}
        await live.close()

    async def test_imported_history_is_not_news(self, agent):
        live = await page(agent.user)
        await run(_imported)
        escalation = await run(opened)

        assert (await live.next("opened", "imported"))["id"] == escalation.public_id
        await live.close()

    async def test_looking_costs_the_same_for_one_event_and_for_three(self):
        hub = EscalationHub(None)
        await run(hub.events.skip)
        await run(hub.presences.skip)
        costs = []
        for count in (1, 3):
            for _ in range(count):
                await run(opened)
            costs.append(await run(_queries_of, function=hub._read))

        assert costs[0] == costs[1] == 3


class TestPresence:
    async def test_colleagues_see_the_break_and_its_end(self, agent, supervisor):
        live = await page(supervisor.user)
        now = timezone.now()
        until = now + timedelta(minutes=30)

        await run(
            set_presence, agent=agent, status=Status.ON_BREAK, reason="Lunch", until=until, by=SYSTEM, now=now
        )
        frame = await live.next("presence")

        assert (frame["agent"], frame["name"]) == (agent.public_id, "Sarah Mitchell")
        assert (frame["status"], frame["status_label"], frame["reason"]) == ("on_break", "On break", "Lunch")
        assert frame["until"] is not None
        await live.close()

    async def test_other_teams_do_not(self, agent, outsider):
        live = await page(outsider.user)
        now = timezone.now()

        await run(set_presence, agent=agent, status=Status.AVAILABLE, by=SYSTEM, now=now)
        await run(set_presence, agent=outsider, status=Status.AVAILABLE, by=SYSTEM, now=now)

        assert (await live.next("presence"))["agent"] == outsider.public_id
        await live.close()


async def test_the_queue_s_status_follows_the_events(agent, monkeypatch):
    monkeypatch.setattr(EscalationHub, "STATUS_EVERY", 0.0)
    live = await page(agent.user)
    await run(opened, opened_at=ago(minutes=20))

    status = await live.next("status")

    assert (status["waiting"], status["handled"], status["backlog"]) == (1, 0, 1)
    assert 1200 <= status["longest_wait"] < 1260
    assert status["average_wait"] == pytest.approx(status["longest_wait"], abs=2)
    await live.close()


async def test_the_beat_shows_that_the_line_is_alive(agent, monkeypatch):
    monkeypatch.setattr(EscalationHub, "BEAT_EVERY", 0.0)
    live = await page(agent.user)

    assert await live.next("beat") == {"type": "beat"}
    await live.close()


class TestCatchingUp:
    async def test_what_came_after_an_event_is_told_again(self, agent):
        escalation = await run(opened)
        first = await EscalationEvent.objects.alatest("id")
        await claim(escalation, agent)
        live = await page(agent.user)

        await live.say(type="since", event=first.pk)
        frame = await live.next("claimed")

        assert (frame["id"], frame["version"]) == (escalation.public_id, 2)
        await live.close()

    async def test_only_what_the_reader_may_see(self, agent, outsider):
        await run(opened)
        live = await page(outsider.user)

        await live.say(type="since", event=0)
        await live.say(type="nonsense")

        assert (await live.next("opened", "error"))["type"] == "error"
        await live.close()

    async def test_after_too_long_the_page_loads_again(self, agent, monkeypatch):
        monkeypatch.setattr("escalations.realtime.news.REPLAYED", 1)
        await run(_two_at_once)
        live = await page(agent.user)

        await live.say(type="since", event=0)

        assert await live.next("opened", "reload") == {"type": "reload"}
        await live.close()


class TestTwoOnOne:
    async def test_they_see_each_other_until_one_leaves(self, agent, supervisor):
        escalation = await run(opened)
        sarah, morgan = await page(agent.user), await page(supervisor.user)

        await sarah.say(type="watch", id=escalation.public_id)
        assert (await sarah.next("viewers"))["viewers"] == ["Sarah Mitchell"]
        await morgan.say(type="watch", id=escalation.public_id)
        both = {
            "type": "viewers",
            "id": escalation.public_id,
            "viewers": ["Morgan Blake", "Sarah Mitchell"],
        }
        assert await sarah.next("viewers") == both
        assert await morgan.next("viewers") == both

        await morgan.close()
        assert (await sarah.next("viewers"))["viewers"] == ["Sarah Mitchell"]
        await sarah.close()

    async def test_the_other_sees_that_one_is_typing(self, agent, supervisor):
        escalation = await run(opened)
        sarah, morgan = await page(agent.user), await page(supervisor.user)
        for live in (sarah, morgan):
            await live.say(type="watch", id=escalation.public_id)
            await live.next("viewers")

        await sarah.say(type="typing")

        assert await morgan.next("typing") == {
            "type": "typing",
            "id": escalation.public_id,
            "name": "Sarah Mitchell",
        }
        await sarah.close()
        await morgan.close()

    async def test_what_one_may_not_see_one_can_not_watch(self, agent, outsider):
        escalation = await run(opened)
        live = await page(outsider.user)

        await live.say(type="watch", id=escalation.public_id)

        assert await live.next() == {"type": "error", "detail": "There is no such escalation."}
        await live.close()


@pytest.fixture
def _heartbeats_at_once(monkeypatch):
    monkeypatch.setattr(EscalationHub, "TICK", 0.02)
    monkeypatch.setattr(EscalationHub, "HEARTBEATS_EVERY", 0.0)


async def beaten(*, after=None):
    """The moment of the agents' one heartbeat, once it is later than ``after``: another than the page's events."""
    async with asyncio.timeout(5):
        while True:
            found = await AgentHeartbeat.objects.afirst()
            if found and (after is None or found.at > after):
                return found.at
            await asyncio.sleep(0.01)


class TestHeartbeats:
    @pytest.mark.usefixtures("_heartbeats_at_once")
    async def test_an_open_page_is_a_sign_of_life_again_and_again(self, agent, monkeypatch):
        monkeypatch.setattr(heartbeats, "SECONDS_APART", 0.0)
        live = await page(agent.user)

        first = await beaten()

        assert await beaten(after=first) > first
        await live.close()

    @pytest.mark.usefixtures("_heartbeats_at_once")
    async def test_at_most_once_in_a_while(self, agent, monkeypatch):
        kept = []
        monkeypatch.setattr(heartbeats, "keep", lambda **given: kept.append(given["agent_ids"]))
        first, second = await page(agent.user), await page(agent.user)

        for live in (first, second):
            await run(opened)
            await live.next("opened")
            await live.next("status")

        assert kept == [{agent.pk}]
        await first.close()
        await second.close()

    @pytest.mark.usefixtures("_heartbeats_at_once")
    async def test_opening_the_page_brings_back_who_was_lost(self, agent):
        await run(lost, agent=agent)

        live = await page(agent.user)

        frame = await live.next("presence")
        assert (frame["agent"], frame["status"]) == (agent.public_id, Status.AVAILABLE)
        await live.close()

    @pytest.mark.usefixtures("_heartbeats_at_once")
    async def test_programs_give_no_sign_of_life(self, agent, monkeypatch):
        kept = []
        monkeypatch.setattr(heartbeats, "keep", lambda **given: kept.append(given))
        key = await database_sync_to_async(factories.make_key)("escalations:read")
        live = await program(key)
        await run(opened)

        await live.next("new_escalation")

        assert kept == []
        await live.close()


class TestRights:
    @pytest.mark.usefixtures("_quick_recheck")
    async def test_who_is_deactivated_is_cut_off(self, agent):
        live = await page(agent.user)
        agent.user.is_active = False
        await agent.user.asave()

        assert await live.next("never") == 4401

    @pytest.mark.usefixtures("_quick_recheck")
    async def test_who_signs_out_is_cut_off(self, agent):
        live = await page(agent.user)
        await Session.objects.all().adelete()

        assert await live.next("never") == 4401

    @pytest.mark.usefixtures("_quick_recheck")
    async def test_who_loses_the_role_is_cut_off(self, agent):
        live = await page(agent.user)
        await agent.user.groups.aclear()

        assert await live.next("never") == 4401

    @pytest.mark.usefixtures("_quick_recheck")
    async def test_a_new_password_ends_the_old_sessions_sockets(self, agent):
        live = await page(agent.user)
        agent.user.set_password("another one, quite long")
        await agent.user.asave()

        assert await live.next("never") == 4401

    @pytest.mark.usefixtures("_quick_recheck")
    async def test_who_changes_team_sees_the_new_one_only(self, agent, outsider):
        live = await page(agent.user)
        elsewhere = await outsider.teams.afirst()

        await database_sync_to_async(agent.teams.set)([elsewhere])
        assert await live.next("reload") == {"type": "reload"}
        await run(opened)
        theirs = await run(opened, team=elsewhere)

        assert (await live.next("opened"))["id"] == theirs.public_id
        await live.close()


BAD_FRAMES = (
    "",
    "nonsense",
    "[]",
    "7",
    "{}",
    '{"type": "since"}',
    '{"type": "since", "event": "1"}',
    '{"type": "since", "event": true}',
    '{"type": "since", "event": -1}',
    '{"type": "watch", "id": 7}',
    '{"type": ["watch"]}',
    '{"type": "watch", "id": "\\u0000"}',
    '{"type": "watch", "type": "watch"}',
    "[" * 1000,
)


class TestBadFrames:
    async def test_are_answered_and_harm_nothing(self, agent, monkeypatch):
        monkeypatch.setattr("escalations.consumers.MAX_BAD_FRAMES", len(BAD_FRAMES) + 1)
        live = await page(agent.user)

        for text in BAD_FRAMES:
            await live.communicator.send_input({"type": "websocket.receive", "text": text})
            assert (await live.next())["type"] == "error", text

        await run(opened)
        assert (await live.next("opened"))["type"] == "opened"
        await live.close()

    async def test_ten_of_them_close_the_socket(self, agent):
        live = await page(agent.user)

        for _ in range(10):
            await live.communicator.send_to(text_data="nonsense")

        answers = [await live.next() for _ in range(11)]
        assert [answer["type"] for answer in answers[:10]] == ["error"] * 10
        assert answers[10] == 1008


def lost(*, agent):
    set_presence(agent=agent, status=Status.AWAY, reason=CONNECTION_LOST, by=SYSTEM, now=timezone.now())
    Departure.objects.create(agent=agent, cause=DepartureCause.CONNECTION_LOST, returns_to=Status.AVAILABLE)


def _two_at_once():
    opened()
    opened()


def _imported():
    escalation = factories.make_escalation(state=State.RESOLVED)
    append_event(escalation, EventKind.IMPORTED, by=SYSTEM, at=escalation.opened_at)
    realtime.wake()


def _event_with_id(*, pk, escalation):
    EscalationEvent.objects.create(
        pk=pk, escalation=escalation, kind=EventKind.NOTED, at=timezone.now(), version=2, actor="test"
    )
    realtime.wake()


def _move_to_team(*, escalation, team):
    return lifecycle.transfer(escalation=escalation, team=team, reason="", by=SYSTEM, now=timezone.now())


def _queries_of(*, function):
    with CaptureQueriesContext(connection) as queries:
        assert function()
    return len(queries)
