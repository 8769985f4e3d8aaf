"""Access for programs, the record of who changed what, and the answers kept for repeated requests."""

import hashlib
import secrets
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from helpninja.common.roles import Scope


def validate_scopes(scopes: Any) -> None:
    """Raises ValidationError that names those which there are not."""
    unknown = set(scopes) - set(Scope.values) if isinstance(scopes, list) else {scopes}
    if unknown:
        raise ValidationError(f"Unknown scopes: {', '.join(sorted(map(str, unknown)))}.")


class ApiKeyQuerySet(models.QuerySet):
    """Revoked keys stay, for the audit."""

    def usable(self) -> Self:
        return self.filter(revoked_at=None)


class ApiKey(models.Model):
    """Only the hash of the secret is kept: 256 random bits need no slow hash. Shown once, when it is made."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list, validators=[validate_scopes])
    source = models.SlugField(
        max_length=60,
        blank=True,
        help_text="The chat platform this key posts for; needed for the scope ingest.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(revoked_at=None),
                name="common_apikey_name_in_use",
                violation_error_message="A key of this name is in use.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} (hn_{self.prefix}...)"

    def clean(self) -> None:
        if Scope.INGEST in (self.scopes or []) and not self.source:
            raise ValidationError({"source": "A key that posts conversations needs a source."})

    @staticmethod
    def hash_secret(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def issue(cls, **fields: Any) -> tuple[Self, str]:
        """An unsaved key and its full text ``hn_<prefix>_<secret>``, which nothing can show again."""
        prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        return cls(prefix=prefix, secret_hash=cls.hash_secret(secret), **fields), f"hn_{prefix}_{secret}"


class AuditEntry(models.Model):
    """Append-only. Labels and ids are text, so that an entry outlives what it names."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    object_label = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="common_audit_object")]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.object_label or self.object_id}"


class IdempotencyRecord(models.Model):
    """The first answer to a request that carried an Idempotency-Key; kept for a day and given again."""

    caller = models.CharField(max_length=60, help_text="key:12 or user:7")
    key = models.CharField(max_length=255)
    path = models.CharField(max_length=500)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="common_idempotency_key")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When a part that works unseen last showed that it does."""

    JOBS = "jobs"
    PRESENCE = "presence"

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
