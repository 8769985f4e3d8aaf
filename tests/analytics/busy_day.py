"""The day of ``tests.analytics.rows`` with something for every metric, and much around it."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from analytics.actions import comments
from billing.enums import CostKind, EventKind
from billing.models import SharedCost
from escalations.enums import Author, Reason, State, Tier, Timing
from escalations.models import Rating
from tests import factories
from tests.analytics.rows import END, NOON, START, answered, conversation, escalation, held, rating

DAY = timedelta(days=1)
# When what took 90 days is over too.
LONG_AFTER = START + 100 * DAY
COMMENTS = ("", "So quick and friendly!", "I had to repeat everything.", "Well.")


def fill() -> None:
    """The same rows each time, also where it is filled again; a third of the conversations stays with the AI."""
    chance = Random(4)
    agents = [factories.make_agent() for _ in range(3)]
    customers = [_customer(n) for n in range(4)]
    for month, amount in ((date(2026, 3, 1), "431.57"), (date(2026, 2, 1), "99.99")):
        SharedCost.objects.get_or_create(
            month=month, kind=CostKind.TRAINING, name="Course", defaults={"amount": Decimal(amount)}
        )
    for n in range(36):
        at = START - timedelta(hours=8) + timedelta(minutes=67 * n)
        topic = factories.make_topic(("billing", "integrations")[n % 2])
        chat = conversation(at, customer=customers[n % 4], topic=topic)
        factories.make_message(chat, "Help", sent_at=at)
        if n % 3 == 0:
            _rate_the_ai(chat, at, chance)
        elif n % 11:
            _work(chat, at, agents, chance, again=n % 4 == 1)
    for timing in (Timing.PLACED, Timing.UNKNOWN):
        escalation(NOON, timing=timing, state=State.CANCELLED)
    factories.make_published_review(agents[0], now=NOON, accuracy=17, csat=4)
    factories.make_published_review(agents[1], now=END - timedelta(seconds=1), accuracy=25, csat=2)
    comments.read_comments(now=LONG_AFTER)
    rating(5, NOON, comment="Not read yet", nps=9)


def _rate_the_ai(chat, at, chance):
    Rating.objects.create(
        conversation=chat, csat=chance.randint(1, 5), nps=chance.randint(0, 10), rated_at=at, survey_sent_at=at
    )


def _customer(n):
    """Of one nobody knows anything, one leaves, one is a power user who comes to pay more."""
    since = START - n * 13 * DAY
    customer = factories.make_customer(
        plan=("trial", "pro", "enterprise")[n % 3], signed_up_on=since.date() if n else None
    )
    told = [(EventKind.SIGNED_UP, since - DAY, 50 + n)] if n else []
    if n == 2:
        told.append((EventKind.CANCELLED, START + 20 * DAY, 0))
    if n == 3:
        told.append((EventKind.UPGRADED, START + DAY, Decimal("77.35")))
    for kind, at, monthly in told:
        factories.make_customer_event(customer, kind, at=at, monthly_value_after=monthly)
    return customer


def _work(chat, at, agents, chance, *, again):
    agent, other = chance.sample(agents, 2)
    seconds = chance.randint(20, 900)
    state = chance.choice([State.RESOLVED, State.RESOLVED, State.RESOLVED, State.CANCELLED, State.WAITING])
    fields = {"conversation": chat, "reason": chance.choice(Reason.values), "tier": chance.choice(Tier.values)}
    if state != State.RESOLVED:
        first = escalation(at, state=state, **fields)
    else:
        after = chance.randint(900, 40_000)
        first = answered(
            at,
            seconds=seconds,
            state=state,
            first_responder=agent,
            resolved_at=at + timedelta(seconds=after),
            resolved_by=agent,
            claim_count=chance.randint(1, 2),
            transfer_count=chance.randint(0, 1),
            ai_confidence=chance.choice([None, 0.31, 0.47]),
            **fields,
        )
        for who, cost in ((agent, "47.35"), (other, chance.choice(["31.10", None, "60.00"]))):
            held(
                first, who, seconds=chance.randint(30, 4000), ended=at + timedelta(seconds=after), hourly_cost=cost
            )
        for n in range(chance.randint(1, 4)):
            sent = at + timedelta(seconds=seconds + 60 * n)
            factories.make_message(chat, "Done", author=Author.AGENT, agent=agent, sent_at=sent)
        _rate(first, at + timedelta(seconds=after), agent, chance)
    if again:
        later = at + timedelta(hours=5)
        escalation(later, conversation=chat, previous=first, state=State.CANCELLED, topic=first.topic)


def _rate(of, at, agent, chance):
    asked = chance.random()
    if asked < 0.3:
        rating(None, None, of=of, sent=at)
    else:
        rating(
            chance.choice([None, 1, 2, 3, 4, 5, 5]),
            at,
            of=of,
            sent=at,
            nps=chance.choice([None, 3, 7, 9, 10]),
            handler=agent,
            comment=chance.choice(COMMENTS),
        )
