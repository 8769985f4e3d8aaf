"""The overview's figures to the digit, with the rows that give them.

The reasons' counts are kept, and what they add up to is asserted: 477 of 527 are 90.5 % resolved, where the guide
has 89.3 %, which no whole number of 527 is; and its 5.6 % of content gaps are 30 of 527, so 5.7 %.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
import time_machine

from analytics.metrics.registry import METRICS
from analytics.metrics.wording import change_text
from escalations.enums import Author, Reason, State
from escalations.models import HandlingInterval, Message, Rating
from helpninja.common.roles import Role
from helpninja.common.values import Change
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.many_rows import conversations, escalated
from tests.analytics.rows import LATER, escalation
from tests.analytics.team_rows import work
from tests.analytics.told import asked_of_api, of_page, told, total_by_api

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 3, 10)
WINDOW = Window.of_days(TUESDAY, TUESDAY, "America/New_York")
TWO_PM = datetime(2026, 3, 10, 18, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Cases, settled, escalated again, and the sum of all their ratings.
REASONS = {
    Reason.LOW_AI_CONFIDENCE: (180, 170, 0, 774),
    Reason.CUSTOMER_REQUEST: (151, 138, 0, 619),
    Reason.TECHNICAL_ISSUE: (102, 84, 16, 408),
    Reason.BILLING_ACCOUNT: (64, 62, 0, 282),
    Reason.CONTENT_GAP: (30, 23, 0, 114),
}
CONVERSATIONS, HUMAN_RESPONSES, MESSAGES, EARLIER = 2847, 1249, 4374, 23


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(LATER, tick=False):
        yield LATER


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


@pytest.fixture
def month(agent):
    """What came in, one conversation of two from 2 PM and the other from 3 PM on."""
    rows = iter(conversations(TWO_PM + HOUR * (n % 2) for n in range(CONVERSATIONS)))
    opened = []
    for reason, (cases, settled, again, points) in REASONS.items():
        done = _resolved(islice(rows, settled + again), reason)
        rest = _escalated(islice(rows, cases - settled - again), reason, state=State.CANCELLED)
        _rate([*done, *rest], points)
        _handle(done, agent)
        for row in done[settled:]:
            escalation(row.last_resolved_at + DAY, previous=row, conversation=row.conversation)
        opened += [*done, *rest]
    _talk(opened, agent)
    sunday = TWO_PM - 2 * DAY
    earlier = conversations([sunday] * EARLIER)
    _handle(_resolved(earlier, Reason.CONTENT_GAP, first_response_at=sunday), agent)


@pytest.fixture
def month_before(agent):
    """Of 1,211 conversations 252 escalated, 231 of them settled; and 17 of Sunday resolved after midnight."""
    monday = TWO_PM - DAY
    conversations([monday] * 959)
    answered = {"seconds": 204, "handling": 642}
    work(agent, 252, settled=231, again=9, points=1076, at=monday, **answered)
    work(agent, 17, settled=17, at=monday - 14 * HOUR - timedelta(minutes=9), **answered)
    HandlingInterval.objects.filter(hourly_cost=None).update(hourly_cost=60)


def _escalated(of, reason, **fields):
    """All answered after 252 seconds, and those of customers who asked for a person in two ways."""
    fields = {"first_response_at": TWO_PM + 2 * HOUR, "first_response_seconds": 252, **fields}
    if reason != Reason.CUSTOMER_REQUEST:
        return escalated(of, reason=reason, ai_confidence=0.31, **fields)
    of = list(of)
    of_many, of_few = of[: len(of) * 2 // 3], of[len(of) * 2 // 3 :]
    return [
        row
        for some, phrase in ((of_many, "speak to human"), (of_few, "need help"))
        for row in escalated(some, reason=reason, because=_because(phrase), **fields)
    ]


def _because(phrase):
    condition = {"field": "customer_text", "operator": "contains_phrase", "value": [], "actual": phrase}
    return {"text": f"the customer wrote “{phrase}”", "conditions": [condition]}


def _resolved(of, reason, **fields):
    at = TWO_PM + 3 * HOUR
    done = {"state": State.RESOLVED, "resolved_at": at, "last_resolved_at": at}
    return _escalated(of, reason, resolution_seconds=600, full_resolution_seconds=600, **done, **fields)


def _rate(rows, points):
    """As equal as whole ratings can be."""
    each, more = divmod(points, len(rows))
    Rating.objects.bulk_create(
        Rating(escalation=row, conversation=row.conversation, csat=each + (n < more), rated_at=TWO_PM + 4 * HOUR)
        for n, row in enumerate(rows)
    )


def _handle(rows, agent):
    """744 seconds of each at $60 an hour are $12.40."""
    end = TWO_PM + 3 * HOUR
    cost = {"seconds": 744, "hourly_cost": 60, "started_at": end - timedelta(seconds=744), "ended_at": end}
    HandlingInterval.objects.bulk_create(HandlingInterval(escalation=row, agent=agent, **cost) for row in rows)


def _talk(rows, agent):
    Message.objects.bulk_create(
        Message(
            conversation=rows[n % len(rows)].conversation,
            text="Hello",
            author=Author.AGENT if n < HUMAN_RESPONSES else Author.CUSTOMER,
            agent=agent if n < HUMAN_RESPONSES else None,
            sent_at=TWO_PM + 2 * HOUR,
        )
        for n in range(MESSAGES)
    )


INDICATORS = {
    "escalation_rate": "18.5%",
    "first_response_time": "4.2 min",
    "resolution_rate": "90.5%",
    "csat": "4.2/5",
    "cost_per_resolution": "$12.40",
    "reescalation_rate": "3.1%",
}
CHANGES = {
    "escalation_rate": "−2.3 points",
    "first_response_time": "+48 s",
    "resolution_rate": "−1.2 points",
    "csat": "−0.1",
    "cost_per_resolution": "+$1.20",
    "reescalation_rate": "−0.4 points",
}
VOLUMES = {
    "conversations": "2,847",
    "escalated_conversations": "527",
    "human_responses": "1,249",
    "messages_per_escalation": "8.3",
}
# Share, cases, resolution rate, satisfaction and confidence.
BY_REASON = {
    "Low AI confidence": ("34.2%", "180", "94.4%", "4.3/5", "0.31"),
    "Customer request": ("28.7%", "151", "91.4%", "4.1/5", "–"),
    "Technical issue": ("19.4%", "102", "82.4%", "4.0/5", "0.31"),
    "Billing/account": ("12.1%", "64", "96.9%", "4.4/5", "0.31"),
    "Content gap": ("5.7%", "30", "76.7%", "3.8/5", "0.31"),
}
OF_REASONS = ("escalations", "resolution_rate", "csat", "ai_confidence")


def test_key_figures_and_volumes_on_page_api_and_file(analyst, month):
    context = analyst.get("/analytics/", of_page(WINDOW)).context

    assert {card.metric.key: card.text for card in context["indicators"]} == INDICATORS
    assert {card.metric.key: card.text for card in context["volumes"]} == VOLUMES
    assert (context["peak"]["text"], context["peak"]["n"]) == ("2–4 PM", 527)
    by_api = total_by_api("volume", "satisfaction", "resolution_time", "cost", window=WINDOW)
    assert by_api.items() >= {**INDICATORS, **VOLUMES, "peak_hours": "2–4 PM", "escalations": "527"}.items()
    for metric, text in {**INDICATORS, **VOLUMES}.items():
        assert told(metric, "day", window=WINDOW) == {"Mar 10, 2026": text}


def test_changes_against_the_month_before_on_page_and_api(analyst, month, month_before):
    cards = analyst.get("/analytics/", of_page(WINDOW)).context["indicators"]

    assert {card.metric.key: card.change for card in cards} == CHANGES
    told_by_api = asked_of_api(list(CHANGES), window=WINDOW)["metrics"]
    for metric, text in CHANGES.items():
        assert change_text(Change(**told_by_api[metric][metric]["change"]), METRICS[metric].unit) == text


def test_every_key_figure_opens_its_rows(analyst, month):
    context = analyst.get("/analytics/", of_page(WINDOW)).context

    for card in (*context["indicators"], *context["volumes"]):
        assert analyst.get(card.link).context["page_of_rows"].paginator.count == card.n, card.metric.key


def test_by_escalation_type_on_page_api_and_file(analyst, month):
    reasons = analyst.get("/analytics/", of_page(WINDOW)).context["reasons"]

    assert {
        row["label"]: (row["share"], *(row["values"][key].text for key in OF_REASONS)) for row in reasons
    } == BY_REASON
    assert reasons[1]["note"] == "Common requests: “speak to human”, “need help”"
    for place, metric in enumerate(OF_REASONS, 1):
        expected = {reason: row[place] for reason, row in BY_REASON.items()}
        assert told(metric, "reason", window=WINDOW) == expected


def test_the_queue_on_page_api_and_file(analyst, now):
    """Seven wait: one of low priority for 8 minutes, the others for 95 seconds."""
    for seconds in (480, *[95] * 6):
        at = now - timedelta(seconds=seconds)
        escalation(at, first_response_due_at=at + timedelta(minutes=10))

    queue = analyst.get("/analytics/").context["waiting"]

    expected = {"wait_time": "2.5 min", "longest_wait": "8.0 min", "backlog": "0"}
    assert {figure.metric.key: figure.text for figure in queue} == expected
    assert total_by_api(*expected) == expected
    for metric, text in expected.items():
        assert told(metric, "reason") == {"Low AI confidence": text}
