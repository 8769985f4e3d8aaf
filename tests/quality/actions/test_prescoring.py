"""Automatic hints are written when a review begins and by a sweep, and are nobody's score."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.enums import Author
from quality.actions.prescoring import talk_of, write_missing_hints
from quality.enums import Hint
from quality.models import PreScore, Review
from tests import factories

pytestmark = pytest.mark.django_db


def make_talk(agent, **fields):
    escalation = factories.make_resolved(agent, summary="Refund for an invoice", **fields)
    start = escalation.opened_at
    for seconds, author, text in (
        (-60, Author.CUSTOMER, "Where is my refund?"),
        (-50, Author.AI, "Here is an article."),
        (100, Author.AGENT, "Hello, I'm looking for the refund of your invoice."),
        (200, Author.CUSTOMER, "Thanks, that worked."),
    ):
        factories.make_message(
            escalation.conversation, text, author=author, sent_at=start + timedelta(seconds=seconds)
        )
    return escalation


def test_what_was_said_before_people_took_over_is_known_by_the_times(agent):
    talk = talk_of(make_talk(agent))

    assert (talk.handed, talk.summary, talk.needs_follow_up) == (2, "Refund for an invoice", False)
    assert [line.text for _, line in talk.replies] == ["Hello, I'm looking for the refund of your invoice."]


def test_the_sweep_writes_what_is_missing_once(agent):
    escalation = make_talk(agent)

    assert [write_missing_hints(now=timezone.now()), write_missing_hints(now=timezone.now())] == [1, 0]
    hints = PreScore.objects.get()
    assert (hints.escalation, hints.total) == (escalation, 100)
    assert {one["check"]: one["verdict"] for one in hints.findings}[Hint.SUMMARY_USED] == "ok"


def test_what_was_resolved_anew_is_looked_at_again(agent):
    escalation = make_talk(agent)
    write_missing_hints(now=escalation.last_resolved_at - timedelta(seconds=1))

    assert write_missing_hints(now=timezone.now()) == 1


def test_what_is_not_resolved_or_long_ago_is_left_alone(agent):
    factories.make_escalation()
    make_talk(agent, opened_at=timezone.now() - timedelta(days=40))

    assert write_missing_hints(now=timezone.now()) == 0


def test_beginning_a_review_writes_them_and_they_change_no_score(agent):
    review = factories.make_published_review(agent, csat=5)

    PreScore.objects.update(total=1)

    assert (PreScore.objects.get().escalation, Review.objects.get().total) == (review.escalation, review.total)
