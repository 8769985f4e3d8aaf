"""What stood out on a day, found in its rows; each sentence says by what."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from analytics.decisions.streaks import longest_streak
from analytics.metrics.registry import METRICS, REESCALATED, Measured
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.wording import several
from analytics.metrics.sources import MEASURED, OPENED, RESOLVED
from analytics.metrics.wording import seconds_text
from billing.enums import PlanCode
from escalations.enums import Reason
from escalations.models import Escalation
from helpninja.common.models import AuditEntry
from helpninja.common.values import ENOUGH
from quality.enums import ArticleStatus
from quality.models import Article

NO_WAIT_SECONDS = 60
NEW_CUSTOMER = timedelta(days=30)
WELL_RATED = Q(rating__csat=None) | Q(rating__csat__gte=4)


class Noted(NamedTuple):
    """The rows in which something may stand out, asked together when they are read."""

    answered: Sequence[Any]
    hardest: Sequence[Any]
    articles: Sequence[tuple[datetime, str, int]]
    new_enterprises: Sequence[tuple[int, int]]


def noted_of(asked: Asked) -> Noted:
    """Put, and not yet asked."""
    querysets = (_answered(asked), _hardest(asked), _first_articles(asked), _new_enterprises(asked))
    return Noted(*(asked.together.put(rows, tuple) for rows in querysets))


def notable_events(asked: Asked, noted: Noted, perfect: Measured) -> tuple[str, ...]:
    """In sentences; nothing of what did not happen."""
    return (
        *_streaks_text(noted.answered, asked),
        *_hardest_text(noted.hardest),
        *_articles_text(noted.articles),
        *_enterprises_text(noted.new_enterprises),
        *_perfect(perfect),
    )


def _answered(asked: Asked) -> QuerySet[Any, Any]:
    """Those whose first response is decided."""
    return (
        OPENED.within(asked.window, asked.frame().filters, asked.now)
        .filter(MEASURED, first_response_due_at__isnull=False)
        .filter(Q(first_response_at__isnull=False) | Q(first_response_due_at__lt=asked.now))
        .order_by()
        .values_list("opened_at", "first_response_at", "first_response_due_at", "first_response_seconds", "pk")
    )


def _streaks_text(answered: Iterable[Any], asked: Asked) -> Iterator[str]:
    """In the order of their opening; fewer than five are chance."""
    rows = sorted(answered, key=itemgetter(0, 4))
    at_once = longest_streak(rows, lambda row: row[3] is not None and row[3] <= NO_WAIT_SECONDS)
    if len(at_once) >= ENOUGH:
        yield f"No waiting {_between(at_once, asked)}: {len(at_once)} in a row answered within a minute"
    in_time = longest_streak(rows, lambda row: row[1] is not None and row[1] <= row[2])
    if len(in_time) >= ENOUGH and len(in_time) == len(rows):
        yield f"All {len(rows)} escalations were answered in time"
    elif len(in_time) >= ENOUGH:
        yield f"{len(in_time)} escalations in a row answered in time, {_between(in_time, asked)}"


def _between(rows: Any, asked: Asked) -> str:
    return f"from {_clock(rows[0][0], asked)} to {_clock(rows[-1][0], asked)}"


def _clock(moment: datetime, asked: Asked) -> str:
    return f"{moment.astimezone(asked.window.tzinfo):%-I:%M %p}"


def _hardest(asked: Asked) -> QuerySet[Any, Any]:
    """The longest handling of what was resolved for good, and not rated below 4."""
    cases: QuerySet[Any, Any] = (
        RESOLVED.within(asked.window, asked.frame().filters, asked.now)
        .filter(~REESCALATED, WELL_RATED, resolved_by__isnull=False)
        .annotate(handled=Sum("handling_intervals__seconds"))
        .filter(handled__gt=0)
        .order_by("-handled", "pk")
        .values_list("topic__name", "reason", "resolved_by__name", "handled", "rating__csat")[:1]
    )
    return cases


def _hardest_text(found: Iterable[Any]) -> Iterator[str]:
    for topic, reason, agent, seconds, csat in found:
        about = f"{topic} ({Reason(reason).label.lower()})" if topic else Reason(reason).label
        rated = f", rated {csat}/5" if csat else ""
        yield f"Hardest case resolved: {about}, by {agent} in {seconds_text(seconds)} of handling{rated}"


def _first_articles(asked: Asked) -> QuerySet[Any, Any]:
    """Published for a knowledge gap, and not before."""
    before = AuditEntry.objects.filter(
        object_id=OuterRef("public_id"), action=f"article.{ArticleStatus.PUBLISHED}", at__lt=asked.window.start
    )
    return (
        Article.objects.published()
        .filter(published_at__gte=asked.window.start, published_at__lt=asked.window.end, gaps__isnull=False)
        .filter(~Exists(before))
        .order_by()
        .values_list("published_at", "title", "pk")
        .distinct()
    )


def _articles_text(found: Iterable[Any]) -> Iterator[str]:
    for _, title, _ in sorted(found):
        yield f"Knowledge base article published for a recurring question: “{title}”"


def _new_enterprises(asked: Asked) -> QuerySet[Any, Any]:
    """Customers of the largest plan who signed up at most 30 days before, with their first escalation."""
    earlier = Escalation.objects.filter(customer=OuterRef("customer"), opened_at__lt=OuterRef("opened_at"))
    cases: QuerySet[Any, Any] = (
        OPENED.within(asked.window, asked.frame().filters, asked.now)
        .filter(
            ~Exists(earlier),
            plan__code=PlanCode.ENTERPRISE,
            customer__signed_up_on__gte=asked.period.first - NEW_CUSTOMER,
        )
        .order_by()
        .values_list("plan")
        .annotate(number=Count("pk"))
    )
    return cases


def _enterprises_text(found: Iterable[tuple[int, int]]) -> Iterator[str]:
    number = sum(count for _, count in found)
    if number == 1:
        yield "First escalation of a new customer (Enterprise)"
    elif number:
        yield f"First escalations of {number} new customers (Enterprise)"


def _perfect(perfect: Measured) -> Iterator[str]:
    value = perfect.now
    if value.hits:
        yield f"{METRICS['csat_perfect'].label} from {value.hits}/{several(value.n, 'customer')} who rated"
