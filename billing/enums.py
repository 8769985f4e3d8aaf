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


class EventKind(models.TextChoices):
    """What became of a customer, as the billing system tells it."""

    SIGNED_UP = "signed_up", "Signed up"
    RENEWED = "renewed", "Renewed"
    CANCELLED = "cancelled", "Cancelled"
    UPGRADED = "upgraded", "Upgraded"
    DOWNGRADED = "downgraded", "Downgraded"
    VALUE_CHANGED = "value_changed", "Monthly value changed"
    PURCHASED = "purchased", "Bought something more"
    REVIEWED = "reviewed", "Reviewed publicly"


# They say whether somebody is a customer; a review may be written by one who left.
STANDING_KINDS = tuple(kind for kind in EventKind if kind != EventKind.REVIEWED)
# They are told with the monthly value that holds from then on.
VALUED_KINDS = (EventKind.UPGRADED, EventKind.DOWNGRADED, EventKind.VALUE_CHANGED)
