from django.db import models


class DayKind(models.TextChoices):
    CLOSED = "closed", "Closed"
    HOURS = "hours", "Changed hours"


class Level(models.IntegerChoices):
    AGENT = 1, "Agent"
    SENIOR = 2, "Senior"
    SPECIALIST = 3, "Specialist"
    MANAGER = 4, "Manager"


class Status(models.TextChoices):
    AVAILABLE = "available", "Available"
    IN_CONVERSATION = "in_conversation", "In conversation"
    AWAY = "away", "Away"
    ON_BREAK = "on_break", "On break"
    OFFLINE = "offline", "Offline"


ONLINE_STATUSES = (Status.AVAILABLE, Status.IN_CONVERSATION)
# What an agent may choose; being in conversation follows from the work held.
CHOOSABLE_STATUSES = (Status.AVAILABLE, Status.AWAY, Status.ON_BREAK, Status.OFFLINE)


# The reason that the ledger gives for an absence nobody chose.
CONNECTION_LOST = "Connection lost"


class DepartureCause(models.TextChoices):
    CONNECTION_LOST = "connection_lost", CONNECTION_LOST
    OFFLINE = "offline", "Went offline"
    OFF_SHIFT = "off_shift", "Off shift"
    DEACTIVATED = "deactivated", "Deactivated"


class Weekday(models.IntegerChoices):
    """As ``date.weekday()`` counts."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class HoursChange(models.TextChoices):
    ADDED = "added", "Works these hours too"
    REMOVED = "removed", "Does not work"


class LeaveKind(models.TextChoices):
    VACATION = "vacation", "Vacation"
    SICK = "sick", "Sick leave"
    TRAINING = "training", "Training"
    OTHER = "other", "Other leave"
