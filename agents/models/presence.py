"""Who is there now, and who was."""

from django.db import models
from django.utils import timezone

from agents.enums import Status
from agents.models.agent import Agent


class Presence(models.Model):
    """Append-only ledger: from ``at`` on the agent had this status, until the agent's next row."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="presences")
    at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=20, choices=Status)
    reason = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField("expected back", null=True, blank=True)
    actor = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "presence ledger"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["agent", "-at"], name="agents_presence_agent")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("at")),
                name="agents_presence_until_later",
                violation_error_message="The return time must be later than now.",
            )
        ]

    def __str__(self):
        return f"{self.agent_id}: {self.status}"
