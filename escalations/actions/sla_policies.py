"""Changes of the SLA policies. What begins afterwards follows them, what is open once it is recomputed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from escalations.models import SlaPolicy
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.versions import last_version, next_version


@transaction.atomic
def publish(*, policy: SlaPolicy, by: Actor, now: datetime, why: str = "") -> SlaPolicy:
    """Call it once the policy and its targets are saved."""
    next_version(row=policy, by=by, now=now, why=why)
    record(by=by, action="sla_policy.published", subject=policy, now=now, version=policy.version, why=why)
    return policy


@transaction.atomic
def retire(*, policies: Iterable[SlaPolicy], by: Actor, now: datetime) -> None:
    """Deletes them. Deadlines keep their terms, which name the policy and its version."""
    for policy in policies:
        last_version(row=policy, by=by, now=now)
        record(by=by, action="sla_policy.deleted", subject=policy, now=now, version=policy.version)
        policy.delete()
