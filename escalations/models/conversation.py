from functools import partial

from django.db import models
from django.db.models import Q
from django.utils import timezone

from escalations.enums import Author, Timing
from escalations.models.escalation import Escalation
from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from helpninja.common.validators import validate_object


class ConversationQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor):
        """Those that came to people whom the actor may look at; what the AI did alone is the admins' to read."""
        if actor.is_any(Role.ADMIN):
            return self
        theirs = Escalation.objects.visible_to(actor).filter(conversation=models.OuterRef("pk"))
        return self.filter(models.Exists(theirs))


class Conversation(models.Model):
    """What a customer and the chat's AI said to each other. ``signals`` is folded from the messages."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "conv"))
    source = models.SlugField(max_length=60, help_text="The chat platform that posted it.")
    external_id = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64, editable=False, default="")
    customer = models.ForeignKey(
        "billing.Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="conversations"
    )
    topic = models.ForeignKey(
        "escalations.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="conversations"
    )
    subject = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=40, default="web", help_text="Such as web, e-mail or whatsapp.")
    plan = models.ForeignKey(
        "billing.Plan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="The customer's, at the start.",
    )
    region = models.CharField(max_length=60, blank=True)
    attributes = models.JSONField(default=dict, blank=True, validators=[validate_object])
    timing = models.CharField(max_length=10, choices=Timing, default=Timing.MEASURED)
    started_at = models.DateTimeField(default=timezone.now)
    last_message_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(
        null=True, blank=True, help_text="When the customer wrote again after the close."
    )
    signals = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="escalations_conversation_external"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=models.F("started_at")),
                name="escalations_conversation_closes_after_start",
                violation_error_message="A conversation can't close before it started.",
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="escalations_conv_started"),
            models.Index(
                fields=["started_at", "timing", "plan", "topic", "channel", "region"],
                name="escalations_conv_window",
            ),
            models.Index(fields=["customer", "-started_at"], name="escalations_conv_customer"),
        ]

    def __str__(self):
        return self.subject or f"Conversation {self.public_id}"


class MessageQuerySet(models.QuerySet):
    def in_order(self):
        """As they were said; those without a time in the order in which they were given."""
        return self.order_by("sent_at", "id")


class Message(models.Model):
    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "msg"))
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    external_id = models.CharField(max_length=200, null=True, blank=True)
    body_hash = models.CharField(max_length=64, editable=False, default="")
    author = models.CharField(max_length=10, choices=Author)
    agent = models.ForeignKey("agents.Agent", on_delete=models.PROTECT, null=True, blank=True)
    text = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="Empty when the log did not say.")
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    ai_confidence = models.FloatField("AI confidence", null=True, blank=True)
    ai_failed = models.BooleanField("AI answer failed", null=True, blank=True)
    intent = models.CharField(max_length=80, blank=True)
    response_ms = models.PositiveIntegerField("AI response time (ms)", null=True, blank=True)
    sentiment = models.FloatField(
        null=True, blank=True, help_text="From -1 (angry) to 1 (happy); empty where it is not known."
    )
    attributes = models.JSONField(default=dict, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "external_id"],
                condition=Q(external_id__isnull=False),
                name="escalations_message_external",
            ),
            models.CheckConstraint(
                condition=Q(ai_confidence=None) | Q(ai_confidence__range=(0, 1)),
                name="escalations_message_confidence",
                violation_error_message="The AI's confidence is between 0 and 1.",
            ),
            models.CheckConstraint(
                condition=Q(sentiment=None) | Q(sentiment__range=(-1, 1)),
                name="escalations_message_sentiment",
                violation_error_message="A sentiment is between -1 and 1.",
            ),
            models.CheckConstraint(
                condition=Q(agent=None) | Q(author=Author.AGENT),
                name="escalations_message_agent_author",
                violation_error_message="Only an agent's message names an agent.",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "sent_at", "id"], name="escalations_message_order"),
            models.Index(fields=["sent_at"], condition=Q(author=Author.AGENT), name="escalations_message_human"),
        ]

    def __str__(self):
        return f"{self.get_author_display()}: {self.text[:60]}"
