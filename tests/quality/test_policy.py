"""Who sees a review, and what each may do with it."""

import pytest
from django.utils import timezone

from helpninja.common.actors import Actor
from helpninja.common.roles import Role
from quality.actions import reviews
from quality.enums import ReviewKind
from quality.models import Review
from quality.policy import Action, may, may_review
from tests import factories

pytestmark = pytest.mark.django_db


def make_reviews(agent):
    """Of every kind: published, draft and an open calibration, which its reviewer alone reads."""
    reviewer = factories.make_reviewer()
    by, now = Actor.of_user(reviewer), timezone.now()
    published = factories.make_published_review(agent, reviewer=reviewer)
    draft = factories.make_review(agent, reviewer=reviewer)
    calibration = reviews.start_review(
        escalation=factories.make_resolved(agent),
        reviewer=reviewer,
        kind=ReviewKind.CALIBRATION,
        by=by,
        now=now,
    )
    return published, draft, calibration


def actors(agent, outsider):
    people = {
        "agent": agent.user,
        "colleague": factories.make_agent().user,
        "senior": factories.make_agent(role=Role.SENIOR_AGENT).user,
        "supervisor": factories.make_agent(role=Role.SUPERVISOR).user,
        "reviewer": factories.make_reviewer(),
        "analyst": factories.make_user(Role.ANALYST),
        "admin": factories.make_user(Role.ADMIN),
        "outsider": outsider.user,
        "nobody": factories.make_user(),
    }
    return {name: Actor.of_user(user) for name, user in people.items()}


def test_agents_see_what_was_published_about_themselves_and_leaders_their_teams(agent, outsider):
    make_reviews(agent)

    seen = {name: Review.objects.visible_to(actor).count() for name, actor in actors(agent, outsider).items()}

    assert seen == {
        "agent": 1, "colleague": 0, "senior": 0, "supervisor": 2, "reviewer": 2, "analyst": 0, "admin": 2,
        "outsider": 0, "nobody": 0,
    }  # fmt: skip


def test_query_and_policy_agree(agent, outsider):
    supervised = factories.make_agent(role=Role.SUPERVISOR)
    rows = [*make_reviews(agent), *make_reviews(supervised)]
    everybody = {**actors(agent, outsider), "supervised": Actor.of_user(supervised.user)}

    for name, actor in everybody.items():
        seen = set(Review.objects.visible_to(actor))
        assert {row for row in rows if may(actor, Action.SEE, row)} == seen, name


def test_supervisor_sees_only_what_was_published_about_themselves():
    supervisor = factories.make_agent(role=Role.SUPERVISOR)
    published, _, _ = make_reviews(supervisor)
    actor = Actor.of_user(supervisor.user)

    assert list(Review.objects.visible_to(actor)) == [published]
    assert not any(may(actor, action, published) for action in (Action.VOID, Action.DECIDE, Action.GIVE_BACK))
    assert may(actor, Action.DISPUTE, published)


def test_only_its_reviewer_writes_a_review(agent, outsider):
    draft = factories.make_review(agent)

    may_write = {name for name, actor in actors(agent, outsider).items() if may(actor, Action.WRITE, draft)}

    assert may_write == set()
    assert may(Actor.of_user(draft.reviewer), Action.WRITE, draft)


def test_a_dispute_is_decided_by_a_supervisor_other_than_the_reviewer(agent, outsider):
    supervisor = factories.make_agent(role=Role.SUPERVISOR)
    review = factories.make_published_review(agent, reviewer=supervisor.user)

    may_decide = {name for name, actor in actors(agent, outsider).items() if may(actor, Action.DECIDE, review)}

    assert may_decide == {"supervisor"}
    assert not may(Actor.of_user(supervisor.user), Action.DECIDE, review)


def test_reviewers_begin_with_the_work_of_others():
    supervisor = factories.make_agent(role=Role.SUPERVISOR)
    own, others = factories.make_resolved(supervisor), factories.make_resolved()
    actor = Actor.of_user(supervisor.user)

    assert (may_review(actor, own), may_review(actor, others)) == (False, True)
    assert not may_review(Actor.of_user(factories.make_agent().user), others)
