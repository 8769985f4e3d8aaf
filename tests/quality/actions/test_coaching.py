from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from agents.models import Scorecard
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from helpninja.common.values import Value
from quality.actions import coaching
from quality.actions.goals import measured, progress_of
from quality.actions.suggesting import suggestions_for
from quality.enums import CoachingKind, GoalMetric, PlanState
from quality.models import CoachingPlan
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DUE = date(2027, 1, 31)


@pytest.fixture
def tom():
    return factories.make_agent("Tom S.")


@pytest.fixture
def by(supervisor):
    return Actor.of_user(supervisor.user)


@pytest.fixture
def plan(tom, by):
    return coaching.open_plan(agent=tom, coach=by.user, by=by, now=NOW)


def published(agent, count=5, *, days=2, **fields):
    for _ in range(count):
        factories.make_published_review(agent, now=NOW - days * DAY, **{"csat": 5, **fields})


class TestThePlan:
    def test_goes_from_proposed_to_done(self, plan, by):
        coaching.start(plan=plan, by=by, now=NOW)
        done = coaching.finish(plan=plan, why="Reached", by=by, now=NOW + DAY)

        assert (done.state, done.closed_at, done.closed_because) == (PlanState.DONE, NOW + DAY, "Reached")
        assert [entry.action for entry in AuditEntry.objects.order_by("id")] == [
            "coaching_plan.opened",
            "coaching_plan.active",
            "coaching_plan.done",
        ]

    def test_no_step_leads_back(self, plan, by):
        coaching.drop(plan=plan, why="Left the team", by=by, now=NOW)

        with pytest.raises(Conflict, match="This plan is dropped"):
            coaching.start(plan=plan, by=by, now=NOW)
        with pytest.raises(Conflict, match="This plan is dropped"):
            coaching.add_action(plan=plan, kind=CoachingKind.TRAINING, text="APIs", by=by)

    def test_dropping_needs_a_reason(self, plan, by):
        with pytest.raises(ValidationError) as refused:
            coaching.drop(plan=plan, why=" ", by=by, now=NOW)

        assert set(refused.value.message_dict) == {"why"}
        assert CoachingPlan.objects.get().is_open

    def test_one_open_plan_for_an_agent(self, plan, tom, by):
        with pytest.raises(Conflict, match="open coaching plan already"):
            coaching.open_plan(agent=tom, coach=by.user, by=by, now=NOW)

        coaching.drop(plan=plan, why="Anew", by=by, now=NOW)
        assert coaching.open_plan(agent=tom, coach=by.user, by=by, now=NOW).is_open

    def test_nobody_coaches_themselves(self, supervisor, by):
        with pytest.raises(Conflict, match="Nobody coaches themselves"):
            coaching.open_plan(agent=supervisor, coach=by.user, by=by, now=NOW)


class TestReasonsAndActions:
    def test_a_review_of_somebody_else_is_no_reason(self, plan, by):
        with pytest.raises(ValidationError) as refused:
            coaching.add_reason(plan=plan, review=factories.make_published_review(), by=by)

        assert set(refused.value.message_dict) == {"review"}

    def test_a_reason_says_something_and_a_review_once(self, plan, tom, by):
        review = factories.make_published_review(tom)
        coaching.add_reason(plan=plan, review=review, by=by)

        for said in ({"review": review}, {}):
            with pytest.raises(ValidationError):
                coaching.add_reason(plan=plan, by=by, **said)
        assert plan.reasons.count() == 1

    def test_an_action_is_done_once(self, plan, by):
        action = coaching.add_action(plan=plan, kind=CoachingKind.WORKSHOP, text="Time management", by=by)

        done = coaching.complete(action=action, by=by, now=NOW)

        assert (done.done_at, done.done_by) == (NOW, by.label)
        with pytest.raises(Conflict):
            coaching.complete(action=action, by=by, now=NOW + DAY)

    def test_a_mentoring_pair_needs_somebody_else(self, plan, tom, by):
        for mentor in (None, tom):
            with pytest.raises(ValidationError):
                coaching.add_action(plan=plan, kind=CoachingKind.MENTORING, text="APIs", mentor=mentor, by=by)


class TestGoals:
    def test_the_start_is_what_the_data_says_and_stays(self, plan, tom, by):
        published(tom, accuracy=10)

        goal = coaching.set_goal(plan=plan, metric=GoalMetric.QUALITY, target=95, due=DUE, by=by, now=NOW)
        published(tom, accuracy=20)

        assert (goal.start_value, goal.start_n, goal.start_at) == (85.0, 5, NOW)
        ((_, progress),) = progress_of(plan.goals.all(), tom, NOW)
        assert progress.now == Value(90.0, 10)
        assert progress.share == 0.5

    def test_one_criterion(self, plan, tom, by):
        published(tom, accuracy=10)

        goal = coaching.set_goal(
            plan=plan, metric=GoalMetric.CRITERION, key="technical_accuracy", target=80, due=DUE, by=by, now=NOW
        )

        assert (goal.start_value, goal.start_n) == (40.0, 5)

    def test_figures_of_others_and_of_before_do_not_count(self, tom):
        published(factories.make_agent())
        published(tom, days=31)

        assert measured(tom, NOW)[GoalMetric.QUALITY, ""] == Value(None, 0)

    def test_the_rest_is_read_from_the_scorecard(self, tom):
        Scorecard.objects.create(
            agent=tom, resolved=8, lasting=6, first_contact=4, ratings=7, csat=4.2, responses=9,
            response_seconds=246.0, computed_at=NOW,
        )  # fmt: skip

        found = measured(tom, NOW)

        assert {key: found[metric, ""] for key, metric in enumerate(GoalMetric) if key >= 2} == {
            2: Value(4.2, 7),
            3: Value(246.0, 9),
            4: Value(50.0, 8),
            5: Value(75.0, 8),
        }

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"target": 101}, "target"),
            ({"target": 80}, "target"),
            ({"due": NOW.date()}, "due"),
            ({"metric": GoalMetric.CRITERION}, "__all__"),
        ],
    )
    def test_a_wrong_one_names_the_field(self, plan, tom, by, said, field):
        published(tom, accuracy=10)

        with pytest.raises(ValidationError) as refused:
            coaching.set_goal(
                plan=plan, by=by, now=NOW, **{"metric": GoalMetric.QUALITY, "target": 95, "due": DUE, **said}
            )

        assert set(refused.value.message_dict) == {field}
        assert not plan.goals.exists()


class TestSessions:
    def test_the_audit_says_that_there_was_one_and_never_what_was_said(self, plan, by):
        coaching.note_session(plan=plan, notes="Tom finds the API docs hard to search.", by=by, now=NOW)

        entry = AuditEntry.objects.get(action="coaching_session.noted")
        assert "API" not in f"{entry.details}{entry.object_label}"

    def test_what_is_to_come_has_no_notes(self, plan, by):
        with pytest.raises(ValidationError):
            coaching.note_session(plan=plan, notes="Later", at=NOW + DAY, by=by, now=NOW)


class TestSuggestions:
    @pytest.fixture(autouse=True)
    def _reviews(self, tom):
        published(tom, accuracy=10)

    def test_from_the_low_criteria(self, tom):
        (found,) = suggestions_for(tom, NOW)

        assert (found.criterion, found.kind) == ("technical_accuracy", CoachingKind.TRAINING)

    def test_accepting_opens_a_plan_with_its_reason_and_what_to_do(self, tom, by):
        (found,) = suggestions_for(tom, NOW)

        plan = coaching.accept(agent=tom, suggestion=found, by=by, now=NOW)

        assert (plan.coach, plan.state) == (by.user, PlanState.PROPOSED)
        assert [(one.key, one.text) for one in plan.reasons.all()] == [("technical_accuracy", found.because)]
        assert [one.text for one in plan.actions.all()] == ["Training: technical accuracy"]
        assert suggestions_for(tom, NOW) == ()

    def test_accepting_goes_into_the_open_plan(self, tom, by, plan):
        (found,) = suggestions_for(tom, NOW)

        assert coaching.accept(agent=tom, suggestion=found, by=by, now=NOW) == plan

    def test_what_is_a_reason_already_is_not_suggested(self, tom, by, plan):
        coaching.add_reason(plan=plan, key="technical_accuracy", by=by)

        assert suggestions_for(tom, NOW) == ()

    def test_once_that_plan_is_closed_it_may_come_again(self, tom, by):
        (found,) = suggestions_for(tom, NOW)
        plan = coaching.accept(agent=tom, suggestion=found, by=by, now=NOW)
        coaching.drop(plan=plan, why="Holidays", by=by, now=NOW)

        assert suggestions_for(tom, NOW) == (found,)

    def test_what_was_dropped_rests_for_30_days(self, tom, by):
        (found,) = suggestions_for(tom, NOW)

        coaching.dismiss(agent=tom, suggestion=found, by=by, now=NOW)

        assert suggestions_for(tom, NOW + 30 * DAY - timedelta(seconds=1)) == ()
        assert suggestions_for(tom, NOW + 30 * DAY) == (found,)

    def test_a_weak_topic_is_shadowed_with_whoever_does_best(self, tom):
        billing, david = factories.make_topic("billing"), factories.make_agent("David K.")
        published(tom, accuracy=10, topic=billing)
        published(david, accuracy=25, topic=billing)

        found = {one.key: one for one in suggestions_for(tom, NOW)}

        assert found[f"topic:{billing.pk}"].mentor == david.pk


@pytest.mark.parametrize("count", [1, 3])
def test_measuring_asks_the_same_however_many_goals(plan, by, django_assert_num_queries, count):
    targets = [(GoalMetric.QUALITY, 95), (GoalMetric.CSAT, 5), (GoalMetric.LASTING, 95)]
    for metric, target in targets[:count]:
        coaching.set_goal(plan=plan, metric=metric, target=target, due=DUE, by=by, now=NOW)

    with django_assert_num_queries(4):
        progress_of(plan.goals.all(), plan.agent, NOW)
