"""The audit record, and the keys of programs."""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import ApiKey, AuditEntry


def record(*, by: Actor, action: str, subject: models.Model, now: datetime, **details: Any) -> AuditEntry:
    """One line of who changed what. Never give it secrets, customers' contact details or message texts."""
    return AuditEntry.objects.create(
        at=now,
        actor=by.label[:200],
        action=action,
        object_type=str(subject._meta.verbose_name)[:60],
        object_id=str(getattr(subject, "public_id", subject.pk)),
        object_label=str(subject)[:200],
        details=details,
    )


def record_many(*, by: Actor, action: str, model: type[models.Model], now: datetime, **details: Any) -> AuditEntry:
    """One line for something done to many rows, such as an export; ``details`` say how many and which."""
    return AuditEntry.objects.create(
        at=now,
        actor=by.label[:200],
        action=action,
        object_type=str(model._meta.verbose_name)[:60],
        object_label=str(model._meta.verbose_name_plural).capitalize(),
        details=details,
    )


@transaction.atomic
def issue_key(*, name: str, scopes: list[str], source: str, by: Actor, now: datetime) -> tuple[ApiKey, str]:
    """The key and its full text, which is kept nowhere: show it once. Raises ValidationError."""
    key, text = ApiKey.issue(name=name, scopes=scopes, source=source, created_at=now)
    key.full_clean(exclude=["secret_hash", "prefix"])
    key.save()
    record(by=by, action="key.issued", subject=key, now=now, scopes=scopes, source=source)
    return key, text


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Actor, now: datetime) -> ApiKey:
    """It stops within a second, everywhere. Raises Conflict where it was revoked before."""
    if not ApiKey.objects.usable().filter(pk=key.pk).update(revoked_at=now):
        raise Conflict("This key was revoked before.")
    key.refresh_from_db()
    record(by=by, action="key.revoked", subject=key, now=now)
    return key
