"""Sums of what happened, kept ready. ``analytics.actions.rollups`` alone writes them."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class Tier(models.IntegerChoices):
    """How long the stretch is that a rollup sums up."""

    DAY = 1, "Day"
    MONTH = 2, "Month"


class Rollup(models.Model):
    """All sums of one day or month in UTC, of what has one ``value`` of one ``dimension``.

    The columns are packed arrays of float64; ``analytics.metrics.rollups.shape`` says which number is whose.
    ``sums`` has one number for each place, ``clock`` 24 for each of the first places (by hour of the day) and
    ``hours``, of days alone, 24 for each place, compressed. What a mix is of stands in columns too.
    """

    tier = models.PositiveSmallIntegerField(choices=Tier)
    start = models.DateField()
    dimension = models.CharField(max_length=20)
    value = models.TextField(blank=True)
    topic = models.TextField(null=True, blank=True)
    team = models.TextField(null=True, blank=True)
    plan = models.TextField(null=True, blank=True)
    region = models.TextField(null=True, blank=True)
    channel = models.TextField(null=True, blank=True)
    sums = models.BinaryField()
    clock = models.BinaryField()
    hours = models.BinaryField(default=bytes)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dimension", "value", "tier", "start"], name="analytics_rollup_of_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["tier", "start"], name="analytics_rollup_start"),
            models.Index(
                fields=["tier", "start", "topic", "team", "plan", "region", "channel"],
                condition=models.Q(dimension="mix"),
                name="analytics_rollup_mix",
            ),
        ]

    def __str__(self):
        return f"{self.get_tier_display()} {self.start} {self.dimension} {self.value}".rstrip()


class Mark(models.Model):
    """Something changed whose hours must be counted anew. Triggers in the database write it with the change.

    ``kind`` is a source whose row was dated ``at`` before, or says what ``ref`` is the id of.
    """

    CONVERSATION, ESCALATION, TALK, TOPIC = "conversation", "escalation", "talk", "topic"

    kind = models.CharField(max_length=20)
    ref = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    marked_at = models.DateTimeField(db_default=Now())

    def __str__(self):
        return f"{self.kind} {self.at or self.ref}"


class RollupState(models.Model):
    """One row. Rollups answer while ``revision`` is that of the sums which the code asks for."""

    revision = models.CharField(max_length=64, blank=True)
    building = models.CharField(max_length=64, blank=True)
    built_until = models.DateField(null=True, blank=True, help_text="While they are being built: the next day.")
    build_to = models.DateField(null=True, blank=True, help_text="While they are being built: the last day.")
    folded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"Rollups as of {self.folded_at:%Y-%m-%d %H:%M}" if self.folded_at else "Rollups not built yet"


class Reconciliation(models.Model):
    """A stretch of days whose rollups were compared with the rows they are made of; differences are repaired."""

    at = models.DateTimeField(default=timezone.now)
    first = models.DateField()
    last = models.DateField()
    compared = models.PositiveIntegerField(help_text="Sums that were compared.")
    differences = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.first} to {self.last}: {len(self.differences)} differences"
