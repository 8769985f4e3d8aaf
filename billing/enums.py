from django.db import models


class PlanCode(models.TextChoices):
    """The plans installed; more can be added as rows."""

    TRIAL = "trial", "Trial"
    STARTER = "starter", "Starter"
    PRO = "pro", "Pro"
    AGENCY = "agency", "Agency"
    ENTERPRISE = "enterprise", "Enterprise"


class CostKind(models.TextChoices):
    INFRASTRUCTURE = "infrastructure", "Infrastructure and tools"
    TRAINING = "training", "Training and development"
    MANAGEMENT = "management", "Management and overhead"
    OTHER = "other", "Other"
