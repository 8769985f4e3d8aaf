"""A conversation becomes work for people."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import Q

from agents.models import Team
from escalations.actions.events import append_event
from escalations.decisions.deadlines import first_response_due
from escalations.decisions.triggers import Fired, Signals, priority_for
from escalations.enums import Author, EventKind, Priority, Reason
from escalations.models import Conversation, Escalation, Message, Topic, TriggerRule
from helpninja.common.actors import Actor

# Another escalation within this time of the last is a re-escalation (METRICS: re-escalation rate).
REPEAT_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Handoff:
    """What was decided about it: by a rule that fired, or asked for by the chat itself."""

    reason: str
    priority: Priority
    because: dict[str, Any]
    topic: Topic | None = None
    team: Team | None = None
    rule: TriggerRule | None = None
    summary: str = ""
    handoff_message: str = ""
    context: list[str] = field(default_factory=list)

    @classmethod
    def by_rule(cls, fired: Fired, conversation: Conversation) -> Self:
        rule: TriggerRule = fired.rule.rule
        plan_code = conversation.plan.code if conversation.plan else ""
        return cls(
            reason=rule.reason,
            priority=priority_for(rule, plan_code),
            because=fired.because,
            topic=rule.topic,
            team=rule.team,
            rule=rule,
            handoff_message=rule.handoff_message,
            context=rule.context,
        )

    @classmethod
    def by_chat(cls, data: dict[str, Any]) -> Self:
        """``data``: what the chat gave under "handoff": reason, summary, topic, all optional."""
        reason = data.get("reason") or Reason.CUSTOMER_REQUEST
        return cls(
            reason=reason,
            priority=Priority.MEDIUM,
            because={"text": "The chat asked for a person.", "rule": None, "conditions": []},
            topic=data.get("topic"),
            summary=data.get("summary", ""),
            handoff_message="I'm connecting you with a team member now.",
        )


def open_escalation(
    *, conversation: Conversation, message: Message, handoff: Handoff, by: Actor, now: datetime
) -> Escalation:
    """Inside the caller's transaction, with the conversation's row locked and none of its escalations open."""
    topic = handoff.topic or conversation.topic
    question = _last_question(conversation)
    rule = handoff.rule
    escalation = Escalation.objects.create(
        conversation=conversation,
        customer_id=conversation.customer_id,
        team=handoff.team or (topic.team if topic and topic.team else Team.objects.get(slug="support")),
        topic=topic,
        reason=handoff.reason,
        priority=handoff.priority,
        subject=conversation.subject or question[:200],
        summary=handoff.summary or question[:500],
        trigger_rule=rule,
        trigger_message=message,
        because=handoff.because,
        handoff_message=handoff.handoff_message,
        context=handoff.context,
        ai_confidence=_confidence(conversation, message),
        preferred_level=rule.preferred_level if rule else None,
        required_level=rule.required_level if rule else None,
        preferred_skill=rule.preferred_skill if rule else None,
        plan_id=conversation.plan_id,
        region=conversation.region,
        channel=conversation.channel,
        opened_at=now,
        next_dispatch_at=now,
        first_response_due_at=first_response_due(now, handoff.priority),
        previous=_previous(conversation, topic, now),
    )
    append_event(
        escalation,
        EventKind.OPENED,
        by=by,
        at=now,
        message=message,
        data={"reason": handoff.reason, "priority": handoff.priority.code, "because": handoff.because["text"]},
    )
    return escalation


def _last_question(conversation: Conversation) -> str:
    """What the customer last said: the subject where the chat gave none, the summary until somebody writes one."""
    asked = conversation.messages.filter(author=Author.CUSTOMER).order_by("-sent_at", "-id")
    return asked.values_list("text", flat=True).first() or ""


def _confidence(conversation: Conversation, message: Message) -> float | None:
    if message.ai_confidence is not None:
        return message.ai_confidence
    return Signals.from_json(conversation.signals).last_confidence


def _previous(conversation: Conversation, topic: Topic | None, now: datetime) -> Escalation | None:
    """The one that this repeats: of the same conversation, or of the same customer and topic within 7 days."""
    same = Q(conversation=conversation)
    if conversation.customer_id and topic is not None:
        same |= Q(customer=conversation.customer_id, topic=topic, last_resolved_at__gte=now - REPEAT_WITHIN)
    return Escalation.objects.filter(same).exclude(last_resolved_at=None).order_by("-last_resolved_at").first()
