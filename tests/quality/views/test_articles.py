import pytest
from django.utils.html import escape

from helpninja.common.roles import Role
from quality.enums import ArticleStatus, Audience, IssueKind, Seeker, UseKind
from quality.models import ArticleIssue, ArticleSearch, ArticleUse
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, agent):
    client.force_login(agent.user)
    return client


@pytest.fixture
def editor(client):
    client.force_login(factories.make_user(Role.QA_REVIEWER))
    return client


def test_what_is_found_is_shown_with_the_words_marked_and_the_search_kept(reader, agent):
    article = factories.make_article("Ask for a refund", "A refund takes <b>five</b> days.")

    page = reader.get("/articles/", {"q": "refund"})

    search = ArticleSearch.objects.get()
    assert (search.text, search.hits, search.agent) == ("refund", 1, agent)
    text = page.content.decode()
    assert f'href="/articles/{article.public_id}?search={search.public_id}"' in text
    assert "<mark>refund</mark>" in text
    assert "&lt;b&gt;five&lt;/b&gt;" in text


def test_turning_a_page_is_no_new_search(reader):
    for number in range(12):
        factories.make_article(f"Refund {number}")
    reader.get("/articles/", {"q": "refund"})
    search = ArticleSearch.objects.get()

    page = reader.get("/articles/", {"q": "refund", "p": "2", "search": search.public_id})

    assert len(page.context["hits"]) == 2
    assert ArticleSearch.objects.count() == 1


@pytest.mark.parametrize("query", ["", "zzz", "the", "a\x00b", "x" * 5000, "%", "'\"<script>"])
def test_whatever_is_asked_the_page_opens(reader, query):
    assert reader.get("/articles/", {"q": query}).status_code == 200


def test_drafts_are_for_editors(client, agent):
    factories.make_article("Refund draft", status=ArticleStatus.DRAFT)
    client.force_login(agent.user)
    as_reader = client.get("/articles/", {"q": "refund", "drafts": "1"})
    client.force_login(factories.make_user(Role.QA_REVIEWER))
    as_editor = client.get("/articles/", {"q": "refund", "drafts": "1"})

    assert [len(page.context["hits"]) for page in (as_reader, as_editor)] == [0, 1]


def test_reading_is_kept_with_its_search_and_escalation(reader, agent):
    article, escalation = factories.make_article("Refund"), factories.make_escalation()
    reader.get("/articles/", {"q": "refund"})
    search = ArticleSearch.objects.get()

    asked = f"?search={search.public_id}&escalation={escalation.public_id}"
    page = reader.get(f"/articles/{article.public_id}{asked}")

    use = ArticleUse.objects.get()
    assert (use.kind, use.search, use.escalation, use.agent, use.seeker) == (
        UseKind.VIEWED,
        search,
        escalation,
        agent,
        Seeker.AGENT,
    )
    assert f'action="/articles/{article.public_id}/helped{escape(asked)}"' in page.content.decode()


def test_an_escalation_out_of_sight_is_not_noted(reader):
    article = factories.make_article()
    hidden = factories.make_escalation(team=factories.make_team("Elsewhere"))

    reader.get(f"/articles/{article.public_id}", {"escalation": hidden.public_id})

    assert ArticleUse.objects.get().escalation is None


def test_a_reader_says_that_it_helped(reader):
    article = factories.make_article()

    answer = reader.post(f"/articles/{article.public_id}/helped")

    assert answer.headers["Location"] == f"/articles/{article.public_id}"
    assert ArticleUse.objects.get().kind == UseKind.HELPED


def test_a_reader_raises_an_issue_and_the_next_one_sees_it(reader, agent):
    article = factories.make_article()

    reader.post(f"/articles/{article.public_id}/issues", {"kind": "outdated", "note": "Old <b>price</b>"})

    issue = ArticleIssue.objects.get()
    assert (issue.kind, issue.note, issue.raised_by) == (IssueKind.OUTDATED, "Old <b>price</b>", str(agent.user))
    assert "Old &lt;b&gt;price&lt;/b&gt;" in reader.get(f"/articles/{article.public_id}").content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [({}, "kind"), ({"kind": "ugly"}, "kind"), ({"kind": "outdated", "note": "x" * 2001}, "note")],
)
def test_an_issue_that_can_not_be_is_refused_and_what_was_typed_stays(reader, given, field):
    article = factories.make_article()

    page = reader.post(f"/articles/{article.public_id}/issues", given)

    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert ArticleIssue.objects.count() == 0
    assert given.get("note", "") in page.content.decode()


def test_the_workspace_gets_what_fits_the_customers_words(reader):
    article = factories.make_article("Ask for a refund", "A refund takes five days.")
    conversation = factories.make_conversation()
    factories.make_message(conversation, "Where is my refund?")
    escalation = factories.make_escalation(conversation=conversation)

    panel = reader.get("/articles/panel", {"escalation": escalation.public_id}).content.decode()

    assert f'data-inserted="/articles/{article.public_id}/used?escalation={escalation.public_id}"' in panel
    assert 'data-insert="Ask for a refund\nA refund takes five days."' in panel
    assert ArticleSearch.objects.count() == 0


def test_a_search_in_the_workspace_is_kept_with_its_escalation(reader):
    escalation = factories.make_escalation()

    panel = reader.get("/articles/panel", {"escalation": escalation.public_id, "q": "sso"})

    assert "No article for “sso”" in panel.content.decode()
    search = ArticleSearch.objects.get()
    assert (search.escalation, search.hits) == (escalation, 0)


def test_what_is_for_agents_only_never_goes_into_a_reply(reader):
    factories.make_article("Refund fraud signs", audience=Audience.AGENTS)
    escalation = factories.make_escalation(subject="Refund fraud")

    panel = reader.get("/articles/panel", {"escalation": escalation.public_id}).content.decode()

    assert "Refund fraud signs" in panel
    assert "data-insert=" not in panel


def test_where_customers_can_read_it_the_reply_links_there(reader):
    factories.make_article("Refund", "Long text", public_url="https://help.example.com/refund")
    escalation = factories.make_escalation()

    panel = reader.get("/articles/panel", {"escalation": escalation.public_id, "q": "refund"}).content.decode()

    assert 'data-insert="Refund\nhttps://help.example.com/refund"' in panel


def test_a_use_in_a_reply_is_kept(reader):
    article, escalation = factories.make_article(), factories.make_escalation()

    answer = reader.post(f"/articles/{article.public_id}/used?escalation={escalation.public_id}")

    assert answer.status_code == 204
    use = ArticleUse.objects.get()
    assert (use.kind, use.escalation) == (UseKind.USED, escalation)


@pytest.mark.parametrize("days", ["", "7", "90", "12", "x"])
def test_the_figures_open_empty_and_full(editor, days):
    article = factories.make_article("Refund")
    empty = editor.get("/knowledge/", {"days": days})
    for _ in range(6):
        editor.get("/articles/", {"q": "refund"})
        editor.get(f"/articles/{article.public_id}?search={ArticleSearch.objects.latest('id').public_id}")
    full = editor.get("/knowledge/", {"days": days})

    assert "too few" in empty.content.decode()
    assert full.context["success"].percent == 100


def test_an_analyst_sees_figures_without_links_and_searched_texts(client):
    factories.make_article("Refund")
    client.force_login(factories.make_user(Role.ANALYST))

    page = client.get("/knowledge/")

    assert page.status_code == 200
    assert page.context["missed_texts"] == []
    assert 'href="/articles/' not in page.content.decode()
