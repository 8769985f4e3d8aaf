"""How the work goes through people's hands, against rows counted by hand."""

from datetime import timedelta

import pytest

from escalations.enums import Tier, Timing
from helpninja.common.values import Value
from tests import factories
from tests.analytics.rows import END, NOON, escalation, held, resolved, value

pytestmark = pytest.mark.django_db


def test_conversations_handled_count_each_once_whoever_took_over():
    first, second = factories.make_agent(), factories.make_agent()
    case = escalation()
    held(case, first, seconds=60)
    held(case, second, seconds=60)
    held(escalation(conversation=factories.make_conversation()), first, seconds=60)
    held(escalation(), first, seconds=60, ended=END)

    assert value("conversations_handled") == Value(2.0, 2)
    assert value("conversations_handled", agent=first.pk) == Value(2.0, 2)
    assert value("conversations_handled", agent=second.pk) == Value(1.0, 1)


def test_handling_time_is_that_of_all_hands_for_each_escalation():
    first, second = factories.make_agent(), factories.make_agent()
    case = escalation()
    held(case, first, seconds=100)
    held(case, first, seconds=200)
    held(case, second, seconds=60)
    held(escalation(), second, seconds=240)
    escalation(timing=Timing.PLACED)

    assert value("handling_time") == Value(300.0, 2, missing=1)
    assert value("handling_time", agent=first.pk) == Value(300.0, 1)
    assert value("handling_time", agent=second.pk) == Value(150.0, 2)


def test_first_contact_resolution_is_one_agent_one_handling_and_for_good():
    resolved(claim_count=1)
    resolved(claim_count=2)
    resolved(claim_count=1, transfer_count=1)
    again = resolved(claim_count=1)
    escalation(NOON + timedelta(days=1), previous=again)

    assert value("first_contact_resolution") == Value.of_rate(1, 4)


def test_transfers_specialists_and_management_are_shares_of_the_opened():
    escalation()
    escalation(transfer_count=1)
    escalation(transfer_count=1, tier=Tier.SPECIALIST)
    escalation(transfer_count=2, tier=Tier.MANAGEMENT)

    assert value("transfer_rate") == Value.of_rate(3, 4)
    assert value("specialist_rate") == Value.of_rate(2, 4)
    assert value("management_rate") == Value.of_rate(1, 4)
