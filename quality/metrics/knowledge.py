"""How the knowledge base fares, from its searches and uses in a window ``[start, end)``.

Every figure stands beside the number of rows that it is of; of fewer than ``ENOUGH`` nothing is concluded.
"""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from escalations.models import Conversation, Escalation
from quality.enums import ISSUE_NEEDS, IssueKind, IssueState, Seeker, UseKind
from quality.models import Article, ArticleIssue, ArticleSearch, ArticleSearchQuerySet, ArticleUse

ENOUGH = 5
LISTED = 10


@dataclass(frozen=True, slots=True)
class Share:
    hits: int
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n >= ENOUGH else None

    @property
    def percent(self) -> int | None:
        """Whole, halves away from zero."""
        return None if self.value is None else (200 * self.hits + self.n) // (2 * self.n)


@dataclass(frozen=True, slots=True)
class Seconds:
    """``value``: the median; ``missing``: searches after which nothing was opened."""

    value: float | None
    n: int
    missing: int


def search_success(start: datetime, end: datetime) -> dict[str, Share]:
    """By seeker and under "all": searches of which something was opened, shown, used or said to have helped."""
    searches = _searches(start, end).order_by().values("seeker")
    used = Exists(ArticleUse.objects.filter(search=OuterRef("pk")))
    rows = searches.annotate(n=Count("pk"), hits=Count("pk", filter=used)).values_list("seeker", "hits", "n")
    found = {seeker: Share(hits, n) for seeker, hits, n in rows}
    return {"all": Share(sum(one.hits for one in found.values()), sum(one.n for one in found.values())), **found}


def missed_searches(start: datetime, end: datetime) -> Share:
    """That found nothing at all."""
    counted = _searches(start, end).aggregate(n=Count("pk"), hits=Count("pk", filter=Q(hits=0)))
    return Share(counted["hits"], counted["n"])


def time_to_article(start: datetime, end: datetime) -> Seconds:
    """Of people's searches: from the search to the first article opened or used."""
    searches = _searches(start, end).filter(seeker=Seeker.AGENT).with_first_use().order_by()
    times = list(searches.values_list("at", "first_use_at"))
    taken = [(first - at).total_seconds() for at, first in times if first is not None]
    return Seconds(median(taken) if len(taken) >= ENOUGH else None, len(taken), len(times) - len(taken))


def self_service(start: datetime, end: datetime) -> Share:
    """Of conversations closed in the window with a search or an article shown: those that no person took."""
    sought = ArticleSearch.objects.filter(conversation=OuterRef("pk"), escalation=None).exclude(
        seeker=Seeker.AGENT
    )
    with_help = _closed(start, end).filter(Exists(sought) | Exists(_shown(OuterRef("pk"))))
    counted = with_help.aggregate(n=Count("pk"), hits=Count("pk", filter=_settled_alone()))
    return Share(counted["hits"], counted["n"])


def preventing(start: datetime, end: datetime) -> list[tuple[Article, Share]]:
    """By article: conversations closed in the window in which it was shown, and those without an escalation."""
    closed = _closed(start, end)
    alone = Q(conversation__in=closed.filter(_settled_alone()).order_by().values("pk"))
    shown = ArticleUse.objects.filter(kind=UseKind.SHOWN, conversation__in=closed.order_by().values("pk"))
    counted = (
        shown.order_by()
        .values("article")
        .annotate(n=Count("conversation", distinct=True), hits=Count("conversation", distinct=True, filter=alone))
    )
    rows = list(counted.order_by("-hits", "n", "article").values_list("article", "hits", "n")[:LISTED])
    articles = Article.objects.in_bulk([pk for pk, _, _ in rows])
    return [(articles[pk], Share(hits, n)) for pk, hits, n in rows]


def most_used(start: datetime, end: datetime) -> QuerySet[Article]:
    """With ``viewed``, ``used`` and ``helped``; those that helped or were used most often first."""

    def of(kind: UseKind) -> Count:
        return Count("uses", filter=Q(uses__kind=kind, uses__at__gte=start, uses__at__lt=end))

    uses = ArticleUse.objects.filter(article=OuterRef("pk"), at__gte=start, at__lt=end).exclude(kind=UseKind.SHOWN)
    articles = Article.objects.filter(Exists(uses)).defer("body", "plain")
    counted = articles.annotate(viewed=of(UseKind.VIEWED), used=of(UseKind.USED), helped=of(UseKind.HELPED))
    return counted.order_by("-helped", "-used", "-viewed", "title")[:LISTED]


def missed_texts(start: datetime, end: datetime) -> list[tuple[str, int]]:
    """What was searched for most often in vain."""
    missed = _searches(start, end).filter(hits=0).order_by().values("text").annotate(n=Count("pk"))
    return list(missed.order_by("-n", "text").values_list("text", "n")[:LISTED])


def open_issues() -> list[tuple[IssueKind, int, dict[str, str]]]:
    """By kind: how many articles have one, and what they need."""
    issues = ArticleIssue.objects.filter(state=IssueState.OPEN).order_by().values("kind")
    counted = dict(issues.annotate(n=Count("article", distinct=True)).values_list("kind", "n"))
    return [(kind, counted.get(kind, 0), ISSUE_NEEDS[kind]) for kind in IssueKind]


def _searches(start: datetime, end: datetime) -> ArticleSearchQuerySet:
    return ArticleSearch.objects.filter(at__gte=start, at__lt=end)


def _closed(start: datetime, end: datetime) -> QuerySet[Conversation]:
    return Conversation.objects.filter(closed_at__gte=start, closed_at__lt=end)


def _shown(conversation: OuterRef) -> QuerySet[ArticleUse]:
    return ArticleUse.objects.filter(conversation=conversation, kind=UseKind.SHOWN)


def _settled_alone() -> Q:
    """Of conversations: closed, not opened again, and never handed to people."""
    handed = Exists(Escalation.objects.filter(conversation=OuterRef("pk")))
    return Q(closed_at__isnull=False, reopened_at=None) & ~Q(handed)
