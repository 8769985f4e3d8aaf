"""The vocabulary of quality: articles and their states."""

from django.db import models


class Audience(models.TextChoices):
    CUSTOMERS = "customers", "Customers"
    AGENTS = "agents", "Agents"
    BOTH = "both", "Customers and agents"


# Whose articles a reader of each kind may be shown.
FOR_CUSTOMERS = (Audience.CUSTOMERS, Audience.BOTH)


class ArticleStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"
