"""Calibrations: blind while they are open, and never part of a score."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from helpninja.common.roles import Role
from quality.actions import reviews
from quality.actions.calibration import close_due, close_session, start_calibration
from quality.actions.ratings import ratings_of, submitted_in
from quality.enums import ReviewKind, ReviewState
from quality.models import CalibrationSession, Review
from quality.policy import Action, may
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def quinn(db):
    return factories.make_reviewer("Quinn Reyes")


@pytest.fixture
def robin(db):
    return factories.make_reviewer("Robin Vale")


@pytest.fixture
def session(quinn, robin):
    return factories.make_calibration(quinn, robin)


def begin(session, reviewer):
    seat = session.seats.get(reviewer=reviewer)
    return start_calibration(seat=seat, by=Actor.of_user(reviewer), now=NOW)


def submit(session, reviewer, accuracy=25):
    review = factories.answer(begin(session, reviewer), accuracy)
    return reviews.submit(review=review, by=Actor.of_user(reviewer), now=NOW)


def test_a_participant_has_one_review_by_the_sessions_rubric(session, quinn):
    review = begin(session, quinn)

    assert begin(session, quinn) == review
    assert (review.kind, review.rubric_version, review.escalation) == (
        ReviewKind.CALIBRATION,
        session.rubric_version,
        session.escalation,
    )


def test_open_nobody_reads_what_another_says(session, quinn, robin):
    review = submit(session, quinn)
    everybody = {
        "own": quinn,
        "other": robin,
        "supervisor": factories.make_agent(role=Role.SUPERVISOR).user,
        "admin": factories.make_user(Role.ADMIN),
        "agent": session.escalation.resolved_by.user,
    }

    def readers():
        row = Review.objects.get(pk=review.pk)
        actors = {name: Actor.of_user(user) for name, user in everybody.items()}
        listed = {name for name, actor in actors.items() if Review.objects.visible_to(actor).exists()}
        assert listed == {name for name, actor in actors.items() if may(actor, Action.SEE, row)}
        return listed

    assert readers() == {"own"}
    assert list(submitted_in([session])) == []
    close_session(session=session, by=SYSTEM, now=NOW)
    session.refresh_from_db()
    assert readers() == {"own", "other", "supervisor", "admin"}
    assert list(submitted_in([session])) == [review]


def test_closing_voids_what_was_not_submitted_and_lets_nobody_begin(session, quinn, robin):
    draft = begin(session, quinn)

    close_session(session=session, by=SYSTEM, now=NOW)

    draft.refresh_from_db()
    assert draft.state == ReviewState.VOIDED
    with pytest.raises(Conflict):
        begin(session, robin)
    with pytest.raises(Conflict):
        close_session(session=session, by=SYSTEM, now=NOW)


def test_what_a_participant_voided_is_begun_anew_while_it_is_open(session, quinn):
    first = begin(session, quinn)
    reviews.void(review=first, why="The wrong window", by=Actor.of_user(quinn), now=NOW)

    again = begin(session, quinn)
    close_session(session=session, by=SYSTEM, now=NOW)

    assert again != first
    assert begin(session, quinn) == again


def test_what_was_said_blind_is_not_given_back(session, quinn, robin):
    review = submit(session, quinn)
    close_session(session=session, by=SYSTEM, now=NOW)
    review = Review.objects.get(pk=review.pk)

    assert not may(Actor.of_user(quinn), Action.GIVE_BACK, review)


def test_it_counts_in_no_score(session, quinn, robin):
    review = submit(session, quinn)
    close_session(session=session, by=SYSTEM, now=NOW)

    assert not Review.objects.counted().exists()
    assert not Review.objects.visible_to(Actor.of_user(review.agent.user)).exists()


def test_a_session_is_closed_at_its_deadline(quinn, robin):
    due = factories.make_calibration(quinn, robin, deadline=NOW)
    later = factories.make_calibration(quinn, robin, deadline=NOW + timedelta(seconds=1))

    for _ in range(2):
        close_due(now=NOW)

    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.closed_at, later.closed_at) == (NOW, None)


def test_answers_become_shares_of_their_points(session, quinn, robin):
    submit(session, quinn, accuracy=25)
    submit(session, robin, accuracy=15)
    close_session(session=session, by=SYSTEM, now=NOW)
    session.refresh_from_db()

    ratings = ratings_of(submitted_in([session]))

    shares = {(one.reviewer, one.key): one.share for one in ratings if one.key == "technical_accuracy"}
    assert shares == {(quinn.pk, "technical_accuracy"): 1.0, (robin.pk, "technical_accuracy"): 0.6}
    assert {one.share for one in ratings if one.key == "satisfaction"} == {None}  # nobody rated it


def test_only_reviewers_know_of_sessions_and_nobody_of_one_on_their_own_work(session, quinn, outsider):
    both = factories.make_agent(role=Role.QA_REVIEWER)
    factories.make_calibration(escalation=factories.make_resolved(both))
    supervisor = factories.make_agent(role=Role.SUPERVISOR)
    elsewhere = factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team()])
    agent = session.escalation.resolved_by

    seen = {
        user: CalibrationSession.objects.visible_to(Actor.of_user(user)).count()
        for user in (quinn, both.user, supervisor.user, elsewhere.user, agent.user, outsider.user)
    }

    assert list(seen.values()) == [2, 1, 2, 0, 0, 0]
