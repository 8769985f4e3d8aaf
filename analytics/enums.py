"""The vocabulary of analytics."""

from django.db import models


class Tone(models.TextChoices):
    POSITIVE = "positive", "Positive"
    CONSTRUCTIVE = "constructive", "Constructive"
