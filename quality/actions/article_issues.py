"""The writers of what is wrong with an article."""

from datetime import datetime

from django.db import transaction

from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.enums import IssueState
from quality.models import Article, ArticleIssue


@transaction.atomic
def raise_issue(*, article: Article, kind: str, note: str, by: Actor, now: datetime) -> ArticleIssue:
    """Raises ValidationError that names the field."""
    issue = ArticleIssue(article=article, kind=kind, note=note, raised_by=by.label[:200], raised_at=now)
    issue.full_clean()
    issue.save()
    record(by=by, action="article.issue_raised", subject=article, now=now, issue=issue.public_id, kind=kind)
    return issue


@transaction.atomic
def decide_issue(*, issue: ArticleIssue, state: str, answer: str, by: Actor, now: datetime) -> ArticleIssue:
    """Done or rejected, once. Raises Conflict where it was decided before."""
    issue.state, issue.answer, issue.decided_by, issue.decided_at = state, answer, by.label[:200], now
    issue.full_clean()
    fields = {name: getattr(issue, name) for name in ("state", "answer", "decided_by", "decided_at")}
    if not ArticleIssue.objects.filter(pk=issue.pk, state=IssueState.OPEN).update(**fields):
        raise Conflict("This issue was decided before.")
    record(by=by, action=f"article.issue_{state}", subject=issue.article, now=now, issue=issue.public_id)
    return issue
