import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from escalations.enums import Reason
from escalations.models import Escalation
from helpninja.common.actors import SYSTEM
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from quality.actions.gaps import add_gap, draft_article, plan_gap
from quality.actions.likeness import compare_articles
from quality.enums import ArticleStatus, GapStatus
from quality.metrics.gaps import effects_of, missing_content
from quality.models import Article, GapQuestion, KnowledgeGap, NearDuplicate
from tests import factories
from tests.quality.asked import NOW, ask
from tests.quality.decisions.test_likeness import ROTATE, ROTATE_EDITED, SSO, WIDGET

pytestmark = pytest.mark.django_db
BOARD = reverse("quality:pipeline")
BY = {"by": SYSTEM, "now": NOW}


def asked_in(gap, at=NOW, **fields):
    escalation = ask("How do I rotate API keys?", at=at, **fields)
    return GapQuestion.objects.create(
        gap=gap,
        source="content_gap",
        conversation=escalation.conversation,
        escalation=escalation,
        text="How do I rotate API keys?",
        at=at,
    )


@pytest.fixture
def gap():
    gap = KnowledgeGap.objects.create(name="API keys", topic=factories.make_topic("billing"))
    asked_in(gap, topic=gap.topic)
    return gap


@pytest.fixture
def leader(client, supervisor):
    client.force_login(supervisor.user)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        yield client


def lanes(response):
    return {lane.value: [card.gap.name for card in cards] for lane, cards in response.context["columns"]}


def test_board_shows_each_gap_in_its_column_and_what_is_missing_most(leader, gap):
    add_gap(name="Audit of all articles", lane="ongoing", owner=None, due=None, **BY)
    plan_gap(gap=gap, lane="priority_1", owner=None, due=date(2026, 3, 9), **BY)
    factories.make_escalation(opened_at=NOW)

    response = leader.get(BOARD)

    assert lanes(response) == {"priority_1": ["API keys"], "priority_2": [], "ongoing": ["Audit of all articles"]}
    assert [one.name for one in response.context["requested"]] == ["API keys"]
    assert response.context["missing"].share == 50.0
    assert "due Mar 9, overdue" in response.content.decode()


def test_gap_is_moved_by_a_form_and_keeps_owner_and_date(leader, gap, agent):
    plan_gap(gap=gap, lane="priority_1", owner=agent, due=date(2026, 4, 1), **BY)

    response = leader.post(reverse("quality:pipeline-plan", args=[gap.public_id]), {"lane": "priority_2"})

    gap.refresh_from_db()
    assert response.headers["Location"] == f"{BOARD}#{gap.public_id}"
    assert (gap.lane, gap.owner, gap.due) == ("priority_2", agent, date(2026, 4, 1))
    leader.post(reverse("quality:pipeline-plan", args=[gap.public_id]), {"lane": ""})
    gap.refresh_from_db()
    assert (gap.status, gap.lane) == (GapStatus.OPEN, "")


def test_an_unknown_column_changes_nothing_and_says_so(leader, gap):
    leader.post(reverse("quality:pipeline-plan", args=[gap.public_id]), {"lane": "never"})

    gap.refresh_from_db()
    assert gap.lane == ""
    assert "Nothing was changed. When:" in leader.get(BOARD).content.decode()


def test_adding_without_a_name_names_the_field_and_keeps_the_rest(leader):
    response = leader.post(reverse("quality:pipeline-add"), {"name": "", "lane": "ongoing", "due": "2026-04-01"})

    page = response.content.decode()
    assert response.status_code == 400
    assert "What is to be written: This field is required." in page
    assert 'value="2026-04-01"' in page
    assert not KnowledgeGap.objects.exists()


def test_one_click_drafts_an_article_and_opens_it(leader, gap):
    response = leader.post(reverse("quality:pipeline-draft", args=[gap.public_id]))

    article = Article.objects.get()
    gap.refresh_from_db()
    assert response.headers["Location"] == reverse("admin:quality_article_change", args=[article.pk])
    assert (article.title, article.topic, article.status) == ("API keys", gap.topic, ArticleStatus.DRAFT)
    assert (gap.article, gap.stage, gap.kept) == (article, "Draft", True)
    assert "gap.drafted" in AuditEntry.objects.values_list("action", flat=True)


def test_a_second_draft_is_refused(leader, gap):
    draft_article(gap=gap, **BY)

    leader.post(reverse("quality:pipeline-draft", args=[gap.public_id]))

    assert Article.objects.count() == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT, Role.ANALYST])
def test_others_neither_see_nor_change_the_board(client, gap, role):
    client.force_login(factories.make_agent(role=role).user)

    statuses = [
        client.get(BOARD).status_code,
        client.post(reverse("quality:pipeline-plan", args=[gap.public_id]), {"lane": "ongoing"}).status_code,
        client.post(reverse("quality:pipeline-draft", args=[gap.public_id])).status_code,
    ]

    gap.refresh_from_db()
    assert (statuses, gap.lane, Article.objects.count()) == ([403, 403, 403], "", 0)


def test_a_gap_of_other_teams_is_answered_as_missing(client, gap, outsider):
    lead = factories.make_agent(role=Role.SUPERVISOR, teams=[outsider.teams.get()])
    client.force_login(lead.user)

    response = client.post(reverse("quality:pipeline-plan", args=[gap.public_id]), {"lane": "ongoing"})

    gap.refresh_from_db()
    assert (response.status_code, gap.lane) == (404, "")
    assert "API keys" not in client.get(BOARD).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_board_costs_as_many_queries_with_more_cards(leader, django_assert_max_num_queries, count):
    for number in range(count):
        gap = add_gap(name=f"Gap {number}", lane="priority_1", owner=factories.make_agent(), due=None, **BY)
        asked_in(gap)
        publish(gap, NOW - timedelta(days=20))

    with django_assert_max_num_queries(24):
        assert leader.get(BOARD).status_code == 200


def publish(gap, at):
    article = factories.make_article(f"About {gap.name}")
    Article.objects.filter(pk=article.pk).update(published_at=at)
    KnowledgeGap.objects.filter(pk=gap.pk).update(article=article)
    return KnowledgeGap.objects.select_related("article").get(pk=gap.pk)


def effect(gap, now=NOW):
    return effects_of([gap], Escalation.objects.all(), now)[gap.pk]


def test_effect_is_of_equal_weeks_before_and_after_against_the_other_topics(gap):
    published = NOW - timedelta(weeks=4)
    factories.make_escalation(opened_at=published - timedelta(weeks=4))  # the first of all
    for day in range(8):
        asked_in(gap, published - timedelta(days=day + 1), topic=gap.topic)
        factories.make_escalation(opened_at=published - timedelta(days=day + 1))
        factories.make_escalation(opened_at=published + timedelta(days=day + 1))
        same_topic = factories.make_conversation(topic=gap.topic)
        factories.make_escalation(opened_at=published + timedelta(days=1), conversation=same_topic)
    asked_in(gap, published, topic=gap.topic)

    found = effect(publish(gap, published))

    assert (found.change.before.count, found.change.after.count, found.change.n) == (8, 1, 9)
    assert (found.change.before.weeks, found.change.after.weeks) == (4.0, 4.0)
    assert round(found.change.others.value, 3) == round(8 / 9, 3)
    assert (found.days, found.is_early) == (28, False)


def test_effect_is_too_early_in_the_first_week_and_too_few_below_five(gap):
    assert effect(publish(gap, NOW - timedelta(days=6))).is_early
    found = effect(publish(gap, NOW - timedelta(days=20)))
    assert (found.is_early, found.change) == (False, None)


def test_unpublished_article_has_no_effect(gap):
    draft_article(gap=gap, **BY)

    assert effects_of([gap], Escalation.objects.all(), NOW) == {}


def test_missing_content_counts_reason_or_note():
    ask("one")
    ask("two", reason=Reason.TECHNICAL_ISSUE, note="Webhooks")
    ask("three", reason=Reason.TECHNICAL_ISSUE)
    ask("four", at=NOW - timedelta(days=31))

    found = missing_content(Escalation.objects.all(), NOW - timedelta(days=30), NOW + timedelta(seconds=1))

    assert (found.missing, found.escalations) == (2, 3)
    assert missing_content(Escalation.objects.none(), NOW, NOW).share is None


def write(text, **fields):
    title, _, body = text.partition("\n")
    return factories.make_article(title, body, **fields)


def test_near_duplicates_are_pointed_out_until_somebody_says_that_both_are_needed(leader):
    first, other, second = write(ROTATE), write(WIDGET), write(ROTATE_EDITED)
    write(ROTATE, status=ArticleStatus.DRAFT)
    compare_articles(now=NOW)
    pair = NearDuplicate.objects.get()
    assert (pair.first, pair.second) == (first, second)
    assert re.search(r"likeness 0\.[6-9]", leader.get(BOARD).content.decode())

    leader.post(reverse("quality:pipeline-duplicate", args=[pair.pk]))
    compare_articles(now=NOW)

    assert not list(leader.get(BOARD).context["duplicates"])
    assert NearDuplicate.objects.get().dismissed_by != ""
    assert other.title not in str(pair)


def test_pair_that_is_one_no_longer_is_forgotten():
    write(ROTATE)
    second = write(ROTATE_EDITED)
    compare_articles(now=NOW)
    Article.objects.filter(pk=second.pk).update(plain="Something else", title="Else")

    compare_articles(now=NOW)

    assert not NearDuplicate.objects.exists()


def test_gap_that_an_article_answers_is_pointed_out(gap, leader):
    article = write(ROTATE)
    for text in (SSO, WIDGET):
        write(text)

    compare_articles(now=NOW)

    gap.refresh_from_db()
    assert gap.answered_by == article
    assert [one.name for one in leader.get(BOARD).context["answered"]] == ["API keys"]


@pytest.mark.parametrize("number", ["0", "x", "9" * 30])
def test_unknown_pair_is_missing(leader, number):
    assert leader.post(reverse("quality:pipeline-duplicate", args=[number])).status_code == 404
