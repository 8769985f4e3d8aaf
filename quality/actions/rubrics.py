"""Changes of rubrics: each publishes an immutable version, and reviews keep the one by which they began."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from escalations.models import Escalation
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.versions import last_version, next_version
from quality.decisions.rubrics import Category, Criterion, Definition
from quality.models import Review, Rubric, RubricVersion


@transaction.atomic
def publish(*, rubric: Rubric, by: Actor, now: datetime, why: str = "") -> RubricVersion:
    """Call it once the rubric and its parts are saved: reviews that begin from then on go by it.

    Raises ValidationError where its parts don't go together.
    """
    stored = Rubric.objects.get(pk=rubric.pk)
    stored.clean_parts()
    next_version(row=rubric, by=by, now=now, why=why)
    version = RubricVersion.objects.create(
        rubric=rubric,
        number=rubric.version,
        definition=definition_of(stored).to_json(),
        published_at=now,
        actor=by.label[:200],
    )
    record(by=by, action="rubric.published", subject=rubric, now=now, version=version.number, why=why)
    return version


@transaction.atomic
def retire(*, rubrics: Iterable[Rubric], by: Actor, now: datetime) -> None:
    """Deletes them with their versions. Raises Conflict where reviews go by one: make it inactive instead."""
    for rubric in rubrics:
        if Review.objects.filter(rubric_version__rubric=rubric).exists():
            raise Conflict(f"Reviews go by “{rubric}”. Make it inactive instead.")
        last_version(row=rubric, by=by, now=now)
        record(by=by, action="rubric.deleted", subject=rubric, now=now, version=rubric.version)
        rubric.versions.all().delete()
        rubric.delete()


def rubric_for(escalation: Escalation) -> RubricVersion:
    """The newest version of the first active rubric in order that is for it. Raises Conflict where none is."""
    for rubric in Rubric.objects.in_order():
        if rubric.is_for(topic_id=escalation.topic_id, tier=escalation.tier, channel=escalation.channel):
            return newest(rubric)
    raise Conflict("No active rubric is for this conversation: its topic, tier and channel.")


def newest(rubric: Rubric) -> RubricVersion:
    return RubricVersion.objects.select_related("rubric").get(rubric=rubric, number=rubric.version)


def definition_of(rubric: Rubric) -> Definition:
    """What its stored rows say now, published or not."""
    return Definition(
        categories=tuple(Category(one.name, one.points) for one in rubric.categories.all()),
        criteria=tuple(
            Criterion.from_json(
                {
                    name: getattr(one, name)
                    for name in (
                        "key",
                        "name",
                        "category",
                        "kind",
                        "weight",
                        "bands",
                        "measure",
                        "na_allowed",
                        "help",
                    )
                }
            )
            for one in rubric.criteria.all()
        ),
    )
