"""The writers of targets: each change is a version, with who made it, and is in the audit."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from analytics.models import Target
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.versions import last_version, next_version


@transaction.atomic
def publish(*, target: Target, by: Actor, now: datetime, why: str = "") -> None:
    """Call it once the target is saved."""
    next_version(row=target, by=by, now=now, why=why)
    record(by=by, action="target.published", subject=target, now=now, version=target.version, why=why)


@transaction.atomic
def retire(*, targets: Iterable[Target], by: Actor, now: datetime) -> None:
    """Deletes them: the next less specific one holds. What they said is kept among their versions."""
    for target in targets:
        last_version(row=target, by=by, now=now)
        record(by=by, action="target.deleted", subject=target, now=now, version=target.version)
        target.delete()
