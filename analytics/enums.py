"""The vocabulary of analytics."""

from django.db import models


class Tone(models.TextChoices):
    POSITIVE = "positive", "Positive"
    CONSTRUCTIVE = "constructive", "Constructive"


class ReportKind(models.TextChoices):
    DAILY = "daily", "Daily operations report"
    WEEKLY = "weekly", "Weekly trend analysis"
    EXECUTIVE = "executive", "Executive overview"


class ReportFormat(models.TextChoices):
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"


class RunState(models.TextChoices):
    WAITING = "waiting", "To be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class TableFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    NDJSON = "ndjson", "NDJSON"


class ExportSubject(models.TextChoices):
    """What each row of an export is."""

    ESCALATIONS = "escalations", "Escalations"
    CONVERSATIONS = "conversations", "Conversations"


class ExportState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Being written"
    DONE = "done", "Ready"
    FAILED = "failed", "Failed"
