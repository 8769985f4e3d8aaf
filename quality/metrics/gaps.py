"""What missing content costs, and what the articles that were written for it have changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from escalations.enums import Reason, Timing
from escalations.models import Escalation
from quality.decisions.article_effect import Change, Counted, change_of
from quality.enums import ArticleStatus
from quality.models import KnowledgeGap

# At most so long before and after the publication is compared; in less than the least nothing shows yet.
MOST, LEAST = timedelta(weeks=8), timedelta(weeks=1)
MISSING = Q(reason=Reason.CONTENT_GAP) | ~Q(missing_content="")


@dataclass(frozen=True)
class MissingContent:
    missing: int
    escalations: int

    @property
    def share(self) -> float | None:
        """In percent of all escalations."""
        return 100 * self.missing / self.escalations if self.escalations else None


def missing_content(escalations: QuerySet[Escalation], since: datetime, until: datetime) -> MissingContent:
    """Escalations for missing content, by their rule's reason or their agent's note, among all opened then."""
    opened = escalations.filter(opened_at__gte=since, opened_at__lt=until, timing=Timing.MEASURED)
    return MissingContent(**opened.aggregate(missing=Count("pk", filter=MISSING), escalations=Count("pk")))


@dataclass(frozen=True)
class Published:
    """A gap's article since its publication: None where there are too few escalations to tell."""

    at: datetime
    days: int
    change: Change | None
    is_early: bool


@dataclass(frozen=True)
class _Windows:
    """Half-open, and one right after the other."""

    start: datetime
    middle: datetime
    end: datetime

    def counts(self, gap: KnowledgeGap) -> dict[str, Count]:
        """The gap's escalations, and those of other topics: of another gap's or of none."""
        own = Q(gap_question__gap=gap.pk)
        others = Q(gap_question=None) | ~own
        if gap.topic_id is not None:
            others &= Q(topic=None) | ~Q(topic=gap.topic_id)
        before = Q(opened_at__gte=self.start, opened_at__lt=self.middle)
        after = Q(opened_at__gte=self.middle, opened_at__lt=self.end)
        return {
            f"own_before_{gap.pk}": Count("pk", filter=own & before),
            f"own_after_{gap.pk}": Count("pk", filter=own & after),
            f"others_before_{gap.pk}": Count("pk", filter=others & before),
            f"others_after_{gap.pk}": Count("pk", filter=others & after),
        }

    def change(self, gap: KnowledgeGap, found: dict[str, int]) -> Change | None:
        before, after = (self.middle - self.start) / LEAST, (self.end - self.middle) / LEAST
        return change_of(
            Counted(found[f"own_before_{gap.pk}"], before),
            Counted(found[f"own_after_{gap.pk}"], after),
            Counted(found[f"others_before_{gap.pk}"], before),
            Counted(found[f"others_after_{gap.pk}"], after),
        )


def effects_of(
    gaps: Sequence[KnowledgeGap], escalations: QuerySet[Escalation], now: datetime
) -> dict[int, Published]:
    """By the gap's key, of those whose article is published. Two queries, however many they are."""
    published = [gap for gap in gaps if gap.article and gap.article.status == ArticleStatus.PUBLISHED]
    measured = escalations.filter(timing=Timing.MEASURED)
    first = measured.aggregate(first=Min("opened_at"))["first"] if published else None
    windows = {gap.pk: _windows(gap.article.published_at, first or now, now) for gap in published if gap.article}
    ripe = [gap for gap in published if windows[gap.pk].end - windows[gap.pk].middle >= LEAST]
    counts: dict[str, Any] = {}
    for gap in ripe:
        counts |= windows[gap.pk].counts(gap)
    since = min((windows[gap.pk].start for gap in ripe), default=now)
    found = measured.filter(opened_at__gte=since).aggregate(**counts) if counts else {}
    changes = {gap.pk: windows[gap.pk].change(gap, found) for gap in ripe}
    return {
        pk: Published(one.middle, (now - one.middle).days, changes.get(pk), pk not in changes)
        for pk, one in windows.items()
    }


def _windows(published_at: datetime | None, first: datetime, now: datetime) -> _Windows:
    """What was before the first escalation of all was no week without any."""
    middle = published_at or now
    return _Windows(min(max(middle - MOST, first), middle), middle, min(middle + MOST, now))
