"""The writers of people's plans: each change is a version, with who made it, and is in the audit."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.versions import last_version, next_version


@transaction.atomic
def publish(*, row: Any, by: Actor, now: datetime, why: str = "") -> None:
    """A shift with its breaks, changed hours, time off or an on-call period, once it is saved.

    It counts from the next question on whether the agent is available: nothing is kept from one to the next.
    """
    next_version(row=row, by=by, now=now, why=why)
    record(by=by, action=f"{_name(row)}.published", subject=row, now=now, version=row.version, why=why)


@transaction.atomic
def retire(*, rows: Iterable[Any], by: Actor, now: datetime) -> None:
    """Deletes them; what they said is kept among their versions."""
    for row in rows:
        last_version(row=row, by=by, now=now)
        record(by=by, action=f"{_name(row)}.deleted", subject=row, now=now, version=row.version)
        row.delete()


def _name(row: Any) -> str:
    return str(row._meta.verbose_name).replace(" ", "_").replace("-", "_")
