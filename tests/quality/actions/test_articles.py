from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from quality.actions import articles
from quality.enums import ArticleStatus
from quality.models import Article, Posting, Term
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DRAFT, IN_REVIEW, PUBLISHED, RETIRED = ArticleStatus
ALLOWED = {
    (DRAFT, IN_REVIEW),
    (DRAFT, PUBLISHED),
    (IN_REVIEW, DRAFT),
    (IN_REVIEW, PUBLISHED),
    (PUBLISHED, DRAFT),
    (PUBLISHED, RETIRED),
    (RETIRED, DRAFT),
    (RETIRED, PUBLISHED),
}


def start(title="Reset a password", body="Open *Settings*."):
    return articles.start_article(title=title, body=body, by=SYSTEM, now=NOW)


def in_status(status):
    article = start()
    published_at = NOW if status in (PUBLISHED, RETIRED) else None
    Article.objects.filter(pk=article.pk).update(status=status, published_at=published_at)
    article.refresh_from_db()
    return article


def test_a_new_article_is_a_draft_in_its_first_version_with_its_words():
    article = start()

    assert (article.status, article.version, article.published_at) == (DRAFT, 1, None)
    assert article.plain == "Open Settings."
    assert article.public_id.startswith("art_")
    assert [(one.version, one.title, one.history_user_id) for one in article.history.all()] == [
        (1, "Reset a password", "helpNINJA")
    ]
    assert set(Term.objects.values_list("text", "articles")) == {
        ("reset", 1),
        ("password", 1),
        ("open", 1),
        ("settings", 1),
    }


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"body": "x" * 100_001}, "body"),
        ({"language": "English"}, "language"),
        ({"public_url": "javascript:alert(1)"}, "public_url"),
        ({"audience": "robots"}, "audience"),
    ],
)
def test_what_an_article_can_not_be_is_named(fields, name):
    with pytest.raises(ValidationError) as refused:
        articles.start_article(**{"title": "Reset", **fields}, by=SYSTEM, now=NOW)

    assert list(refused.value.message_dict) == [name]
    assert Article.objects.count() == 0


def test_a_revision_is_the_next_version_and_is_found_by_its_new_words():
    article = start()
    article.title, article.body = "Change a password", "Ask an *admin*."
    article.save()

    articles.revise(article=article, by=SYSTEM, now=NOW, why="Clearer")

    assert article.version == 2
    assert set(Posting.objects.values_list("term__text", flat=True)) == {"change", "password", "ask", "admin"}
    assert dict(Term.objects.values_list("text", "articles")) == {
        "reset": 0,
        "open": 0,
        "settings": 0,
        "password": 1,
        "change": 1,
        "ask": 1,
        "admin": 1,
    }


@pytest.mark.parametrize("source", ArticleStatus)
@pytest.mark.parametrize("target", ArticleStatus)
def test_every_way_between_two_statuses(source, target):
    article = in_status(source)

    if (source, target) in ALLOWED:
        articles.move(article=article, to=target, by=SYSTEM, now=NOW)
    else:
        with pytest.raises(Conflict):
            articles.move(article=article, to=target, by=SYSTEM, now=NOW)

    assert Article.objects.get().status == (target if (source, target) in ALLOWED else source)


def test_publishing_says_when_and_is_in_the_audit():
    article = articles.move(article=start(), to=PUBLISHED, by=SYSTEM, now=NOW)

    assert article.published_at == NOW
    entry = AuditEntry.objects.get(action="article.published")
    assert (entry.object_id, entry.details) == (article.public_id, {"was": "draft", "version": 1})


def test_nothing_can_not_be_published():
    article = start(body=" \n")

    with pytest.raises(ValidationError) as refused:
        articles.move(article=article, to=PUBLISHED, by=SYSTEM, now=NOW)

    assert refused.value.message_dict == {"body": ["An article without a text can't be published."]}
    assert Article.objects.get().status == DRAFT


def test_of_two_moves_at_once_one_wins():
    article = start()
    other = Article.objects.get()
    articles.move(article=article, to=PUBLISHED, by=SYSTEM, now=NOW)

    with pytest.raises(Conflict, match="Somebody else"):
        articles.move(article=other, to=IN_REVIEW, by=SYSTEM, now=NOW)

    assert Article.objects.get().status == PUBLISHED


def test_a_draft_is_deleted_with_its_words_and_its_versions_stay():
    article = start()
    history = article.history.model

    articles.delete(articles=[article], by=SYSTEM, now=NOW)

    assert (Article.objects.count(), Posting.objects.count()) == (0, 0)
    assert set(Term.objects.values_list("articles", flat=True)) == {0}
    assert list(history.objects.order_by("history_id").values_list("history_type", flat=True)) == ["+", "-"]


def test_what_was_published_is_not_deleted_and_nothing_with_it():
    draft, published = start(), factories.make_article()

    with pytest.raises(Conflict, match="retire it instead"):
        articles.delete(articles=[draft, published], by=SYSTEM, now=NOW)

    assert Article.objects.count() == 2
