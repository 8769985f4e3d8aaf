from django.db import models
from django.db.models import F, Q


class NearDuplicate(models.Model):
    """Two published articles that say much the same; ``likeness`` from 0 to 1. Found each night."""

    first = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="+")
    likeness = models.FloatField()
    found_at = models.DateTimeField()
    dismissed_by = models.CharField(max_length=200, blank=True, help_text="Who said that both are needed.")

    class Meta:
        ordering = ["-likeness", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="quality_duplicate_once",
                violation_error_message="This pair is known.",
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="quality_duplicate_order",
                violation_error_message="A pair is written in the order of its ids.",
            ),
        ]

    def __str__(self):
        return f"{self.first} / {self.second}"
