"""A conversation becomes work for people."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import Q

from agents.models import Team
from escalations.actions import deadlines
from escalations.actions.events import append_event
from escalations.actions.priority import assess_opening, content_of, last_said, since
from escalations.decisions.handoff import fill_in
from escalations.decisions.priority import Trigger, explained
from escalations.decisions.priority_rules import flags_of
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
    flags: list[str] = field(default_factory=list)

    @property
    def trigger(self) -> Trigger | None:
        """What the rule asks for; the chat asks for a person, not for a priority."""
        return Trigger(self.rule.name, self.priority) if self.rule else None

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
            handoff_message=_handoff_message(rule, conversation),
            context=rule.context,
        )

    @classmethod
    def by_chat(cls, data: dict[str, Any]) -> Self:
        """``data``: what the chat gave under "handoff": reason, summary, topic, flags, all optional."""
        reason = data.get("reason") or Reason.CUSTOMER_REQUEST
        return cls(
            reason=reason,
            priority=Priority.MEDIUM,
            because={"text": "The chat asked for a person.", "rule": None, "conditions": []},
            topic=data.get("topic"),
            summary=data.get("summary", ""),
            handoff_message="I'm connecting you with a team member now.",
            flags=data.get("flags") or [],
        )


def _handoff_message(rule: TriggerRule, conversation: Conversation) -> str:
    """Whatever it names is looked up only where it names something."""
    if "{" not in rule.handoff_message:
        return rule.handoff_message
    customer, topic = conversation.customer, rule.topic or conversation.topic
    team = rule.team or (topic.team if topic else None)
    known = {
        "customer_name": customer.name if customer else "",
        "company": customer.company if customer else "",
        "plan": conversation.plan.name if conversation.plan else "",
        "topic": topic.name if topic else "",
        "team": team.name if team else "",
    }
    return fill_in(rule.handoff_message, known)


def open_escalation(
    *, conversation: Conversation, message: Message, handoff: Handoff, by: Actor, now: datetime
) -> Escalation:
    """Inside the caller's transaction, with the conversation's row locked and none of its escalations open."""
    topic, rule = handoff.topic or conversation.topic, handoff.rule
    signals = Signals.from_json(conversation.signals)
    team = handoff.team or (topic.team if topic and topic.team else Team.objects.get(slug="support"))
    previous = _previous(conversation, topic, now)
    said = last_said(conversation.pk)
    question = next((one.text for one in said if one.author == Author.CUSTOMER), "")
    customer = conversation.customer
    content = content_of(
        plan=conversation.plan.code if conversation.plan else "",
        topic=topic.slug if topic else "",
        reason=handoff.reason,
        flags=flags_of(conversation.attributes, customer.attributes if customer else {}, {"flags": handoff.flags}),
        texts=[conversation.subject, handoff.summary],
        said=since(previous.last_resolved_at if previous else None, said),
    )
    assessment = assess_opening(
        content=content,
        trigger=handoff.trigger,
        team=team,
        is_repeat=previous is not None,
        is_frustrated=signals.frustrated,
        now=now,
    )
    escalation = Escalation.objects.create(
        conversation=conversation,
        customer_id=conversation.customer_id,
        team=team,
        topic=topic,
        reason=handoff.reason,
        priority=assessment.level,
        priority_because=explained(assessment),
        flags=sorted(content.flags),
        subject=conversation.subject or question[:200],
        summary=handoff.summary or question[:500],
        trigger_rule=rule,
        trigger_message=message,
        because=handoff.because,
        handoff_message=handoff.handoff_message,
        context=handoff.context,
        ai_confidence=signals.last_confidence if message.ai_confidence is None else message.ai_confidence,
        preferred_level=rule.preferred_level if rule else None,
        required_level=rule.required_level if rule else None,
        preferred_skill=rule.preferred_skill if rule else None,
        required_skill=rule.required_skill if rule else None,
        sentiment=signals.sentiment,
        frustrated=signals.frustrated,
        plan_id=conversation.plan_id,
        region=conversation.region,
        channel=conversation.channel,
        opened_at=now,
        next_dispatch_at=now,
        previous=previous,
    )
    deadlines.set_deadlines(escalation=escalation, now=now)
    append_event(
        escalation,
        EventKind.OPENED,
        by=by,
        at=now,
        message=message,
        data={
            "reason": handoff.reason,
            "priority": assessment.level.code,
            "priority_because": assessment.text,
            "because": handoff.because["text"],
        },
    )
    return escalation


def _previous(conversation: Conversation, topic: Topic | None, now: datetime) -> Escalation | None:
    """The one that this repeats: of the same conversation, or of the same customer and topic within 7 days."""
    same = Q(conversation=conversation)
    if conversation.customer_id and topic is not None:
        same |= Q(customer=conversation.customer_id, topic=topic, last_resolved_at__gte=now - REPEAT_WITHIN)
    return Escalation.objects.filter(same).exclude(last_resolved_at=None).order_by("-last_resolved_at").first()
