"""The roles of people (groups made by a migration) and the scopes of API keys."""

from django.db.models import TextChoices


class Role(TextChoices):
    """Each value is the name of the group that gives the role."""

    AGENT = "Agent"
    SENIOR_AGENT = "Senior agent"
    SUPERVISOR = "Supervisor"
    QA_REVIEWER = "QA reviewer"
    ANALYST = "Analyst"
    ADMIN = "Admin"


class Scope(TextChoices):
    """What an API key may do; several may be given."""

    INGEST = "ingest", "Post conversations of its own source, find articles for customers"
    ESCALATIONS_READ = "escalations:read", "Read escalations and their conversations"
    ESCALATIONS_WRITE = "escalations:write", "Reply, release, resolve, change priority"
    PII_READ = "pii:read", "See customers' e-mail addresses and phone numbers"
    ANALYTICS_READ = "analytics:read", "Read analytics"
    EXPORT_READ = "export:read", "Export data"
