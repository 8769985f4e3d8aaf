import pytest

from helpninja.common.roles import Role, Scope
from quality.enums import ArticleStatus, Audience, Seeker, UseKind
from quality.models import ArticleIssue, ArticleSearch, ArticleUse
from tests import factories

pytestmark = pytest.mark.django_db
PATH = "/api/v1/articles"


@pytest.fixture
def bot(api):
    return api(factories.make_key(Scope.INGEST, name="Chat"))


def test_a_search_answers_with_the_best_articles_for_customers_and_is_kept(bot):
    topic = factories.make_topic()
    article = factories.make_article("Ask for a refund", "A *refund* takes five days.", topic=topic)
    factories.make_article("Refunds inside", audience=Audience.AGENTS)
    factories.make_article("Refund draft", status=ArticleStatus.DRAFT)

    answer = bot.get(PATH, {"q": "How do I get a refund?"})

    assert answer.status_code == 200
    search = ArticleSearch.objects.get()
    body = answer.json()
    assert (body["search"], body["hits"]) == (search.public_id, 1)
    assert body["results"] == [
        {
            "id": article.public_id,
            "title": "Ask for a refund",
            "topic": "billing",
            "audience": "both",
            "language": "en",
            "url": None,
            "version": 1,
            "updated_at": body["results"][0]["updated_at"],
            "score": body["results"][0]["score"],
            "snippet": "A refund takes five days.",
        }
    ]
    assert (search.seeker, search.hits, search.actor) == (Seeker.BOT, 1, "API key Chat")


def test_a_search_for_a_customer_in_a_conversation_says_so(bot):
    conversation = factories.make_conversation(source="chat")

    bot.get(PATH, {"q": "refund", "seeker": "customer", "conversation": conversation.public_id})

    search = ArticleSearch.objects.get()
    assert (search.seeker, search.conversation, search.hits) == (Seeker.CUSTOMER, conversation, 0)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "x" * 2001}, "q"),
        ({"q": "a", "limit": "21"}, "limit"),
        ({"q": "a", "seeker": "cat"}, "seeker"),
        ({"q": "a", "conversation": "conv_x"}, "conversation"),
        ({"q": "a", "query": "b"}, "query"),
    ],
)
def test_bad_questions_name_the_field_and_keep_nothing(bot, query, field):
    answer = bot.get(PATH, query)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert ArticleSearch.objects.count() == 0


def test_common_words_alone_are_no_search(bot):
    answer = bot.get(PATH, {"q": "how do I"})

    assert answer.json() == {"search": None, "hits": 0, "results": []}
    assert ArticleSearch.objects.count() == 0


def test_a_conversation_of_another_platform_is_unknown(bot):
    other = factories.make_conversation(source="other")

    assert bot.get(PATH, {"q": "refund", "conversation": other.public_id}).status_code == 400


@pytest.mark.parametrize(("asked", "found"), [("pt", ["pt", "pt-BR"]), ("pt-br", ["pt-BR"]), ("en", [])])
def test_a_language_finds_its_variants(bot, asked, found):
    for language in ("pt", "pt-BR", "de"):
        factories.make_article(f"Refund {language}", language=language)

    results = bot.get(PATH, {"q": "refund", "language": asked}).json()["results"]

    assert sorted(one["language"] for one in results) == found


def test_a_key_that_reads_escalations_finds_what_is_for_agents(api):
    factories.make_article("Refunds inside", audience=Audience.AGENTS)

    found = api(factories.make_key(Scope.ESCALATIONS_READ)).get(PATH, {"q": "refund"})

    assert [one["title"] for one in found.json()["results"]] == ["Refunds inside"]


def test_reading_gives_the_text_and_harmless_html_and_is_kept(bot):
    article = factories.make_article("Refund", "**Ask** <script>x</script>")
    search = bot.get(PATH, {"q": "refund"}).json()["search"]

    answer = bot.get(f"{PATH}/{article.public_id}", {"search": search})

    assert answer.json()["body"] == "**Ask** <script>x</script>"
    assert answer.json()["html"] == "<p><strong>Ask</strong> &lt;script&gt;x&lt;/script&gt;</p>\n"
    use = ArticleUse.objects.get()
    assert (use.kind, use.search.public_id, use.seeker) == (UseKind.VIEWED, search, Seeker.BOT)


@pytest.mark.parametrize(
    "fields", [{"status": ArticleStatus.DRAFT}, {"audience": Audience.AGENTS}], ids=["draft", "for agents"]
)
def test_what_a_bot_may_not_know_does_not_exist(bot, fields):
    article = factories.make_article(**fields)

    answers = [
        bot.get(f"{PATH}/{article.public_id}"),
        bot.post(f"{PATH}/{article.public_id}/uses", {"kind": "shown"}),
        bot.post(f"{PATH}/{article.public_id}/issues", {"kind": "outdated"}),
    ]

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert (ArticleUse.objects.count(), ArticleIssue.objects.count()) == (0, 0)


def test_what_was_shown_is_kept_once_for_a_repeated_request(bot):
    article, conversation = factories.make_article(), factories.make_conversation(source="chat")
    body = {"kind": "shown", "conversation": conversation.public_id}

    answers = [
        bot.post(f"{PATH}/{article.public_id}/uses", body, headers={"Idempotency-Key": "a"}) for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [201, 201]
    use = ArticleUse.objects.get()
    assert (use.kind, use.conversation) == (UseKind.SHOWN, conversation)


def test_nobody_adds_to_the_search_of_another(api, bot):
    article = factories.make_article("Refund")
    search = bot.get(PATH, {"q": "refund"}).json()["search"]
    other = api(factories.make_key(Scope.INGEST, name="Other"))

    answer = other.post(f"{PATH}/{article.public_id}/uses", {"kind": "helped", "search": search})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["search"])
    assert ArticleUse.objects.count() == 0


def test_an_issue_is_raised(bot):
    article = factories.make_article()

    answer = bot.post(f"{PATH}/{article.public_id}/issues", {"kind": "outdated", "note": "It is 2027"})

    issue = ArticleIssue.objects.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {"id": issue.public_id, "kind": "outdated", "state": "open"},
    )
    assert (issue.note, issue.raised_by) == ("It is 2027", "API key Chat")


def test_an_analyst_reads_no_articles(api):
    assert api(user=factories.make_user(Role.ANALYST)).get(PATH, {"q": "refund"}).status_code == 403
