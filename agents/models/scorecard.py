"""How an agent's work of the last days turned out, as figures that others may decide by."""

from django.db import models
from django.db.models import Q

from agents.models.agent import Agent

DAYS = 30


class Scorecard(models.Model):
    """The figures of the last 30 days; ``analytics`` writes them, routing reads them.

    One row over all topics (``topic`` empty) and one for each topic that the agent resolved something of.
    Every mean stands beside the number of rows that it is of, and is null where there were none.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="scorecards")
    topic = models.SlugField(max_length=80, blank=True, help_text="Empty: over all topics.")
    resolved = models.PositiveIntegerField(default=0)
    lasting = models.PositiveIntegerField(
        "resolved for good", default=0, help_text="Of those resolved, not re-escalated within 7 days."
    )
    first_contact = models.PositiveIntegerField(
        "resolved at first contact", default=0, help_text="Of those, by the first agent in one handling."
    )
    ratings = models.PositiveIntegerField(default=0)
    csat = models.FloatField("mean CSAT (1-5)", null=True, blank=True)
    responses = models.PositiveIntegerField("first responses", default=0)
    response_seconds = models.FloatField("mean seconds to the first response", null=True, blank=True)
    handled = models.PositiveIntegerField("escalations handled", default=0)
    handling_seconds = models.FloatField("mean seconds of handling", null=True, blank=True)
    reviews = models.PositiveIntegerField("quality reviews", default=0)
    quality_score = models.FloatField("mean quality score (0-100)", null=True, blank=True)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["agent", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "topic"], name="agents_scorecard_once"),
            models.CheckConstraint(
                condition=Q(first_contact__lte=models.F("lasting"), lasting__lte=models.F("resolved")),
                name="agents_scorecard_parts_of_resolved",
                violation_error_message="What lasted, and what took one contact, is part of what was resolved.",
            ),
            models.CheckConstraint(
                condition=(Q(ratings=0, csat=None) | Q(ratings__gt=0, csat__range=(1, 5)))
                & (Q(responses=0, response_seconds=None) | Q(responses__gt=0, response_seconds__gte=0))
                & (Q(handled=0, handling_seconds=None) | Q(handled__gt=0, handling_seconds__gte=0))
                & (Q(reviews=0, quality_score=None) | Q(reviews__gt=0, quality_score__range=(0, 100))),
                name="agents_scorecard_means_have_rows",
                violation_error_message="A mean stands beside the number of rows that it is of.",
            ),
        ]

    def __str__(self):
        return f"{self.agent_id}: {self.topic or 'all topics'}"
