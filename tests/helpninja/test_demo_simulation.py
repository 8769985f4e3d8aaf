"""Simulated customers and colleagues, against the real API in one process; time is given, nobody sleeps."""

from collections import Counter
from random import Random

import httpx2
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from escalations.enums import Author, EventKind, Reason, State
from escalations.models import Conversation, Escalation, EscalationEvent, Message, Rating
from helpninja.common.models import ApiKey
from helpninja.demo.content import ISSUES
from helpninja.demo.people import DAVID, TOM
from helpninja.demo.simulation import running, world
from helpninja.demo.simulation.clients import Chat, Desk, connect, sign_in
from helpninja.demo.simulation.colleagues import Colleague
from helpninja.demo.simulation.customers import visit
from helpninja.demo.simulation.world import World
from tests.factories import make_agent, make_customer

pytestmark = pytest.mark.django_db
CUSTOMER = {"external_id": "demo-customer-1", "name": "Sarah Johnson", "company": "Acme Corp", "plan": "pro"}


def wsgi(**client_settings):
    return connect(
        "http://localhost", transport=httpx2.WSGITransport(app=get_wsgi_application()), **client_settings
    )


@pytest.fixture(autouse=True)
def _one_connection():
    """The test's transaction lives through requests, as it does through those of Django's own test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def chat():
    return Chat(wsgi(headers={"Authorization": f"Bearer {running.new_key()}"}))


@pytest.fixture
def life(chat):
    return World(chat, [CUSTOMER], Random(5), "test")


def colleague_of(life: World, person) -> Colleague:
    agent = make_agent(person.short, level=person.level, capacity=person.capacity)
    cookies = sign_in(agent.user)
    desk = Desk(wsgi(cookies=cookies, headers={"X-CSRFToken": cookies["csrftoken"]}))
    return Colleague(desk, person, agent.public_id, life.spawn, Random(6))


@pytest.mark.parametrize("reason", list(Reason))
def test_what_a_customer_says_is_escalated_by_the_rules_for_that_reason(chat, life, reason):
    life.spawn(visit(chat, "test-1", CUSTOMER, ISSUES[reason][0], reason, life.served, life.rng))

    life.run_until(60)

    escalation = Escalation.objects.get()
    assert (escalation.reason, escalation.state) == (reason, State.WAITING)
    assert escalation.customer.name == "Sarah Johnson"
    assert life.served == {escalation.public_id}
    said = Message.objects.filter(author=Author.AI).latest("id")
    assert said.text == escalation.handoff_message


def test_what_the_ai_manages_is_closed_without_a_person(chat, life):
    life.spawn(visit(chat, "test-1", CUSTOMER, ISSUES[None][0], None, life.served, life.rng))

    life.run_until(120)

    assert Conversation.objects.get().closed_at is not None
    assert not Escalation.objects.exists()
    assert life.turns == []


def test_a_first_escalation_comes_within_seconds_and_then_about_three_a_minute(life):
    life.begin()

    life.run_until(6)
    assert Escalation.objects.count() == 1
    life.run_until(120)

    assert 5 <= Escalation.objects.count() <= 8
    assert Conversation.objects.count() > 2 * Escalation.objects.count()


def test_colleagues_claim_answer_and_resolve_and_customers_thank_and_rate(life):
    life.begin([colleague_of(life, DAVID), colleague_of(life, TOM)])

    life.run_until(300)

    states = Counter(Escalation.objects.values_list("state", flat=True))
    assert states[State.RESOLVED] >= 3
    assert 3 <= states[State.WAITING] <= 15
    kinds = Counter(EscalationEvent.objects.values_list("kind", flat=True))
    assert kinds[EventKind.REPLIED] > states[State.RESOLVED]
    assert kinds[EventKind.CUSTOMER_REPLIED] > 0
    assert Rating.objects.exclude(rated_at=None).exists()
    assert life.visits <= world.MOST_VISITS


def test_an_error_ends_one_visit_and_the_others_go_on(life, monkeypatch):
    life.begin()
    life.run_until(40)
    before = Conversation.objects.count()
    ApiKey.objects.update(prefix="other")
    monkeypatch.setattr("helpninja.common.api.authentication.CACHE_SECONDS", 0)

    life.run_until(80)
    assert Conversation.objects.count() == before

    life.chat.http.headers["Authorization"] = f"Bearer {running.new_key()}"
    life.run_until(140)
    assert Conversation.objects.count() > before


def test_customers_come_back_to_what_was_open_before(chat, life):
    reason = Reason.TECHNICAL_ISSUE
    life.spawn(visit(chat, "test-1", CUSTOMER, ISSUES[reason][0], reason, life.served, life.rng))
    life.run_until(60)
    later = World(chat, [CUSTOMER], Random(7), "later")

    later.begin()
    later.run_until(1)

    assert later.served == set(Escalation.objects.values_list("public_id", flat=True))


def test_a_start_gives_the_chat_a_new_key_and_revokes_the_last():
    running.new_key()
    running.new_key()

    keys = ApiKey.objects.filter(name="demo-chat")
    assert keys.count() == 2
    assert keys.usable().count() == 1


def test_the_cast_is_told_as_the_api_takes_it():
    make_customer("Dana Whitfield", plan="enterprise", external_id="demo-customer-7", company="Acme Corp")
    make_customer("Somebody else")

    (told,) = running.cast()

    assert told["external_id"] == "demo-customer-7"
    assert told["plan"] == "enterprise"
