"""The rows of who was asked: one is open exactly while an escalation is offered. For this package alone."""

from datetime import datetime, timedelta
from typing import Any

from escalations.decisions.dispatch import covering
from escalations.enums import EventKind, OfferOutcome
from escalations.models import Escalation, Offer, RoutingPolicy
from helpninja.common.actors import Actor

OUTCOMES = {
    EventKind.CLAIMED: OfferOutcome.ACCEPTED,
    EventKind.DECLINED: OfferOutcome.DECLINED,
    EventKind.OFFER_EXPIRED: OfferOutcome.EXPIRED,
}


def offer_ends_at(escalation: Escalation, changes: dict[str, Any], now: datetime) -> datetime:
    """By the policy of the team that it is with afterwards: ``changes`` are those of the same step."""
    team = changes.get("team")
    team_id = team.pk if team else changes.get("team_id", escalation.team_id)
    policy = covering(RoutingPolicy.objects.all(), team_id, escalation.topic_id)
    return now + timedelta(seconds=policy.offer_seconds)


def begin_offer(escalation: Escalation, because: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """The row of the offer that this step makes, to whom it is now assigned, until the next look at it."""
    assert escalation.assignee is not None and escalation.next_dispatch_at is not None
    Offer.objects.create(
        escalation=escalation,
        version=escalation.version,
        agent=escalation.assignee,
        actor=by.label,
        because=because,
        offered_at=now,
        expires_at=escalation.next_dispatch_at,
    )


def end_offer(escalation: Escalation, kind: EventKind, data: dict[str, Any], now: datetime) -> None:
    """What became of the open offer by this step; anything but an answer or its time withdraws it."""
    for offer in Offer.objects.filter(escalation=escalation, outcome=OfferOutcome.OPEN):
        offer.outcome = OUTCOMES.get(kind, OfferOutcome.WITHDRAWN)
        offer.ended_at = max(now, offer.offered_at)
        if kind == EventKind.DECLINED:
            offer.decline_reason, offer.decline_text = data["code"], data["reason"]
        offer.save(update_fields=["outcome", "ended_at", "decline_reason", "decline_text"])
