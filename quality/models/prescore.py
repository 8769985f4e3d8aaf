"""Automatic hints on an escalation's transcript, kept apart from what people say of it."""

from django.db import models
from django.db.models import Q


class PreScore(models.Model):
    """``total`` is the share of the applicable checks that are OK, of 100: a hint, and nobody's score."""

    escalation = models.OneToOneField("escalations.Escalation", on_delete=models.CASCADE, related_name="prescore")
    computed_at = models.DateTimeField()
    total = models.PositiveSmallIntegerField(null=True, blank=True)
    findings = models.JSONField(help_text="Check, verdict, why, and the message that it is about.")

    class Meta:
        ordering = ["-computed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=None) | Q(total__lte=100),
                name="quality_prescore_total",
                violation_error_message="A total is 0 to 100.",
            )
        ]

    def __str__(self):
        return f"Hints on {self.escalation}"
