"""What figures are held against: what we want, and what others reach."""

from datetime import date

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from agents.models import Team
from escalations.models import Topic
from helpninja.common.versions import Versions

ALWAYS = date(2000, 1, 1)


class Target(models.Model):
    """In the metric's own unit: rates from 0 to 1, times in seconds. The metric says which side of it is good.

    Of the figures of all, of a team or a topic, or of each person; from ``valid_from`` on, until the next one.
    """

    metric = models.CharField(max_length=60)
    per_person = models.BooleanField(
        "for each person", default=False, help_text="Of one person's figures, instead of all work's or a team's."
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="Empty: of any team."
    )
    topic = models.ForeignKey(
        Topic, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="Empty: of any topic."
    )
    value = models.FloatField()
    up_to = models.FloatField(
        null=True, blank=True, help_text="The other end of a range, where neither more nor less is better."
    )
    excellent = models.FloatField(
        null=True, blank=True, help_text="A figure as good as this, or better, is called excellent."
    )
    valid_from = models.DateField(default=ALWAYS, help_text="The first day on which it holds.")
    version = models.PositiveIntegerField(default=1, editable=False)

    history = Versions()

    class Meta:
        ordering = ["metric", "per_person", "team__name", "topic__name", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                "metric",
                "per_person",
                Coalesce("team", Value(0)),
                Coalesce("topic", Value(0)),
                "valid_from",
                name="analytics_target_once",
                violation_error_message="There is a target for this from that day on already.",
            ),
            models.CheckConstraint(
                condition=Q(up_to=None) | Q(up_to__gt=F("value"), excellent=None),
                name="analytics_target_range",
                violation_error_message="A range ends above where it begins, and nothing in it is excellent.",
            ),
        ]

    def __str__(self):
        place = ", ".join(str(part) for part in (self.team, self.topic, "each person" * self.per_person) if part)
        return f"{self.metric} ({place}): {self.value:g}" if place else f"{self.metric}: {self.value:g}"


class Benchmark(models.Model):
    """The industry's value in the metric's own unit, and who says so."""

    metric = models.CharField(max_length=60, unique=True)
    value = models.FloatField("industry value")
    source = models.CharField(max_length=200, help_text="Who published it, and when.")
    as_of = models.DateField("as of", null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.metric} in the industry: {self.value:g}"
