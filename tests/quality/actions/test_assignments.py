"""What reviewers do with their assignments."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from escalations.models import HandlingInterval
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.roles import Role
from quality.actions import reviews
from quality.actions.assignments import pass_on, skip_assignment, start_assignment
from quality.actions.rubrics import publish
from quality.enums import AssignmentState, ReviewKind
from quality.models import ReviewAssignment, Rubric
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
def assignment(quinn):
    return factories.make_assignment(quinn)


def state_of(assignment):
    return ReviewAssignment.objects.with_review().get(pk=assignment.pk).state


def start(assignment):
    by = Actor.of_user(assignment.reviewer)
    return start_assignment(assignment=assignment, by=by, now=NOW)


def test_an_assignment_is_what_became_of_its_review(quinn, assignment):
    by = Actor.of_user(quinn)
    states = [state_of(assignment)]

    review = start(assignment)
    states.append(state_of(assignment))
    factories.answer(review)
    reviews.submit(review=review, by=by, now=NOW)
    states.append(state_of(assignment))

    assert states == [AssignmentState.OPEN, AssignmentState.STARTED, AssignmentState.DONE]
    assert (review.reviewer, review.escalation, review.kind) == (quinn, assignment.escalation, ReviewKind.SCORED)


def test_begun_twice_it_is_one_review(assignment):
    assert start(assignment) == start(assignment)


def test_a_review_begun_elsewhere_is_the_assignments(quinn, assignment):
    by = Actor.of_user(quinn)
    review = reviews.start_review(escalation=assignment.escalation, reviewer=quinn, by=by, now=NOW)

    assert state_of(assignment) == AssignmentState.STARTED
    assert start(assignment) == review


def test_the_cycles_rubric_goes_before_the_one_for_the_conversation(quinn):
    rubric = Rubric.objects.create(name="Security", active=False)
    rubric.categories.create(name="Safety", points=100)
    rubric.criteria.create(key="safe", name="Safe", category="Safety", bands=[{"name": "Yes", "points": 10}])
    publish(rubric=rubric, by=Actor.of_user(quinn), now=NOW)
    assignment = factories.make_assignment(quinn, rubric=rubric)

    assert start(assignment).rubric_version.rubric == rubric


def test_a_second_review_is_of_the_first_and_does_not_count(quinn, robin):
    first = factories.make_published_review(reviewer=quinn)
    assignment = factories.make_assignment(robin, escalation=first.escalation, of_review=first)

    review = start(assignment)

    assert (review.kind, review.of_review, review.rubric_version) == (
        ReviewKind.SECOND,
        first,
        first.rubric_version,
    )
    assert state_of(assignment) == AssignmentState.STARTED


def test_skipping_needs_a_reason_and_something_unfinished(quinn, assignment):
    by = Actor.of_user(quinn)

    with pytest.raises(ValidationError) as refused:
        skip_assignment(assignment=assignment, reason=" ", by=by, now=NOW)
    skip_assignment(assignment=assignment, reason="In a language that I don't read", by=by, now=NOW)
    with pytest.raises(Conflict):
        skip_assignment(assignment=assignment, reason="Again", by=by, now=NOW)
    with pytest.raises(Conflict):
        start(assignment)

    assert refused.value.message_dict == {"reason": ["Say why it is skipped."]}
    assert state_of(assignment) == AssignmentState.SKIPPED


def test_what_nobody_began_can_be_passed_on(quinn, robin, assignment):
    pass_on(assignment=assignment, to=robin, by=Actor.of_user(quinn), now=NOW)

    assignment.refresh_from_db()
    assert assignment.reviewer == robin
    start(assignment)
    with pytest.raises(Conflict):
        pass_on(assignment=assignment, to=quinn, by=Actor.of_user(robin), now=NOW)


def test_nothing_is_passed_on_to_whoever_took_part(quinn, assignment):
    handler = factories.make_agent(role=Role.QA_REVIEWER)
    HandlingInterval.objects.create(
        escalation=assignment.escalation, agent=handler, started_at=NOW, ended_at=NOW, seconds=0
    )

    for user in (handler.user, assignment.agent.user):
        with pytest.raises(ValidationError) as refused:
            pass_on(assignment=assignment, to=user, by=Actor.of_user(quinn), now=NOW)
        assert refused.value.message_dict == {"reviewer": ["Nobody reviews what they took part in."]}

    assignment.refresh_from_db()
    assert assignment.reviewer == quinn


def test_agents_know_of_no_cycle_and_leaders_of_their_own(quinn, robin, assignment, outsider):
    cycle, agent = assignment.cycle, assignment.agent
    supervisor = factories.make_agent(role=Role.SUPERVISOR)
    stranger = factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team()])
    seen = {
        user: (
            type(cycle).objects.visible_to(Actor.of_user(user)).exists(),
            ReviewAssignment.objects.visible_to(Actor.of_user(user)).exists(),
        )
        for user in (quinn, robin, agent.user, supervisor.user, stranger.user, outsider.user)
    }

    assert seen == {
        quinn: (True, True),
        robin: (True, True),
        agent.user: (False, False),
        supervisor.user: (True, True),
        stranger.user: (False, False),
        outsider.user: (False, False),
    }


def test_a_reviewer_does_not_see_who_is_to_judge_their_own_work(quinn):
    both = factories.make_agent(role=Role.QA_REVIEWER)
    factories.make_assignment(quinn, escalation=factories.make_resolved(both))

    assert not ReviewAssignment.objects.visible_to(Actor.of_user(both.user)).exists()


def test_progress_leaves_out_what_was_skipped(quinn):
    first = factories.make_assignment(quinn)
    by = Actor.of_user(quinn)
    second, third = (factories.make_assignment(quinn, cycle=first.cycle) for _ in range(2))
    skip_assignment(assignment=third, reason="Spam", by=by, now=NOW)
    review = start(second)
    factories.answer(review)
    reviews.submit(review=review, by=by, now=NOW + timedelta(minutes=1))

    cycle = type(first.cycle).objects.with_progress().get()

    assert (cycle.assigned, cycle.done) == (2, 1)
