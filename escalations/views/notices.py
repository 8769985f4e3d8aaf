"""What the reader is to act on now: work that is offered to them, and alerts for leaders. JSON-ready."""

from datetime import datetime
from typing import Any

from agents.models import Agent
from escalations.enums import DeclineReason, OfferOutcome
from escalations.models import Alert, Escalation, Offer
from escalations.rows import iso, priority_row
from helpninja.common.actors import Actor
from helpninja.common.roles import Role

# Of the newest; the admin's list has the others.
ALERTS_SHOWN = 50
SHOWN = ("escalation__customer", "escalation__plan", "escalation__topic")


def notices(actor: Actor, now: datetime) -> dict[str, Any]:
    """Two queries at most, however many there are."""
    agent = getattr(actor.user, "agent", None)
    leads = actor.is_any(Role.SUPERVISOR, Role.ADMIN)
    alerts = list(_alerts(actor)) if leads else []
    return {
        "now": iso(now),
        "me": agent.public_id if agent else None,
        "leads": leads,
        "offers": [_offer(offer) for offer in _offers(agent)] if agent else [],
        "alerts": [_alert(alert) for alert in alerts[:ALERTS_SHOWN]],
        "more": len(alerts) > ALERTS_SHOWN,
    }


def decline_reasons() -> list[dict[str, str]]:
    return [{"code": value, "name": label} for value, label in DeclineReason.choices]


def _offers(agent: Agent) -> Any:
    offers = Offer.objects.filter(agent=agent, outcome=OfferOutcome.OPEN)
    return offers.select_related(*SHOWN).order_by("expires_at", "pk")


def _alerts(actor: Actor) -> Any:
    """What nobody looks after yet first."""
    standing = Alert.objects.standing().for_leader(actor).select_related(*SHOWN)
    return standing.order_by("seen_by", "-raised_at", "-pk")[: ALERTS_SHOWN + 1]


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        **_work(offer.escalation),
        "by": offer.actor,
        "because": offer.because.get("because") or offer.because.get("reason") or "",
        "passed_on": "to" in offer.because,
        "offered_at": iso(offer.offered_at),
        "expires_at": iso(offer.expires_at),
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        **_work(alert.escalation),
        "alert": alert.public_id,
        "kind": alert.kind,
        "label": alert.get_kind_display(),
        "text": alert.text,
        "raised_at": iso(alert.raised_at),
        "seen_by": alert.seen_by,
    }


def _work(escalation: Escalation) -> dict[str, Any]:
    customer, topic = escalation.customer, escalation.topic
    return {
        "id": escalation.public_id,
        "subject": str(escalation),
        "priority": priority_row(escalation.priority),
        "topic": topic.name if topic else escalation.get_reason_display(),
        "customer": (customer.company or customer.name) if customer else "",
        "plan": escalation.plan.name if escalation.plan else "",
    }
