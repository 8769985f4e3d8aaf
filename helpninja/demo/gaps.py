"""Knowledge gaps found in the demo's questions, and the plan that the team has made of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from agents.models import Agent
from helpninja.common.actors import Actor
from helpninja.demo.people import DAVID, LISA, SARAH, SUPERVISOR, TOM, Person
from quality.actions.articles import move, revise
from quality.actions.gaps import add_gap, draft_article, plan_gap
from quality.actions.grouping import run_grouping, start_grouping
from quality.enums import ArticleStatus, Lane
from quality.models import GroupingRun, KnowledgeGap


@dataclass(frozen=True)
class Piece:
    """``due_in``: days from now. What no question asked for is added by hand."""

    name: str
    lane: Lane
    owner: Person | None
    due_in: int | None
    status: ArticleStatus | None = None


PLAN = (
    Piece("Advanced API authentication", Lane.PRIORITY_1, DAVID, 9, ArticleStatus.DRAFT),
    Piece("Custom webhook setup", Lane.PRIORITY_1, TOM, -2, ArticleStatus.IN_REVIEW),
    Piece("Fix technical errors in existing articles", Lane.PRIORITY_1, SARAH, 14),
    Piece("Retention of transcripts by brand", Lane.PRIORITY_1, LISA, -28, ArticleStatus.PUBLISHED),
    Piece("Enterprise SSO configuration", Lane.PRIORITY_2, LISA, 40),
    Piece("Data export automation", Lane.PRIORITY_2, None, 45),
    Piece("Improve clarity in complex technical articles", Lane.PRIORITY_2, DAVID, 45),
    Piece("Regular content audits for accuracy", Lane.ONGOING, SARAH, None),
    Piece("User feedback integration", Lane.ONGOING, TOM, None),
)
PUBLISHED_DAYS_AGO = 28
BODY = """Transcripts are kept for 365 days unless an account says otherwise.

## For one brand only

1. Open **Settings, Privacy** and choose the brand.
2. Set the number of days, 30 or more. It takes effect at night.

What is deleted can't be brought back. Exports that were made before are not touched.
"""


def ask_for_gaps(agents: dict[str, Agent], now: datetime) -> None:
    """What is asked for before the server starts, no nightly job begins."""
    start_grouping(by=Actor.of_user(agents[SUPERVISOR.username].user), now=now)


def find_gaps(agents: dict[str, Agent], now: datetime) -> Iterator[None]:
    """What was asked for, then the plan. To group takes long, so not within one transaction."""
    for run in GroupingRun.objects.filter(ended_at=None):
        run_grouping(run_id=run.pk, clock=lambda: now)
        yield
    if not KnowledgeGap.objects.exclude(lane="").exists():
        _plan_all(agents, now)
        yield


@transaction.atomic
def _plan_all(agents: dict[str, Agent], now: datetime) -> None:
    by = Actor.of_user(agents[SUPERVISOR.username].user)
    for piece in PLAN:
        owner = agents[piece.owner.username] if piece.owner else None
        due = (now + timedelta(days=piece.due_in)).date() if piece.due_in is not None else None
        _plan(piece, owner, due, by, now)


def _plan(piece: Piece, owner: Agent | None, due: date | None, by: Actor, now: datetime) -> None:
    gap = KnowledgeGap.objects.live().filter(name=piece.name).first()
    if gap is None:
        gap = add_gap(name=piece.name, lane=piece.lane, owner=owner, due=due, by=by, now=now)
    else:
        plan_gap(gap=gap, lane=piece.lane, owner=owner, due=due, by=by, now=now)
    if piece.status is not None:
        _write(gap, piece.status, by, now)


def _write(gap: KnowledgeGap, status: ArticleStatus, by: Actor, now: datetime) -> None:
    """One that is published was so four weeks ago, so that its effect can be seen."""
    at = now - timedelta(days=PUBLISHED_DAYS_AGO) if status == ArticleStatus.PUBLISHED else now
    article = draft_article(gap=gap, by=by, now=at)
    if status == ArticleStatus.DRAFT:
        return
    article.body = BODY if status == ArticleStatus.PUBLISHED else "Add the address, then verify the signature."
    article.save(update_fields=["body"])
    revise(article=article, by=by, now=at)
    move(article=article, to=ArticleStatus.IN_REVIEW, by=by, now=at)
    if status == ArticleStatus.PUBLISHED:
        move(article=article, to=status, by=by, now=at)
