"""Sets the world of the demo up beside the server, in a thread of its own."""

import threading
from random import Random

from django.db import connection
from django.utils import timezone

from agents.models import Agent
from billing.models import Customer
from helpninja.common.actions import issue_key, revoke_key
from helpninja.common.actors import SYSTEM
from helpninja.common.models import ApiKey
from helpninja.common.roles import Scope
from helpninja.demo.case import SOURCE
from helpninja.demo.people import COLLEAGUES
from helpninja.demo.simulation.clients import Chat, Desk, Json, sign_in
from helpninja.demo.simulation.colleagues import Colleague
from helpninja.demo.simulation.world import World

GIVEN = ("external_id", "name", "company", "email", "region", "country", "language", "time_zone")


def start(address: str) -> threading.Event:
    """Once the server answers there. Set the event to end it; it also ends with the process."""
    stop = threading.Event()
    threading.Thread(target=_live, args=(address, stop), name="demo", daemon=True).start()
    return stop


def _live(address: str, stop: threading.Event) -> None:
    world = prepare(address)
    connection.close()
    world.run(stop)


def prepare(address: str) -> World:
    """With a key and sessions for those who will act: from here on they need the API alone."""
    rng = Random()
    world = World(Chat.at(address, new_key()), cast(), rng, f"live-{timezone.now():%Y%m%dT%H%M%S}")
    colleagues = []
    for person in COLLEAGUES:
        agent = Agent.objects.select_related("user").get(user__username=person.username)
        desk = Desk.at(address, sign_in(agent.user))
        colleagues.append(Colleague(desk, person, agent.public_id, world.spawn, rng))
    world.begin(colleagues)
    return world


def new_key() -> str:
    """The demo's chat gets a new key at each start: the text of the old one is kept nowhere."""
    now = timezone.now()
    for key in ApiKey.objects.usable().filter(name=SOURCE):
        revoke_key(key=key, by=SYSTEM, now=now)
    scopes = [Scope.INGEST.value, Scope.ESCALATIONS_READ.value]
    return issue_key(name=SOURCE, scopes=scopes, source=SOURCE, by=SYSTEM, now=now)[1]


def cast() -> list[Json]:
    """The demo's customers as their chat would tell of them."""
    customers = Customer.objects.filter(external_id__startswith="demo-customer-").order_by("id")
    return [
        {**{name: row[name] for name in GIVEN}, "plan": row["plan__code"]}
        for row in customers.values(*GIVEN, "plan__code")
    ]
