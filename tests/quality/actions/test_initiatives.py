"""Starting, ending and measuring initiatives."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from escalations.enums import Reason, Timing
from escalations.models import Escalation, TriggerRule
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from quality.actions.initiative_counts import count, effects, measured_window, recent_counts
from quality.actions.initiatives import change_status, mark_step
from quality.enums import InitiativeStatus, Standing
from quality.models import Initiative
from tests import factories
from tests.quality.improving import make_initiative, make_work

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, 30, 20, 123456, tzinfo=UTC)
START = NOW.replace(microsecond=0)
DAY = timedelta(days=1)


def start(initiative, now=NOW):
    return change_status(initiative=initiative, status=InitiativeStatus.RUNNING, by=SYSTEM, now=now)


def baseline(initiative):
    initiative.refresh_from_db()
    return {
        name: getattr(initiative, f"baseline_{name}")
        for name in ("from", "to", "targeted", "escalations", "conversations")
    }


def test_the_start_counts_the_window_before_it():
    make_work(3, opened_at=NOW - DAY)
    make_work(2, opened_at=NOW - DAY, reason=Reason.CONTENT_GAP)
    make_work(1, opened_at=START - 30 * DAY)  # the first moment of the window
    make_work(1, opened_at=START - 30 * DAY - timedelta(seconds=1))
    make_work(1, opened_at=START)  # the first moment after it
    factories.make_conversation(started_at=NOW - 2 * DAY)

    initiative = start(make_initiative())

    assert initiative.status == InitiativeStatus.RUNNING
    assert baseline(initiative) == {
        "from": START - 30 * DAY,
        "to": START,
        "targeted": 4,
        "escalations": 6,
        "conversations": 7,
    }
    entry = AuditEntry.objects.get(action="initiative.running")
    assert entry.details == {"baseline_targeted": 4, "baseline_escalations": 6, "baseline_conversations": 7}


def test_what_comes_later_never_changes_the_state_at_the_start():
    make_work(5, opened_at=NOW - DAY)
    initiative = start(make_initiative())
    before = baseline(initiative)

    make_work(4, opened_at=NOW - DAY)  # imported late
    Escalation.objects.update(reason=Reason.CONTENT_GAP)
    with pytest.raises(Conflict):
        start(initiative, NOW + DAY)
    change_status(initiative=initiative, status=InitiativeStatus.DONE, by=SYSTEM, now=NOW + 40 * DAY)

    assert baseline(initiative) == before


def test_only_what_the_target_names_and_the_teams_do_is_counted():
    rule, elsewhere = TriggerRule.objects.first(), factories.make_team("Elsewhere")
    topic = factories.make_topic("billing")
    make_work(1, opened_at=NOW - DAY, trigger_rule=rule, topic=topic)
    make_work(1, opened_at=NOW - DAY, trigger_rule=rule)
    make_work(1, opened_at=NOW - DAY, topic=topic)
    make_work(1, opened_at=NOW - DAY, trigger_rule=rule, topic=topic, team=elsewhere)
    initiative = make_initiative(topic=topic, trigger_rule=rule, teams=[factories.support()])

    start(initiative)

    assert (initiative.baseline_targeted, initiative.baseline_escalations) == (1, 3)


def test_of_unknown_days_is_not_counted():
    make_work(2, opened_at=NOW - DAY, timing=Timing.UNKNOWN)

    assert start(make_initiative()).baseline_escalations == 0


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ((), InitiativeStatus.DONE),
        ((InitiativeStatus.RUNNING,), InitiativeStatus.PLANNED),
        ((InitiativeStatus.RUNNING, InitiativeStatus.DONE), InitiativeStatus.RUNNING),
        ((InitiativeStatus.ABANDONED,), InitiativeStatus.RUNNING),
    ],
)
def test_a_status_that_the_table_does_not_allow_is_refused(path, refused):
    initiative = make_initiative()
    for status in path:
        change_status(initiative=initiative, status=status, by=SYSTEM, now=NOW)
    before = Initiative.objects.values().get()

    with pytest.raises(Conflict, match="can't become"):
        change_status(initiative=initiative, status=refused, by=SYSTEM, now=NOW)

    assert Initiative.objects.values().get() == before


def test_of_two_who_start_it_one_does():
    first = make_initiative()
    second = Initiative.objects.get()
    start(first)

    with pytest.raises(Conflict, match="Somebody else"):
        start(second, NOW + DAY)

    assert Initiative.objects.get().started_at == START


def test_the_database_refuses_half_a_state_at_the_start():
    initiative = start(make_initiative())

    with pytest.raises(IntegrityError), transaction.atomic():
        Initiative.objects.filter(pk=initiative.pk).update(baseline_targeted=None)


def test_it_is_measured_over_the_last_30_days_at_most_and_up_to_its_end():
    initiative = start(make_initiative())
    assert measured_window(initiative, NOW + 3 * DAY) == (START, NOW + 3 * DAY)
    assert measured_window(initiative, NOW + 50 * DAY) == (NOW + 20 * DAY, NOW + 50 * DAY)

    change_status(initiative=initiative, status=InitiativeStatus.DONE, by=SYSTEM, now=NOW + 40 * DAY)

    assert measured_window(initiative, NOW + 50 * DAY) == (NOW + 10 * DAY, NOW + 40 * DAY)


def test_the_effect_is_measured_from_the_rows():
    make_work(20, opened_at=NOW - DAY)
    make_work(20, opened_at=NOW - DAY, reason=Reason.CONTENT_GAP)
    initiative = start(make_initiative(expected_fewer=8, cost=100))
    make_work(10, opened_at=NOW + 29 * DAY)
    make_work(30, opened_at=NOW + 29 * DAY, reason=Reason.CONTENT_GAP)

    effect = effects([initiative], START + 30 * DAY)[initiative.pk]

    assert effect.standing == Standing.ON_TRACK
    assert effect.avoided == pytest.approx(10)  # 20 of 40 conversations before, 10 of 40 now
    assert effect.cost_each == pytest.approx(10)


def test_before_the_start_there_is_no_effect_but_the_present_counts():
    make_work(3, opened_at=NOW - DAY)
    initiative = make_initiative()

    assert effects([initiative], NOW) == {initiative.pk: None}
    assert recent_counts([initiative], NOW)[initiative.pk][0].targeted == 3


def test_many_are_counted_in_one_query(django_assert_num_queries):
    rows = [make_initiative(f"Initiative {n}") for n in range(4)]

    with django_assert_num_queries(1):
        assert recent_counts(rows, NOW).keys() == {row.pk for row in rows}
    with django_assert_num_queries(0):
        assert count({}) == {}


def test_a_step_is_done_once_and_may_be_opened_again(agent):
    step = make_initiative().steps.create(text="Write the guide")
    by = Actor.of_user(agent.user)
    mark_step(step=step, done=True, by=by, now=NOW)

    with pytest.raises(Conflict, match=f"done already, by {by.label}"):
        mark_step(step=step, done=True, by=SYSTEM, now=NOW + DAY)
    assert (step.done_at, step.done_by) == (NOW, by.label)

    mark_step(step=step, done=False, by=by, now=NOW + DAY)
    assert (step.done_at, step.done_by) == (None, "")


def test_steps_of_what_has_ended_stay_as_they_are():
    step = make_initiative().steps.create(text="Write the guide")
    change_status(initiative=step.initiative, status=InitiativeStatus.ABANDONED, by=SYSTEM, now=NOW)

    with pytest.raises(Conflict, match="has ended"):
        mark_step(step=step, done=True, by=SYSTEM, now=NOW)
