from datetime import timedelta

import pytest

from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict
from quality.actions.gaps import dismiss_gap, merge_gaps, rename_gap, split_gap
from quality.actions.grouping import AGAIN_AFTER, LOST_AFTER, due_grouping, run_grouping, start_grouping
from quality.enums import GapStatus
from quality.models import GapQuestion, GroupingRun, KnowledgeGap
from tests import factories
from tests.quality.asked import KEYS, NOW, SSO, ask, ask_ai

pytestmark = pytest.mark.django_db


def group(now=NOW):
    run = start_grouping(by=SYSTEM, now=now)
    run_grouping(run_id=run.pk, clock=lambda: now)
    run.refresh_from_db()
    return run


def asked():
    """By the gap's name the texts of its questions."""
    return {
        gap.name: sorted(gap.asked.values_list("text", flat=True))
        for gap in KnowledgeGap.objects.filter(asked__isnull=False)
    }


@pytest.fixture
def keys_and_sso():
    for text in KEYS:
        ask(text, note="API key rotation")
    for text in SSO:
        ask(text, note="SSO setup")
    group()
    return KnowledgeGap.objects.get(name="API key rotation"), KnowledgeGap.objects.get(name="SSO setup")


def test_questions_of_one_meaning_become_one_gap_with_the_agents_words_for_a_name(keys_and_sso):
    assert asked() == {"API key rotation": sorted(KEYS), "SSO setup": sorted(SSO)}


def test_gap_knows_its_topic_and_when_it_was_asked_last():
    billing = factories.make_topic()
    ask(KEYS[0], topic=billing, at=NOW - timedelta(days=1))
    ask(KEYS[1], topic=billing)
    ask(KEYS[2])

    run = group()

    gap = KnowledgeGap.objects.get()
    assert (gap.topic, gap.last_asked_at) == (billing, NOW)
    assert (run.questions, run.new_gaps, run.ended_at) == (3, 1, NOW)


def test_next_night_keeps_the_gaps_and_adds_what_is_new(keys_and_sso):
    keys, sso = keys_and_sso
    ask("Rotate the API keys of our services")

    run = group(NOW + timedelta(days=1))

    assert run.new_gaps == 0
    assert set(KnowledgeGap.objects.all()) == {keys, sso}
    assert keys.asked.count() == 4


def test_grouping_again_changes_nothing(keys_and_sso):
    before = list(KnowledgeGap.objects.order_by("pk").values()), list(GapQuestion.objects.order_by("pk").values())

    group(NOW)

    assert before == (
        list(KnowledgeGap.objects.order_by("pk").values()),
        list(GapQuestion.objects.order_by("pk").values()),
    )


def test_name_that_a_person_gave_stays(keys_and_sso, supervisor):
    keys, _ = keys_and_sso
    rename_gap(gap=keys, name=" Rotating\nkeys ", by=SYSTEM, now=NOW)
    for _ in range(4):
        ask(KEYS[0], note="API authentication")

    group()

    keys.refresh_from_db()
    assert keys.name == "Rotating keys"
    assert keys.asked.count() == 7


def test_merge_survives_the_next_night(keys_and_sso):
    keys, sso = keys_and_sso
    merge_gaps(gap=keys, others=[sso], by=SYSTEM, now=NOW)
    ask("How to set up SAML single sign-on?")
    ask("rotating our API keys")

    group()

    sso.refresh_from_db()
    assert (sso.status, sso.merged_into) == (GapStatus.MERGED, keys)
    assert keys.asked.count() == 8
    assert KnowledgeGap.objects.live().get() == keys


def test_split_survives_the_next_night():
    okta = [ask(text) for text in ("SAML single sign-on with Okta", "Okta single sign-on by SAML")]
    ask("SAML single sign-on with Azure")
    ask("Azure single sign-on by SAML")
    group()
    gap = KnowledgeGap.objects.get()
    questions = GapQuestion.objects.filter(escalation__in=okta)
    made = split_gap(gap=gap, questions=questions, name="SSO with Okta", by=SYSTEM, now=NOW)
    ask("SAML single sign-on, we have Okta")

    group()

    assert sorted(made.asked.values_list("text", flat=True)) == [
        "Okta single sign-on by SAML",
        "SAML single sign-on with Okta",
        "SAML single sign-on, we have Okta",
    ]
    assert gap.asked.count() == 2


def test_dismissed_gap_takes_what_is_asked_later_and_does_not_come_back(keys_and_sso):
    keys, sso = keys_and_sso
    dismiss_gap(gap=keys, because="No customer may do it.", by=SYSTEM, now=NOW)
    for text in ("API keys: rotating them", "rotate API keys again", "How do we rotate API keys?"):
        ask(text, note="Rotating credentials")

    group()

    assert KnowledgeGap.objects.live().get() == sso
    assert keys.asked.count() == 6


def test_one_question_alone_is_no_gap_until_another_comes():
    ask(KEYS[0])
    group()
    assert not KnowledgeGap.objects.exists()
    ask(KEYS[1])

    group()

    assert KnowledgeGap.objects.get().asked.count() == 2


def test_unsure_answers_count_too():
    ask_ai(KEYS[0])
    ask(KEYS[1])

    group()

    assert KnowledgeGap.objects.get().asked.count() == 2


def test_nothing_asked_makes_no_gap():
    run = group()

    assert (run.questions, run.new_gaps, run.error) == (0, 0, "")


def test_only_one_grouping_at_a_time():
    start_grouping(by=SYSTEM, now=NOW)

    with pytest.raises(Conflict):
        start_grouping(by=SYSTEM, now=NOW + LOST_AFTER)

    assert due_grouping(now=NOW) is None
    assert GroupingRun.objects.count() == 1


def test_lost_grouping_makes_room_for_the_next_and_writes_nothing_any_more():
    lost = start_grouping(by=SYSTEM, now=NOW)
    later = NOW + LOST_AFTER + timedelta(seconds=1)
    ask(KEYS[0])
    ask(KEYS[1])

    group(later)
    run_grouping(run_id=lost.pk, clock=lambda: later)

    lost.refresh_from_db()
    assert lost.error.startswith("It was lost")
    assert KnowledgeGap.objects.count() == 1


def test_nightly_grouping_is_due_once_a_day():
    group()

    assert due_grouping(now=NOW + AGAIN_AFTER - timedelta(seconds=1)) is None
    assert due_grouping(now=NOW + AGAIN_AFTER) is not None


def test_failed_grouping_says_why_and_is_tried_again(monkeypatch):
    run = start_grouping(by=SYSTEM, now=NOW)
    monkeypatch.setattr("quality.actions.grouping.gather", lambda **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run_grouping(run_id=run.pk, clock=lambda: NOW)

    run.refresh_from_db()
    assert run.error == "ZeroDivisionError: division by zero"
    assert due_grouping(now=NOW + timedelta(hours=1)) is not None
