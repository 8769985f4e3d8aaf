"""Searching and reading articles inside the admin's frame, and the panel that the workspace embeds."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from escalations.enums import Author
from escalations.models import Escalation
from helpninja.common.actors import Actor
from quality.actions.article_issues import raise_issue
from quality.actions.article_use import keep_search, keep_use
from quality.actions.searching import Found, search, suggest
from quality.decisions.rendering import rendered
from quality.decisions.words import words_in
from quality.enums import ArticleStatus, IssueState, UseKind
from quality.forms.issues import IssueForm
from quality.models import Article, ArticleSearch
from quality.policy import ARTICLE_EDITORS, ARTICLE_READERS, KNOWLEDGE_READERS, articles_for, may_edit_article

A_PAGE = 10
SUGGESTED = 5
MESSAGES_HEARD = 5
LONGEST_QUERY = 200
EXCERPT = 600


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """``q``: the words; ``drafts``: for editors, also what is not published; ``search``: of an earlier page."""
    actor = _reader(request)
    query = _plain(request.GET.get("q"))[:LONGEST_QUERY].strip()
    with_drafts = "drafts" in request.GET and actor.is_any(*ARTICLE_EDITORS)
    known = articles_for(actor).exclude(status=ArticleStatus.RETIRED)
    found = search(query, known if with_drafts else known.published())
    page = Paginator(found.ranked, A_PAGE).get_page(request.GET.get("p"))
    context = {
        **_frame(request, actor),
        "query": query,
        "with_drafts": with_drafts,
        "page": page,
        "hits": found.hits(page.start_index() - 1, page.end_index()) if found.ranked else [],
        "search": _search_kept(request, actor, query, found),
        "newest": [] if query else known.published().order_by("-published_at")[:A_PAGE],
    }
    return TemplateResponse(request, "quality/articles/find.html", context)


def _search_kept(request: HttpRequest, actor: Actor, query: str, found: Found) -> ArticleSearch | None:
    """Turning a page is no new search, and common words alone are none at all."""
    if known := _search(request):
        return known
    if not words_in(query):
        return None
    return keep_search(text=query, hits=len(found.ranked), by=actor, now=timezone.now())


@require_safe
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = _reader(request)
    article = _article(actor, public_id)
    keep_use(article=article, kind=UseKind.VIEWED, by=actor, now=timezone.now(), **_about(request, actor))
    return _shown(request, actor, article, IssueForm())


@require_POST
def helped(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = _reader(request)
    article = _article(actor, public_id)
    keep_use(article=article, kind=UseKind.HELPED, by=actor, now=timezone.now(), **_about(request, actor))
    messages.success(request, "Thank you: it is noted that this article helped.")
    return HttpResponseRedirect(reverse("articles:read", args=[public_id]))


@require_POST
def used(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asked by the workspace when the article's words go into a reply."""
    actor = _reader(request)
    article = _article(actor, public_id)
    keep_use(article=article, kind=UseKind.USED, by=actor, now=timezone.now(), **_about(request, actor))
    return HttpResponse(status=204)


@require_POST
def issue(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = _reader(request)
    article = _article(actor, public_id)
    form = IssueForm(request.POST)
    if not form.is_valid():
        return _shown(request, actor, article, form, status=400)
    raise_issue(article=article, by=actor, now=timezone.now(), **form.cleaned_data)
    messages.success(request, "Thank you: the issue is on the list of those who edit the article.")
    return HttpResponseRedirect(reverse("articles:read", args=[public_id]))


@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """For the workspace of ``escalation``: suggestions for its conversation, or what ``q`` finds."""
    actor = _reader(request)
    escalation = _escalation(request, actor)
    if escalation is None:
        raise Http404
    query = _plain(request.GET.get("q"))[:LONGEST_QUERY].strip()
    published = articles_for(actor).published()
    kept = None
    if query:
        found = search(query, published)
        if words_in(query):
            hits = len(found.ranked)
            kept = keep_search(text=query, hits=hits, by=actor, now=timezone.now(), escalation=escalation)
    else:
        found = suggest(_said(escalation), published, topic=escalation.topic_id)
    context = {
        "query": query,
        "escalation": escalation,
        "search": kept,
        "hits": [(hit, _reply(hit.article)) for hit in found.hits(0, SUGGESTED)],
    }
    return TemplateResponse(request, "quality/articles/panel.html", context)


def _said(escalation: Escalation) -> str:
    """The customer's latest words first, then what it is about."""
    messages = escalation.conversation.messages.filter(author=Author.CUSTOMER).order_by("-sent_at", "-id")
    return " ".join([*messages.values_list("text", flat=True)[:MESSAGES_HEARD], escalation.subject])


def _reply(article: Article) -> str:
    """What goes into the reply; nothing of what only agents may read."""
    if not article.is_for_customers:
        return ""
    text = article.plain if len(article.plain) <= EXCERPT else f"{article.plain[:EXCERPT].rsplit(None, 1)[0]} …"
    return "\n".join(
        part for part in (article.title, article.public_url, "" if article.public_url else text) if part
    )


def _shown(
    request: HttpRequest, actor: Actor, article: Article, form: IssueForm, status: int = 200
) -> HttpResponse:
    context = {
        **_frame(request, actor),
        "page_title": article.title,
        "article": article,
        "html": rendered(article.body),
        "issues": article.issues.filter(state=IssueState.OPEN)[:A_PAGE],
        "form": form,
        "may_edit": may_edit_article(actor, article),
        "is_due": article.review_by is not None and article.review_by <= timezone.localdate(),
        "about": _carried(request),
    }
    return TemplateResponse(request, "quality/articles/read.html", context, status=status)


def _carried(request: HttpRequest) -> str:
    """To the forms of the page, by which way the reader came to it."""
    known = {name: request.GET[name] for name in ("search", "escalation") if name in request.GET}
    return f"?{urlencode(known)}" if known else ""


def _frame(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": "Articles",
        "is_editor": actor.is_any(*ARTICLE_EDITORS),
        "sees_figures": actor.is_any(*KNOWLEDGE_READERS),
    }


def _about(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Which search and which escalation it belongs to, as far as the address says and the actor may know."""
    return {"search": _search(request), "escalation": _escalation(request, actor)}


def _search(request: HttpRequest) -> ArticleSearch | None:
    """Of the reader's own."""
    wanted = _plain(request.GET.get("search"))
    mine = ArticleSearch.objects.filter(actor=Actor.of_user(request.user).label[:200])
    return mine.filter(public_id=wanted).first() if wanted else None


def _escalation(request: HttpRequest, actor: Actor) -> Escalation | None:
    wanted = _plain(request.GET.get("escalation"))
    visible = Escalation.objects.visible_to(actor).select_related("conversation")
    return visible.filter(public_id=wanted).first() if wanted else None


def _reader(request: HttpRequest) -> Actor:
    actor = Actor.of_user(request.user)
    if not actor.is_any(*ARTICLE_READERS):
        raise PermissionDenied("Articles are for those who work with customers or review that work.")
    return actor


def _article(actor: Actor, public_id: str) -> Article:
    known = articles_for(actor).select_related("topic", "owner")
    article = known.filter(public_id=_plain(public_id)).first()
    if article is None:
        raise Http404
    return article


def _plain(text: str | None) -> str:
    """NUL, which PostgreSQL refuses, is in no word and no id."""
    return (text or "").replace("\x00", "")
