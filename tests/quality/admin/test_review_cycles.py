"""Setting up cycles, assignments and calibrations in the admin."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from helpninja.common.roles import Role
from quality.enums import ReviewCycleState
from quality.models import CalibrationSession, ReviewAssignment, ReviewCycle
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def quinn(client):
    user = factories.make_reviewer("Quinn Reyes")
    client.force_login(user)
    return user


def address(model, page, *args):
    return reverse(f"admin:quality_{model}_{page}", args=args)


def inline(prefix, rows):
    """As the form sends an inline's rows, all of them new."""
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    return data | {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def moment(name, at):
    return {f"{name}_0": f"{at:%Y-%m-%d}", f"{name}_1": f"{at:%H:%M:%S}"}


def cycle_form(team, reviewers=(), **changes):
    return {
        "name": "Weekly",
        "kind": "scored",
        "recurrence": "weekly",
        "method": "stratified",
        "seed": "s",
        "per_agent": 3,
        "days_to_review": 7,
        "teams": [team.pk],
        **moment("start", NOW - timedelta(days=7)),
        **moment("end", NOW),
        **inline("reviewers", [{"reviewer": one.pk, "quota": 10} for one in reviewers]),
        **changes,
    }


def test_a_cycle_is_set_up_with_its_reviewers(client, quinn):
    client.post(address("reviewcycle", "add"), cycle_form(factories.support(), [quinn]))

    cycle = ReviewCycle.objects.get()
    assert (cycle.state, cycle.method) == (ReviewCycleState.PLANNED, "stratified")
    assert [(one.reviewer, one.quota) for one in cycle.reviewers.all()] == [(quinn, 10)]


@time_machine.travel(datetime(2026, 3, 5, 15, 30, tzinfo=UTC), tick=False)
def test_a_new_cycle_is_offered_for_this_week(client, quinn):
    page = client.get(address("reviewcycle", "add"))

    initial = page.context["adminform"].form.initial
    assert (initial["start"], initial["end"]) == (
        datetime(2026, 3, 2, tzinfo=UTC),
        datetime(2026, 3, 9, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"per_agent": 0}, "per_agent"), (moment("end", NOW - timedelta(days=8)), "end"), ({"teams": []}, "teams")],
)
def test_what_can_not_be_names_its_field(client, quinn, changes, field):
    page = client.post(address("reviewcycle", "add"), cycle_form(factories.support(), **changes))

    assert field in page.context["adminform"].form.errors
    assert not ReviewCycle.objects.exists()


def test_supervisors_set_up_cycles_of_their_own_teams(client, supervisor):
    client.force_login(supervisor.user)
    elsewhere = factories.make_team("Elsewhere")

    client.post(address("reviewcycle", "add"), cycle_form(elsewhere))
    client.post(address("reviewcycle", "add"), cycle_form(factories.support()))

    assert [list(one.teams.all()) for one in ReviewCycle.objects.all()] == [[factories.support()]]


def test_agents_are_no_reviewers_to_choose(client, quinn, agent):
    page = client.post(address("reviewcycle", "add"), cycle_form(factories.support(), [agent.user]))

    assert page.status_code == 200
    assert not ReviewCycle.objects.exists()


def test_what_was_drawn_is_neither_changed_nor_deleted(client, quinn):
    cycle = factories.make_assignment(quinn).cycle
    form = {"name": "Renamed", "recurrence": "once", "days_to_review": 7, "seed": "other", "per_agent": 9}

    client.post(address("reviewcycle", "change", cycle.pk), {**form, **inline("reviewers", [])})
    code = client.post(address("reviewcycle", "delete", cycle.pk), {"post": "yes"}).status_code
    chosen = {"action": "delete_selected", "_selected_action": [cycle.pk], "post": "yes"}
    client.post(address("reviewcycle", "changelist"), chosen)

    cycle.refresh_from_db()
    assert (cycle.name, cycle.seed, cycle.per_agent) == ("Renamed", "s", 5)
    assert code == 403


def test_an_open_assignment_is_passed_on_but_not_to_its_agent(client, quinn):
    robin = factories.make_reviewer("Robin Vale")
    both = factories.make_agent(role=Role.QA_REVIEWER)
    assignment = factories.make_assignment(quinn, escalation=factories.make_resolved(both))
    form = address("reviewassignment", "change", assignment.pk)

    refused = client.post(form, {"reviewer": both.user.pk})
    client.post(form, {"reviewer": robin.pk})

    assignment.refresh_from_db()
    assert refused.context["adminform"].form.errors == {"reviewer": ["Nobody reviews what they took part in."]}
    assert assignment.reviewer == robin


def test_assignments_are_filtered_by_what_became_of_them(client, quinn):
    one = factories.make_assignment(quinn)
    ReviewAssignment.objects.filter(pk=one.pk).update(skipped_at=NOW, skip_reason="Spam")
    other = factories.make_assignment(quinn, cycle=one.cycle)

    rows = client.get(address("reviewassignment", "changelist"), {"state": "open"}).context["cl"].result_list

    assert list(rows) == [other]


def calibration_form(escalation, reviewers):
    return {
        "escalation": escalation.pk,
        "note": "",
        **moment("deadline", NOW + timedelta(days=3)),
        **inline("seats", [{"reviewer": one.pk} for one in reviewers]),
    }


def test_a_calibration_is_set_up_by_the_rubric_for_its_conversation(client, quinn):
    robin, escalation = factories.make_reviewer("Robin Vale"), factories.make_resolved()

    client.post(address("calibrationsession", "add"), calibration_form(escalation, [quinn, robin]))

    session = CalibrationSession.objects.get()
    assert (session.escalation, session.rubric_version.number) == (escalation, 1)
    assert [seat.reviewer for seat in session.seats.all()] == [quinn, robin]


def test_a_calibration_needs_two_who_took_no_part(client, quinn):
    both = factories.make_agent(role=Role.QA_REVIEWER)
    escalation = factories.make_resolved(both)

    for reviewers in ([quinn], [quinn, both.user]):
        page = client.post(address("calibrationsession", "add"), calibration_form(escalation, reviewers))
        assert page.status_code == 200

    assert not CalibrationSession.objects.exists()
    assert "Nobody reviews what they took part in." in page.content.decode()


def test_only_what_was_resolved_is_calibrated_on(client, quinn):
    robin = factories.make_reviewer("Robin Vale")

    page = client.post(
        address("calibrationsession", "add"),
        calibration_form(factories.make_resolved(resolved_by=None), [quinn, robin]),
    )

    assert page.context["adminform"].form.errors == {
        "escalation": ["Only what an agent resolved can be reviewed."]
    }


def test_assignments_are_exported_with_reviewer_and_state(client, quinn, supervisor):
    assignment = factories.make_assignment(quinn)
    client.force_login(supervisor.user)

    exported = client.post(address("reviewassignment", "export"), {"format": "0", "resource": ""}).content.decode()

    (row,) = csv.DictReader(exported.splitlines())
    assert (row["public_id"], row["reviewer"], row["state"]) == (assignment.public_id, "Quinn Reyes", "Open")
