"""The vocabulary of analytics."""

from django.db import models


class Tone(models.TextChoices):
    """Of a theme: praise, or what could be better."""

    POSITIVE = "positive", "Positive"
    CONSTRUCTIVE = "constructive", "Constructive"


class ReportKind(models.TextChoices):
    """Whom a report is for decides its period: a day, a week, a quarter."""

    DAILY = "daily", "Daily operations report"
    WEEKLY = "weekly", "Weekly trend analysis"
    EXECUTIVE = "executive", "Executive overview"


class ReportFormat(models.TextChoices):
    """What is attached to a report's mail."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"


class RunState(models.TextChoices):
    """Of a report: waiting also while it is tried again."""

    WAITING = "waiting", "To be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class TableFormat(models.TextChoices):
    """Files that a table can be had as."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    NDJSON = "ndjson", "NDJSON"


class ExportSubject(models.TextChoices):
    """What each row of an export is."""

    ESCALATIONS = "escalations", "Escalations"
    CONVERSATIONS = "conversations", "Conversations"


class ExportState(models.TextChoices):
    """Of an export. Failed and done are final."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Being written"
    DONE = "done", "Ready"
    FAILED = "failed", "Failed"
