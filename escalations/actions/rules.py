"""Changes of the trigger rules. Each counts the rules' revision up, so that intake compiles them again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from escalations.actions.intake import forget_rules
from escalations.models import Topic, TriggerRevision, TriggerRule
from helpninja.common.actions import record
from helpninja.common.actors import Actor

SNAPSHOT = (
    "order",
    "active",
    "reason",
    "topic_id",
    "priority",
    "priority_by_plan",
    "handoff_message",
    "preferred_level",
    "required_level",
    "preferred_skill_id",
    "team_id",
    "context",
)


@transaction.atomic
def publish(*, rule: TriggerRule, by: Actor, now: datetime) -> TriggerRule:
    """Call it once the rule and its conditions are saved: it takes effect with the end of the transaction.

    The version goes up by one. What this version said goes into the audit, so that the ``because`` of an
    escalation, which names the version, can be understood later.
    """
    TriggerRule.objects.filter(pk=rule.pk).update(version=F("version") + 1)
    rule.refresh_from_db(fields=["version"])
    _bump()
    record(by=by, action="rule.published", subject=rule, now=now, version=rule.version, rule=_snapshot(rule))
    return rule


@transaction.atomic
def retire(*, rules: Iterable[TriggerRule], by: Actor, now: datetime) -> None:
    """Deletes them. Escalations keep their ``because``, which names the rule and its version."""
    for rule in rules:
        record(by=by, action="rule.deleted", subject=rule, now=now, version=rule.version, rule=_snapshot(rule))
        rule.delete()
    _bump()


@transaction.atomic
def topic_changed(*, topic: Topic, by: Actor, now: datetime) -> None:
    """Compiled rules carry their topics, with the team that works on them."""
    _bump()
    record(by=by, action="topic.changed", subject=topic, now=now, team=topic.team_id)


def _bump() -> None:
    revision, created = TriggerRevision.objects.get_or_create(pk=1)
    if not created:
        TriggerRevision.objects.filter(pk=revision.pk).update(number=F("number") + 1)
    transaction.on_commit(forget_rules)


def _snapshot(rule: TriggerRule) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(rule, name) for name in SNAPSHOT}
    for name in ("valid_from", "valid_to"):
        moment = getattr(rule, name)
        fields[name] = moment.isoformat() if moment else None
    fields["conditions"] = list(
        rule.conditions.order_by("group", "id").values("group", "field", "operator", "value")
    )
    return {"name": rule.name, **fields}
