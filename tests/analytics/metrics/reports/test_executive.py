"""The executive overview of the third quarter of 2025."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest

from analytics.enums import ReportKind
from analytics.models import Benchmark
from billing.enums import CostKind, EventKind
from billing.models import Customer, CustomerEvent, SharedCost
from escalations.enums import Reason
from escalations.models import Conversation
from quality.enums import InitiativeStatus, TargetKind
from quality.models import Initiative
from tests import factories
from tests.analytics.metrics.reports.rows import NOW, at, case, document, lines, rated, section, store, texts

pytestmark = pytest.mark.django_db
DAY = date(2025, 8, 1)
executive = partial(document, ReportKind.EXECUTIVE, DAY)


def quarter(day: date, *, conversations: int, escalated: int, resolved: int, response: int, ratings: list[int]):
    """Conversations that began then; the cost is the month's shared cost alone."""
    rows = store(
        [
            case(at(day, 9, n % 60), response=response, resolved=n < resolved, claim_count=1)
            for n in range(escalated)
        ]
    )
    rated(rows, ratings)
    Conversation.objects.bulk_create(
        Conversation(source="other", external_id=f"{day}-{n}", started_at=at(day))
        for n in range(conversations - escalated)
    )


def test_the_indicators_against_the_quarter_before():
    quarter(DAY, conversations=200, escalated=37, resolved=33, response=252, ratings=[4] * 21 + [5] * 9)
    quarter(
        date(2025, 5, 2), conversations=198, escalated=39, resolved=34, response=234, ratings=[4] * 24 + [5] * 6
    )
    for month, amount in ((date(2025, 8, 1), "409.20"), (date(2025, 5, 1), "462.40")):
        SharedCost.objects.create(month=month, kind=CostKind.OTHER, name="Tools", amount=Decimal(amount))

    found = lines(executive(), "kpis")

    assert found["Satisfaction (CSAT)"] == "4.3/5 (vs 4.2/5 in Q2 2025, +0.1; target: > 4.0/5)"
    assert found["Cost per resolution"] == "$12.40 (vs $13.60 in Q2 2025, −$1.20)"
    assert found["Average response time"] == "4.2 min (vs 3.9 min in Q2 2025, +18 s; target: < 5 min)"
    assert found["Escalation rate"] == "18.5% (vs 19.7% in Q2 2025, −1.2 points)"


def test_ours_beside_the_industry_s():
    Benchmark.objects.filter(metric="nps").delete()
    quarter(DAY, conversations=200, escalated=37, resolved=33, response=252, ratings=[4] * 21 + [5] * 9)

    found = executive()

    assert [row[:4] for row in texts(found, "positioning")] == [
        ("Escalation rate", "24.0%", "18.5%", "better"),
        ("Average response time", "8.2 min", "4.2 min", "better"),
        ("Satisfaction (CSAT)", "3.8/5", "4.3/5", "better"),
        ("Resolution rate", "82.0%", "89.2%", "better"),
    ]
    assert section(found, "positioning").sentences == ("Better than the industry in 4 of 4 metrics",)


def test_nothing_is_judged_on_too_few():
    Benchmark.objects.exclude(metric="csat").delete()

    found = executive()

    assert [row[:4] for row in texts(found, "positioning")] == [
        ("Satisfaction (CSAT)", "3.8/5", "–", "too few to compare")
    ]
    assert section(found, "positioning").sentences == ()


def customers(number: int, *, escalated: bool) -> list[Customer]:
    found = [factories.make_customer() for _ in range(number)]
    if escalated:
        store([case(at(DAY, 9), customer=one) for one in found])
    return found


def event(customer: Customer, kind: EventKind, day: date = DAY + timedelta(days=20), **fields) -> CustomerEvent:
    return CustomerEvent.objects.create(
        **{"external_id": f"{customer.pk}-{kind}", "source": "billing", **fields},
        customer=customer,
        kind=kind,
        at=at(day),
    )


def test_how_many_escalated_customers_stayed_and_how_many_others():
    for one in customers(9, escalated=True):
        event(one, EventKind.RENEWED, monthly_value_after=100)
    event(customers(1, escalated=True)[0], EventKind.CANCELLED)
    for one in customers(4, escalated=False):
        event(one, EventKind.RENEWED)
    event(customers(1, escalated=False)[0], EventKind.CANCELLED)

    found = lines(executive(), "impact")

    assert found["Customer retention"] == "90.0% (vs 80.0% of customers not escalated, n = 5)"
    assert found["Revenue retained"] == "$10,800 (a year of 9 escalated customers who renewed)"


def test_who_renews_each_month_and_leaves_in_the_end_is_one_who_left():
    stayed, left = customers(2, escalated=True)
    for n, month in enumerate((DAY + timedelta(days=10), DAY + timedelta(days=40))):
        for one in (stayed, left):
            kind = EventKind.CANCELLED if n and one is left else EventKind.RENEWED
            event(one, kind, month, external_id=f"{one.pk}-{n}", monthly_value_after=100)

    found = lines(executive(), "impact")

    assert found["Customer retention"] == "50.0% (vs – of customers not escalated, n = 0)"
    assert found["Revenue retained"] == "$1,200 (a year of 1 escalated customer who renewed)"


def test_an_escalation_long_before_or_after_the_event_does_not_count():
    long_ago, later = customers(2, escalated=False)
    store(
        [case(at(DAY - timedelta(days=80)), customer=long_ago), case(at(DAY + timedelta(days=30)), customer=later)]
    )
    for one in (long_ago, later):
        event(one, EventKind.RENEWED)

    assert lines(executive(), "impact")["Customer retention"] == "– (vs 100.0% of customers not escalated, n = 2)"


def test_upsell_and_public_reviews_of_escalated_customers():
    buyer, grower, critic = customers(3, escalated=True)
    event(buyer, EventKind.PURCHASED, amount=250)
    event(grower, EventKind.UPGRADED, monthly_value_before=50, monthly_value_after=90)
    event(customers(1, escalated=False)[0], EventKind.PURCHASED, amount=999)
    for one, is_positive in ((buyer, True), (grower, True), (critic, False)):
        event(one, EventKind.REVIEWED, is_positive=is_positive)

    found = lines(executive(), "impact")

    assert found["Upsell after escalations"] == "$730 (2 purchases and upgrades)"
    assert found["Positive public reviews"] == "66.7%"


def test_without_events_the_impact_says_so():
    assert section(executive(), "impact").note == (
        "The billing system has told of no customer's renewal, purchase or review."
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


def test_how_far_the_initiatives_have_come():
    row = initiative()
    for n in range(20):
        done = {"done_at": at(DAY), "done_by": "Morgan"} if n < 17 else {}
        row.steps.create(text=f"Step {n}", **done)
    late = initiative(name="AI improvement")
    late.steps.create(text="Late", due=date(2025, 9, 1))

    assert [line[:3] for line in texts(executive(), "initiatives")] == [
        ("Knowledge base enhancement", "85% (17 of 20 steps)", "Not yet measurable"),
        ("AI improvement", "0% (0 of 1 steps)", "delayed: 1 step overdue"),
    ]


def test_the_initiatives_of_other_teams_are_left_out():
    initiative().teams.add(factories.make_team())

    found = executive(teams=frozenset({factories.support().pk}))

    assert section(found, "initiatives").note == "No initiative ran."


def test_a_quarter_that_runs_is_held_against_as_much_of_the_last():
    found = document(ReportKind.EXECUTIVE, NOW.date())

    assert found.is_running
    assert found.title == "Executive escalation overview – Q4 2025"
    assert found.compared == "Jul 1, 2025, 00:00 to Jul 20, 2025, 08:01"
