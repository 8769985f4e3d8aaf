"""The flow's shares to the digit, with rows that give all of the guide's at once.

Of 6,757 conversations 1,250 came to people, of those 95 to a specialist, and 40 were escalated again.
"""

from datetime import timedelta

import pytest
import time_machine

from escalations.enums import EventKind, ReescalationCause, State, Tier
from escalations.models import Escalation, EscalationEvent
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.many_rows import conversations, escalated
from tests.analytics.rows import LATER, NOON
from tests.analytics.told import WINDOW, of_page, told, total_by_api

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SHOWN = {
    ("Conversations", "AI alone"): ("5,507", "81.5%"),
    ("Conversations", "Frontline"): ("1,250", "18.5%"),
    ("AI alone", "Resolved by the AI"): ("5,507", "100.0%"),
    ("Frontline", "Specialist"): ("95", "7.6%"),
    ("Frontline", "Resolved by people"): ("1,116", "89.3%"),
    ("Frontline", "Re-escalated"): ("39", "3.1%"),
    ("Specialist", "Management"): ("2", "2.1%"),
    ("Specialist", "Resolved by people"): ("92", "96.8%"),
    ("Specialist", "Re-escalated"): ("1", "1.1%"),
    ("Management", "Resolved by people"): ("2", "100.0%"),
    ("Re-escalated", "Incomplete information"): ("24", "60.0%"),
    ("Re-escalated", "Misunderstood requirements"): ("10", "25.0%"),
    ("Re-escalated", "Technical limitations"): ("4", "10.0%"),
    ("Re-escalated", "Policy exceptions needed"): ("2", "5.0%"),
}
ROUTES = {
    "AI alone → Resolved by the AI": "5,507",
    "Frontline → Resolved by people": "1,116",
    "Frontline → Re-escalated → Incomplete information": "23",
    "Frontline → Re-escalated → Misunderstood requirements": "10",
    "Frontline → Re-escalated → Technical limitations": "4",
    "Frontline → Re-escalated → Policy exceptions needed": "2",
    "Frontline → Specialist → Resolved by people": "92",
    "Frontline → Specialist → Re-escalated → Incomplete information": "1",
    "Frontline → Specialist → Management → Resolved by people": "2",
}


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


@pytest.fixture
def month():
    conversations([NOON] * 5507, closed_at=NOON + DAY)
    _resolved(1116)
    _resolved(92, tier=Tier.SPECIALIST)
    EscalationEvent.objects.bulk_create(
        EscalationEvent(
            escalation=row,
            kind=EventKind.TIER_CHANGED,
            at=NOON,
            version=2,
            actor="a",
            data={"to": Tier.SPECIALIST.value},
        )
        for row in _resolved(2, tier=Tier.MANAGEMENT)
    )
    again = [*_resolved(39), *_resolved(1, tier=Tier.SPECIALIST)]
    incomplete, misunderstood, technical, policy = ReescalationCause
    _escalate_again(again, [*[misunderstood] * 10, *[technical] * 4, *[policy] * 2, *[incomplete] * 24])


def _resolved(n, **fields):
    done = {"state": State.RESOLVED, "resolved_at": NOON, "last_resolved_at": NOON}
    rows = conversations([NOON] * n)
    return escalated(rows, resolution_seconds=0, full_resolution_seconds=0, **done, **fields)


def _escalate_again(rows, causes):
    """Each of the conversations once more on the next day."""
    later = escalated([row.conversation for row in rows], opened_at=NOON + DAY, state=State.CANCELLED)
    for row, previous, cause in zip(later, rows, causes, strict=True):
        row.previous, row.reescalation_cause = previous, cause
    Escalation.objects.bulk_update(later, ["previous", "reescalation_cause"])


def test_every_step_on_the_page_opens_its_rows(analyst, month):
    everything, of_people = analyst.get("/analytics/flow/", of_page(WINDOW)).context["flows"]

    assert steps(everything) == SHOWN
    of_the_ai = {names for names in SHOWN if "Conversations" in names or "AI alone" in names}
    assert steps(of_people) == {names: step for names, step in SHOWN.items() if names not in of_the_ai}
    for step in everything.steps:
        opened = analyst.get(step.link).context["page_of_rows"]
        assert f"{opened.paginator.count:,}" == step.count, step.text


def test_figures_and_routes_are_the_same_on_page_api_and_file(analyst, month):
    figures = analyst.get("/analytics/flow/", of_page(WINDOW)).context["figures"]

    expected = {"conversations": "6,757", "escalated_conversations": "1,250", "escalation_rate": "18.5%"}
    assert {figure.metric.key: figure.text for figure in figures} == expected
    assert total_by_api(*expected) == expected
    for metric, text in expected.items():
        assert told(metric, "day") == {"Mar 10, 2026": text}
    assert told("conversations", "route") == ROUTES


def steps(shown):
    return {(step.source, step.target): (step.count, step.share) for step in shown.steps}
