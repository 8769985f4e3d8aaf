"""The daily operations report of September 3, 2025, a Wednesday."""

from datetime import timedelta

import pytest

from agents.enums import LeaveKind, Status, Weekday
from agents.models import Presence, Shift, TimeOff
from analytics.enums import ReportKind
from analytics.metrics.reports.document import Document
from analytics.models import ActionItem
from billing.enums import PlanCode
from escalations.enums import Reason, State
from escalations.models import Escalation, HandlingInterval
from helpninja.common.actors import SYSTEM
from quality.actions import articles
from quality.models import KnowledgeGap
from tests import factories
from tests.analytics.metrics.reports.guide import DAY, fill_day
from tests.analytics.metrics.reports.rows import (
    NOW,
    at,
    case,
    document,
    lines,
    opened,
    rated,
    section,
    store,
    texts,
)

pytestmark = pytest.mark.django_db


def daily(**asked) -> Document:
    return document(ReportKind.DAILY, DAY, **asked)


@pytest.fixture
def the_day():
    return fill_day()


def test_the_day_against_its_targets_and_the_day_before(the_day):
    found = lines(daily(), "performance")

    assert found["Escalations"] == "23 (vs 21 yesterday, +9.5%)"
    assert found["Average response time"] == "3.8 min (vs 4.0 min yesterday, −12 s; target: < 5 min)"
    assert found["Resolution rate"] == "91.3% (vs 100.0% yesterday, −8.7 points; target: > 85%)"
    assert found["Satisfaction (CSAT)"] == "4.4/5 (target: > 4.0/5)"
    assert found["SLA breaches"] == "0 (vs 0 yesterday; target: 0)"
    met = [figure.met for figure in section(daily(), "performance").figures]
    assert met == [None, True, True, True, None, True]


def test_who_was_there_and_why_not():
    sarah, mike, jenny = (factories.make_agent(name) for name in ("Sarah M.", "Mike P.", "Jenny L."))
    Presence.objects.create(agent=sarah, at=at(DAY - timedelta(days=1), 22), status=Status.AVAILABLE)
    Presence.objects.create(agent=sarah, at=at(DAY, 17), status=Status.OFFLINE)
    Presence.objects.create(agent=jenny, at=at(DAY + timedelta(days=1), 9), status=Status.AVAILABLE)
    TimeOff.objects.create(agent=mike, first_day=DAY, last_day=DAY, kind=LeaveKind.TRAINING, approved=True)

    found = lines(daily(), "performance")

    assert found["Agents active"] == "1/3 (Jenny L. not seen, Mike P. on training)"


def test_why_customers_were_escalated(the_day):
    assert texts(daily(), "breakdown") == [
        ("Low AI confidence", "8 cases", "34.8%"),
        ("Customer request", "6 cases", "26.1%"),
        ("Technical issue", "5 cases", "21.7%"),
        ("Billing/account", "3 cases", "13.0%"),
        ("Content gap", "1 case", "4.3%"),
    ]


def test_the_times_without_waiting_and_the_longest_streak_in_target():
    store(
        [
            *(case(at(DAY, 9, 20 * n % 60), response=30) for n in range(3)),
            *(case(at(DAY, 10, 20 * n % 60), response=45) for n in range(3)),
            *(case(at(DAY, 11, n), response=500) for n in range(2)),
            case(at(DAY, 12), response=700),
        ]
    )

    assert section(daily(), "notable").sentences == (
        "No waiting from 9:00 AM to 10:40 AM: 6 in a row answered within a minute",
        "8 escalations in a row answered in time, from 9:00 AM to 11:01 AM",
    )


def test_the_hardest_case_that_ended_well():
    david = factories.make_agent("David K.")
    topic = factories.make_topic("integrations")
    rows = store(
        [
            case(at(DAY), resolved_by=david, topic=topic, reason=Reason.TECHNICAL_ISSUE),
            case(at(DAY, 10), resolved_by=david),
            case(at(DAY, 11), resolved_by=david),
        ]
    )
    for row, seconds in zip(rows, (720, 300, 3000), strict=True):
        HandlingInterval.objects.create(
            escalation=row,
            agent=david,
            started_at=row.opened_at,
            ended_at=row.opened_at + timedelta(seconds=seconds),
            seconds=seconds,
        )
    rated([rows[0], rows[2]], [5, 2])

    assert section(daily(), "notable").sentences[0] == (
        f"Hardest case resolved: {topic.name} (technical issue), by David K. in 12.0 min of handling, rated 5/5"
    )


def test_the_first_article_for_a_gap_and_not_its_second_publication():
    new, old, unasked = (factories.make_article(title, status="draft") for title in ("New", "Old", "Unasked"))
    articles.move(article=old, to="published", by=SYSTEM, now=at(DAY - timedelta(days=9)))
    articles.move(article=old, to="draft", by=SYSTEM, now=at(DAY - timedelta(days=2)))
    for one in (new, old, unasked):
        articles.move(article=one, to="published", by=SYSTEM, now=at(DAY))
    for one in (new, old):
        KnowledgeGap.objects.create(name=f"Gap of {one}", article=one)

    assert section(daily(), "notable").sentences == (
        "Knowledge base article published for a recurring question: “New”",
    )


def test_the_first_escalation_of_a_new_enterprise_customer():
    plan = factories.make_plan(PlanCode.ENTERPRISE)
    new = factories.make_customer(plan="enterprise", signed_up_on=DAY - timedelta(days=3))
    known = factories.make_customer(plan="enterprise", signed_up_on=DAY - timedelta(days=300))
    for customer in (new, known):
        factories.make_escalation(
            conversation=factories.make_conversation(customer=customer), plan=plan, opened_at=at(DAY)
        )

    assert section(daily(now=at(DAY + timedelta(days=1))), "notable").sentences == (
        "First escalation of a new customer (Enterprise)",
    )


def test_the_perfect_ratings():
    rows = store([case(at(DAY, 9, n), response=700) for n in range(20)])
    rated(rows, [5] * 18 + [4, 3])

    assert section(daily(), "notable").sentences == ("Perfect ratings from 18/20 customers who rated",)


def test_a_day_without_anything_says_so():
    found = daily()

    assert section(found, "notable").sentences == ("Nothing stood out.",)
    assert section(found, "breakdown").note == "No escalations were opened."
    assert lines(found, "performance")["Average response time"] == "– (target: < 5 min)"


def test_tomorrow_s_volume_from_the_same_weekdays():
    thursdays = [DAY + timedelta(days=1) - timedelta(weeks=n) for n in range(1, 9)]
    opened({thursdays[-1] - timedelta(days=3): 1})
    opened(dict(zip(thursdays, (25, 24, 26, 25, 24, 26, 25, 25), strict=True)))

    assert lines(daily(), "tomorrow")["Expected volume"] == (
        "24–26 escalations (median 25 of the last 8 Thursdays; the range holds the next in 78% of cases)"
    )


def test_a_young_history_expects_nothing():
    opened({DAY - timedelta(days=6): 20})

    assert lines(daily(), "tomorrow")["Expected volume"] == "– (too few weeks of history)"


def test_tomorrow_s_team_by_the_plans():
    names = ("Sarah M.", "David K.", "Mike P.")
    sarah, david, mike = (factories.make_agent(name) for name in names)
    for agent in (sarah, mike):
        Shift.objects.create(agent=agent, weekday=Weekday.THURSDAY, start="09:00", end="17:00")
    Shift.objects.create(agent=david, weekday=Weekday.FRIDAY, start="09:00", end="17:00")
    TimeOff.objects.create(
        agent=mike, first_day=DAY + timedelta(days=1), last_day=DAY + timedelta(days=3), approved=True
    )

    assert lines(daily(), "tomorrow")["Team coverage"] == "1/3 (David K. off shift, Mike P. on vacation)"


def test_action_items_of_this_report_and_those_open_from_before():
    supervisor = factories.make_user(first_name="Morgan", last_name="Ellis")
    kind, yesterday = ReportKind.DAILY, DAY - timedelta(days=1)
    ActionItem.objects.create(kind=kind, first_day=DAY, text="Extra coverage", owner=supervisor, due=DAY)
    ActionItem.objects.create(kind=kind, first_day=yesterday, text="Still open")
    ActionItem.objects.create(
        kind=kind, first_day=yesterday, text="Done before", done_at=at(yesterday), done_by="Morgan"
    )
    ActionItem.objects.create(kind=ReportKind.WEEKLY, first_day=DAY, text="Of another report")

    assert texts(daily(now=at(DAY, 23)), "tomorrow") == [
        ("Extra coverage", "Morgan Ellis", "Sep 3", "Overdue" if at(DAY, 23).date() > DAY else "Open"),
        ("Still open", "", "", "Open"),
    ]


def test_only_the_teams_asked_about():
    elsewhere = factories.make_team()
    store([case(at(DAY)), case(at(DAY), team=elsewhere)])

    found = daily(teams=frozenset({elsewhere.pk}))

    assert lines(found, "performance")["Escalations"].startswith("1 ")
    assert found.scope == elsewhere.name


def test_it_opens_again_exactly_as_it_was(the_day):
    found = daily()
    Escalation.objects.filter(state=State.RESOLVED).delete()

    assert Document.from_json(found.to_json()) == found
    assert found.made_at == NOW.isoformat()
