from datetime import UTC, datetime, timedelta

import pytest

from helpninja.common.actors import SYSTEM
from quality.actions.article_issues import decide_issue, raise_issue
from quality.actions.article_use import keep_search, keep_use
from quality.enums import IssueKind, IssueState, Seeker, UseKind
from quality.metrics import knowledge
from quality.metrics.knowledge import Seconds, Share
from tests import factories

pytestmark = pytest.mark.django_db
START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def searched(at=NOON, seeker=Seeker.AGENT, hits=1, text="refund", **about):
    return keep_search(text=text, hits=hits, by=SYSTEM, now=at, seeker=seeker, **about)


def used(article, kind=UseKind.VIEWED, at=NOON, **about):
    return keep_use(article=article, kind=kind, by=SYSTEM, now=at, **about)


def conversation(*, escalated=False, **fields):
    fields = {"started_at": NOON - timedelta(hours=1), "closed_at": NOON, **fields}
    made = factories.make_conversation(**fields)
    if escalated:
        factories.make_escalation(conversation=made)
    return made


@pytest.mark.parametrize(
    ("share", "value", "percent"),
    [(Share(0, 0), None, None), (Share(4, 4), None, None), (Share(0, 5), 0.0, 0), (Share(1, 8), 0.125, 13)],
)
def test_of_too_few_nothing_is_concluded_and_halves_go_up(share, value, percent):
    assert (share.value, share.percent) == (value, percent)


def test_a_search_succeeds_by_what_was_opened_shown_used_or_helped():
    article = factories.make_article()
    for kind in UseKind:
        used(article, kind, search=searched())
    twice = searched(seeker=Seeker.BOT)
    used(article, search=twice)
    used(article, search=twice)
    searched()
    used(article, search=searched(at=END))
    searched(at=START - timedelta(seconds=1))

    assert knowledge.search_success(START, END) == {
        "all": Share(5, 6),
        "agent": Share(4, 5),
        "bot": Share(1, 1),
    }


def test_searches_in_vain_are_counted_by_what_was_asked():
    searched(hits=0, text="sso")
    searched(hits=0, text="sso")
    searched(hits=0, text="api")
    searched(hits=3)

    assert knowledge.missed_searches(START, END) == Share(3, 4)
    assert knowledge.missed_texts(START, END) == [("sso", 2), ("api", 1)]


def test_the_time_to_the_article_is_the_median_of_peoples_first_use():
    article = factories.make_article()
    for seconds in (4, 10, 20, 30, 300):
        search = searched()
        used(article, at=NOON + timedelta(seconds=seconds), search=search)
        used(article, at=NOON + timedelta(hours=1), search=search)
    used(article, at=NOON + timedelta(seconds=1), search=searched(seeker=Seeker.BOT))
    searched()

    assert knowledge.time_to_article(START, END) == Seconds(20.0, 5, 1)


def test_the_time_of_too_few_is_not_said():
    used(factories.make_article(), search=searched())

    assert knowledge.time_to_article(START, END) == Seconds(None, 1, 0)


def test_self_service_is_what_closed_without_people_though_help_was_sought():
    article = factories.make_article()
    alone, escalated, reopened = conversation(), conversation(escalated=True), conversation(reopened_at=NOON)
    for made in (alone, escalated, reopened):
        used(article, UseKind.SHOWN, conversation=made, seeker=Seeker.BOT)
    searched(conversation=conversation(), seeker=Seeker.CUSTOMER, hits=0)
    searched(conversation=conversation(), seeker=Seeker.AGENT)
    used(article, UseKind.SHOWN, conversation=conversation(closed_at=None), seeker=Seeker.BOT)
    used(article, UseKind.SHOWN, conversation=conversation(closed_at=END), seeker=Seeker.BOT)

    assert knowledge.self_service(START, END) == Share(2, 4)


def test_an_article_prevents_an_escalation_where_it_was_shown_and_none_came():
    good, other = factories.make_article("Good"), factories.make_article("Other")
    first, second, escalated = conversation(), conversation(), conversation(escalated=True)
    for article, made in ((good, first), (good, first), (good, second), (good, escalated), (other, escalated)):
        used(article, UseKind.SHOWN, conversation=made)
    used(other, UseKind.VIEWED, conversation=first)

    assert knowledge.preventing(START, END) == [(good, Share(2, 3)), (other, Share(0, 1))]


def test_the_most_helpful_articles_come_first():
    good, opened, unread = (factories.make_article(title) for title in ("Good", "Opened", "Unread"))
    used(good)
    used(good, UseKind.HELPED)
    used(opened)
    used(opened, at=NOON + timedelta(hours=1))
    used(unread, at=END)
    used(unread, UseKind.SHOWN)

    rows = [(one.title, one.helped, one.used, one.viewed) for one in knowledge.most_used(START, END)]

    assert rows == [("Good", 1, 0, 1), ("Opened", 0, 0, 2)]


def test_open_issues_are_counted_by_article():
    article = factories.make_article()
    for kind in (IssueKind.OUTDATED, IssueKind.OUTDATED, IssueKind.UNCLEAR):
        issue = raise_issue(article=article, kind=kind, note="", by=SYSTEM, now=NOON)
    decide_issue(issue=issue, state=IssueState.DONE, answer="", by=SYSTEM, now=NOON)

    counted = {kind: count for kind, count, _ in knowledge.open_issues()}

    assert counted == {**dict.fromkeys(IssueKind, 0), IssueKind.OUTDATED: 1}
