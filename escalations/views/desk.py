"""What the workspace shows of one escalation. JSON-ready; the page embeds it and asks for it again on news."""

from datetime import datetime
from typing import Any

from agents.models import Agent, Team
from billing.models import Customer
from escalations.actions.priority import current_policy
from escalations.enums import (
    ContextKind,
    Necessity,
    Priority,
    ReescalationCause,
    ResolutionCategory,
    ResolutionQuality,
    Tier,
)
from escalations.models import Escalation, Rating, ReplyDraft
from escalations.policy import may
from escalations.rows import deadline_row, iso, priority_lines, priority_row, queue_row
from escalations.timeline import newest_messages, timeline
from escalations.views.routing import routing
from escalations.views.steps import refusals
from helpninja.common.actors import Actor

# Of a longer conversation the newest.
MESSAGES_SHOWN = 500
HISTORY_SHOWN = 10
CLOCKS_SHOWN = 8


def desk(actor: Actor, escalation: Escalation, now: datetime) -> dict[str, Any]:
    """``refused`` says of each step that is not possible now why it is not."""
    messages = newest_messages(escalation, MESSAGES_SHOWN + 1)
    return {
        "now": iso(now),
        "row": queue_row(escalation),
        "me": _me(actor),
        "conversation": escalation.conversation.public_id,
        "refused": refusals(actor, escalation),
        "details": _details(escalation),
        "clocks": [deadline_row(one) for one in escalation.deadlines.latest_first()[:CLOCKS_SHOWN]],
        "priority": priority_lines(escalation),
        "flags": escalation.flags,
        "customer": _customer(actor, escalation),
        "context": _context(escalation),
        "history": _history(actor, escalation),
        "timeline": timeline(escalation, messages[-MESSAGES_SHOWN:], notes=may(actor, "see_notes", escalation)),
        "earlier": len(messages) > MESSAGES_SHOWN,
        "draft": _draft(escalation),
        "rating": _rating(escalation),
        "routing": routing(actor, escalation),
    }


def choices(escalation: Escalation) -> dict[str, Any]:
    """What the forms offer; read once with the page."""
    agents = Agent.objects.active().order_by("name").values("public_id", "name", "status", "specialization")
    return {
        "agents": [{"code": agent.pop("public_id"), **agent} for agent in agents],
        "teams": [{"code": slug, "name": name} for slug, name in Team.objects.values_list("slug", "name")],
        "tiers": _coded(Tier),
        "priorities": [{"code": priority.code, "name": priority.label} for priority in reversed(Priority)],
        "flags": [
            {"code": flag, "name": flag.replace("_", " ").capitalize()}
            for flag in sorted({*current_policy().flags, *escalation.flags})
        ],
        "categories": _coded(ResolutionCategory),
        "qualities": _coded(ResolutionQuality),
        "necessities": _coded(Necessity),
        "causes": _coded(ReescalationCause) if escalation.previous_id else [],
    }


def _me(actor: Actor) -> dict[str, str] | None:
    agent = getattr(actor.user, "agent", None)
    return {"id": agent.public_id, "name": agent.name} if agent else None


def _details(escalation: Escalation) -> dict[str, Any]:
    previous = escalation.previous
    return {
        "handoff_message": escalation.handoff_message,
        "ai_confidence": escalation.ai_confidence,
        "sentiment": escalation.sentiment,
        "required_skill": escalation.required_skill.name if escalation.required_skill else None,
        "transfer_count": escalation.transfer_count,
        "channel": escalation.channel,
        "source": escalation.conversation.source,
        "category": escalation.get_category_display(),
        "quality": escalation.get_quality_display(),
        "necessity": escalation.get_necessity_display(),
        "missing_content": escalation.missing_content,
        "resolution_note": escalation.resolution_note,
        "cause": escalation.get_reescalation_cause_display(),
        "previous": _earlier(previous) if previous else None,
    }


def _customer(actor: Actor, escalation: Escalation) -> dict[str, Any] | None:
    """``contact`` only for those who may see it; None says that it is hidden."""
    customer = escalation.customer
    if customer is None:
        return None
    shown = may(actor, "see_contact", escalation)
    return {
        "id": customer.public_id,
        "name": str(customer),
        "company": customer.company,
        "plan": escalation.plan.name if escalation.plan else "",
        "monthly_value": None if customer.monthly_value is None else str(customer.monthly_value),
        "signed_up_on": customer.signed_up_on.isoformat() if customer.signed_up_on else None,
        "region": customer.region,
        "country": customer.country,
        "language": customer.language,
        "time_zone": customer.time_zone,
        "contact": {"email": customer.email, "phone": customer.phone} if shown else None,
    }


def _context(escalation: Escalation) -> list[dict[str, Any]]:
    """What the rule asked to show; ``value`` is None where the chat platform did not provide it."""
    customer = escalation.customer
    given = {**(customer.attributes if customer else {}), **escalation.conversation.attributes}
    labels = dict(ContextKind.choices)
    return [
        {
            "kind": kind,
            "label": labels.get(kind, kind),
            "value": given.get(kind) or _known(kind, escalation, customer),
        }
        for kind in escalation.context
    ]


def _known(kind: str, escalation: Escalation, customer: Customer | None) -> str | None:
    """What we know ourselves although the chat said nothing."""
    if kind != ContextKind.PLAN or escalation.plan is None:
        return None
    value = customer.monthly_value if customer else None
    return escalation.plan.name if value is None else f"{escalation.plan.name}, ${value:,.2f} a month"


def _history(actor: Actor, escalation: Escalation) -> list[dict[str, Any]]:
    if escalation.customer_id is None:
        return []
    others = Escalation.objects.visible_to(actor).filter(customer=escalation.customer_id).exclude(pk=escalation.pk)
    return [_earlier(row) for row in others.select_related("topic").order_by("-opened_at", "-id")[:HISTORY_SHOWN]]


def _earlier(escalation: Escalation) -> dict[str, Any]:
    return {
        "id": escalation.public_id,
        "url": f"../{escalation.public_id}/",
        "subject": str(escalation),
        "state": escalation.state,
        "state_label": escalation.get_state_display(),
        "priority": priority_row(escalation.priority),
        "opened_at": iso(escalation.opened_at),
    }


def _draft(escalation: Escalation) -> dict[str, Any] | None:
    draft = ReplyDraft.objects.filter(escalation=escalation).first()
    return {"text": draft.text, "author": draft.author, "updated_at": iso(draft.updated_at)} if draft else None


def _rating(escalation: Escalation) -> dict[str, Any] | None:
    rating = Rating.objects.filter(escalation=escalation, rated_at__isnull=False).first()
    return {"csat": rating.csat, "nps": rating.nps, "comment": rating.comment} if rating else None


def _coded(choices: Any) -> list[dict[str, str]]:
    return [{"code": value, "name": label} for value, label in choices.choices]
