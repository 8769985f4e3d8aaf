"""The rows of who was asked, as the lifecycle leaves them."""

from datetime import UTC, datetime, timedelta

import pytest

from escalations.actions import lifecycle
from escalations.enums import DeclineReason, EventKind, OfferOutcome, State
from escalations.models import Offer, RoutingPolicy
from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def escalation():
    return factories.make_escalation(opened_at=NOW)


def do(step, escalation, seconds=0, **more):
    return step(escalation=escalation, by=SYSTEM, now=at(seconds), **more)


def test_installed_policy_is_that_agents_of_support_pull():
    policy = RoutingPolicy.objects.get()

    assert (policy.team.slug, policy.topic, policy.mode) == ("support", None, "pull")
    assert (policy.threshold, policy.offer_seconds, policy.max_reoffers, policy.batch) == (0.8, 60, 3, False)


def test_offer_has_its_row_and_its_end(escalation, agent):
    offered = do(lifecycle.offer, escalation, agent=agent, because={"because": "Scores 0.92."})

    offer = Offer.objects.get()
    assert (offer.agent, offer.version, offer.offered_at, offer.expires_at) == (agent, 2, NOW, at(60))
    assert (offer.outcome, offer.ended_at, offer.because) == ("", None, {"because": "Scores 0.92."})
    assert offered.next_dispatch_at == at(60)
    assert escalation.events.get().data == {"because": "Scores 0.92."}


def test_time_to_accept_is_the_policy_s(escalation, agent):
    RoutingPolicy.objects.create(topic=factories.make_topic("billing"), offer_seconds=999)
    RoutingPolicy.objects.update(offer_seconds=20)

    do(lifecycle.offer, escalation, agent=agent)

    assert Offer.objects.get().expires_at == at(20)


def test_transfer_to_another_team_s_agent_is_an_offer_by_that_team_s_policy(escalation, outsider, agent):
    RoutingPolicy.objects.create(team_id=min(outsider.team_ids), offer_seconds=120)
    do(lifecycle.claim, escalation, agent=agent)

    do(lifecycle.transfer, escalation, 10, agent=outsider)

    assert Offer.objects.get().expires_at == at(130)


@pytest.mark.parametrize(
    ("step", "outcome", "state"),
    [
        (lambda e, a: do(lifecycle.claim, e, 5, agent=a), OfferOutcome.ACCEPTED, State.ACTIVE),
        (lambda e, a: do(lifecycle.decline, e, 5, reason=""), OfferOutcome.DECLINED, State.WAITING),
        (lambda e, a: do(lifecycle.expire_offer, e, 60), OfferOutcome.EXPIRED, State.WAITING),
        (lambda e, a: do(lifecycle.release, e, 5, reason=""), OfferOutcome.WITHDRAWN, State.WAITING),
        (lambda e, a: do(lifecycle.cancel, e, 5, reason=""), OfferOutcome.WITHDRAWN, State.CANCELLED),
    ],
)
def test_offer_ends_with_what_became_of_it(escalation, agent, step, outcome, state):
    do(lifecycle.offer, escalation, agent=agent)

    now = step(escalation, agent)

    offer = Offer.objects.get()
    assert (offer.outcome, now.state) == (outcome, state)
    assert offer.ended_at == escalation.events.last().at
    assert now.next_dispatch_at == (offer.ended_at if state == State.WAITING else None)


def test_decline_keeps_its_reason(escalation, agent):
    do(lifecycle.offer, escalation, agent=agent)

    do(lifecycle.decline, escalation, 5, code=DeclineReason.BUSY, reason="On the phone")

    offer = Offer.objects.get()
    assert (offer.decline_reason, offer.decline_text) == (DeclineReason.BUSY, "On the phone")
    assert escalation.events.last().data == {"code": "busy", "reason": "On the phone"}


def test_offer_that_has_time_left_does_not_expire(escalation, agent):
    do(lifecycle.offer, escalation, agent=agent)

    with pytest.raises(Conflict):
        do(lifecycle.expire_offer, escalation, 59)

    assert Offer.objects.get().outcome == OfferOutcome.OPEN


def test_accepted_offer_does_not_expire_and_an_expired_one_expires_once(escalation, agent):
    other = factories.make_escalation()
    for one in (escalation, other):
        do(lifecycle.offer, one, agent=agent)
    do(lifecycle.claim, escalation, 60, agent=agent)
    do(lifecycle.expire_offer, other, 60)

    for one in (escalation, other):
        with pytest.raises(Conflict):
            do(lifecycle.expire_offer, one, 61)

    assert other.events.filter(kind=EventKind.OFFER_EXPIRED).count() == 1
