from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from quality.actions.article_issues import decide_issue, raise_issue
from quality.actions.article_use import keep_search, keep_use
from quality.enums import IssueKind, IssueState, Seeker, UseKind
from quality.models import ArticleIssue, ArticleUse
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_search_says_who_searched_and_in_which_conversation(agent):
    escalation = factories.make_escalation()

    search = keep_search(text="x" * 300, hits=2, by=Actor.of_user(agent.user), now=NOW, escalation=escalation)

    assert (search.seeker, search.agent, search.hits, len(search.text)) == (Seeker.AGENT, agent, 2, 200)
    assert (search.escalation, search.conversation) == (escalation, escalation.conversation)


def test_a_use_is_of_the_conversation_of_its_search(agent):
    escalation, article = factories.make_escalation(), factories.make_article()
    by = Actor.of_user(agent.user)
    search = keep_search(text="refund", hits=1, by=by, now=NOW, escalation=escalation)

    use = keep_use(article=article, kind=UseKind.USED, by=by, now=NOW, search=search)

    assert (use.escalation, use.conversation, use.search, use.version) == (
        escalation,
        escalation.conversation,
        search,
        1,
    )


def test_who_says_twice_that_it_helped_is_counted_once(agent):
    article, by = factories.make_article(), Actor.of_user(agent.user)

    for hours in (0, 5):
        keep_use(article=article, kind=UseKind.HELPED, by=by, now=NOW + timedelta(hours=hours))

    assert ArticleUse.objects.count() == 1


@pytest.mark.parametrize(("minutes", "counted"), [(9, 1), (10, 2)])
def test_a_person_who_opens_it_again_at_once_has_read_it_once(agent, minutes, counted):
    article, by = factories.make_article(), Actor.of_user(agent.user)

    for after in (0, minutes):
        keep_use(article=article, kind=UseKind.VIEWED, by=by, now=NOW + timedelta(minutes=after))

    assert ArticleUse.objects.count() == counted


def test_opened_again_from_another_search_it_is_that_searchs_success_too(agent):
    article, by = factories.make_article(), Actor.of_user(agent.user)

    for text in ("refund", "money back"):
        search = keep_search(text=text, hits=1, by=by, now=NOW)
        keep_use(article=article, kind=UseKind.VIEWED, by=by, now=NOW, search=search)

    assert ArticleUse.objects.count() == 2


def test_a_bot_reads_for_one_customer_after_another():
    article, bot = factories.make_article(), Actor("key", "API key Chat")

    for _ in range(2):
        keep_use(article=article, kind=UseKind.VIEWED, by=bot, now=NOW)

    assert ArticleUse.objects.count() == 2


def an_issue():
    return raise_issue(article=factories.make_article(), kind=IssueKind.UNCLEAR, note="How?", by=SYSTEM, now=NOW)


def test_an_issue_of_no_kind_is_refused():
    with pytest.raises(ValidationError) as refused:
        raise_issue(article=factories.make_article(), kind="ugly", note="", by=SYSTEM, now=NOW)

    assert list(refused.value.message_dict) == ["kind"]
    assert ArticleIssue.objects.count() == 0


@pytest.mark.parametrize("state", [IssueState.DONE, IssueState.REJECTED])
def test_an_issue_is_decided_once(state):
    issue = an_issue()
    other = ArticleIssue.objects.get()

    decide_issue(issue=issue, state=state, answer="Rewritten", by=SYSTEM, now=NOW)
    with pytest.raises(Conflict):
        decide_issue(issue=other, state=IssueState.DONE, answer="", by=SYSTEM, now=NOW)

    kept = ArticleIssue.objects.get()
    assert (kept.state, kept.answer, kept.decided_by, kept.decided_at) == (state, "Rewritten", "helpNINJA", NOW)
