"""Rows that give the figures of the guide's daily, weekly and executive reports."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import zip_longest

from agents.enums import Weekday
from agents.models import Agent, Shift
from billing.enums import CostKind, EventKind
from billing.models import Customer, CustomerEvent, SharedCost
from escalations.enums import Reason
from escalations.models import Conversation, Escalation, HandlingInterval
from quality.enums import InitiativeStatus, TargetKind
from quality.models import Initiative, Review
from tests import factories
from tests.analytics.metrics.reports.rows import at, case, opened, rated, store

DAY = date(2025, 9, 3)
MONDAY = date(2025, 8, 25)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
LAST_WEEK = [day - timedelta(days=7) for day in WEEK]
# Of the third quarter and of the second, both of them Fridays.
QUARTER_DAY, EARLIER_DAY = date(2025, 8, 1), date(2025, 5, 2)
REASONS = (
    [Reason.LOW_AI_CONFIDENCE] * 8
    + [Reason.CUSTOMER_REQUEST] * 6
    + [Reason.TECHNICAL_ISSUE] * 5
    + [Reason.BILLING_ACCOUNT] * 3
    + [Reason.CONTENT_GAP]
)


def fill_day() -> list[Escalation]:
    """23 escalations against 21, 21 of them resolved, answered in 228 seconds on average, 20 of them rated."""
    yesterday = [case(at(DAY - timedelta(days=1), 9, n), response=240) for n in range(21)]
    today = [
        case(at(DAY, 9, 2 * n), response=228, resolved=n < 21, reason=reason) for n, reason in enumerate(REASONS)
    ]
    store(yesterday)
    rows = store(today)
    rated(rows, [5] * 10 + [4] * 8 + [3] * 2)
    return rows


def fill_volume() -> None:
    """121 escalations in the week against 115."""
    opened(dict(zip(WEEK, (19, 24, 22, 26, 18, 7, 5), strict=True)))
    opened(dict(zip(LAST_WEEK, (18, 23, 21, 21, 19, 8, 5), strict=True)))


def fill_performance() -> None:
    """25 escalations each working day, answered sooner and rated better from day to day."""
    responses, resolved = (288, 264, 240, 216, 192), (22, 23, 22, 23, 22)
    for n, (day, response, done) in enumerate(zip(WEEK, responses, resolved, strict=False)):
        rows = store([case(at(day, 9, minute), response=response, resolved=minute < done) for minute in range(25)])
        rated(rows, [4] * (9 - n) + [5] * (1 + n))


def fill_efficiency() -> None:
    """Twelve minutes of handling an escalation last week, and 10.2 in this one."""
    agent = factories.make_agent()
    for day, seconds in ((LAST_WEEK[0], 720), (WEEK[0], 612)):
        for row in store([case(at(day, 9, n)) for n in range(5)]):
            handled(row, agent, seconds)


def fill_quality() -> None:
    """Two agents, both of them above 85 points."""
    for name, total in (("Sarah M.", "94.5"), ("David K.", "88")):
        review = factories.make_published_review(factories.make_agent(name), now=at(WEEK[1]))
        Review.objects.filter(pk=review.pk).update(total=Decimal(total))


def fill_week() -> None:
    """How the week went, but for its volume, which needs other rows."""
    fill_performance()
    fill_efficiency()
    fill_quality()


def handled(of: Escalation, agent: Agent, seconds: int, **fields) -> HandlingInterval:
    """From its opening on."""
    ended = of.opened_at + timedelta(seconds=seconds)
    return HandlingInterval.objects.create(
        escalation=of, agent=agent, started_at=of.opened_at, ended_at=ended, seconds=seconds, **fields
    )


def fill_quarters(customers: Sequence[Customer] = ()) -> None:
    """Two quarters; the customers are those of the later one's first escalations.

    What a resolution costs is the month's shared cost alone: the agent's time is free.
    """
    now = quarter(
        QUARTER_DAY,
        conversations=454,
        escalated=84,
        resolved=75,
        at_first_contact=67,
        response=252,
        customers=customers,
    )
    rated(now, [4] * 21 + [5] * 9)
    before = quarter(EARLIER_DAY, conversations=274, escalated=54, resolved=47, at_first_contact=41, response=234)
    rated(before, [4] * 24 + [5] * 6)
    for month, amount in ((date(2025, 8, 1), "930.00"), (date(2025, 5, 1), "639.20")):
        SharedCost.objects.create(month=month, kind=CostKind.OTHER, name="Tools", amount=Decimal(amount))
    fill_hours(now, before)


def fill_hours(now: list[Escalation], before: list[Escalation]) -> None:
    """Six handlings, by one agent, take 72% of the eight hours that are planned for the day, and 75% before."""
    agent = factories.make_agent()
    for rows, seconds in ((now[:6], 3456), (before[:6], 3600)):
        day = rows[0].opened_at.date()
        hours = {"weekday": Weekday.FRIDAY, "start": "09:00", "end": "17:00"}
        Shift.objects.create(agent=agent, valid_from=day, valid_to=day, **hours)
        for row in rows:
            handled(row, agent, seconds, hourly_cost=0)


def quarter(
    day: date,
    *,
    conversations: int,
    escalated: int,
    resolved: int,
    at_first_contact: int,
    response: int,
    customers: Sequence[Customer] = (),
) -> list[Escalation]:
    """Conversations that began then; what was not resolved at first contact was taken up twice."""
    rows = [
        case(
            at(day, 9, n % 60),
            response=response,
            resolved=n < resolved,
            claim_count=1 if n < at_first_contact else 2,
            customer=customer,
        )
        for n, customer in zip_longest(range(escalated), customers)
    ]
    talk(at(day), conversations - escalated)
    return store(rows)


def talk(moment: datetime, number: int) -> None:
    """Conversations that stay with the AI."""
    Conversation.objects.bulk_create(
        Conversation(source="other", external_id=f"{moment:%m-%d}-{n}", started_at=moment) for n in range(number)
    )


def fill_business() -> None:
    """The quarters, what became of 52 escalated customers and of 55 others, and what four initiatives did."""
    escalated = [factories.make_customer() for _ in range(52)]
    others = [factories.make_customer() for _ in range(55)]
    fill_quarters(escalated)
    for some, stayed in ((escalated, 49), (others, 49)):
        for n, customer in enumerate(some):
            # 48 x $216.00 and $215.33 a month are $127,000 a year.
            kind = EventKind.RENEWED if n < stayed else EventKind.CANCELLED
            event(customer, kind, monthly_value_after=Decimal("216.00") if n else Decimal("215.33"))
    event(escalated[0], EventKind.PURCHASED, amount=42_520)
    event(escalated[1], EventKind.UPGRADED, monthly_value_before=50, monthly_value_after=90)
    for n in range(100):
        reviewed = {"external_id": f"review-{n}", "is_positive": n < 67}
        event(escalated[n % 52], EventKind.REVIEWED, **reviewed)
    fill_initiatives()


def fill_initiatives() -> None:
    """20 steps each; one is measured, by 3,125 conversations since its start of which 2,500 would be escalated."""
    names = ("Knowledge base enhancement", "AI improvement", "Automation", "Quality program")
    for name, done in zip(names, (17, 12, 14, 19), strict=True):
        row = initiative(name=name, baseline_targeted=0)
        add_steps(row, 20, done)
    measured = {"baseline_targeted": 400, "baseline_escalations": 450, "baseline_conversations": 500}
    Initiative.objects.filter(name=names[0]).update(**measured)
    talk(at(date(2025, 10, 10)), 3125 - 454)


def event(customer: Customer, kind: EventKind, day: date = QUARTER_DAY + timedelta(days=20), **fields):
    return CustomerEvent.objects.create(
        **{"external_id": f"{customer.pk}-{kind}", "source": "billing", **fields},
        customer=customer,
        kind=kind,
        at=at(day),
    )


def initiative(**fields) -> Initiative:
    begun = at(date(2025, 7, 10))
    return Initiative.objects.create(
        **{
            "name": "Knowledge base enhancement",
            "reason": Reason.CONTENT_GAP,
            "starts_on": begun.date(),
            "ends_on": date(2025, 12, 1),
            "target_kind": TargetKind.SHARE,
            "target_value": 3,
            "expected_fewer": 10,
            "status": InitiativeStatus.RUNNING,
            "started_at": begun,
            "baseline_from": begun - timedelta(days=30),
            "baseline_to": begun,
            "baseline_targeted": 30,
            "baseline_escalations": 500,
            "baseline_conversations": 2800,
            **fields,
        }
    )


def add_steps(row: Initiative, number: int, done: int) -> None:
    """So many of them done in the quarter."""
    for n in range(number):
        said = {"done_at": at(QUARTER_DAY), "done_by": "Morgan"} if n < done else {}
        row.steps.create(text=f"Step {n}", **said)
