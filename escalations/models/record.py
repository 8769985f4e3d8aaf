"""What happens to an escalation, and what is written about it."""

from django.db import models
from django.db.models import F, Q

from escalations.enums import EventKind
from escalations.models.escalation import Escalation


class EscalationEvent(models.Model):
    """Append-only: the timeline, the audit of the work, the outbox and the source of every metric, in one."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind)
    at = models.DateTimeField()
    version = models.PositiveIntegerField()
    actor = models.CharField(max_length=200)
    agent = models.ForeignKey(
        "agents.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Whom it concerns: the one who claimed, was offered, replied.",
    )  # fmt: skip
    message = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    dispatched = models.BooleanField(default=False, help_text="Webhook deliveries have been made from it.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["escalation", "version"], name="escalations_event_version"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(dispatched=False), name="escalations_event_outbox"),
            models.Index(fields=["kind", "at"], name="escalations_event_kind"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.actor})"


class HandlingInterval(models.Model):
    """Somebody was active on it from ``started_at`` (inclusive) to ``ended_at`` (exclusive)."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="handling_intervals")
    agent = models.ForeignKey("agents.Agent", on_delete=models.PROTECT, related_name="handling_intervals")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    hourly_cost = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="The agent's, when the interval began.",
    )

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation"], condition=Q(ended_at=None), name="escalations_one_open_interval"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, seconds=None) | Q(ended_at__gte=F("started_at"), seconds__isnull=False),
                name="escalations_interval_ends_after_start",
                violation_error_message="A handling interval ends after it begins, with its seconds.",
            ),
        ]
        indexes = [
            models.Index(fields=["ended_at", "agent", "seconds"], name="escalations_interval_window"),
            # Every figure of cost asks for these, and almost always there are none.
            models.Index(
                fields=["escalation"], condition=Q(hourly_cost__isnull=True), name="escalations_uncosted"
            ),
        ]

    def __str__(self):
        return f"{self.agent_id}: {self.started_at:%Y-%m-%d %H:%M}"


class Note(models.Model):
    """Internal: colleagues read it, the customer never does."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="notes")
    author = models.CharField(max_length=200)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self):
        return self.text[:60]


class ReplyDraft(models.Model):
    """The unsent reply; it belongs to the escalation, so that it outlives a reload and a change of owner."""

    escalation = models.OneToOneField(Escalation, on_delete=models.CASCADE, related_name="draft", primary_key=True)
    text = models.TextField(blank=True)
    author = models.CharField(max_length=200)
    updated_at = models.DateTimeField()

    def __str__(self):
        return self.text[:60]
