"""The stream for programs: the users' guide's client code must find what it reads."""

import base64
import json

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db import connections
from django.utils import timezone

from escalations.actions import lifecycle
from escalations.enums import Priority
from escalations.models import EscalationEvent
from escalations.realtime.hub import EscalationHub
from helpninja.common import realtime
from helpninja.common.actors import SYSTEM
from helpninja.common.models import ApiKey
from helpninja.common.roles import Role, Scope
from tests import factories
from tests.escalations.live import ORIGIN, Live, ago, cookie_of, opened, page, program, run

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PATH = "/v1/escalations/stream"


@pytest.fixture(autouse=True)
async def _one_thread_for_the_database(monkeypatch):
    """SQLite in memory locks whole tables between connections; the tests and the hub share one thread."""
    monkeypatch.setattr(realtime.Hub, "threads", None)
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture
def key(db):
    return factories.make_key(Scope.ESCALATIONS_READ, source="")


class TestConnecting:
    async def test_a_url_alone_can_carry_the_key(self, key):
        basic = b"Basic " + base64.b64encode(f"key:{key}".encode())
        live = await Live(PATH, [(b"authorization", basic)]).open()

        assert (await live.next())["type"] == "hello"
        await live.close()

    async def test_a_browser_gives_the_key_as_a_subprotocol(self, key):
        live = await Live(PATH, [(b"origin", b"https://elsewhere.example")], ["bearer", key]).open()

        assert (live.accepted, live.answer) == (True, "bearer")
        assert (await live.next())["type"] == "hello"
        await live.close()

    async def test_a_signed_in_page_needs_no_key(self, agent):
        live = await page(agent.user, PATH)

        assert live.hello["type"] == "hello"
        await live.close()

    async def test_a_signed_in_page_of_another_site_is_refused(self, agent):
        cookie = await database_sync_to_async(cookie_of)(agent.user)
        live = await Live(PATH, [(b"origin", b"https://evil.example"), cookie]).open()

        assert not live.accepted

    async def test_nobody_and_unknown_keys_are_closed_with_4401(self):
        nobody = await Live(PATH, [ORIGIN]).open()
        unknown = await Live(PATH, [(b"authorization", b"Bearer hn_00000000_nothing")]).open()

        assert await nobody.next() == 4401
        assert await unknown.next() == 4401

    async def test_without_the_scope_it_is_closed_with_4403(self):
        ingest = await run(factories.make_key, name="posts")
        live = await Live(PATH, [(b"authorization", f"Bearer {ingest}".encode())]).open()

        assert await live.next() == 4403

    async def test_an_analyst_s_session_is_closed_with_4403(self):
        analyst = await database_sync_to_async(factories.make_user)(Role.ANALYST)
        cookie = await database_sync_to_async(cookie_of)(analyst)
        live = await Live(PATH, [ORIGIN, cookie]).open()

        assert await live.next() == 4403


class TestFrames:
    async def test_a_new_escalation_reads_as_in_the_guide(self, key):
        live = await program(key)
        topic = await database_sync_to_async(factories.make_topic)("billing")
        escalation = await run(opened, priority=Priority.HIGH, topic=topic, opened_at=timezone.now())

        frame = await live.next("new_escalation")

        assert frame["id"] == escalation.public_id
        assert (frame["priority"], frame["topic"], frame["waitTime"]) == ("high", "billing", 0)
        assert frame["customer"] == {"name": escalation.customer.name, "plan": "pro"}
        assert (frame["state"], frame["version"]) == ("waiting", 1)
        await live.close()

    async def test_an_agent_s_reply_carries_its_text_and_where_it_belongs(self, key, agent):
        escalation = await run(opened, opened_at=ago(seconds=90))
        live = await program(key)

        now = timezone.now()
        await run(lifecycle.claim, escalation=escalation, agent=agent, by=SYSTEM, now=now)
        await run(
            lifecycle.reply, escalation=escalation, text="Hello, <b>Kim</b>", agent=agent, by=SYSTEM, now=now
        )
        frame = await live.next("escalation_replied")

        assert (frame["message"]["text"], frame["message"]["agent"]) == ("Hello, <b>Kim</b>", "Sarah Mitchell")
        assert frame["conversation"] == {
            "id": escalation.conversation.public_id,
            "source": "chat",
            "external_id": escalation.conversation.external_id,
        }
        assert 90 <= frame["waitTime"] < 100
        await live.close()

    async def test_frames_hold_no_contact_data(self, key):
        live = await program(key)
        customer = await run(factories.make_customer, email="secret@example.com", phone="+1 555 0100")
        await run(opened, conversation=await run(factories.make_conversation, customer=customer))

        frame = json.dumps(await live.next("new_escalation"))

        assert "secret@example.com" not in frame
        assert "555 0100" not in frame
        await live.close()

    async def test_a_key_of_one_source_hears_of_that_source_only(self):
        key = await database_sync_to_async(factories.make_key)(Scope.ESCALATIONS_READ, source="shop")
        live = await program(key)
        await run(opened)
        own = await run(opened, conversation=await run(factories.make_conversation, source="shop"))

        assert (await live.next("new_escalation"))["id"] == own.public_id
        await live.close()

    async def test_since_replays_what_was_missed(self, key, agent):
        escalation = await run(opened)
        first = await EscalationEvent.objects.alatest("id")
        await run(lifecycle.claim, escalation=escalation, agent=agent, by=SYSTEM, now=timezone.now())

        live = await program(key, f"{PATH}?since={first.pk}")

        assert (await live.next("escalation_claimed"))["version"] == 2
        await live.close()

    async def test_a_since_that_is_no_number_is_said_so(self, key):
        live = await program(key, f"{PATH}?since=yesterday")

        assert (await live.next())["type"] == "error"
        await live.close()


async def test_a_revoked_key_is_cut_off(key, monkeypatch):
    monkeypatch.setattr(EscalationHub, "TICK", 0.02)
    monkeypatch.setattr(EscalationHub, "RECHECK", 0.0)
    live = await program(key)

    await ApiKey.objects.aupdate(revoked_at=timezone.now())

    assert await live.next("never") == 4401
