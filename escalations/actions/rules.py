"""Changes of the trigger rules. Each counts the rules' revision up, so that intake compiles them again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from escalations.actions.judging import forget_rules
from escalations.models import Topic, TriggerRevision, TriggerRule
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.versions import last_version, next_version


@transaction.atomic
def publish(*, rule: TriggerRule, by: Actor, now: datetime, why: str = "") -> TriggerRule:
    """Call it once the rule and its conditions are saved: it takes effect with the end of the transaction.

    The version goes up by one, and what it says is kept: the ``because`` of an escalation names the version.
    A mark of its having failed is taken off.
    """
    TriggerRule.objects.filter(pk=rule.pk).update(error="", failing_since=None)
    next_version(row=rule, by=by, now=now, why=why)
    _bump()
    record(by=by, action="rule.published", subject=rule, now=now, version=rule.version, why=why)
    return rule


@transaction.atomic
def retire(*, rules: Iterable[TriggerRule], by: Actor, now: datetime) -> None:
    """Deletes them. Escalations keep their ``because``, which names the rule and its version."""
    for rule in rules:
        last_version(row=rule, by=by, now=now)
        record(by=by, action="rule.deleted", subject=rule, now=now, version=rule.version)
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
