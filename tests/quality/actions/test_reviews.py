from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.roles import Role
from quality.actions import reviews
from quality.actions.review_answers import Draft, Noted, Said
from quality.enums import RemarkKind, ReviewKind, ReviewState
from quality.models import Answer, Review
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return factories.make_reviewer()


def start(escalation, reviewer, **fields):
    by = Actor.of_user(reviewer)
    return reviews.start_review(escalation=escalation, reviewer=reviewer, by=by, now=timezone.now(), **fields)


def save(review, answers=None, **fields):
    measured = {one.key: Said(band=one.band, na=one.na) for one in review.answers.exclude(measured_points=None)}
    draft = Draft({**measured, **(answers or {})}, **fields)
    by = Actor.of_user(review.reviewer)
    return reviews.save_draft(review=review, version=review.version, draft=draft, by=by, now=timezone.now())


def test_start_fills_in_what_the_data_says(reviewer):
    review = start(factories.make_resolved(csat=4, first_response_seconds=130), reviewer)

    said = {one.key: (one.band, one.points, one.evidence) for one in review.answers.all()}
    assert said == {
        "response_time": ("2 to 5 minutes", 20, "The first reply came after 2 min 10 s."),
        "first_contact_resolution": (
            "Resolved immediately",
            25,
            "Recorded at the resolution: resolved immediately.",
        ),
        "satisfaction": ("4 stars", 20, "The customer gave 4 of 5."),
        "technical_accuracy": ("", None, ""),
    }
    assert (review.state, review.total) == (ReviewState.DRAFT, Decimal("86.7"))


def test_start_leaves_out_what_is_not_known(reviewer):
    review = start(factories.make_resolved(first_response_seconds=None), reviewer)

    assert {one.key for one in review.answers.all() if one.na} == {"response_time", "satisfaction"}


def test_start_again_gives_the_same_review(reviewer):
    escalation = factories.make_resolved()

    assert start(escalation, reviewer) == start(escalation, reviewer)
    assert Review.objects.count() == 1


def test_nobody_reviews_their_own_work():
    supervisor = factories.make_agent("Morgan Blake", role=Role.SUPERVISOR)
    escalation = factories.make_resolved(supervisor)

    with pytest.raises(Conflict, match="their own work"):
        start(escalation, supervisor.user)
    assert not Review.objects.exists()


def test_open_escalation_is_not_reviewed(reviewer):
    with pytest.raises(Conflict, match="resolved"):
        start(factories.make_escalation(), reviewer)


def test_draft_keeps_answers_remarks_and_causes(reviewer):
    review = start(factories.make_resolved(csat=5), reviewer)
    message = factories.make_message(review.escalation.conversation, "It fails again")

    review = save(
        review,
        {"technical_accuracy": Said(points=Decimal(23), note="One detail is old.")},
        remarks=(Noted(RemarkKind.WENT_WELL, "Answered at once", message=message.public_id),),
        summary="Well done.",
    )

    assert (review.total, review.summary) == (Decimal("98.0"), "Well done.")
    answer = review.answers.get(key="technical_accuracy")
    assert (answer.band, answer.points, answer.note) == ("Minor inaccuracies", 23, "One detail is old.")
    assert (answer.score, answer.possible) == (Decimal("23.00"), Decimal("25.00"))
    assert [(one.message, one.kind, one.text) for one in review.remarks.all()] == [
        (message, RemarkKind.WENT_WELL, "Answered at once")
    ]


def test_data_is_overruled_only_with_a_reason(reviewer):
    review = start(factories.make_resolved(first_response_seconds=400), reviewer)

    with pytest.raises(ValidationError, match="Response time: say why the data is overruled"):
        save(review, {"response_time": Said(points=Decimal(25))})
    why = "The customer was away for five minutes."
    save(review, {"response_time": Said(points=Decimal(25), overruled=why)})

    answer = review.answers.get(key="response_time")
    assert (answer.points, answer.measured_points, answer.overruled) == (25, 15, why)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"technical_accuracy": Said(points=Decimal(26))}, "0 to 25 points"),
        ({"technical_accuracy": Said(band="Splendid")}, "no band “Splendid”"),
        ({"technical_accuracy": Said(na=True)}, "can't be N/A"),
        ({"charm": Said(points=Decimal(5))}, "The rubric has no charm"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_lost(reviewer, said, message):
    review = save(start(factories.make_resolved(), reviewer), {"technical_accuracy": Said(points=Decimal(20))})
    before = list(Answer.objects.values_list("key", "points"))

    with pytest.raises(ValidationError, match=message) as refused:
        save(review, said)

    assert {name.partition(".")[0] for name in refused.value.message_dict} == {"answers"}
    assert list(Answer.objects.values_list("key", "points")) == before


def test_remark_at_a_message_of_another_conversation_is_refused(reviewer):
    elsewhere = factories.make_message(factories.make_conversation())
    review = start(factories.make_resolved(), reviewer)

    with pytest.raises(ValidationError) as refused:
        save(review, remarks=(Noted(RemarkKind.TO_IMPROVE, "Here", message=elsewhere.public_id),))
    assert "remarks" in refused.value.message_dict


def test_draft_that_went_on_elsewhere_is_not_overwritten(reviewer):
    review = start(factories.make_resolved(), reviewer)
    save(review, {"technical_accuracy": Said(points=Decimal(20))})

    with pytest.raises(Conflict) as refused:
        save(review, {"technical_accuracy": Said(points=Decimal(10))})

    assert refused.value.facts == {"version": 2}
    assert review.answers.get(key="technical_accuracy").points == 20


def test_submission_names_what_is_missing(reviewer):
    review = start(factories.make_resolved(), reviewer)

    with pytest.raises(ValidationError, match="Still to be answered: Technical accuracy"):
        reviews.submit(review=review, by=Actor.of_user(reviewer), now=timezone.now())


def test_each_step_keeps_a_version():
    review = factories.make_published_review()

    kept = [(one.what, one.number, one.content["total"]) for one in review.versions.order_by("id")]
    assert kept == [("submitted", 3, 100.0), ("published", 4, 100.0)]


def test_what_is_published_is_no_draft_any_more():
    review = factories.make_published_review()

    with pytest.raises(Conflict, match="published"):
        save(review)


def test_void_review_counts_no_more_and_may_be_done_again():
    review = factories.make_published_review()
    by = Actor.of_user(review.reviewer)
    assert Review.objects.counted().count() == 1

    reviews.void(review=review, why="Wrong conversation", by=by, now=timezone.now())

    assert not Review.objects.counted().exists()
    assert start(review.escalation, review.reviewer) != review


def test_calibration_never_counts(reviewer):
    review = start(factories.make_resolved(csat=5), reviewer, kind=ReviewKind.CALIBRATION)
    review = save(review, {"technical_accuracy": Said(points=Decimal(10))})
    by = Actor.of_user(reviewer)
    reviews.publish(review=reviews.submit(review=review, by=by, now=timezone.now()), by=by, now=timezone.now())

    assert not Review.objects.counted().exists()
