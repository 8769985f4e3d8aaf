"""Drawing, closing and repeating cycles, on stored escalations."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from escalations.enums import Necessity
from escalations.models import HandlingInterval
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from quality.actions.review_cycles import close_cycle, draw_cycle, keep_cycles
from quality.enums import Recurrence, ReviewCycleState, ReviewKind, SamplingMethod
from quality.models import ReviewAssignment, ReviewCycle
from tests import factories

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 5, tzinfo=UTC)  # midnight in New York
WEEK = timedelta(days=7)
NOW = MONDAY + WEEK + timedelta(hours=1)


@pytest.fixture
def quinn(db):
    return factories.make_reviewer("Quinn Reyes")


@pytest.fixture
def sarah(db):
    return factories.make_agent("Sarah Mitchell")


def make_cycle(*reviewers, **fields):
    return factories.make_cycle(*reviewers, **{"start": MONDAY, "end": MONDAY + WEEK, "per_agent": 3, **fields})


def resolve(agent, count=1, **fields):
    fields = {"opened_at": MONDAY + timedelta(days=1), **fields}
    return [factories.make_resolved(agent, **fields) for _ in range(count)]


def drawn(cycle):
    cycle.refresh_from_db()
    return {one.escalation: one.reviewer for one in cycle.assignments.select_related("escalation", "reviewer")}


def test_a_draw_assigns_each_agents_quota_and_says_why_not_the_rest(quinn, sarah):
    rows = resolve(sarah, 5)
    cycle = make_cycle(quinn)

    draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    chosen = drawn(cycle)
    assert list(chosen.values()) == [quinn] * 3
    assert cycle.state == ReviewCycleState.RUNNING
    assert cycle.not_drawn == {"agent_quota": sorted(one.pk for one in rows if one not in chosen)}
    one = cycle.assignments.first()
    assert (one.agent, one.assigned_at, one.due_at) == (sarah, NOW, NOW + WEEK)
    assert AuditEntry.objects.get(action="cycle.drawn").details == {"drawn": 3, "of": 5}


def test_same_seed_draws_the_same(quinn, sarah):
    resolve(sarah, 8)
    first, again, other = (make_cycle(quinn, seed=seed) for seed in ("a", "a", "b"))

    found = []
    for cycle in (first, again, other):
        draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)
        found.append(set(drawn(cycle)))
        ReviewAssignment.objects.all().delete()

    assert found[0] == found[1] != found[2]


def test_only_what_was_resolved_in_its_time_by_its_teams_is_drawn(quinn, sarah):
    inside = resolve(sarah)
    resolve(sarah, opened_at=MONDAY - timedelta(hours=1))
    resolve(sarah, opened_at=MONDAY + WEEK)
    resolve(sarah, team=factories.make_team("Elsewhere"))
    cycle = make_cycle(quinn)

    draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    assert list(drawn(cycle)) == inside
    assert cycle.not_drawn == {}


def test_nobody_draws_their_own_work_nor_what_they_had_in_hand(quinn, sarah):
    sarah.user.groups.set(factories.make_user(Role.QA_REVIEWER).groups.all())
    own = resolve(sarah)[0]
    handed_over = resolve(factories.make_agent())[0]
    HandlingInterval.objects.create(
        escalation=handed_over, agent=sarah, started_at=MONDAY, ended_at=MONDAY, seconds=0
    )
    cycle = make_cycle(sarah.user)

    draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    assert drawn(cycle) == {}
    assert cycle.not_drawn == {"nobody": sorted([own.pk, handed_over.pk])}


def test_a_supervisor_draws_the_work_of_their_own_teams_alone(sarah):
    elsewhere = factories.make_team("Elsewhere")
    olga = factories.make_agent("Olga Outside", role=Role.SUPERVISOR, teams=[elsewhere])
    resolve(sarah)
    theirs = resolve(factories.make_agent(), team=elsewhere)
    cycle = make_cycle(olga.user)
    cycle.teams.add(elsewhere)

    draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    assert list(drawn(cycle)) == theirs


def test_what_was_reviewed_or_is_assigned_is_left_with_its_reason(quinn, sarah):
    review = factories.make_review(sarah, opened_at=MONDAY + timedelta(days=1))
    resolve(sarah)
    draw_cycle(cycle=make_cycle(quinn), by=SYSTEM, now=NOW)
    assigned = ReviewAssignment.objects.get().escalation
    nobodys = resolve(None, resolved_by=None)[0]
    cycle = make_cycle(quinn)

    draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    assert drawn(cycle) == {}
    assert cycle.not_drawn == {
        "reviewed": [review.escalation_id],
        "assigned": [assigned.pk],
        "no_agent": [nobodys.pk],
    }


def test_reviewers_are_not_given_more_than_their_quota(quinn, sarah):
    robin = factories.make_reviewer("Robin Vale")
    resolve(sarah, 5)
    resolve(factories.make_agent(), 5)
    cycle = make_cycle(quinn, robin, quota=2, per_agent=5)

    draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    assert Counter(drawn(cycle).values()) == {quinn: 2, robin: 2}
    assert len(cycle.not_drawn["reviewer_quota"]) == 6


def test_an_assignment_says_which_risks_it_was_drawn_with(quinn, sarah):
    resolve(sarah, csat=1, necessity=Necessity.TOO_LATE)
    cycle = make_cycle(quinn, method=SamplingMethod.RISK)

    draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    assert cycle.assignments.get().because == {
        "method": "risk",
        "weight": 7.0,
        "risks": ["escalated too late", "low satisfaction"],
    }


def test_second_reviews_go_to_somebody_else(quinn, sarah):
    robin = factories.make_reviewer("Robin Vale")
    review = factories.make_published_review(sarah, reviewer=quinn, opened_at=MONDAY + timedelta(days=1))
    cycle = make_cycle(quinn, robin, kind=ReviewKind.SECOND)

    draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    one = cycle.assignments.get()
    assert (one.reviewer, one.of_review, one.kind) == (robin, review, ReviewKind.SECOND)


def test_a_cycle_is_drawn_once(quinn, sarah):
    cycle = make_cycle(quinn)
    draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    with pytest.raises(Conflict):
        draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)


@pytest.mark.parametrize("change", [{"is_active": False}, {"groups": ()}])
def test_without_anybody_who_may_review_nothing_is_drawn(quinn, sarah, change):
    resolve(sarah)
    cycle = make_cycle(quinn)
    if "groups" in change:
        quinn.groups.clear()
    else:
        quinn.is_active = False
        quinn.save()

    with pytest.raises(ValidationError, match="None of its reviewers"):
        draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)

    cycle.refresh_from_db()
    assert (cycle.state, cycle.assignments.count()) == (ReviewCycleState.PLANNED, 0)


def test_only_a_running_cycle_can_be_closed(quinn):
    cycle = make_cycle(quinn)
    by = Actor.of_user(quinn)

    with pytest.raises(Conflict):
        close_cycle(cycle=cycle, by=by, now=NOW)
    draw_cycle(cycle=cycle, by=by, now=NOW)
    close_cycle(cycle=cycle, by=by, now=NOW)

    cycle.refresh_from_db()
    assert (cycle.state, cycle.closed_at) == (ReviewCycleState.CLOSED, NOW)


def test_a_recurring_cycle_is_drawn_when_its_time_is_over_and_the_next_is_made(quinn, sarah):
    resolve(sarah)
    midnight = datetime(2026, 3, 9, 4, tzinfo=UTC)  # in New York, in summer time
    cycle = make_cycle(quinn, recurrence=Recurrence.WEEKLY, end=midnight)

    for _ in range(2):
        keep_cycles(now=NOW)

    following = cycle.next
    assert len(drawn(cycle)) == 1
    assert ReviewCycle.objects.count() == 2
    assert (following.state, following.start, following.per_agent) == (ReviewCycleState.PLANNED, cycle.end, 3)
    assert following.end == midnight + WEEK
    assert [one.reviewer for one in following.reviewers.all()] == [quinn]
    assert list(following.teams.all()) == [factories.support()]
    assert following.seed != cycle.seed


def test_a_sweep_leaves_cycles_that_are_not_over_or_do_not_recur(quinn):
    make_cycle(quinn)
    make_cycle(quinn, recurrence=Recurrence.WEEKLY, end=NOW + timedelta(seconds=1))

    keep_cycles(now=NOW)

    assert set(ReviewCycle.objects.values_list("state", flat=True)) == {ReviewCycleState.PLANNED}
    assert ReviewCycle.objects.count() == 2


def test_a_draw_asks_the_same_number_of_questions_whatever_there_is(quinn, sarah, django_assert_max_num_queries):
    resolve(sarah, 3)
    cycle = make_cycle(quinn)

    with django_assert_max_num_queries(16):
        draw_cycle(cycle=cycle, by=SYSTEM, now=NOW)
