"""What figures are held against: what we want, and what others reach."""

from django.db import models


class Target(models.Model):
    """In the metric's own unit: rates from 0 to 1, times in seconds. The metric says which side of it is good."""

    metric = models.CharField(max_length=60, unique=True)
    value = models.FloatField()

    class Meta:
        ordering = ["metric"]

    def __str__(self):
        return f"{self.metric}: {self.value:g}"


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
