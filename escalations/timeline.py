"""What happened, in order: what was said, the handoff, the steps of the work and the notes."""

from bisect import bisect_right
from datetime import datetime
from itertools import accumulate
from typing import Any

from escalations.decisions.triggers import is_failed
from escalations.enums import AlertKind, Author, EventKind, ResolutionCategory, SlaMetric, Tier
from escalations.models import Escalation, EscalationEvent, Message, Note
from escalations.rows import iso, mood_row

# Told by the message or the note itself.
SPOKEN = (EventKind.REPLIED, EventKind.CUSTOMER_REPLIED, EventKind.NOTED, EventKind.OPENED)
INTO_QUEUE = (
    EventKind.OPENED,
    EventKind.RELEASED,
    EventKind.DECLINED,
    EventKind.OFFER_EXPIRED,
    EventKind.TRANSFERRED,
    EventKind.TIER_CHANGED,
)


def newest_messages(escalation: Escalation, count: int) -> list[Message]:
    """In their order."""
    newest = Message.objects.filter(conversation=escalation.conversation_id).select_related("agent")
    return list(newest.in_order().reverse()[:count])[::-1]


def timeline(escalation: Escalation, messages: list[Message], *, notes: bool) -> list[dict[str, Any]]:
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
        "mood": mood_row(message.sentiment) if message.author == Author.CUSTOMER else None,
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
        case EventKind.OFFER_EXPIRED:
            return f"{agent} did not take the offer in time"
        case EventKind.ALERTED:
            return f"Supervisors were alerted: {_label(AlertKind, data.get('kind')).lower()}"
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
            changed = f"from {data.get('from', '?')} to {data.get('to', '?')}"
            return f"The priority rose {changed}" if "because" in data else f"{who} changed the priority {changed}"
        case EventKind.PRIORITY_RAISED:
            return f"Moved up in the queue from {data.get('from', '?')} to {data.get('to', '?')}"
        case EventKind.FLAGGED:
            return f"{who} set the flags: {', '.join(data.get('flags', ())).replace('_', ' ') or 'none'}"
        case EventKind.SLA_WARNED:
            return f"{_label(SlaMetric, data.get('metric'))}: the deadline is near"
        case EventKind.SLA_BREACHED:
            return f"{_label(SlaMetric, data.get('metric'))}: the deadline was missed"
        case EventKind.SLA_PAUSE_ENDED:
            return "The clock runs on while the customer is waited for"
        case EventKind.SLA_RECOMPUTED:
            return f"{who} set the deadlines anew"
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


def _label(choices: Any, value: Any) -> str:
    return dict(choices.choices).get(value, str(value or "?"))
