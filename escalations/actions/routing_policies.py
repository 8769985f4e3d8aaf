"""Changes of the routing policies. All that waits is looked at again under what then holds."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from escalations.enums import State
from escalations.models import Escalation, RoutingPolicy
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.versions import last_version, next_version


@transaction.atomic
def publish(*, policy: RoutingPolicy, by: Actor, now: datetime, why: str = "") -> RoutingPolicy:
    """Call it once the policy is saved. Offers that stand keep the time they were given."""
    next_version(row=policy, by=by, now=now, why=why)
    record(by=by, action="routing_policy.published", subject=policy, now=now, version=policy.version, why=why)
    _look_at_all_that_waits(now)
    return policy


@transaction.atomic
def retire(*, policies: Iterable[RoutingPolicy], by: Actor, now: datetime) -> None:
    """Deletes them: the next less specific one holds, and without any agents pull."""
    for policy in policies:
        last_version(row=policy, by=by, now=now)
        record(by=by, action="routing_policy.deleted", subject=policy, now=now, version=policy.version)
        policy.delete()
    _look_at_all_that_waits(now)


def _look_at_all_that_waits(now: datetime) -> None:
    Escalation.objects.filter(state=State.WAITING).update(next_dispatch_at=now)
