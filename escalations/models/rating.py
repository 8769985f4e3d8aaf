from django.db import models
from django.db.models import Q


class Rating(models.Model):
    """A survey and its answer. It belongs to the agent who handled the escalation when the survey was sent."""

    conversation = models.ForeignKey("Conversation", on_delete=models.CASCADE, related_name="ratings")
    escalation = models.OneToOneField(
        "Escalation", on_delete=models.CASCADE, null=True, blank=True, related_name="rating"
    )
    handler = models.ForeignKey(
        "agents.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    survey_sent_at = models.DateTimeField(null=True, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)
    csat = models.PositiveSmallIntegerField("CSAT (1-5)", null=True, blank=True)
    nps = models.PositiveSmallIntegerField("NPS (0-10)", null=True, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(escalation=None),
                name="escalations_rating_one_without_escalation",
            ),
            models.CheckConstraint(
                condition=Q(csat=None) | Q(csat__range=(1, 5)),
                name="escalations_rating_csat",
                violation_error_message="CSAT is 1 to 5.",
            ),
            models.CheckConstraint(
                condition=Q(nps=None) | Q(nps__range=(0, 10)),
                name="escalations_rating_nps",
                violation_error_message="NPS is 0 to 10.",
            ),
            models.CheckConstraint(
                condition=Q(rated_at=None, csat=None, nps=None)
                | (Q(rated_at__isnull=False) & (Q(csat__isnull=False) | Q(nps__isnull=False))),
                name="escalations_rating_answer_and_time",
                violation_error_message="An answer has its time and a CSAT or an NPS.",
            ),
        ]
        indexes = [
            models.Index(fields=["rated_at", "csat"], name="escalations_rating_rated"),
            models.Index(fields=["survey_sent_at"], name="escalations_rating_sent"),
        ]

    def __str__(self):
        return f"Rating of {self.conversation_id}"
