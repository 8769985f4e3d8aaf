"""The help centre, and a month of its use: by the chat's bot before people were needed, and by the team after."""

from datetime import datetime, timedelta
from random import Random

from agents.models import Agent
from escalations.enums import Author
from escalations.models import Conversation, Topic
from helpninja.common.actors import Actor
from helpninja.demo.content.articles import TEXTS, Text
from quality.actions.article_issues import raise_issue
from quality.actions.article_use import keep_search, keep_use
from quality.actions.articles import move, start_article
from quality.actions.searching import search
from quality.enums import ArticleStatus, Audience, Seeker, UseKind
from quality.models import Article

SEED = 416
BOT = Actor("key", "API key Chat")
SEARCHED_BY_BOT = 60
SEARCHED_BY_TEAM = 30


def write_articles(agents: dict[str, Agent], now: datetime) -> None:
    """Inside the caller's transaction."""
    for text in TEXTS:
        _write(text, agents, now)


def use_articles(agents: dict[str, Agent], now: datetime) -> None:
    """Inside the caller's transaction, after the history is saved."""
    rng = Random(SEED)
    chats = Conversation.objects.filter(started_at__gte=now - timedelta(days=29), closed_at__isnull=False)
    alone = list(chats.filter(escalations=None).order_by("pk"))
    handed = list(chats.filter(escalations__isnull=False).order_by("pk").distinct())
    for chat in (*_some(alone, SEARCHED_BY_BOT, rng), *_some(handed, SEARCHED_BY_BOT // 3, rng)):
        _search_as_bot(chat)
    for chat in _some(handed, SEARCHED_BY_TEAM, rng):
        _search_as_agent(chat, rng)


def _some(chats: list[Conversation], number: int, rng: Random) -> list[Conversation]:
    return rng.sample(chats, min(number, len(chats)))


def _write(text: Text, agents: dict[str, Agent], now: datetime) -> None:
    owner = agents[text.owner.username]
    by, at = Actor.of_user(owner.user), now - timedelta(days=text.age)
    article = start_article(
        title=text.title,
        body=text.body,
        topic=Topic.objects.get(slug=text.topic),
        audience=text.audience,
        language=text.language,
        owner=owner,
        review_by=(now + timedelta(days=text.review_in)).date(),
        by=by,
        now=at - timedelta(days=2),
    )
    if text.status != ArticleStatus.DRAFT:
        move(article=article, to=text.status, by=by, now=at)
    for days, (kind, note) in enumerate(text.issues, start=2):
        raise_issue(article=article, kind=kind, note=note, by=BOT, now=now - timedelta(days=days))


def _search_as_bot(chat: Conversation) -> None:
    """By the customer's first words; the best article is shown."""
    first = chat.messages.filter(author=Author.CUSTOMER).order_by("sent_at", "id").first()
    if first is None or first.sent_at is None:
        return
    found = search(first.text, Article.objects.for_customers())
    kept = keep_search(text=first.text, hits=len(found.ranked), by=BOT, now=first.sent_at, conversation=chat)
    for hit in found.hits(0, 1):
        at = first.sent_at + timedelta(seconds=1)
        keep_use(article=hit.article, kind=UseKind.SHOWN, by=BOT, now=at, search=kept)


def _search_as_agent(chat: Conversation, rng: Random) -> None:
    """By what the escalation is called; opened after a while, and sometimes put into the reply."""
    escalation = chat.escalations.select_related("resolved_by__user").order_by("-opened_at").first()
    if escalation is None or escalation.resolved_by is None:
        return
    by, at = Actor.of_user(escalation.resolved_by.user), escalation.opened_at + timedelta(minutes=3)
    found = search(escalation.subject, Article.objects.published())
    kept = keep_search(
        text=escalation.subject,
        hits=len(found.ranked),
        by=by,
        now=at,
        seeker=Seeker.AGENT,
        escalation=escalation,
    )
    for hit in found.hits(0, 1):
        at += timedelta(seconds=rng.randint(4, 40))
        keep_use(article=hit.article, kind=UseKind.VIEWED, by=by, now=at, search=kept)
        if hit.article.audience != Audience.AGENTS and rng.random() < 0.6:
            keep_use(article=hit.article, kind=UseKind.USED, by=by, now=at + timedelta(seconds=20), search=kept)
        if rng.random() < 0.3:
            keep_use(article=hit.article, kind=UseKind.HELPED, by=by, now=at + timedelta(seconds=30), search=kept)
