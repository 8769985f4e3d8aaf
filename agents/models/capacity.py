"""How many escalations may be held at the same time, by those without a capacity of their own."""

from django.db import models

from agents.enums import Level

# Of levels without a row.
DEFAULT_CAPACITY = 3


class CapacityByLevel(models.Model):
    level = models.PositiveSmallIntegerField(choices=Level, unique=True)
    capacity = models.PositiveSmallIntegerField(
        default=DEFAULT_CAPACITY, help_text="Escalations held at the same time."
    )

    class Meta:
        verbose_name_plural = "capacity by level"
        ordering = ["level"]

    def __str__(self):
        return self.get_level_display()
