"""What the API takes in (strictly) and gives out."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from agents.models import Agent, Team
from billing.models import Plan
from escalations.decisions.priority_rules import MAX_FLAG_LENGTH, MAX_FLAGS
from escalations.enums import (
    Author,
    DeclineReason,
    EventKind,
    Necessity,
    Priority,
    Reason,
    ReescalationCause,
    ResolutionCategory,
    ResolutionQuality,
    Tier,
)
from escalations.models import Conversation, Escalation, EscalationEvent, Message, Note, Rating, Topic
from escalations.rows import iso, priority_row, queue_row
from helpninja.common.api.serializers import StrictSerializer
from helpninja.common.validators import validate_object, validate_time_zone

# Clocks of other machines may be ahead of ours by this much.
CLOCK_TOLERANCE = timedelta(minutes=5)


def not_in_future(moment: Any) -> None:
    if moment > timezone.now() + CLOCK_TOLERANCE:
        raise serializers.ValidationError("This time is in the future.")


class CustomerInput(StrictSerializer):
    external_id = serializers.CharField(max_length=120, required=False)
    name = serializers.CharField(max_length=160, required=False, allow_blank=True)
    company = serializers.CharField(max_length=160, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    plan = serializers.SlugRelatedField(
        queryset=Plan.objects.all(), slug_field="code", required=False, allow_null=True
    )
    region = serializers.CharField(max_length=60, required=False, allow_blank=True)
    country = serializers.RegexField(
        r"^[A-Za-z]{2}$",
        required=False,
        error_messages={"invalid": "Give an ISO 3166 code of two letters, such as US."},
    )
    language = serializers.CharField(max_length=12, required=False, allow_blank=True)
    time_zone = serializers.CharField(max_length=60, required=False, validators=[validate_time_zone])
    signed_up_on = serializers.DateField(required=False, allow_null=True)
    monthly_value = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    attributes = serializers.JSONField(required=False, validators=[validate_object])

    def validate_country(self, value: str) -> str:
        return value.upper()


class ConversationInput(StrictSerializer):
    external_id = serializers.CharField(max_length=200)
    customer = CustomerInput(required=False, allow_null=True)
    subject = serializers.CharField(max_length=200, required=False, allow_blank=True)
    channel = serializers.CharField(max_length=40, required=False)
    topic = serializers.SlugRelatedField(
        queryset=Topic.objects.all(), slug_field="slug", required=False, allow_null=True
    )
    started_at = serializers.DateTimeField(required=False, validators=[not_in_future])
    attributes = serializers.JSONField(required=False, validators=[validate_object])


class FlagsField(serializers.ListField):
    """What is at stake, such as service_affecting, security or system_wide."""

    child = serializers.CharField(max_length=MAX_FLAG_LENGTH)
    max_length = MAX_FLAGS


class HandoffInput(StrictSerializer):
    reason = serializers.ChoiceField(Reason.choices, required=False)
    summary = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    topic = serializers.SlugRelatedField(
        queryset=Topic.objects.all(), slug_field="slug", required=False, allow_null=True
    )
    flags = FlagsField(required=False)


class MessageInput(StrictSerializer):
    external_id = serializers.CharField(max_length=200, required=False)
    author = serializers.ChoiceField(
        [choice for choice in Author.choices if choice[0] != Author.AGENT],
        error_messages={"invalid_choice": "Give customer, ai, system or tool; agents reply here."},
    )
    text = serializers.CharField(max_length=50_000, allow_blank=True, trim_whitespace=False)
    sent_at = serializers.DateTimeField(required=False, validators=[not_in_future])
    ai_confidence = serializers.FloatField(min_value=0, max_value=1, required=False, allow_null=True)
    ai_failed = serializers.BooleanField(required=False, allow_null=True)
    intent = serializers.CharField(max_length=80, required=False, allow_blank=True)
    response_ms = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, allow_null=True)
    sentiment = serializers.FloatField(
        min_value=-1,
        max_value=1,
        required=False,
        allow_null=True,
        help_text="From -1 (angry) to 1 (happy), by your own model: it wins over the one made here from the text.",
    )
    attributes = serializers.JSONField(required=False, validators=[validate_object])
    handoff = HandoffInput(required=False, allow_null=True)


class CloseInput(StrictSerializer):
    at = serializers.DateTimeField(required=False, validators=[not_in_future])


class RatingInput(StrictSerializer):
    csat = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    nps = serializers.IntegerField(min_value=0, max_value=10, required=False, allow_null=True)
    comment = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    rated_at = serializers.DateTimeField(required=False, validators=[not_in_future])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("csat") is None and attrs.get("nps") is None:
            raise serializers.ValidationError({"csat": ["Give a csat, an nps, or both."]})
        return attrs


class TextInput(StrictSerializer):
    text = serializers.CharField(max_length=20_000)


class DraftInput(StrictSerializer):
    text = serializers.CharField(max_length=20_000, allow_blank=True, trim_whitespace=False)


class ReasonInput(StrictSerializer):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class DeclineInput(ReasonInput):
    code = serializers.ChoiceField(DeclineReason.choices, default=DeclineReason.OTHER)


class TransferInput(ReasonInput):
    agent = serializers.CharField(required=False, max_length=30)
    team = serializers.CharField(required=False, max_length=80)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("agent" in attrs) == ("team" in attrs):
            raise serializers.ValidationError({"agent": ["Give an agent or a team."]})
        return {"reason": attrs["reason"], **self._find(attrs)}

    def _find(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "agent" in attrs:
            agent = Agent.objects.active().filter(public_id=attrs["agent"]).first()
            if agent is None or not agent.team_ids:
                raise serializers.ValidationError({"agent": ["There is no such agent."]})
            return {"agent": agent}
        team = Team.objects.filter(slug=attrs["team"]).first()
        if team is None:
            raise serializers.ValidationError({"team": ["There is no such team."]})
        return {"team": team}


class TierInput(ReasonInput):
    tier = serializers.ChoiceField(Tier.choices)

    def validate_tier(self, value: str) -> Tier:
        return Tier(value)


class PriorityInput(ReasonInput):
    priority = serializers.ChoiceField([level.code for level in Priority])

    def validate_priority(self, value: str) -> Priority:
        return Priority.from_code(value)


class FlagsInput(StrictSerializer):
    flags = FlagsField()


class ResolveInput(StrictSerializer):
    category = serializers.ChoiceField(ResolutionCategory.choices)
    quality = serializers.ChoiceField(ResolutionQuality.choices)
    necessity = serializers.ChoiceField(Necessity.choices)
    missing_content = serializers.CharField(max_length=300, required=False, allow_blank=True)
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    reescalation_cause = serializers.ChoiceField(ReescalationCause.choices, required=False, allow_blank=True)


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.public_id,
        "source": conversation.source,
        "external_id": conversation.external_id,
        "subject": conversation.subject,
        "channel": conversation.channel,
        "topic": conversation.topic.slug if conversation.topic else None,
        "started_at": iso(conversation.started_at),
        "closed_at": iso(conversation.closed_at),
    }


def message_json(message: Message) -> dict[str, Any]:
    """``agent`` is the name that the customer sees."""
    return {
        "id": message.public_id,
        "external_id": message.external_id,
        "author": message.author,
        "agent": message.agent.name if message.agent else None,
        "text": message.text,
        "sent_at": iso(message.sent_at),
        "ai_confidence": message.ai_confidence,
        "sentiment": message.sentiment,
        "ai_failed": message.ai_failed,
        "intent": message.intent,
        "response_ms": message.response_ms,
    }


def handoff_json(escalation: Escalation | None) -> dict[str, Any] | None:
    """What the bot needs at once, so that it can tell the customer who comes."""
    if escalation is None:
        return None
    return {
        "id": escalation.public_id,
        "priority": priority_row(escalation.priority)["code"],
        "topic": escalation.topic.slug if escalation.topic else None,
        "reason": escalation.reason,
        "handoff_message": escalation.handoff_message,
        "because": escalation.because,
    }


def escalation_json(escalation: Escalation, *, contact: bool) -> dict[str, Any]:
    """The row and the rest of it; e-mail and phone only with ``contact``."""
    customer = escalation.customer
    return {
        **queue_row(escalation),
        "conversation": escalation.conversation.public_id,
        "because": escalation.because,
        "priority_because": escalation.priority_because,
        "flags": escalation.flags,
        "handoff_message": escalation.handoff_message,
        "context": escalation.context,
        "ai_confidence": escalation.ai_confidence,
        "sentiment": escalation.sentiment,
        "frustrated": escalation.frustrated,
        "contact": {"email": customer.email, "phone": customer.phone} if customer and contact else None,
        "first_response_seconds": escalation.first_response_seconds,
        "resolved_at": iso(escalation.resolved_at),
        "category": escalation.category,
        "quality": escalation.quality,
        "necessity": escalation.necessity,
        "missing_content": escalation.missing_content,
        "previous": escalation.previous.public_id if escalation.previous else None,
        "reescalation_cause": escalation.reescalation_cause,
    }


def event_json(event: EscalationEvent) -> dict[str, Any]:
    return {
        "id": event.pk,
        "kind": event.kind,
        "label": EventKind(event.kind).label,
        "at": iso(event.at),
        "version": event.version,
        "actor": event.actor,
        "agent": event.agent.name if event.agent else None,
        "message": event.message.public_id if event.message else None,
        "data": event.data,
    }


def note_json(note: Note) -> dict[str, Any]:
    return {"id": note.pk, "author": note.author, "text": note.text, "at": iso(note.at)}


def rating_json(rating: Rating) -> dict[str, Any]:
    return {
        "conversation": rating.conversation.public_id,
        "escalation": rating.escalation.public_id if rating.escalation else None,
        "csat": rating.csat,
        "nps": rating.nps,
        "comment": rating.comment,
        "rated_at": iso(rating.rated_at),
    }
