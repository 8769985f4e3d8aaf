from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from helpninja.common.actors import Actor
from helpninja.common.roles import Role
from quality.actions import coaching
from quality.enums import CoachingKind, PlanState
from quality.models import CoachingAnswer, CoachingPlan
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECRET = "Tom is afraid of the API cases."


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tom():
    return factories.make_agent("Tom S.")


@pytest.fixture
def plan(tom, supervisor):
    by = Actor.of_user(supervisor.user)
    plan = coaching.open_plan(agent=tom, coach=supervisor.user, by=by, now=NOW)
    coaching.note_session(plan=plan, notes=SECRET, by=by, now=NOW)
    return plan


def published(agent, count=5, **fields):
    for _ in range(count):
        factories.make_published_review(agent, now=NOW - timedelta(days=2), **{"csat": 5, **fields})


def url(plan, rest=""):
    return f"/quality/plans/{plan.public_id}/{rest}"


def test_the_agent_reads_the_own_plan_and_does_it_but_does_not_change_it(client, tom, plan):
    action = plan.actions.create(kind=CoachingKind.TRAINING, text="API training")
    client.force_login(tom.user)

    assert "API training" in client.get(url(plan)).content.decode()
    assert client.post(url(plan, f"actions/{action.pk}/done")).status_code == 302
    assert client.post(url(plan, "actions"), {"kind": "training", "text": "More"}).status_code == 403
    assert client.post(url(plan, "drop"), {"why": "No"}).status_code == 403

    action.refresh_from_db()
    assert (action.done_at, action.done_by) == (NOW, Actor.of_user(tom.user).label)
    assert (plan.actions.count(), CoachingPlan.objects.get().state) == (1, PlanState.PROPOSED)


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT, Role.QA_REVIEWER])
def test_others_find_no_plan(client, plan, role):
    client.force_login(factories.make_agent(role=role).user)

    assert client.get(url(plan)).status_code == 404
    assert client.get(url(plan, "sessions")).status_code == 404
    assert client.post(url(plan, "drop"), {"why": "No"}).status_code == 404
    assert CoachingPlan.objects.get().is_open


def test_the_notes_are_for_the_two_and_the_supervisors_not_for_admins(client, tom, plan):
    for user in (tom.user, plan.coach, factories.make_agent(role=Role.SUPERVISOR).user):
        client.force_login(user)
        assert SECRET in client.get(url(plan, "sessions")).content.decode()

    client.force_login(factories.make_user(Role.ADMIN))
    assert client.get(url(plan)).status_code == 200
    assert SECRET not in client.get(url(plan)).content.decode()
    assert client.get(url(plan, "sessions")).status_code == 404
    page = client.get(f"/admin/quality/coachingplan/{plan.pk}/change/")
    assert (page.status_code, SECRET in page.content.decode()) == (200, False)


def test_a_coach_notes_a_session(client, plan):
    client.force_login(plan.coach)

    assert client.post(url(plan, "sessions"), {"notes": " "}).status_code == 400
    assert client.post(url(plan, "sessions"), {"notes": "Went well"}).status_code == 302
    assert [one.notes for one in plan.sessions.all()] == ["Went well", SECRET]


def test_the_agent_writes_no_notes(client, tom, plan):
    client.force_login(tom.user)

    assert client.post(url(plan, "sessions"), {"notes": "Mine"}).status_code == 403
    assert plan.sessions.count() == 1


def test_goals_show_how_far_they_came(client, tom, plan):
    published(tom, accuracy=10)
    client.force_login(plan.coach)

    posted = client.post(url(plan, "goals"), {"measured_by": "quality", "target": "95", "due": "2027-01-31"})
    published(tom, accuracy=20)

    assert posted.status_code == 302
    (row,) = client.get(url(plan)).context["goals"]
    assert (row["name"], row["start"], row["target"], row["percent"]) == (
        "Quality score", "85.0 (n = 5)", "95.0", 50,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "said", "field"),
    [
        ("goals", {"measured_by": "luck", "target": "95", "due": "2027-01-31"}, "measured_by"),
        ("goals", {"measured_by": "quality", "target": "101", "due": "2027-01-31"}, "target"),
        ("goals", {"measured_by": "quality", "target": "95", "due": "soon"}, "due"),
        ("actions", {"kind": "mentoring", "text": "APIs"}, "__all__"),
        ("actions", {"kind": "mentoring", "text": "APIs", "mentor": "agt_nobody"}, "mentor"),
        ("reasons", {}, "text"),
        ("reasons", {"review": "rev_nobody"}, "review"),
        ("drop", {}, "why"),
    ],
)
def test_what_is_refused_comes_back_with_the_field_named(client, plan, path, said, field):
    client.force_login(plan.coach)

    response = client.post(url(plan, path), said)

    assert response.status_code == 400
    form = next(form for form in (response.context[name] for name in NAMES) if form.is_bound)
    assert set(form.errors) == {field}
    assert (plan.goals.count(), plan.actions.count(), plan.reasons.count()) == (0, 0, 0)


NAMES = ("why", "reason", "action", "goal")


def test_a_step_that_is_over_says_so(client, plan):
    coaching.drop(plan=plan, why="Left", by=Actor.of_user(plan.coach), now=NOW)
    client.force_login(plan.coach)

    page = client.post(url(plan, "start"), follow=True)

    assert "This plan is dropped." in page.content.decode()
    assert client.post(url(plan, "unknown")).status_code == 404


class TestSuggestions:
    def test_accepted_one_opens_a_plan(self, client, tom, supervisor):
        published(tom, accuracy=10)
        client.force_login(supervisor.user)
        (row,) = client.get(f"/quality/agents/{tom.public_id}/").context["suggestions"]

        client.post(
            f"/quality/agents/{tom.public_id}/suggestions", {"key": row["suggestion"].key, "answer": "accept"}
        )

        assert CoachingPlan.objects.get().agent == tom
        assert client.get(f"/quality/agents/{tom.public_id}/").context["suggestions"] == []

    def test_what_nobody_suggests_is_not_taken_up(self, client, tom, supervisor):
        client.force_login(supervisor.user)

        client.post(f"/quality/agents/{tom.public_id}/suggestions", {"key": "topic:1", "answer": "accept"})

        assert not CoachingPlan.objects.exists()
        assert not CoachingAnswer.objects.exists()

    def test_the_agent_does_not_see_them(self, client, tom):
        published(tom, accuracy=10)
        client.force_login(tom.user)

        assert "suggestions" not in client.get(f"/quality/agents/{tom.public_id}/").context
        refused = client.post(f"/quality/agents/{tom.public_id}/suggestions", {"key": "x", "answer": "accept"})
        assert refused.status_code == 403

    def test_a_plan_by_hand(self, client, tom, supervisor):
        client.force_login(supervisor.user)

        client.post(f"/quality/agents/{tom.public_id}/plan", {"summary": "APIs"})

        plan = CoachingPlan.objects.get()
        assert (plan.agent, plan.coach, plan.summary) == (tom, supervisor.user, "APIs")


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, tom, plan, django_assert_max_num_queries, count):
    for review in range(count):
        plan.actions.create(kind=CoachingKind.SHADOWING, text="Shadow", mentor=factories.make_agent())
        plan.reasons.create(review=factories.make_published_review(tom), text=str(review))
    client.force_login(plan.coach)
    client.get(url(plan))

    with django_assert_max_num_queries(30):
        client.get(url(plan))
