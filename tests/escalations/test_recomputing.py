"""What is open under policies and calendars that have changed: shown before, and set anew on confirmation."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.actions import calendars
from agents.models import Calendar
from escalations.actions import deadlines, lifecycle
from escalations.actions.sla_policies import publish
from escalations.enums import EventKind, Priority, SlaMetric
from escalations.models import Deadline, Escalation, SlaPolicy, SlaTarget
from helpninja.common.actors import SYSTEM
from helpninja.common.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)  # a Monday, 10 AM in New York
HOUR = 3600
EVERYTHING = Escalation.objects.all()


def at(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def policy():
    return SlaPolicy.objects.get(name="Standard")


@pytest.fixture
def escalation(policy):
    escalation = factories.make_escalation(priority=Priority.HIGH, opened_at=NOW, first_response_due_at=None)
    deadlines.set_deadlines(escalation=escalation, now=NOW)
    return escalation


def change(policy, **seconds):
    policy.targets.update(**seconds)
    publish(policy=policy, by=SYSTEM, now=NOW)


def due(escalation, metric=SlaMetric.FIRST_RESPONSE):
    return Deadline.objects.get(escalation=escalation, metric=metric).due_at


def preview(seconds=10):
    found = deadlines.preview(escalations=EVERYTHING, now=at(seconds))
    return [(one.escalation, one.metric, one.before, one.after) for one in found]


def recompute(seconds=10):
    return deadlines.recompute(escalations=EVERYTHING, by=SYSTEM, now=at(seconds))


def test_while_nothing_has_changed_nothing_would_be_another(escalation):
    assert preview() == []
    assert recompute() == 0


def test_a_changed_target_is_shown_before_it_is_done(escalation, policy):
    change(policy, high=600)

    assert preview() == [(escalation, SlaMetric.FIRST_RESPONSE, at(180), at(600))]
    assert due(escalation) == at(180)


def test_on_confirmation_it_is_done_with_its_event_and_in_the_audit(escalation, policy):
    change(policy, high=600)

    assert recompute() == 1

    escalation.refresh_from_db()
    deadline = Deadline.objects.get()
    assert (deadline.due_at, deadline.policy_version, deadline.next_check_at) == (at(600), 2, at(450))
    assert (escalation.first_response_due_at, escalation.due_at) == (at(600), at(600))
    event = escalation.events.get(kind=EventKind.SLA_RECOMPUTED)
    assert event.data["deadlines"] == [
        {
            "metric": "first_response",
            "from": "2026-03-02T15:03:00+00:00",
            "to": "2026-03-02T15:10:00+00:00",
            "because": "Standard, version 2: High priority has 10 min round the clock",
        }
    ]
    assert AuditEntry.objects.get(action="deadlines.recomputed").details == {"escalations": 1}
    assert preview() == []


def test_what_would_be_past_is_due_at_once_and_never_before(escalation, policy):
    change(policy, high=5)

    assert preview(100) == [(escalation, SlaMetric.FIRST_RESPONSE, at(180), at(100))]


def test_what_was_missed_stays_missed_also_where_nobody_had_looked(escalation, policy):
    change(policy, high=6000)

    assert preview(200) == []
    recompute(200)

    assert due(escalation) == at(180)


def test_closed_escalations_keep_the_version_that_judged_them(escalation, policy, agent):
    lifecycle.cancel(escalation=escalation, reason="", by=SYSTEM, now=at(60))
    change(policy, high=600)

    assert preview() == []
    assert (Deadline.objects.get().policy_version, due(escalation)) == (1, at(180))


def test_a_version_that_changes_nothing_for_it_is_followed_without_an_event(escalation, policy):
    change(policy, critical=30)

    assert recompute() == 1

    assert not escalation.events.exists()
    assert Deadline.objects.get().terms["targets"]["critical"] == 30


def test_a_more_specific_policy_takes_over(escalation):
    topic = factories.make_topic()
    Escalation.objects.update(topic=topic)
    special = SlaPolicy.objects.create(name="Special", topic=topic)
    SlaTarget.objects.create(policy=special, metric=SlaMetric.FIRST_RESPONSE, high=90)

    assert preview() == [(escalation, SlaMetric.FIRST_RESPONSE, at(180), at(90))]


def test_a_new_target_begins_at_the_opening_and_one_that_is_gone_asks_for_nothing(escalation, policy):
    policy.targets.all().delete()
    SlaTarget.objects.create(policy=policy, metric=SlaMetric.RESOLUTION, high=HOUR)
    change(policy)

    assert preview() == [
        (escalation, SlaMetric.FIRST_RESPONSE, at(180), None),
        (escalation, SlaMetric.RESOLUTION, None, at(HOUR)),
    ]
    recompute()

    assert due(escalation, SlaMetric.RESOLUTION) == at(HOUR)
    assert Deadline.objects.get(metric=SlaMetric.FIRST_RESPONSE).state == "called off"
    escalation.refresh_from_db()
    assert escalation.due_metric == SlaMetric.RESOLUTION


def test_a_changed_calendar_moves_what_is_open(policy):
    calendar = Calendar.objects.get(name="Office hours")
    policy.calendar = calendar
    policy.save()
    policy.targets.update(high=8 * HOUR)
    escalation = factories.make_escalation(priority=Priority.HIGH, opened_at=NOW, first_response_due_at=None)
    deadlines.set_deadlines(escalation=escalation, now=NOW)
    before = at(24 * HOUR)  # seven hours until 5 PM, one more from 9 AM on
    assert due(escalation) == before
    calendar.openings.update(closes="18:00")

    calendars.publish(calendar=calendar, by=SYSTEM, now=NOW)

    assert preview() == [(escalation, SlaMetric.FIRST_RESPONSE, before, at(8 * HOUR))]
    recompute()
    deadline = Deadline.objects.get()
    assert deadline.calendar_version.number == calendar.version
    assert deadline.because["calendar"]["calendar"] == "Office hours"


def test_a_calendar_that_changes_meanwhile_does_not_change_what_it_set(policy, agent):
    calendar = Calendar.objects.get(name="Office hours")
    policy.calendar = calendar
    policy.save()
    policy.targets.update(high=8 * HOUR, pauses=True)
    escalation = factories.make_escalation(
        priority=Priority.HIGH, opened_at=NOW, state="active", assignee=agent, first_response_due_at=None
    )
    deadlines.set_deadlines(escalation=escalation, now=NOW)
    calendar.openings.update(closes="18:00")
    calendars.publish(calendar=calendar, by=SYSTEM, now=NOW)

    lifecycle.pend(escalation=escalation, by=SYSTEM, now=at(HOUR))
    lifecycle.resume(escalation=escalation, by=SYSTEM, now=at(2 * HOUR))

    assert due(escalation) == at(25 * HOUR)


@pytest.mark.parametrize("count", [1, 3])
def test_a_preview_asks_as_many_questions_for_three_as_for_one(policy, count, django_assert_num_queries):
    for _ in range(count):
        row = factories.make_escalation(priority=Priority.HIGH, opened_at=NOW, first_response_due_at=None)
        deadlines.set_deadlines(escalation=row, now=NOW)
    change(policy, high=600)

    with django_assert_num_queries(5):  # policies, targets, escalations, deadlines, pauses
        assert len(preview()) == count
