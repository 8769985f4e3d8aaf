import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quality.actions.searching import search, suggest
from quality.enums import ArticleStatus, Audience
from quality.models import Article
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def library():
    """By title, published, each with a text."""
    texts = {
        "Reset your password": "Choose Forgot password on the sign-in page. We send a link.",
        "Sign in with SSO": "Ask your admin for single sign-on. A password is not needed then.",
        "Read an invoice": "Each invoice lists seats, credits and taxes of the month.",
        "Change your plan": "Upgrade under Billing. The next invoice has the difference.",
        "Webhooks and retries": "A webhook that fails is retried for three days.",
    }
    return {title: factories.make_article(title, text) for title, text in texts.items()}


def titles(text, among=None):
    found = search(text, among if among is not None else Article.objects.published())
    return [hit.article.title for hit in found.hits(0, 20)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("password", ["Reset your password", "Sign in with SSO"]),
        ("PASSWORD!", ["Reset your password", "Sign in with SSO"]),
        ("How do I reset my password?", ["Reset your password"]),
        ("invoices", ["Read an invoice", "Change your plan"]),
        ("invoice", ["Read an invoice", "Change your plan"]),
        ("webh", ["Webhooks and retries"]),
        ("pasword", ["Reset your password", "Sign in with SSO"]),
        ("retreis", ["Webhooks and retries"]),
        ("kubernetes", []),
        ("kubernetes password", []),
        ("the and", []),
        ("", []),
    ],
)
def test_what_is_found_and_in_which_order(library, text, found):
    assert titles(text) == found


def test_most_of_many_words_are_enough_and_more_go_first(library):
    assert titles("upgrade billing invoice kubernetes") == ["Change your plan"]
    assert titles("invoice seats credits") == ["Read an invoice"]


@pytest.mark.parametrize("status", [ArticleStatus.DRAFT, ArticleStatus.IN_REVIEW, ArticleStatus.RETIRED])
def test_only_what_is_published_is_found_by_readers(status):
    article = factories.make_article("Reset your password")
    Article.objects.filter(pk=article.pk).update(status=status)

    assert titles("password") == []
    assert titles("password", Article.objects.all()) == ["Reset your password"]


@pytest.mark.parametrize(("audience", "found"), [("customers", True), ("both", True), ("agents", False)])
def test_customers_find_what_is_for_them(audience, found):
    factories.make_article("Reset your password", audience=Audience(audience))

    assert bool(titles("password", Article.objects.for_customers())) == found


def test_the_snippet_marks_what_was_found(library):
    hit = search("invioce", Article.objects.published()).hits(0, 1)[0]

    assert [piece.text for piece in hit.snippet if piece.is_match] == ["invoice"]


def test_a_search_costs_the_same_queries_with_one_and_with_many_hits():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            search("password reset", Article.objects.published()).hits(0, 20)
        return len(captured)

    factories.make_article("Reset a password")
    one = queries()
    for number in range(5):
        factories.make_article(f"Reset a password {number}", topic=factories.make_topic())

    assert queries() == one


def test_what_fits_a_customers_words_is_suggested_the_own_topic_first(library):
    billing = factories.make_topic("billing")
    mine = factories.make_article("Invoice seats", "Seats on the invoice.", topic=billing)
    message = "Hello, why does my last invoice list more seats than we use? This is the third month, please help!"

    found = suggest(message, Article.objects.published(), topic=billing.pk).hits(0, 5)

    assert [hit.article.title for hit in found] == [mine.title, "Read an invoice"]


def test_one_word_is_enough_where_the_articles_know_no_other(library):
    found = suggest("The webhook of our Kubernetes cluster", Article.objects.published(), topic=None).hits(0, 5)

    assert [hit.article.title for hit in found] == ["Webhooks and retries"]


def test_a_very_long_message_is_heard_as_far_as_it_is_useful(library):
    message = "invoice seats " + " ".join(f"word{number}" for number in range(20_000))

    found = suggest(message, Article.objects.published(), topic=None).hits(0, 1)

    assert [hit.article.title for hit in found] == ["Read an invoice"]
