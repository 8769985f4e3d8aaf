"""Changes of the routing weights, in versions. They hold from the next decision on; each keeps its own."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from escalations.models import RoutingWeights
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.versions import last_version, next_version


@transaction.atomic
def publish(*, weights: RoutingWeights, by: Actor, now: datetime, why: str = "") -> None:
    next_version(row=weights, by=by, now=now, why=why)
    record(by=by, action="routing_weights.published", subject=weights, now=now, version=weights.version, why=why)


@transaction.atomic
def retire(*, weights: Iterable[RoutingWeights], by: Actor, now: datetime) -> None:
    """A team without weights of its own follows those for all teams; without any, the guide's hold."""
    for one in weights:
        last_version(row=one, by=by, now=now)
        record(by=by, action="routing_weights.deleted", subject=one, now=now, version=one.version)
        one.delete()
