"""The executive overview of the third quarter of 2025."""

from datetime import date, timedelta
from functools import partial

import pytest

from analytics.enums import ReportKind
from analytics.models import Benchmark
from billing.enums import EventKind
from billing.models import Customer
from tests import factories
from tests.analytics.metrics.reports.guide import (
    QUARTER_DAY,
    add_steps,
    event,
    fill_business,
    fill_quarters,
    initiative,
)
from tests.analytics.metrics.reports.rows import NOW, at, case, document, lines, section, store, texts

pytestmark = pytest.mark.django_db
executive = partial(document, ReportKind.EXECUTIVE, QUARTER_DAY)


def test_the_indicators_against_the_quarter_before():
    fill_quarters()

    found = lines(executive(), "kpis")

    assert found["Satisfaction (CSAT)"] == "4.3/5 (vs 4.2/5 in Q2 2025, +0.1; target: > 4.0/5)"
    assert found["Cost per resolution"] == "$12.40 (vs $13.60 in Q2 2025, −$1.20)"
    assert found["Average response time"] == "4.2 min (vs 3.9 min in Q2 2025, +18 s; target: < 5 min)"
    assert found["First contact resolution"] == "89.3% (vs 87.2% in Q2 2025, +2.1 points)"
    assert found["Utilization"] == "72.0% (vs 75.0% in Q2 2025, −3.0 points; target: 25% to 35%)"
    assert found["Escalation rate"] == "18.5% (vs 19.7% in Q2 2025, −1.2 points)"


def test_ours_beside_the_industry_s():
    Benchmark.objects.filter(metric="nps").delete()
    fill_quarters()

    found = executive()

    assert [row[:4] for row in texts(found, "positioning")] == [
        ("Escalation rate", "24.0%", "18.5%", "better"),
        ("Average response time", "8.2 min", "4.2 min", "better"),
        ("Satisfaction (CSAT)", "3.8/5", "4.3/5", "better"),
        ("Resolution rate", "82.0%", "89.3%", "better"),
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
        store([case(at(QUARTER_DAY, 9), customer=one) for one in found])
    return found


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
    for n, month in enumerate((QUARTER_DAY + timedelta(days=10), QUARTER_DAY + timedelta(days=40))):
        for one in (stayed, left):
            kind = EventKind.CANCELLED if n and one is left else EventKind.RENEWED
            event(one, kind, month, external_id=f"{one.pk}-{n}", monthly_value_after=100)

    found = lines(executive(), "impact")

    assert found["Customer retention"] == "50.0% (vs – of customers not escalated, n = 0)"
    assert found["Revenue retained"] == "$1,200 (a year of 1 escalated customer who renewed)"


def test_an_escalation_long_before_or_after_the_event_does_not_count():
    long_ago, later = customers(2, escalated=False)
    store(
        [
            case(at(QUARTER_DAY - timedelta(days=80)), customer=long_ago),
            case(at(QUARTER_DAY + timedelta(days=30)), customer=later),
        ]
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


def test_what_escalations_and_initiatives_were_worth():
    fill_business()

    assert lines(executive(), "impact") == {
        "Revenue retained": "$127,000 (a year of 49 escalated customers who renewed)",
        "Customer retention": "94.2% (vs 89.1% of customers not escalated, n = 55)",
        "Upsell after escalations": "$43,000 (2 purchases and upgrades)",
        "Cost avoided": "$31,000 (2,500 fewer escalations since the start of 1 initiative)",
        "Positive public reviews": "67.0%",
    }


def test_without_events_the_impact_says_so():
    assert section(executive(), "impact").note == (
        "The billing system has told of no customer's renewal, purchase or review."
    )


def test_how_far_the_initiatives_have_come():
    row = initiative()
    add_steps(row, 20, done=17)
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
