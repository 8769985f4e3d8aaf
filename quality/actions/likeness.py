"""Points out articles that say much the same, and gaps that an article already answers."""

from datetime import datetime

from django.db import transaction

from helpninja.common.actions import record
from helpninja.common.actors import Actor
from quality.decisions.likeness import answers, near_duplicates
from quality.models import Article, GapQuestion, KnowledgeGap, NearDuplicate

# The most typical questions of a gap stand for it.
QUESTIONS_READ = 10
AT_ONCE = 500


def compare_articles(*, now: datetime) -> None:
    """Of the published articles. Each night anew; what people said of a pair stays while the pair is one."""
    articles = list(Article.objects.published().order_by("pk").values_list("pk", "title", "plain"))
    texts = [f"{title}\n{plain}" for _, title, plain in articles]
    ids = [pk for pk, _, _ in articles]
    _keep_pairs({(ids[one.first], ids[one.second]): one.likeness for one in near_duplicates(texts)}, now)
    gaps = list(KnowledgeGap.objects.live().order_by("pk"))
    found = {gaps[one.first].pk: (ids[one.second], one.likeness) for one in answers(_asked(gaps), texts)}
    for gap in gaps:
        gap.answered_by_id, gap.likeness = found.get(gap.pk, (None, None))
    KnowledgeGap.objects.bulk_update(gaps, ["answered_by", "likeness"], batch_size=AT_ONCE)


@transaction.atomic
def dismiss_pair(*, pair: NearDuplicate, by: Actor, now: datetime) -> None:
    """Both articles are needed: it is not pointed out again."""
    NearDuplicate.objects.filter(pk=pair.pk).update(dismissed_by=by.label[:200])
    record(by=by, action="near_duplicate.dismissed", subject=pair, now=now)


def _asked(gaps: list[KnowledgeGap]) -> list[str]:
    questions: dict[int, list[str]] = {gap.pk: [] for gap in gaps}
    typical = GapQuestion.objects.filter(gap__in=gaps).typical_first()
    for gap, text in typical.values_list("gap", "text"):
        if len(questions[gap]) < QUESTIONS_READ:
            questions[gap].append(text)
    return ["\n".join([gap.name, *questions[gap.pk]]) for gap in gaps]


@transaction.atomic
def _keep_pairs(found: dict[tuple[int, int], float], now: datetime) -> None:
    for pair in NearDuplicate.objects.all():
        likeness = found.pop((pair.first_id, pair.second_id), None)
        if likeness is None:
            pair.delete()
        elif likeness != pair.likeness:
            NearDuplicate.objects.filter(pk=pair.pk).update(likeness=likeness)
    NearDuplicate.objects.bulk_create(
        NearDuplicate(first_id=first, second_id=second, likeness=likeness, found_at=now)
        for (first, second), likeness in found.items()
    )
