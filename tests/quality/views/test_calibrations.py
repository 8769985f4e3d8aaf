"""The pages of calibrations: blind before they are closed, side by side after it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from helpninja.common.actors import SYSTEM, Actor
from quality.actions import reviews
from quality.actions.calibration import close_session, start_calibration
from quality.actions.review_answers import Said
from quality.models import Review
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def quinn(client):
    user = factories.make_reviewer("Quinn Reyes")
    client.force_login(user)
    return user


@pytest.fixture
def robin(db):
    return factories.make_reviewer("Robin Vale")


def submit(session, reviewer, accuracy):
    by = Actor.of_user(reviewer)
    review = start_calibration(seat=session.seats.get(reviewer=reviewer), by=by, now=NOW)
    note = Said(points=accuracy, note=f"{reviewer.first_name}'s note")
    review = factories.answer(review, technical_accuracy=note)
    return reviews.submit(review=review, by=by, now=NOW)


def closed(quinn, robin, *accuracies):
    session = factories.make_calibration(quinn, robin)
    for reviewer, accuracy in zip((quinn, robin), accuracies, strict=False):
        submit(session, reviewer, accuracy)
    close_session(session=session, by=SYSTEM, now=NOW)
    return session


def address(session, name="calibration"):
    return reverse(f"quality:{name}", args=[session.public_id])


def test_open_it_shows_who_is_done_and_nothing_of_what_they_said(client, quinn, robin):
    session = factories.make_calibration(quinn, robin)
    submit(session, robin, 15)

    page = client.get(address(session))

    assert page.context["seats"] == [
        {"name": "Quinn Reyes", "state": "Not begun"},
        {"name": "Robin Vale", "state": "Submitted"},
    ]
    assert page.context["result"] is None
    assert "Robin&#x27;s note" not in page.content.decode()


def test_closed_it_shows_everybodys_answers_side_by_side(client, quinn, robin):
    session = closed(quinn, robin, 25, 15)

    page = client.get(address(session))

    result = page.context["result"]
    accuracy = next(row for row in result["rows"] if row["name"] == "Technical accuracy")
    assert [answer.points for answer in accuracy["answers"]] == [25, 15]
    assert accuracy["apart"] == 10
    assert [(one["name"], one["apart"]) for one in result["columns"]] == [
        ("Quinn Reyes", result["spread"]),
        ("Robin Vale", -result["spread"]),
    ]
    text = page.content.decode()
    assert "Quinn&#x27;s note" in text
    assert "Robin&#x27;s note" in text


def test_criteria_on_which_reviewers_agree_too_little_are_named(client, quinn, robin):
    for mine, theirs in ((25, 15), (15, 25), (25, 25), (15, 20), (20, 25)):
        closed(quinn, robin, mine, theirs)

    page = client.get(reverse("quality:calibrations"))

    by_key = {one.key: one for one in page.context["criteria"]}
    accuracy, response = by_key["technical_accuracy"], by_key["response_time"]
    assert page.context["low"] == ["Technical accuracy"]
    assert accuracy.alpha.units == 5
    assert accuracy.alpha.low <= accuracy.alpha.value <= accuracy.alpha.high
    assert (response.alpha.value, response.is_low, response.measured) == (None, False, 5)
    assert "Reviewers agree too little on Technical accuracy" in page.content.decode()
    assert "Left to the data in 5 conversations" in page.content.decode()


def test_only_the_latest_sessions_are_looked_at(client, quinn, robin):
    for _ in range(6):
        closed(quinn, robin, 25, 15)

    counts = {
        last: client.get(reverse("quality:calibrations"), {"last": last}).context["sessions"]
        for last in ("5", "10", "7", "x")
    }

    assert counts == {"5": 5, "10": 6, "7": 6, "x": 6}


def test_scoring_leads_to_the_own_review(client, quinn, robin):
    session = factories.make_calibration(quinn, robin)

    response = client.post(address(session, "calibration-start"))

    review = Review.objects.get()
    assert response.headers["Location"] == reverse("quality:review", args=[review.public_id])
    assert review.reviewer == quinn


def test_who_has_no_seat_can_not_score(client, quinn):
    session = factories.make_calibration()

    assert client.post(address(session, "calibration-start")).status_code == 404
    assert not Review.objects.exists()


def test_closing_with_nobody_done_says_so(client, quinn, robin):
    session = factories.make_calibration(quinn, robin)

    page = client.post(address(session, "calibration-close"), follow=True)

    assert "Nobody submitted before it was closed." in page.content.decode()


def test_without_any_the_page_says_what_it_will_show(client, quinn):
    page = client.get(reverse("quality:calibrations"))

    assert "No calibration is closed yet." in page.content.decode()
