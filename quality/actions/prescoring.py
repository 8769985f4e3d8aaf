"""Writes the automatic hints: when a review begins, and by a sweep over what was resolved."""

from bisect import bisect_right
from datetime import datetime, timedelta

from django.db.models import F, Q

from escalations.enums import ResolutionQuality, State
from escalations.models import Escalation, Message
from quality.decisions.prescoring import Line, Talk, prescore
from quality.models import PreScore

# Of a longer conversation the newest, as the page shows them.
MESSAGES_READ = 500
RESOLVED_WITHIN = timedelta(days=30)
AT_ONCE = 200


def write_hints(*, escalation: Escalation, now: datetime) -> PreScore:
    """Instead of those there were."""
    hints = prescore(talk_of(escalation))
    values = {
        "computed_at": now,
        "total": hints.total,
        "findings": [one.to_json() for one in hints.findings],
    }
    return PreScore.objects.update_or_create(escalation=escalation, defaults=values)[0]


def write_missing_hints(*, now: datetime) -> int:
    """For what was resolved lately and has none, or was resolved anew since; at most so many at once."""
    lacking = Q(prescore=None) | Q(prescore__computed_at__lt=F("last_resolved_at"))
    resolved = Escalation.objects.filter(
        lacking, state=State.RESOLVED, last_resolved_at__gte=now - RESOLVED_WITHIN, resolved_by__isnull=False
    )
    found = list(resolved.order_by("last_resolved_at", "pk")[:AT_ONCE])
    for escalation in found:
        write_hints(escalation=escalation, now=now)
    return len(found)


def talk_of(escalation: Escalation) -> Talk:
    said = Message.objects.filter(conversation=escalation.conversation_id)
    messages = list(said.in_order().reverse()[:MESSAGES_READ])[::-1]
    quality = escalation.quality
    return Talk(
        lines=[Line(one.public_id, one.author, one.text, one.sentiment) for one in messages],
        handed=_handed(escalation, messages),
        summary=escalation.summary,
        needs_follow_up=quality != ResolutionQuality.IMMEDIATE if quality else None,
    )


def _handed(escalation: Escalation, messages: list[Message]) -> int:
    """The place of the first message after the handoff."""
    for at, message in enumerate(messages):
        if message.pk == escalation.trigger_message_id:
            return at + 1
    times = [message.sent_at for message in messages if message.sent_at is not None]
    return bisect_right(times, escalation.opened_at) if len(times) == len(messages) else 0
