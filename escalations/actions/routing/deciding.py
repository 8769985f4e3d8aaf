from collections.abc import Iterable
from datetime import datetime

from escalations.actions.routing.reading import read
from escalations.actions.routing.shaping import shape
from escalations.decisions.routing import Assignment, assign_batch, decide, inputs_json
from escalations.models import Escalation, RoutingDecision
from helpninja.common.actors import Actor


def decide_for(*, escalation: Escalation, by: Actor, now: datetime, asked: Iterable[int] = ()) -> RoutingDecision:
    """Decides who should take it, and keeps the decision with all its reasons. It moves nothing.

    ``asked``: ids of agents who were offered it and did not take it. Six queries, however many agents there are.
    """
    found = shape(read([escalation], now), now, tuple(asked))
    item, weights, agents = found.items[0], found.weights[0], found.agents
    decision = decide(item, agents, weights, now)
    choice, backup = decision.choice, decision.backup
    return RoutingDecision.objects.create(
        escalation=escalation,
        decided_at=now,
        actor=by.label,
        choice_id=choice.agent if choice else None,
        backup_id=backup.agent if backup else None,
        score=choice.score if choice else None,
        backup_score=backup.score if backup else None,
        inputs=inputs_json(item, agents, weights, now),
        **decision.to_json(),
    )


def decide_many(*, escalations: Iterable[Escalation], now: datetime) -> list[Assignment]:
    """Waiting escalations and free places assigned together, by ids; it writes nothing and moves nothing."""
    found = shape(read(escalations, now), now)
    return assign_batch(found.items, found.agents, found.weights, now)
