from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict
from quality.actions import disputes, reviews
from quality.actions.review_answers import Said
from quality.enums import DisputeState, ReviewState
from quality.models import Dispute, Review
from tests import factories

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def review(agent):
    return factories.make_published_review(agent, csat=5, accuracy=15, now=NOW)


def dispute_of(review, now=NOW, **fields):
    fields = {"agent": review.agent, "key": "technical_accuracy", "text": "The article says so.", **fields}
    return disputes.open_dispute(review=review, by=SYSTEM, now=now, **fields)


def test_agent_disputes_within_the_window(review):
    dispute = dispute_of(review, now=NOW + timedelta(days=7))

    assert (dispute.state, dispute.key) == (DisputeState.OPEN, "technical_accuracy")


def test_dispute_after_the_window_is_refused(review):
    with pytest.raises(Conflict, match="The time to dispute it ended"):
        dispute_of(review, now=NOW + timedelta(days=7, seconds=1))
    assert not Dispute.objects.exists()


def test_others_do_not_dispute_it(review, outsider):
    with pytest.raises(Conflict, match="one's own work"):
        dispute_of(review, agent=outsider)


def test_one_dispute_at_a_time(review):
    dispute_of(review)

    with pytest.raises(Conflict, match="disputed already"):
        dispute_of(review)


@pytest.mark.parametrize(("fields", "name"), [({"text": " "}, "text"), ({"key": "charm"}, "key")])
def test_dispute_says_what_it_is_about(review, fields, name):
    with pytest.raises(ValidationError) as refused:
        dispute_of(review, **fields)
    assert name in refused.value.message_dict


def test_upheld_score_stands(review):
    dispute = disputes.uphold(dispute=dispute_of(review), decision="The article is old.", by=SYSTEM, now=NOW)

    review.refresh_from_db()
    assert (dispute.state, dispute.decided_by, review.total) == (DisputeState.UPHELD, SYSTEM.label, Decimal(90))


def test_changed_answer_makes_a_new_version_and_keeps_the_old_one(review):
    disputes.change(
        dispute=dispute_of(review),
        answers={"technical_accuracy": Said(band="Complete and accurate")},
        decision="The agent is right.",
        by=SYSTEM,
        now=NOW,
    )

    review.refresh_from_db()
    assert (review.state, review.total) == (ReviewState.PUBLISHED, Decimal(100))
    assert [(one.what, one.content["total"]) for one in review.versions.all()] == [
        ("changed", 100.0),
        ("published", 90.0),
        ("submitted", 90.0),
    ]


def test_voided_review_counts_no_more(review):
    disputes.void_review(dispute=dispute_of(review), decision="Wrong agent.", by=SYSTEM, now=NOW)

    assert not Review.objects.counted().exists()


def test_a_review_that_is_voided_otherwise_takes_its_open_dispute_with_it(review):
    dispute = dispute_of(review)

    reviews.void(review=review, why="Wrong conversation.", by=SYSTEM, now=NOW)

    dispute.refresh_from_db()
    assert (dispute.state, dispute.decision, dispute.decided_at) == (
        DisputeState.VOIDED,
        "Wrong conversation.",
        NOW,
    )


def test_dispute_is_decided_once(review):
    dispute = dispute_of(review)
    disputes.uphold(dispute=dispute, decision="It stands.", by=SYSTEM, now=NOW)

    with pytest.raises(Conflict, match="decided before"):
        disputes.void_review(dispute=dispute, decision="No.", by=SYSTEM, now=NOW)
    assert Review.objects.counted().count() == 1


def test_change_that_is_refused_leaves_the_dispute_open(review):
    dispute = dispute_of(review)

    with pytest.raises(ValidationError):
        disputes.change(dispute=dispute, answers={"charm": Said()}, decision="?", by=SYSTEM, now=NOW)
    dispute.refresh_from_db()
    assert dispute.state == DisputeState.OPEN
