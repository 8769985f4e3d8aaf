"""What the workspace shows of one escalation. JSON-ready; the page embeds it and asks for it again on news."""

from bisect import bisect_right
from datetime import datetime
from itertools import accumulate
from typing import Any

from agents.models import Agent, Team
from billing.models import Customer
from escalations.decisions.transitions import MOVES
from escalations.decisions.triggers import is_failed
from escalations.enums import (
    HELD_STATES,
    OPEN_STATES,
    Author,
    ContextKind,
    EventKind,
    Necessity,
    Priority,
    ReescalationCause,
    ResolutionCategory,
    ResolutionQuality,
    State,
    Tier,
)
from escalations.models import Escalation, EscalationEvent, Message, Note, Rating, ReplyDraft
from escalations.policy import may, may_hand_over
from escalations.rows import iso, priority_row, queue_row
from helpninja.common.actors import Actor

# Messages shown; of a longer conversation the newest.
MESSAGES_SHOWN = 500
HISTORY_SHOWN = 10
# Told by the message or the note itself.
SPOKEN = (EventKind.REPLIED, EventKind.CUSTOMER_REPLIED, EventKind.NOTED, EventKind.OPENED)
INTO_QUEUE = (
    EventKind.OPENED,
    EventKind.RELEASED,
    EventKind.DECLINED,
    EventKind.TRANSFERRED,
    EventKind.TIER_CHANGED,
)
STEPS = {
    "claim": EventKind.CLAIMED,
    "decline": EventKind.DECLINED,
    "pend": EventKind.PENDED,
    "resume": EventKind.RESUMED,
    "release": EventKind.RELEASED,
    "transfer": EventKind.TRANSFERRED,
    "tier": EventKind.TIER_CHANGED,
    "resolve": EventKind.RESOLVED,
    "reopen": EventKind.REOPENED,
    "cancel": EventKind.CANCELLED,
}
# Steps without a row in the table of moves: where the action itself allows them.
STATES = {
    "reply": HELD_STATES,
    "draft": OPEN_STATES,
    "priority": OPEN_STATES,
    "repeated": OPEN_STATES,
    "note": tuple(State),
}
ASKED_AS = {"priority": "change_priority"}


def desk(actor: Actor, escalation: Escalation, now: datetime) -> dict[str, Any]:
    """``refused`` says of each step that is not possible now why it is not."""
    messages = _messages(escalation)
    return {
        "now": iso(now),
        "row": queue_row(escalation),
        "me": _me(actor),
        "conversation": escalation.conversation.public_id,
        "refused": {step: why for step in (*STEPS, *STATES) if (why := why_not(actor, step, escalation))},
        "details": _details(escalation),
        "customer": _customer(actor, escalation),
        "context": _context(escalation),
        "history": _history(actor, escalation),
        "timeline": _timeline(escalation, messages[-MESSAGES_SHOWN:], notes=may(actor, "see_notes", escalation)),
        "earlier": len(messages) > MESSAGES_SHOWN,
        "draft": _draft(escalation),
        "rating": _rating(escalation),
    }


def choices(escalation: Escalation) -> dict[str, Any]:
    """What the forms offer; read once with the page."""
    agents = Agent.objects.active().order_by("name").values("public_id", "name", "status", "specialization")
    return {
        "agents": [{"code": agent.pop("public_id"), **agent} for agent in agents],
        "teams": [{"code": slug, "name": name} for slug, name in Team.objects.values_list("slug", "name")],
        "tiers": _coded(Tier),
        "priorities": [{"code": priority.code, "name": priority.label} for priority in reversed(Priority)],
        "categories": _coded(ResolutionCategory),
        "qualities": _coded(ResolutionQuality),
        "necessities": _coded(Necessity),
        "causes": _coded(ReescalationCause) if escalation.previous_id else [],
    }


def why_not(actor: Actor, step: str, escalation: Escalation) -> str:
    """Empty when the actor may take the step now."""
    states = MOVES[STEPS[step]].sources if step in STEPS else STATES[step]
    if escalation.state not in states:
        return _wrong_state(actor, step, escalation)
    if step in ("transfer", "tier"):
        allowed = may_hand_over(actor, escalation)
    else:
        allowed = may(actor, ASKED_AS.get(step, step), escalation)
    return "" if allowed and not _offered_to_other(actor, step, escalation) else _not_theirs(step, escalation)


def _wrong_state(actor: Actor, step: str, escalation: Escalation) -> str:
    agent = getattr(actor.user, "agent", None)
    if escalation.state in HELD_STATES and escalation.assignee and step == "claim":
        return "You have it." if escalation.assignee == agent else f"{escalation.assignee.name} has it."
    if escalation.state in (State.WAITING, State.ASSIGNED):
        return "Claim it first."
    return f"It is {State(escalation.state).label.lower()}."


def _offered_to_other(actor: Actor, step: str, escalation: Escalation) -> bool:
    agent = getattr(actor.user, "agent", None)
    return step == "claim" and escalation.state == State.ASSIGNED and escalation.assignee != agent


def _not_theirs(step: str, escalation: Escalation) -> str:
    match step:
        case "claim" if escalation.state == State.ASSIGNED and escalation.assignee:
            return f"It is offered to {escalation.assignee.name}."
        case "claim":
            return f"It needs an agent of another level ({escalation.get_tier_display().lower()})."
        case "note":
            return "Notes are for those who work on escalations."
        case "priority":
            return "Senior agents and supervisors change priorities."
        case "reopen":
            return "Only who resolved it, a senior agent or a supervisor reopens it."
    if escalation.assignee is None:
        return "Claim it first."
    return f"{escalation.assignee.name} has it."


def _me(actor: Actor) -> dict[str, str] | None:
    agent = getattr(actor.user, "agent", None)
    return {"id": agent.public_id, "name": agent.name} if agent else None


def _details(escalation: Escalation) -> dict[str, Any]:
    previous = escalation.previous
    return {
        "handoff_message": escalation.handoff_message,
        "ai_confidence": escalation.ai_confidence,
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


def _messages(escalation: Escalation) -> list[Message]:
    """The newest, in their order; one more than is shown tells that there are others before."""
    newest = Message.objects.filter(conversation=escalation.conversation_id).select_related("agent")
    return list(newest.in_order().reverse()[: MESSAGES_SHOWN + 1])[::-1]


def _timeline(escalation: Escalation, messages: list[Message], *, notes: bool) -> list[dict[str, Any]]:
    """Messages in their order; handoff, events and notes among them by their times.

    Messages without a time count as said when the one before them was.
    """
    start = escalation.conversation.started_at
    times = list(accumulate((message.sent_at or start for message in messages), max))
    handoff_after = _handoff_index(escalation, messages, times)
    placed = [((index, 0, time, index), _message(escalation, message))
              for index, (message, time) in enumerate(zip(messages, times, strict=True))]  # fmt: skip
    placed.append(((handoff_after, 1, escalation.opened_at, 0), _handoff(escalation)))
    for item, at, key in [*_events(escalation), *(_notes(escalation) if notes else [])]:
        placed.append(((max(handoff_after, bisect_right(times, at) - 1), 2, at, key), item))
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]


def _handoff_index(escalation: Escalation, messages: list[Message], times: list[datetime]) -> int:
    for index, message in enumerate(messages):
        if message.pk == escalation.trigger_message_id:
            return index
    return bisect_right(times, escalation.opened_at) - 1


def _message(escalation: Escalation, message: Message) -> dict[str, Any]:
    failed = message.author == Author.AI and is_failed(message)
    return {
        "key": message.public_id,
        "type": "message",
        "at": iso(message.sent_at),
        "author": message.author,
        "name": _speaker(escalation, message),
        "text": message.text,
        "confidence": message.ai_confidence if message.author == Author.AI else None,
        "failed": failed,
        "intent": message.intent,
        "response_ms": message.response_ms,
    }


def _speaker(escalation: Escalation, message: Message) -> str:
    match message.author:
        case Author.CUSTOMER:
            return str(escalation.customer) if escalation.customer else "Customer"
        case Author.AGENT:
            return message.agent.name if message.agent else message.attributes.get("sent_by") or "Agent"
    return Author(message.author).label


def _handoff(escalation: Escalation) -> dict[str, Any]:
    return {
        "key": "handoff",
        "type": "handoff",
        "at": iso(escalation.opened_at),
        "reason": escalation.get_reason_display(),
        "because": escalation.because.get("text", ""),
        "summary": escalation.summary,
        "said": escalation.handoff_message,
    }


def _events(escalation: Escalation) -> list[tuple[dict[str, Any], datetime, int]]:
    found, queued_at, pended_at = [], escalation.opened_at, None
    for event in EscalationEvent.objects.filter(escalation=escalation).select_related("agent").order_by("id"):
        waited = None
        if event.kind in INTO_QUEUE:
            queued_at = event.at
        elif event.kind == EventKind.PENDED:
            pended_at = event.at
        elif event.kind == EventKind.CLAIMED:
            waited = ("after waiting", event.at - queued_at)
        elif event.kind == EventKind.RESUMED and pended_at:
            waited = ("after", event.at - pended_at)
        if event.kind not in SPOKEN:
            found.append((_event(event, waited), event.at, event.pk))
    return found


def _event(event: EscalationEvent, waited: Any) -> dict[str, Any]:
    return {
        "key": f"event-{event.version}",
        "type": "event",
        "kind": event.kind,
        "at": iso(event.at),
        "text": describe(event),
        "more": event.data.get("reason") or event.data.get("because") or "",
        "waited": {"word": waited[0], "seconds": max(0, int(waited[1].total_seconds()))} if waited else None,
    }


def describe(event: EscalationEvent) -> str:
    """The event as a sentence for the timeline."""
    who, data = event.actor, event.data
    agent = event.agent.name if event.agent else who
    match event.kind:
        case EventKind.OFFERED:
            return f"Offered to {agent}"
        case EventKind.DECLINED:
            return f"{agent} declined the offer"
        case EventKind.CLAIMED:
            return f"{agent} claimed it"
        case EventKind.PENDED:
            return f"{agent} is waiting for the customer"
        case EventKind.RELEASED:
            return f"{who} released it to the queue"
        case EventKind.TRANSFERRED:
            return f"{who} transferred it to {data.get('to') or agent}"
        case EventKind.TIER_CHANGED:
            return f"{who} handed it to {_label(Tier, data.get('to'))}"
        case EventKind.PRIORITY_CHANGED:
            return f"{who} changed the priority from {data.get('from', '?')} to {data.get('to', '?')}"
        case EventKind.RESOLVED:
            return f"{who} resolved it: {_label(ResolutionCategory, data.get('category'))}"
        case EventKind.REOPENED:
            return f"{who} reopened it"
        case EventKind.CANCELLED:
            return f"{who} cancelled it"
        case EventKind.RATED:
            given = [
                f"{data[key]} of {top}" for key, top in (("csat", 5), ("nps", 10)) if data.get(key) is not None
            ]
            return f"The customer rated it {' and '.join(given)}"
    return EventKind(event.kind).label


def _notes(escalation: Escalation) -> list[tuple[dict[str, Any], datetime, int]]:
    return [
        (
            {"key": f"note-{number}", "type": "note", "at": iso(note.at), "name": note.author, "text": note.text},
            note.at,
            number,
        )
        for number, note in enumerate(Note.objects.filter(escalation=escalation), start=1)
    ]


def _draft(escalation: Escalation) -> dict[str, Any] | None:
    draft = ReplyDraft.objects.filter(escalation=escalation).first()
    return {"text": draft.text, "author": draft.author, "updated_at": iso(draft.updated_at)} if draft else None


def _rating(escalation: Escalation) -> dict[str, Any] | None:
    rating = Rating.objects.filter(escalation=escalation, rated_at__isnull=False).first()
    return {"csat": rating.csat, "nps": rating.nps, "comment": rating.comment} if rating else None


def _label(choices: Any, value: Any) -> str:
    return dict(choices.choices).get(value, str(value or "?"))


def _coded(choices: Any) -> list[dict[str, str]]:
    return [{"code": value, "name": label} for value, label in choices.choices]
