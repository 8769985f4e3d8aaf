"""The writers of articles: what they say, in versions, and their status."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.versions import last_version, next_version
from quality.actions.indexing import forget_articles, index_articles
from quality.decisions.article_status import check_move
from quality.decisions.rendering import plain
from quality.enums import ArticleStatus
from quality.models import Article


@transaction.atomic
def start_article(*, title: str, by: Actor, now: datetime, **fields: Any) -> Article:
    """A draft; ``fields`` are the model's. Raises ValidationError."""
    article = Article(title=title, version=0, created_at=now, updated_at=now, **fields)
    article.full_clean()
    article.save()
    return revise(article=article, by=by, now=now)


@transaction.atomic
def revise(*, article: Article, by: Actor, now: datetime, why: str = "") -> Article:
    """Call it once the article is saved: what it says now is its next version, and is found from now on."""
    article.plain, article.updated_at = plain(article.body), now
    article.save(update_fields=["plain", "updated_at"])
    next_version(row=article, by=by, now=now, why=why)
    index_articles([article])
    record(by=by, action="article.revised", subject=article, now=now, version=article.version, why=why)
    return article


@transaction.atomic
def move(*, article: Article, to: str, by: Actor, now: datetime) -> Article:
    """Raises Conflict where the status doesn't allow it any more, ValidationError for publishing nothing."""
    source, fields = article.status, {"status": ArticleStatus(to), "updated_at": now}
    check_move(source, to)
    if to == ArticleStatus.PUBLISHED:
        if not article.body.strip():
            raise ValidationError({"body": "An article without a text can't be published."})
        fields["published_at"] = now
    if not Article.objects.filter(pk=article.pk, status=source).update(**fields):
        raise Conflict("Somebody else changed the article's status meanwhile.")
    article.refresh_from_db(fields=list(fields))
    record(by=by, action=f"article.{to}", subject=article, now=now, was=source, version=article.version)
    return article


@transaction.atomic
def delete(*, articles: Iterable[Article], by: Actor, now: datetime) -> None:
    """Drafts that nobody ever read. What was published is retired instead, since figures count its use.

    Raises Conflict, and deletes nothing, where one of them was published.
    """
    for article in articles:
        if article.published_at is not None:
            raise Conflict(f"“{article}” was published: retire it instead.")
        last_version(row=article, by=by, now=now)
        record(by=by, action="article.deleted", subject=article, now=now, version=article.version)
        forget_articles([article])
        article.delete()
