"""What people decide about gaps. Each decision keeps the gap, so that no grouping undoes it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from agents.models import Agent
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.articles import start_article
from quality.enums import LIVE_GAPS, GapStatus, Lane
from quality.models import Article, GapQuestion, KnowledgeGap
from quality.models.gap import MAX_NAME


@transaction.atomic
def rename_gap(*, gap: KnowledgeGap, name: str, by: Actor, now: datetime) -> KnowledgeGap:
    _lock(gap)
    before = gap.name
    _keep(gap, name=_clean(name), named_by_person=True)
    record(by=by, action="gap.renamed", subject=gap, now=now, before=before)
    return gap


@transaction.atomic
def merge_gaps(*, gap: KnowledgeGap, others: Iterable[KnowledgeGap], by: Actor, now: datetime) -> KnowledgeGap:
    """The others' questions are the gap's from now on, and so are those that would have come to them.

    Raises Conflict where one of them is on the board with another article.
    """
    others = [one for one in others if one.pk != gap.pk]
    _lock(gap, *others)
    if gap.status not in LIVE_GAPS or any(one.status == GapStatus.MERGED for one in others):
        raise Conflict("Only gaps that are open or planned take in others, and each only once.")
    articles = {one.article_id for one in (gap, *others)} - {None}
    if len(articles) > 1:
        raise Conflict("Their articles differ: take one of them off first.")
    GapQuestion.objects.filter(gap__in=[gap, *others]).update(pinned=True)
    GapQuestion.objects.filter(gap__in=others).update(gap=gap)
    KnowledgeGap.objects.filter(merged_into__in=others).update(merged_into=gap)
    for one in others:
        _keep(one, status=GapStatus.MERGED, merged_into=gap, lane="", article=None)
        record(by=by, action="gap.merged", subject=one, now=now, into=gap.public_id)
    last = max((one.last_asked_at for one in (gap, *others) if one.last_asked_at), default=None)
    _keep(gap, article_id=next(iter(articles), None), last_asked_at=last)
    return gap


@transaction.atomic
def split_gap(
    *, gap: KnowledgeGap, questions: Iterable[GapQuestion], name: str, by: Actor, now: datetime
) -> KnowledgeGap:
    """A new gap of these questions of it; what is asked later goes to whichever of the two it resembles more.

    Raises Conflict where the questions are none or all of the gap's.
    """
    _lock(gap)
    own = GapQuestion.objects.filter(gap=gap)
    moved = own.filter(pk__in=[one.pk for one in questions])
    if not 0 < moved.count() < own.count():
        raise Conflict("Choose some of the gap's questions, and leave it some.")
    made = KnowledgeGap.objects.create(
        name=_clean(name),
        named_by_person=True,
        kept=True,
        topic=gap.topic,
        created_at=now,
        last_asked_at=max(one.at for one in moved),
    )
    own.update(pinned=True)
    own.filter(pk__in=list(moved.values_list("pk", flat=True))).update(gap=made)
    _keep(gap)
    record(by=by, action="gap.split", subject=gap, now=now, into=made.public_id)
    return made


@transaction.atomic
def dismiss_gap(*, gap: KnowledgeGap, because: str, by: Actor, now: datetime) -> KnowledgeGap:
    """Its questions stay with it, and so does what is asked later: it does not come back under another name."""
    _lock(gap)
    if gap.status not in LIVE_GAPS:
        raise Conflict(f"This gap is {gap.get_status_display().lower()} already.")
    GapQuestion.objects.filter(gap=gap).update(pinned=True)
    _keep(gap, status=GapStatus.DISMISSED, because=because, lane="", due=None)
    record(by=by, action="gap.dismissed", subject=gap, now=now, because=because)
    return gap


@transaction.atomic
def reopen_gap(*, gap: KnowledgeGap, by: Actor, now: datetime) -> KnowledgeGap:
    _lock(gap)
    if gap.status != GapStatus.DISMISSED:
        raise Conflict("Only a dismissed gap is reopened.")
    _keep(gap, status=GapStatus.OPEN, because="")
    record(by=by, action="gap.reopened", subject=gap, now=now)
    return gap


@transaction.atomic
def plan_gap(
    *, gap: KnowledgeGap, lane: str, owner: Agent | None, due: date | None, by: Actor, now: datetime
) -> KnowledgeGap:
    """Puts it on the board, or elsewhere on it; an empty lane takes it off."""
    _lock(gap)
    if gap.status not in LIVE_GAPS:
        raise Conflict(f"This gap is {gap.get_status_display().lower()}: it can't be planned.")
    status = GapStatus.PLANNED if lane else GapStatus.OPEN
    lane = Lane(lane) if lane else ""
    _keep(gap, status=status, lane=lane, owner=owner, due=due)
    record(
        by=by, action="gap.planned", subject=gap, now=now, lane=lane, owner=str(owner or ""), due=str(due or "")
    )
    return gap


@transaction.atomic
def add_gap(
    *, name: str, lane: str, owner: Agent | None, due: date | None, by: Actor, now: datetime
) -> KnowledgeGap:
    """Something to write that no question has asked for yet."""
    gap = KnowledgeGap.objects.create(
        name=_clean(name),
        named_by_person=True,
        kept=True,
        status=GapStatus.PLANNED,
        lane=Lane(lane),
        owner=owner,
        due=due,
        created_at=now,
    )
    record(by=by, action="gap.added", subject=gap, now=now, lane=lane)
    return gap


@transaction.atomic
def draft_article(*, gap: KnowledgeGap, by: Actor, now: datetime) -> Article:
    """An article that is to close the gap, without a text yet. Raises Conflict where it has one."""
    _lock(gap)
    if gap.article_id is not None or gap.status not in LIVE_GAPS:
        raise Conflict("This gap has its article already, or needs none.")
    article = start_article(title=gap.name, topic=gap.topic, owner=gap.owner, by=by, now=now)
    _keep(gap, article=article)
    record(by=by, action="gap.drafted", subject=gap, now=now, article=article.public_id)
    return article


def _lock(*gaps: KnowledgeGap) -> None:
    """In order of their ids, so that two who merge crosswise wait for one another; then as they are now."""
    for gap in sorted(gaps, key=lambda one: one.pk):
        gap.refresh_from_db(from_queryset=KnowledgeGap.objects.select_for_update())


def _keep(gap: KnowledgeGap, **changes: Any) -> None:
    changes["kept"] = True
    for name, value in changes.items():
        setattr(gap, name, value)
    gap.save(update_fields=[name.removesuffix("_id") for name in changes])


def _clean(name: str) -> str:
    return " ".join(name.split())[:MAX_NAME]
