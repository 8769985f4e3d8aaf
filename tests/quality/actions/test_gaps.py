from datetime import date, timedelta

import pytest

from agents.models import Agent
from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from quality.actions.gaps import (
    add_gap,
    dismiss_gap,
    merge_gaps,
    plan_gap,
    rename_gap,
    reopen_gap,
    split_gap,
)
from quality.enums import GapStatus, Lane
from quality.models import Article, GapQuestion, KnowledgeGap
from tests.quality.asked import NOW, ask

pytestmark = pytest.mark.django_db
BY = {"by": SYSTEM, "now": NOW}


def make_gap(name, *texts, **fields):
    gap = KnowledgeGap.objects.create(name=name, **fields)
    for number, text in enumerate(texts):
        escalation = ask(text, note=name, at=NOW - timedelta(hours=number))
        gap.asked.create(
            source="noted",
            conversation=escalation.conversation,
            escalation=escalation,
            text=text,
            note=name,
            at=escalation.opened_at,
        )
    return gap


@pytest.fixture
def keys():
    return make_gap("API keys", "How do I rotate API keys?", "rotating keys", "renew a token")


@pytest.fixture
def sso():
    return make_gap("SSO", "Set up SSO", "SAML")


def test_rename_keeps_the_name_and_says_so_in_the_audit(keys):
    rename_gap(gap=keys, name="  API   key rotation ", **BY)

    keys.refresh_from_db()
    assert (keys.name, keys.named_by_person, keys.kept) == ("API key rotation", True, True)
    assert AuditEntry.objects.get().details == {"before": "API keys"}


def test_merge_takes_in_questions_and_what_was_merged_before(keys, sso):
    older = make_gap("Sign-on", "single sign-on")
    merge_gaps(gap=sso, others=[older], **BY)

    merge_gaps(gap=keys, others=[sso, keys], **BY)

    assert keys.asked.filter(pinned=True).count() == 6
    assert set(KnowledgeGap.objects.filter(merged_into=keys)) == {sso, older}
    assert not KnowledgeGap.objects.live().exclude(pk=keys.pk).exists()


def test_merge_takes_over_the_only_article_and_refuses_two(keys, sso):
    article = Article.objects.create(title="SSO")
    KnowledgeGap.objects.filter(pk=sso.pk).update(article=article)
    merge_gaps(gap=keys, others=[sso], **BY)
    other = make_gap("Webhooks", "Verify a webhook", article=Article.objects.create(title="Webhooks"))

    with pytest.raises(Conflict):
        merge_gaps(gap=keys, others=[other], **BY)

    keys.refresh_from_db()
    assert keys.article == article
    assert other.asked.count() == 1


def test_merge_of_or_into_what_is_merged_already_is_refused(keys, sso):
    merge_gaps(gap=keys, others=[sso], **BY)

    for gap, other in ((sso, keys), (keys, sso)):
        with pytest.raises(Conflict):
            merge_gaps(gap=gap, others=[other], **BY)


def test_split_moves_the_chosen_questions_and_pins_all(keys):
    chosen = keys.asked.filter(text="renew a token")

    made = split_gap(gap=keys, questions=chosen, name="Tokens", **BY)

    assert made.asked.get().text == "renew a token"
    assert made.last_asked_at == NOW - timedelta(hours=2)
    assert keys.asked.filter(pinned=True).count() == 2
    assert not GapQuestion.objects.filter(pinned=False).exists()


@pytest.mark.parametrize("count", [0, 3])
def test_split_of_none_or_all_is_refused(keys, count):
    with pytest.raises(Conflict):
        split_gap(gap=keys, questions=list(keys.asked.all()[:count]), name="Other", **BY)

    assert KnowledgeGap.objects.count() == 1


def test_split_takes_no_question_of_another_gap(keys, sso):
    with pytest.raises(Conflict):
        split_gap(gap=keys, questions=sso.asked.all(), name="Other", **BY)


def test_dismiss_takes_it_off_the_board_and_reopen_brings_it_back_into_the_list(keys):
    plan_gap(gap=keys, lane=Lane.PRIORITY_1, owner=None, due=date(2026, 3, 31), **BY)

    dismiss_gap(gap=keys, because="Not for customers.", **BY)

    keys.refresh_from_db()
    assert (keys.status, keys.lane, keys.due) == (GapStatus.DISMISSED, "", None)
    reopen_gap(gap=keys, **BY)
    keys.refresh_from_db()
    assert (keys.status, keys.because) == (GapStatus.OPEN, "")


@pytest.mark.parametrize("decide", [dismiss_gap, plan_gap])
def test_a_dismissed_gap_is_neither_dismissed_again_nor_planned(keys, decide):
    dismiss_gap(gap=keys, because="Not for customers.", **BY)
    given = {"because": "x"} if decide is dismiss_gap else {"lane": "ongoing", "owner": None, "due": None}

    with pytest.raises(Conflict):
        decide(gap=keys, **given, **BY)

    keys.refresh_from_db()
    assert (keys.status, keys.because) == (GapStatus.DISMISSED, "Not for customers.")


def test_plan_sets_lane_owner_and_due_and_an_empty_lane_takes_it_off(keys, agent):
    plan_gap(gap=keys, lane="priority_2", owner=agent, due=date(2026, 4, 30), **BY)
    keys.refresh_from_db()
    assert (keys.status, keys.lane, keys.owner, keys.due) == (
        GapStatus.PLANNED,
        Lane.PRIORITY_2,
        agent,
        date(2026, 4, 30),
    )

    plan_gap(gap=keys, lane="", owner=agent, due=None, **BY)

    keys.refresh_from_db()
    assert (keys.status, keys.lane) == (GapStatus.OPEN, "")


def test_add_puts_something_on_the_board_that_nobody_asked_for():
    gap = add_gap(name="Fix errors in the articles", lane="ongoing", owner=None, due=None, **BY)

    assert (gap.status, gap.asked.count(), Agent.objects.count()) == (GapStatus.PLANNED, 0, 0)
