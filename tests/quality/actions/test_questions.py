from datetime import timedelta

import pytest

from escalations.enums import Author, Reason, Timing
from helpninja.common.actors import SYSTEM, Actor
from quality.actions.article_use import keep_search
from quality.actions.questions import KEPT_FOR, gather
from quality.enums import QuestionSource
from quality.models import ArticleSearch, GapQuestion
from tests import factories
from tests.quality.asked import NOW, ask, ask_ai

pytestmark = pytest.mark.django_db


def gathered():
    gather(read_up_to=0, now=NOW)
    return GapQuestion.objects.order_by("pk")


def test_escalation_for_missing_content_gives_its_first_question_that_says_something():
    escalation = ask("Hello there")
    factories.make_message(
        escalation.conversation, "How do I rotate API keys?", sent_at=escalation.opened_at - timedelta(seconds=9)
    )
    factories.make_message(
        escalation.conversation, "And webhook secrets?", sent_at=escalation.opened_at + timedelta(seconds=9)
    )

    question = gathered().get()

    assert question.text == "How do I rotate API keys?"
    assert (question.source, question.escalation, question.at) == (QuestionSource.CONTENT_GAP, escalation, NOW)


def test_agents_note_counts_whatever_the_reason():
    ask("How do I rotate API keys?", reason=Reason.TECHNICAL_ISSUE, note="API authentication")
    ask("Where is my refund?", reason=Reason.BILLING_ACCOUNT)

    question = gathered().get()

    assert (question.source, question.note) == (QuestionSource.NOTED, "API authentication")


def test_note_that_comes_later_is_taken_over():
    escalation = ask("How do I rotate API keys?")
    gather(read_up_to=0, now=NOW)
    type(escalation).objects.update(missing_content="API authentication")

    question = gathered().get()

    assert (question.source, question.note) == (QuestionSource.NOTED, "API authentication")


@pytest.mark.parametrize(("confidence", "failed", "count"), [(0.39, None, 1), (0.4, None, 0), (0.9, True, 1)])
def test_question_before_an_unsure_or_failed_answer(confidence, failed, count):
    conversation = ask_ai("How do I rotate API keys?", confidence=confidence, ai_failed=failed)

    found = gathered()

    assert [(one.conversation, one.text, one.source) for one in found] == [
        (conversation, "How do I rotate API keys?", QuestionSource.UNSURE)
    ] * count


def test_conversation_is_asked_once_however_often_the_ai_was_unsure():
    conversation = ask_ai("How do I rotate API keys?")
    ask_ai("I mean for several service accounts", conversation=conversation, at=NOW + timedelta(minutes=5))

    assert gathered().get().text == "How do I rotate API keys?"


def test_greeting_before_an_unsure_answer_is_no_question():
    ask_ai("Hello, are you there?")

    assert not gathered().exists()


def test_unsure_question_that_was_escalated_belongs_to_the_escalation():
    conversation = ask_ai("How do I rotate API keys?")
    gather(read_up_to=0, now=NOW)
    escalation = factories.make_escalation(conversation=conversation, opened_at=NOW)

    question = gathered().get()

    assert (question.escalation, question.source) == (escalation, QuestionSource.UNSURE)


def test_unsure_question_becomes_one_of_missing_content_when_the_agent_says_so():
    conversation = ask_ai("How do I rotate API keys?")
    gather(read_up_to=0, now=NOW)
    factories.make_escalation(conversation=conversation, opened_at=NOW, missing_content="API authentication")

    question = gathered().get()

    assert (question.source, question.note) == (QuestionSource.NOTED, "API authentication")


def test_twice_stores_nothing_twice_and_reads_on_where_it_stopped():
    ask("How do I rotate API keys?")
    ask_ai("Where is my refund?")

    read = gather(read_up_to=0, now=NOW)
    again = gather(read_up_to=read, now=NOW)

    assert again == read > 0
    assert GapQuestion.objects.count() == 2


def test_what_is_too_old_or_has_no_times_is_left_out():
    ask("How do I rotate API keys?", at=NOW - KEPT_FOR - timedelta(seconds=1))
    ask("How do I rotate API keys?", timing=Timing.PLACED)
    ask_ai("Where is my refund?", at=NOW - KEPT_FOR)

    assert not gathered().exists()


def test_old_questions_that_nobody_else_asked_are_forgotten():
    ask("How do I rotate API keys?")
    gather(read_up_to=0, now=NOW)

    gather(read_up_to=0, now=NOW + KEPT_FOR + timedelta(minutes=1))

    assert not GapQuestion.objects.exists()


def test_queries_do_not_grow_with_the_questions(django_assert_max_num_queries):
    for number in range(3):
        ask(f"How do I rotate API keys of service {number}?")
        ask_ai(f"Where is refund {number}?")
    factories.make_message(factories.make_conversation(), "ok", author=Author.AI, ai_confidence=0.1)

    with django_assert_max_num_queries(24):
        gather(read_up_to=0, now=NOW)


def test_search_without_a_hit_is_a_question():
    by = Actor.of_user(factories.make_agent().user)
    missed = keep_search(text="rotate API keys", hits=0, by=by, now=NOW)
    keep_search(text="refund", hits=3, by=by, now=NOW)
    keep_search(text="??", hits=0, by=by, now=NOW)

    question = gathered().get()

    assert (question.search, question.source, question.text) == (missed, QuestionSource.SEARCH, "rotate API keys")
    assert gathered().count() == 1


def test_search_in_a_conversation_stands_beside_its_escalation():
    escalation = ask("How do I rotate API keys?")
    search = keep_search(text="API key rotation", hits=0, by=SYSTEM, now=NOW)
    ArticleSearch.objects.filter(pk=search.pk).update(conversation=escalation.conversation)

    sources = {one.source: one.conversation for one in gathered()}

    assert sources == {
        QuestionSource.CONTENT_GAP: escalation.conversation,
        QuestionSource.SEARCH: escalation.conversation,
    }
