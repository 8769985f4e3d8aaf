"""Articles for bots and other clients: search, read, say what came of it.

A key with the scope ``ingest`` knows what is published for customers, one with ``escalations:read`` all that is
published; people know what their pages show. Only ``ingest`` and people say what an article was used for.
"""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from escalations.decisions.language import is_language
from escalations.models import Conversation
from escalations.rows import iso
from helpninja.common.actors import Actor
from helpninja.common.api.docs import PUBLIC_ID, takes
from helpninja.common.api.idempotency import idempotent
from helpninja.common.api.permissions import allow
from helpninja.common.api.serializers import StrictSerializer, parse
from helpninja.common.roles import Scope
from quality.actions.article_issues import raise_issue
from quality.actions.article_use import keep_search, keep_use
from quality.actions.searching import Hit, search
from quality.decisions.rendering import rendered
from quality.decisions.words import words_in
from quality.enums import IssueKind, Seeker, UseKind
from quality.models import Article, ArticleQuerySet, ArticleSearch
from quality.policy import ARTICLE_READERS, ARTICLE_SCOPES, articles_for

READERS = allow(roles=ARTICLE_READERS, scopes=ARTICLE_SCOPES)
USERS = allow(roles=ARTICLE_READERS, scopes=(Scope.INGEST,))
MOST = 20


class SearchQuery(StrictSerializer):
    q = serializers.CharField(max_length=2000, help_text="The words to look for.")
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=5)
    language = serializers.CharField(max_length=12, required=False, help_text="BCP 47 tag: pt finds pt-BR too.")
    seeker = serializers.ChoiceField(
        choices=Seeker.choices, required=False, help_text="For a key: bot, or customer."
    )
    conversation = serializers.CharField(max_length=30, required=False, help_text="In which it is searched for.")


class ReadQuery(StrictSerializer):
    search = serializers.CharField(max_length=30, required=False, help_text="By which it was found.")


class UseInput(StrictSerializer):
    kind = serializers.ChoiceField(choices=UseKind.choices)
    search = serializers.CharField(
        max_length=30, required=False, help_text="The id that the search answered with."
    )
    conversation = serializers.CharField(max_length=30, required=False)


class IssueInput(StrictSerializer):
    kind = serializers.ChoiceField(choices=IssueKind.choices)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ArticlesView(APIView):
    """Published articles that have most of the words, the best first; each search is kept."""

    permission_classes = [READERS]

    @takes(parameters=[SearchQuery], operation_id="v1_articles_search")
    def get(self, request: Request) -> Response:
        actor = Actor.of_request(request)
        asked = SearchQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        query = asked.validated_data
        conversation = _conversation(actor, query.get("conversation"))
        found = search(query["q"], _in_language(articles_for(actor).published(), query.get("language")))
        kept = None
        if words_in(query["q"]):
            seeker = query.get("seeker") if actor.kind == "key" else None
            kept = keep_search(
                text=query["q"],
                hits=len(found.ranked),
                by=actor,
                now=timezone.now(),
                seeker=seeker,
                conversation=conversation,
            )
        return Response(
            {
                "search": kept.public_id if kept else None,
                "hits": len(found.ranked),
                "results": [_hit_json(hit) for hit in found.hits(0, query["limit"])],
            }
        )


class ArticleView(APIView):
    permission_classes = [READERS]

    @takes(parameters=[PUBLIC_ID, ReadQuery])
    def get(self, request: Request, public_id: str) -> Response:
        actor = Actor.of_request(request)
        article = _article(actor, public_id)
        asked = ReadQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        search = _search(actor, asked.validated_data.get("search"))
        keep_use(article=article, kind=UseKind.VIEWED, by=actor, now=timezone.now(), search=search)
        return Response({**_article_json(article), "body": article.body, "html": rendered(article.body)})


@extend_schema(parameters=[PUBLIC_ID])
class ArticleUsesView(APIView):
    """That it was shown to the customer, used in a reply, or helped."""

    permission_classes = [USERS]

    @takes(UseInput)
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        actor = Actor.of_request(request)
        article = _article(actor, public_id)
        data = parse(UseInput, request)
        use = keep_use(
            article=article,
            kind=data["kind"],
            by=actor,
            now=timezone.now(),
            search=_search(actor, data.get("search")),
            conversation=_conversation(actor, data.get("conversation")),
        )
        return Response({"article": article.public_id, "kind": use.kind, "at": iso(use.at)}, status=201)


@extend_schema(parameters=[PUBLIC_ID])
class ArticleIssuesView(APIView):
    """That something is wrong with it."""

    permission_classes = [USERS]

    @takes(IssueInput)
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        actor = Actor.of_request(request)
        article = _article(actor, public_id)
        issue = raise_issue(article=article, by=actor, now=timezone.now(), **parse(IssueInput, request))
        return Response({"id": issue.public_id, "kind": issue.kind, "state": issue.state}, status=201)


def _article(actor: Actor, public_id: str) -> Article:
    known = articles_for(actor).published().select_related("topic")
    article = known.filter(public_id=public_id).first()
    if article is None:
        raise Http404
    return article


def _in_language(articles: ArticleQuerySet, language: str | None) -> ArticleQuerySet:
    if not language:
        return articles
    known = articles.order_by().values_list("language", flat=True).distinct()
    return articles.filter(
        language__in=[one for one in known if is_language(one, frozenset({language.casefold()}))]
    )


def _conversation(actor: Actor, public_id: str | None) -> Conversation | None:
    """Of the key's own source, or one that the person may read."""
    if not public_id:
        return None
    own = Conversation.objects.filter(source=actor.key.source) if actor.key else None
    known = own if own is not None else Conversation.objects.visible_to(actor)
    found = known.filter(public_id=public_id).first()
    if found is None:
        raise serializers.ValidationError({"conversation": ["There is no such conversation."]})
    return found


def _search(actor: Actor, public_id: str | None) -> ArticleSearch | None:
    """Of the caller's own."""
    if not public_id:
        return None
    found = ArticleSearch.objects.filter(public_id=public_id, actor=actor.label[:200]).first()
    if found is None:
        raise serializers.ValidationError({"search": ["There is no such search of yours."]})
    return found


def _article_json(article: Article) -> dict[str, Any]:
    return {
        "id": article.public_id,
        "title": article.title,
        "topic": article.topic.slug if article.topic else None,
        "audience": article.audience,
        "language": article.language,
        "url": article.public_url or None,
        "version": article.version,
        "updated_at": iso(article.updated_at),
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    """``score`` compares the hits of one search, and nothing else."""
    text = "".join(piece.text for piece in hit.snippet).strip()
    return {**_article_json(hit.article), "score": hit.score, "snippet": text}
