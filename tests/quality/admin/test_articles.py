import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpninja.common.actors import SYSTEM
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from quality.actions.article_issues import raise_issue
from quality.actions.article_use import keep_search
from quality.enums import ArticleStatus, IssueKind, IssueState
from quality.models import Article, ArticleIssue
from tests import factories

pytestmark = pytest.mark.django_db
PATH = "/admin/quality/article/"
FORM = {"title": "Refunds", "body": "Ask *us*.", "audience": "both", "language": "en"}
SUBMITTED = {"_form_submitted": "on"}


@pytest.fixture
def editor(client, supervisor):
    client.force_login(supervisor.user)
    return client


def test_an_editor_writes_an_article_and_its_next_version(editor):
    editor.post(f"{PATH}add/", FORM)
    article = Article.objects.get()
    editor.post(f"{PATH}{article.pk}/change/", {**FORM, "body": "Ask **us**.\n\nSoon."})

    article.refresh_from_db()
    assert (article.version, article.plain, article.status) == (2, "Ask us.\nSoon.", ArticleStatus.DRAFT)
    assert "<strong>us</strong>" in editor.get(f"{PATH}{article.pk}/change/").content.decode()
    actions = AuditEntry.objects.filter(action__startswith="article").values_list("action", flat=True)
    assert list(actions) == ["article.revised", "article.revised"]


def test_going_back_to_a_version_changes_the_text_and_not_the_status(editor):
    article = factories.make_article("Refunds", "First")
    editor.post(f"{PATH}{article.pk}/change/", {**FORM, "body": "Second"})
    first = article.history.get(version=1)

    editor.post(f"{PATH}{article.pk}/history/", {"to": first.pk})

    article.refresh_from_db()
    assert (article.version, article.body, article.plain) == (3, "First", "First")
    assert article.status == ArticleStatus.PUBLISHED


@pytest.mark.parametrize(
    ("step", "source", "status"),
    [
        ("to_review", "draft", ArticleStatus.IN_REVIEW),
        ("to_published", "draft", ArticleStatus.PUBLISHED),
        ("to_draft", "published", ArticleStatus.DRAFT),
        ("to_retired", "published", ArticleStatus.RETIRED),
    ],
)
def test_the_steps_of_the_status(editor, step, source, status):
    article = factories.make_article(status=ArticleStatus(source))

    editor.post(f"{PATH}{article.pk}/{step}/", SUBMITTED)

    assert Article.objects.get().status == status


def test_an_agent_writes_a_draft_of_their_own_and_hands_it_in(client, agent):
    client.force_login(agent.user)

    client.post(f"{PATH}add/", FORM)
    article = Article.objects.get()
    client.post(f"{PATH}{article.pk}/change/", {**FORM, "body": "Better"})
    published = client.post(f"{PATH}{article.pk}/to_published/", SUBMITTED)
    client.post(f"{PATH}{article.pk}/to_review/", SUBMITTED)
    late = client.post(f"{PATH}{article.pk}/change/", {**FORM, "body": "Too late"})

    article.refresh_from_db()
    assert (article.owner, article.body, article.status) == (agent, "Better", ArticleStatus.IN_REVIEW)
    assert (published.status_code, late.status_code) == (403, 403)


def test_an_agent_knows_nothing_of_a_colleagues_draft(client, agent):
    factories.make_article("Secret plans", status=ArticleStatus.DRAFT, owner=factories.make_agent())
    client.force_login(agent.user)

    assert "Secret plans" not in client.get(PATH, {"q": "Secret"}).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("issue=any", {"Old"}),
        ("issue=outdated", {"Old"}),
        ("issue=unclear", set()),
        ("review=due", {"Old"}),
        ("review=none", {"New"}),
        ("status__exact=draft", {"New"}),
    ],
)
def test_the_list_is_narrowed(editor, query, found):
    old = factories.make_article("Old", review_by="2020-01-01")
    factories.make_article("New", status=ArticleStatus.DRAFT)
    raise_issue(article=old, kind=IssueKind.OUTDATED, note="", by=SYSTEM, now=old.created_at)

    rows = editor.get(f"{PATH}?{query}").context["cl"].result_list

    assert {article.title for article in rows} == found


def csv_of(*lines):
    head = "public_id,title,body,topic,audience,language,owner,public_url,review_by,status"
    return "\n".join([head, *lines]) + "\n"


def brought_in(client, text):
    file = SimpleUploadedFile("articles.csv", text.encode(), content_type="text/csv")
    return client.post(f"{PATH}import/", {"import_file": file, "format": "0", "resource": "0"})


def test_what_was_exported_comes_in_again_elsewhere(editor):
    article = factories.make_article("Refunds", "=Ask us", topic=factories.make_topic())
    exported = editor.post(f"{PATH}export/", {"format": "0", "resource": "0"})
    text = exported.content.decode()
    changed = text.replace("Refunds", "Money back").replace("published", "retired")

    brought_in(editor, changed)

    article.refresh_from_db()
    assert (article.title, article.body, article.topic.slug) == ("Money back", "=Ask us", "billing")
    assert (article.status, article.version) == (ArticleStatus.RETIRED, 2)


def test_new_articles_come_in_with_their_status(editor):
    brought_in(editor, csv_of(",Refunds,Ask us,billing,customers,en,,,,published", ",Plans,,,both,en,,,,"))

    rows = Article.objects.values_list("title", "status", "version", "plain")
    assert set(rows) == {("Refunds", "published", 1, "Ask us"), ("Plans", "draft", 1, "")}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("art_x,Refunds,Ask,,both,en,,,,", "there is no such article"),
        (",,Ask,,both,en,,,,", "title"),
        (",Refunds,Ask,,both,en,,,,shiny", "status"),
        (",Refunds,,,both,en,,,,published", "without a text"),
        (",Refunds,Ask,,robots,en,,,,", "audience"),
        (",Refunds,Ask,nowhere,both,en,,,,", "topic"),
        (",Refunds,Ask,,both,en,,javascript:1,,", "public_url"),
    ],
)
def test_one_wrong_line_and_nothing_comes_in(editor, line, problem):
    page = brought_in(editor, csv_of(",Good,Ask,,both,en,,,,", line))

    assert problem.lower() in page.content.decode().lower()
    assert Article.objects.count() == 0


@pytest.mark.parametrize(
    ("step", "answer", "state"),
    [
        ("done", "", IssueState.DONE),
        ("reject", "It is right", IssueState.REJECTED),
        ("reject", "", IssueState.OPEN),
    ],
)
def test_issues_are_worked_off_and_a_rejection_says_why(editor, step, answer, state):
    article = factories.make_article()
    issue = raise_issue(article=article, kind=IssueKind.UNCLEAR, note="", by=SYSTEM, now=article.created_at)

    editor.post(f"/admin/quality/articleissue/{issue.pk}/{step}/", {**SUBMITTED, "answer": answer})

    assert ArticleIssue.objects.get().state == state


def test_an_agent_does_not_decide_issues(client, agent):
    article = factories.make_article()
    issue = raise_issue(article=article, kind=IssueKind.UNCLEAR, note="", by=SYSTEM, now=article.created_at)
    client.force_login(agent.user)

    assert client.post(f"/admin/quality/articleissue/{issue.pk}/done/", SUBMITTED).status_code == 403
    assert ArticleIssue.objects.get().state == IssueState.OPEN


def test_searches_are_told_apart_by_their_outcome(client):
    client.force_login(factories.make_user(Role.QA_REVIEWER))
    now = factories.make_article().created_at
    keep_search(text="missed", hits=0, by=SYSTEM, now=now)
    keep_search(text="left", hits=2, by=SYSTEM, now=now)

    rows = client.get("/admin/quality/articlesearch/?outcome=missed").context["cl"].result_list

    assert [search.text for search in rows] == ["missed"]
