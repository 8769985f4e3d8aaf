"""The writers of what was searched for and what articles were used for; nothing here ever changes an article."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from escalations.models import Conversation, Escalation
from helpninja.common.actors import Actor
from quality.enums import Seeker, UseKind
from quality.models import Article, ArticleSearch, ArticleUse

# So soon it is the page again, after a form of it was sent, and no other reading.
SAME_READING = timedelta(minutes=10)


def keep_search(*, text: str, hits: int, by: Actor, now: datetime, **about: Any) -> ArticleSearch:
    """``about``: ``seeker``, ``conversation``, ``escalation``, as far as they are known."""
    return ArticleSearch.objects.create(text=text[:200], hits=hits, at=now, **_whose(by, **about))


@transaction.atomic
def keep_use(
    *, article: Article, kind: str, by: Actor, now: datetime, search: ArticleSearch | None = None, **about: Any
) -> ArticleUse:
    """What is not given is that of the search. The same said or read again by the same person is kept once."""
    if search is not None:
        known = {"seeker": search.seeker, "conversation": search.conversation, "escalation": search.escalation}
        about = known | {name: value for name, value in about.items() if value is not None}
    who = _whose(by, **about)
    if before := _said_before(article, kind, search, now, who):
        return before
    return ArticleUse.objects.create(
        article=article, version=article.version, kind=kind, search=search, at=now, **who
    )


def _said_before(
    article: Article, kind: str, search: ArticleSearch | None, now: datetime, who: dict[str, Any]
) -> ArticleUse | None:
    uses = ArticleUse.objects.filter(article=article, kind=kind)
    if kind == UseKind.HELPED:
        return uses.filter(search=search, **who).first()
    if kind == UseKind.VIEWED and who["seeker"] == Seeker.AGENT:
        same = uses.filter(actor=who["actor"], agent=who["agent"], at__gt=now - SAME_READING)
        return (same.filter(search=search) if search else same).first()
    return None


def _whose(
    by: Actor,
    seeker: str | None = None,
    conversation: Conversation | None = None,
    escalation: Escalation | None = None,
) -> dict[str, Any]:
    return {
        "actor": by.label[:200],
        "agent": getattr(by.user, "agent", None),
        "seeker": seeker or (Seeker.BOT if by.kind == "key" else Seeker.AGENT),
        "conversation": conversation or (escalation.conversation if escalation else None),
        "escalation": escalation,
    }
