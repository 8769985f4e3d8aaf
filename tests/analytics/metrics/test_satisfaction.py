"""The satisfaction blocks: rows that give each block's figures, through the metric by its dimension."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from analytics.metrics.breakdown import breakdown
from analytics.metrics.registry import METRICS
from analytics.metrics.wording import value_text
from billing.enums import EventKind
from escalations.enums import Author, Reason, ReescalationCause, ResolutionQuality, State, Tier
from escalations.models import Escalation
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.rows import (
    END,
    LATER,
    NOON,
    answered,
    conversation,
    escalation,
    frame,
    held,
    rating,
    resolved,
    value,
)
from tests.analytics.told import WINDOW, of_page, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MUCH_LATER = END + 90 * DAY


def texts(metric, dimension, now=LATER):
    """The block as people read it, without the group of what is not known; the same wherever it is told."""
    found = breakdown([metric], [dimension], frame(now=now))
    groups = [group for group in found.groups if group.labels[0].code != "none"]
    unit = METRICS[metric].unit
    read = {group.labels[0].text: value_text(group.measured[metric].now, unit) for group in groups}
    with time_machine.travel(now, tick=False):
        assert told(metric, dimension) == read
        page, counts = shown_on_page(metric, dimension)
        assert page == read
    assert counts == {group.labels[0].text: group.measured[metric].now.n for group in groups}
    return read


def shown_on_page(metric, dimension):
    """The page's block, and how many rows a click on each of its numbers opens."""
    client = Client()
    client.force_login(factories.make_user(Role.ANALYST))
    context = client.get("/analytics/satisfaction/", of_page(WINDOW)).context
    blocks = [*context["blocks"], context["stayed"], context["worth"]]
    (block,) = (block for block in blocks if block.dimension.key == dimension)
    column = [one.key for one in block.metrics].index(metric)
    figures = {row.label: row.figures[column] for row in block.rows}
    opened = {text: client.get(figure.link).context["page_of_rows"] for text, figure in figures.items()}
    return {text: figure.text for text, figure in figures.items()}, {
        text: page.paginator.count for text, page in opened.items()
    }


def rated(mean, make, n=10):
    """So many rows of ``make`` whose ratings have that mean, to the digit."""
    total = round(mean * n)
    for i in range(n):
        rating(total // n + (i < total % n), of=make())


def multiply(of, more):
    """So many more rows like this one."""
    fields = {
        field.attname: getattr(of, field.attname) for field in of._meta.concrete_fields if not field.generated
    }
    for name in ("id", "public_id"):
        del fields[name]
    Escalation.objects.bulk_create(Escalation(**fields) for _ in range(more))


@pytest.fixture
def people():
    return [factories.make_agent() for _ in range(4)]


def handled(agents, **fields):
    """By each of the agents once, in their order."""
    of = resolved(claim_count=len(agents), **fields)
    for n, agent in enumerate(agents):
        held(of, agent, seconds=60, ended=NOON + timedelta(minutes=n + 1))
    return of


def test_satisfaction_by_resolution_path():
    for score in (4, 4, 4, 4, 4, 4, 4, 4, 4, 5):
        factories.Rating.objects.create(conversation=conversation(), csat=score, rated_at=NOON)
    rated(4.3, resolved)
    rated(4.4, lambda: resolved(tier=Tier.SPECIALIST))
    rated(3.6, lambda: resolved(previous=resolved(NOON - DAY)))
    rated(2.8, lambda: escalation(state=State.CANCELLED))

    assert texts("csat", "resolution_path") == {
        "AI resolution only": "4.1/5",
        "Single human escalation": "4.3/5",
        "Specialist escalation": "4.4/5",
        "Multiple escalations": "3.6/5",
        "Unresolved escalations": "2.8/5",
    }


def test_what_another_followed_within_seven_days_belongs_to_the_multiple():
    first = resolved()
    escalation(first.last_resolved_at + 7 * DAY, previous=first)
    rating(2, of=first)

    assert texts("csat", "resolution_path") == {"Multiple escalations": "2.0/5"}


def test_response_times_their_shares_and_the_slope():
    for mean, seconds, n, others in (
        (4.6, 119, 10, 910),
        (4.3, 300, 10, 50),
        (3.9, 600, 10, 5),
        (3.2, 601, 5, 0),
    ):
        rated(mean, lambda seconds=seconds: answered(seconds=seconds), n=n)
        if others:
            multiply(answered(seconds=seconds, state=State.CANCELLED), others - 1)

    assert texts("csat", "response_bucket") == {
        "Under 2 minutes": "4.6/5",
        "2–5 minutes": "4.3/5",
        "5–10 minutes": "3.9/5",
        "Over 10 minutes": "3.2/5",
    }
    found = breakdown(["first_response_time"], ["response_bucket"], frame())
    total = found.total["first_response_time"].now.n
    shares = {one.labels[0].code: one.measured["first_response_time"].now.n / total for one in found.groups}
    assert shares == {"0-2": 0.92, "2-5": 0.06, "5-10": 0.015, "10+": 0.005}


def test_each_minute_of_waiting_costs_a_tenth_of_a_point():
    for minutes, score in ((1, 5), (1, 5), (11, 4), (11, 4), (21, 3), (31, 2)):
        rating(score, of=answered(seconds=60 * minutes))
    rating(5, of=escalation(state=State.CANCELLED))  # nobody answered

    found = value("csat_per_minute")

    assert (round(found.value, 9), found.n, found.missing) == (-0.1, 6, 1)
    assert value_text(found, METRICS["csat_per_minute"].unit) == "−0.10"


def test_satisfaction_by_first_contact_and_each_touch(people):
    a, b, c, _ = people
    rated(4.4, lambda: handled([a]))
    rated(4.0, lambda: handled([a, a]))
    rated(3.7, lambda: handled([a, b, c]))
    rated(3.3, lambda: handled([a, b], previous=handled([c, a])))

    assert texts("csat", "first_contact") == {
        "Resolved on first escalation": "4.4/5",
        "Required follow-up": "4.0/5",
        "Multiple agents needed": "3.7/5",
        "Escalation chain": "3.3/5",
    }
    assert texts("csat", "touches") == {
        "1 touch": "4.4/5",
        "2 touches": "4.0/5",
        "3 touches": "3.7/5",
        "4 touches": "3.3/5",
    }
    found = value("csat_per_touch")
    assert value_text(found, METRICS["csat_per_touch"].unit) == "−0.36"
    assert found.interval[0] < -0.36 < found.interval[1] < 0


def test_satisfaction_by_context_kept(people):
    a, b, *_ = people
    rated(4.5, lambda: handled([a]))
    rated(3.9, lambda: handled([a, b], transfer_count=1))
    rated(3.1, lambda: handled([a, b, a], transfer_count=2))
    rated(2.7, lambda: handled([a], customer_repeated=True))
    rating(5, of=escalation(state=State.CANCELLED))  # nobody took it up

    assert texts("csat", "context_kept") == {
        "Full context maintained": "4.5/5",
        "Partial context loss": "3.9/5",
        "Significant context loss": "3.1/5",
        "Customer had to repeat": "2.7/5",
    }


@pytest.mark.parametrize(
    ("cause", "group"),
    [
        (ReescalationCause.INCOMPLETE_INFORMATION, "Significant context loss"),
        (ReescalationCause.TECHNICAL_LIMITATION, "Full context maintained"),
    ],
)
def test_escalated_again_for_want_of_information_is_context_lost(people, cause, group):
    rating(3, of=handled(people[:1], previous=resolved(NOON - DAY), reescalation_cause=cause))

    assert list(texts("csat", "context_kept")) == [group]


def test_satisfaction_by_what_came_before_the_escalation():
    def said(*answers, **fields):
        of = resolved(**{"reason": Reason.LOW_AI_CONFIDENCE, "ai_confidence": 0.3, **fields})
        for n, failed in enumerate(answers):
            at = NOON - timedelta(minutes=n)
            factories.make_message(of.conversation, author=Author.AI, ai_failed=failed, sent_at=at)
        later = NOON + timedelta(minutes=1)
        factories.make_message(of.conversation, author=Author.AI, ai_failed=True, sent_at=later)
        return of

    rated(4.4, lambda: said(None))
    rated(3.8, lambda: said(None, False))
    rated(3.2, lambda: said(True, None), n=5)
    rated(3.2, lambda: said(None, ai_confidence=0.19), n=5)
    rated(4.2, lambda: said(None, reason=Reason.CUSTOMER_REQUEST))
    rated(3.5, lambda: said(True, reason=Reason.TECHNICAL_ISSUE))

    assert texts("csat", "before_escalation") == {
        "Smooth AI interaction": "4.4/5",
        "Multiple AI attempts": "3.8/5",
        "AI confusion": "3.2/5",
        "Direct human request": "4.2/5",
        "Technical error": "3.5/5",
    }


def stayed(share, make, of):
    """So many customers of whom that share was still one after 90 days."""
    for n in range(of):
        one = make()
        factories.make_customer_event(one.customer, EventKind.SIGNED_UP, at=NOON - 400 * DAY)
        if n >= share:
            factories.make_customer_event(one.customer, EventKind.CANCELLED, at=NOON + 40 * DAY)


def test_who_continues_after_each_experience():
    stayed(19, lambda: resolved(quality=ResolutionQuality.IMMEDIATE), of=20)
    stayed(87, lambda: resolved(quality=ResolutionQuality.MINOR_FOLLOW_UP), of=100)
    stayed(39, lambda: resolved(quality=ResolutionQuality.MULTIPLE_INTERACTIONS), of=50)
    stayed(13, lambda: escalation(state=State.CANCELLED), of=25)

    def negative():
        of = resolved(quality=ResolutionQuality.IMMEDIATE)
        rating(2, of=of)
        return of

    stayed(31, negative, of=100)

    assert texts("retained_90", "experience", now=MUCH_LATER) == {
        "Immediate resolution": "95.0%",
        "Follow-up required": "87.0%",
        "Multiple interactions": "78.0%",
        "Unresolved issues": "52.0%",
        "Negative experience": "31.0%",
    }
    assert set(texts("retained_30", "experience", now=MUCH_LATER).values()) == {"100.0%"}


def test_the_monthly_value_after_each_rated_experience():
    def worth(of, after):
        told = {"customer": of.customer, "kind": EventKind.VALUE_CHANGED}
        factories.make_customer_event(**told, at=NOON - 30 * DAY, monthly_value_after=100)
        factories.make_customer_event(**told, at=NOON + 80 * DAY, monthly_value_after=after)

    for score, after in ((5, 112), (4, 112), (3, 100), (2, 72)):
        of = resolved()
        rating(score, of=of)
        worth(of, after)
    twice = resolved(NOON - 40 * DAY)
    rating(1, NOON - 40 * DAY, of=twice)
    again = resolved(conversation=conversation(customer=twice.customer))
    rating(1, of=again)
    worth(again, 55)

    assert texts("value_change", "rated_experience", now=MUCH_LATER) == {
        "Positive experience": "+12.0%",
        "Neutral experience": "0.0%",
        "Negative experience": "−28.0%",
        "Multiple negative escalations": "−45.0%",
    }
