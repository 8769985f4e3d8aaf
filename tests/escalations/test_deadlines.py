"""Clocks through the steps of the work: what is promised, met, missed, paused, and told of once."""

from datetime import UTC, datetime, timedelta

import pytest

from billing.models import Plan
from escalations.actions import deadlines, lifecycle
from escalations.actions.opening import Handoff, open_escalation
from escalations.enums import Author, EventKind, PauseEnd, Priority, SlaMetric, State, Timing
from escalations.models import Deadline, Escalation, EscalationEvent, Pause, SlaPolicy, SlaTarget
from helpninja.common.actors import SYSTEM
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
DONE = {"category": "fixed", "quality": "immediate", "necessity": "needed"}
HOUR = 3600


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def do(step, escalation, seconds=0, **more):
    return step(escalation=escalation, by=SYSTEM, now=at(seconds), **more)


def opened(**fields):
    """With what the policies promise at the time, at high priority."""
    escalation = factories.make_escalation(
        conversation=factories.make_conversation(**fields),
        priority=Priority.HIGH,
        opened_at=NOW,
        first_response_due_at=None,
    )
    deadlines.set_deadlines(escalation=escalation, now=NOW)
    return escalation


def customer_writes(escalation, seconds, sent=None):
    message = factories.make_message(
        escalation.conversation, "Still there?", sent_at=at(seconds if sent is None else sent)
    )
    return do(lifecycle.record_customer_reply, escalation, seconds, message=message)


def clock(escalation, metric=SlaMetric.FIRST_RESPONSE):
    return Deadline.objects.filter(escalation=escalation, metric=metric).latest("id")


def told(escalation):
    """Of the clocks alone: kind, metric, seconds."""
    events = escalation.events.filter(kind__startswith="sla_").order_by("version")
    return [(e.kind, e.data.get("metric"), (e.at - NOW).total_seconds()) for e in events]


@pytest.fixture
def policy():
    """Every metric has a target; the next response and the resolution stop while the customer is waited for."""
    policy = SlaPolicy.objects.get(name="Standard")
    for metric, seconds in ((SlaMetric.NEXT_RESPONSE, 600), (SlaMetric.RESOLUTION, 4 * HOUR)):
        SlaTarget.objects.create(policy=policy, metric=metric, pauses=True, high=seconds, low=2 * seconds)
    return policy


@pytest.fixture
def claimed(policy, agent):
    escalation = opened()
    return do(lifecycle.claim, escalation, 10, agent=agent)


@pytest.mark.parametrize(
    ("priority", "minutes"),
    [(Priority.CRITICAL, 1), (Priority.HIGH, 3), (Priority.MEDIUM, 5), (Priority.LOW, 10)],
)
def test_the_installed_policy_has_the_guides_first_response_targets(priority, minutes):
    escalation = factories.make_escalation(opened_at=NOW, priority=priority, first_response_due_at=None)

    deadlines.set_deadlines(escalation=escalation, now=NOW)

    assert clock(escalation).due_at == at(60 * minutes)
    assert [one.metric for one in escalation.deadlines.all()] == [SlaMetric.FIRST_RESPONSE]


def test_what_a_conversation_opens_has_its_deadlines():
    conversation = factories.make_conversation()
    message = factories.make_message(conversation, "I want a person", sent_at=NOW)
    handoff = Handoff.by_chat({"reason": "customer_request"})

    escalation = open_escalation(conversation=conversation, message=message, handoff=handoff, by=SYSTEM, now=NOW)

    assert clock(escalation).priority == escalation.priority
    assert clock(escalation).due_at == at(factories.TARGETS[escalation.priority])


def test_opening_sets_the_deadlines_and_their_copies(policy):
    escalation = opened()

    first, resolution = clock(escalation), clock(escalation, SlaMetric.RESOLUTION)
    escalation.refresh_from_db()
    assert (first.due_at, first.warn_at, first.next_check_at) == (at(180), at(135), at(135))
    assert (resolution.due_at, resolution.target_seconds) == (at(4 * HOUR), 4 * HOUR)
    assert (first.policy, first.policy_version, first.calendar_version) == (policy, policy.version, None)
    assert first.because["text"] == "Standard, version 1: High priority has 3 min round the clock"
    assert escalation.first_response_due_at == at(180)
    assert (escalation.due_metric, escalation.due_at, escalation.warn_at) == ("first_response", at(180), at(135))


def test_what_was_imported_without_its_times_gets_no_deadline(policy):
    escalation = factories.make_escalation(opened_at=NOW, timing=Timing.UNKNOWN, first_response_due_at=None)

    deadlines.set_deadlines(escalation=escalation, now=NOW)

    assert not Deadline.objects.exists()


def test_without_a_policy_nothing_is_promised():
    SlaPolicy.objects.update(active=False)

    escalation = opened()

    assert not Deadline.objects.exists()
    assert (escalation.first_response_due_at, escalation.due_metric) == (None, "")


def test_an_override_by_plan_wins():
    plan = Plan.objects.get(code="enterprise")
    gold = SlaPolicy.objects.create(name="Gold", plan=plan, warn_percent=None)
    SlaTarget.objects.create(policy=gold, metric=SlaMetric.FIRST_RESPONSE, high=30)

    theirs = opened(customer=factories.make_customer("Acme", plan="enterprise"))
    others = opened()

    assert (clock(theirs).policy, clock(theirs).due_at, clock(theirs).warn_at) == (gold, at(30), None)
    assert clock(others).due_at == at(180)


@pytest.mark.parametrize(
    ("seconds", "met", "breached"), [(179, 179, None), (180, 180, None), (181, None, 180), (9000, None, 180)]
)
def test_a_reply_meets_the_first_response_or_came_too_late(claimed, agent, seconds, met, breached):
    do(lifecycle.reply, claimed, seconds, text="Hello", agent=agent)

    first = clock(claimed)
    assert first.met_at == (at(met) if met else None)
    assert first.breached_at == (at(breached) if breached else None)
    assert (first.ended_at, first.next_check_at) == (at(seconds), None)


def test_a_breach_between_two_sweeps_is_recorded_by_the_reply_with_its_true_time(claimed, agent):
    """Nobody looked in between: the late reply itself tells of the warning and of the breach."""
    do(lifecycle.reply, claimed, 200, text="Sorry for the wait", agent=agent)

    assert told(claimed) == [
        (EventKind.SLA_WARNED, "first_response", 135),
        (EventKind.SLA_BREACHED, "first_response", 180),
    ]
    kinds = list(claimed.events.order_by("version").values_list("kind", flat=True))
    assert kinds[-3:] == ["sla_warned", "sla_breached", "replied"]


def test_sweeps_tell_of_each_moment_once(claimed):
    for seconds in (134, 135.5, 135.5, 150, 180, 180.001, 180.001, 500):
        deadlines.settle_due(now=at(seconds))

    assert told(claimed) == [
        (EventKind.SLA_WARNED, "first_response", 135),
        (EventKind.SLA_BREACHED, "first_response", 180),
    ]
    claimed.refresh_from_db()
    assert claimed.version == claimed.events.latest("version").version
    assert clock(claimed).next_check_at is None
    assert clock(claimed, SlaMetric.RESOLUTION).next_check_at == at(3 * HOUR)


def test_a_sweep_names_what_is_due_and_who_has_it(claimed, agent):
    deadlines.settle_due(now=at(181))

    event = claimed.events.get(kind=EventKind.SLA_BREACHED)
    assert (event.agent, event.actor, event.at) == (agent, SYSTEM.label, at(180))
    assert event.data == {
        "metric": "first_response",
        "due_at": "2026-03-02T12:03:00Z",
        "target_seconds": 180,
        "because": "Standard, version 1: High priority has 3 min round the clock",
    }


def test_an_error_in_one_does_not_hold_up_the_others(claimed, monkeypatch):
    other = opened()
    Deadline.objects.filter(escalation=claimed).update(terms={})
    Deadline.objects.filter(escalation=claimed, metric=SlaMetric.FIRST_RESPONSE).update(because={})

    looked_at = deadlines.settle_due(now=at(181))

    assert looked_at == 2
    assert told(claimed) == []
    assert len(told(other)) == 2


def test_coming_moments_are_those_of_the_time_asked_for(claimed):
    assert deadlines.coming_moments(now=at(130), until=at(135)) == []
    assert deadlines.coming_moments(now=at(130), until=at(136)) == [at(135)]


def test_a_message_of_the_customer_makes_the_next_response_due(claimed, agent):
    customer_writes(claimed, 20)
    do(lifecycle.reply, claimed, 30, text="Hello", agent=agent)
    assert not Deadline.objects.filter(metric=SlaMetric.NEXT_RESPONSE).exists()  # the first one was due

    customer_writes(claimed, 100)
    customer_writes(claimed, 200)

    following = clock(claimed, SlaMetric.NEXT_RESPONSE)
    assert (following.started_at, following.due_at) == (at(100), at(700))
    claimed.refresh_from_db()
    assert (claimed.due_metric, claimed.due_at) == ("next_response", at(700))
    do(lifecycle.reply, claimed, 400, text="Yes", agent=agent)
    assert clock(claimed, SlaMetric.NEXT_RESPONSE).met_at == at(400)
    claimed.refresh_from_db()
    assert claimed.due_metric == "resolution"


def test_waiting_for_the_customer_stops_the_clocks_that_the_policy_stops(claimed, agent):
    do(lifecycle.reply, claimed, 60, text="Which browser?", agent=agent)
    do(lifecycle.pend, claimed, 100, reason="Asked for the browser")

    stopped = clock(claimed, SlaMetric.RESOLUTION)
    assert (stopped.due_at, stopped.next_check_at, stopped.state) == (None, None, "paused")
    customer_writes(claimed, 1100)

    resumed, pause = clock(claimed, SlaMetric.RESOLUTION), Pause.objects.get()
    assert (resumed.due_at, resumed.paused_seconds) == (at(4 * HOUR + 1000), 1000)
    assert (pause.started_at, pause.ended_at, pause.seconds) == (at(100), at(1100), 1000)
    assert (pause.actor, pause.reason, pause.ended_by) == (
        SYSTEM.label,
        "Asked for the browser",
        PauseEnd.CUSTOMER,
    )
    assert resumed.because["pauses"] == [["2026-03-02T12:01:40Z", "2026-03-02T12:18:20Z"]]
    assert clock(claimed, SlaMetric.NEXT_RESPONSE).due_at == at(1700)


@pytest.mark.parametrize(
    ("step", "more", "ended_by"),
    [
        (lifecycle.resume, {}, PauseEnd.RESUMED),
        (lifecycle.release, {"reason": ""}, PauseEnd.PASSED_ON),
        (lifecycle.resolve, DONE, PauseEnd.CLOSED),
    ],
)
def test_every_way_out_of_pending_ends_the_pause(claimed, agent, step, more, ended_by):
    do(lifecycle.reply, claimed, 60, text="Hello", agent=agent)
    do(lifecycle.pend, claimed, 100)

    do(step, claimed, 700, **more)

    assert (Pause.objects.get().ended_by, Pause.objects.get().seconds) == (ended_by, 600)
    assert clock(claimed, SlaMetric.RESOLUTION).due_at == at(4 * HOUR + 600)


def test_a_first_response_that_stops_has_no_deadline_meanwhile(claimed, agent):
    Deadline.objects.filter(metric=SlaMetric.FIRST_RESPONSE).update(terms={**clock(claimed).terms, "pauses": True})
    do(lifecycle.pend, claimed, 100)
    claimed.refresh_from_db()
    assert (claimed.first_response_due_at, claimed.due_at) == (None, None)

    do(lifecycle.reply, claimed, 1000, text="Hello", agent=agent)

    claimed.refresh_from_db()
    first = clock(claimed)
    assert (first.met_at, first.due_at) == (at(1000), at(1080))
    assert claimed.first_response_due_at == at(1080)


def test_a_pause_ends_by_itself_at_its_limit(policy, agent):
    SlaPolicy.objects.update(longest_pause=1000)
    escalation = do(lifecycle.claim, opened(), 10, agent=agent)
    do(lifecycle.reply, escalation, 20, text="Hello", agent=agent)
    do(lifecycle.pend, escalation, 100)
    assert Pause.objects.get().limit_at == at(1100)

    deadlines.settle_due(now=at(1200))
    deadlines.settle_due(now=at(1300))

    pause = Pause.objects.get()
    assert (pause.ended_at, pause.ended_by) == (at(1100), PauseEnd.LIMIT)
    assert told(escalation) == [(EventKind.SLA_PAUSE_ENDED, None, 1100)]
    assert clock(escalation, SlaMetric.RESOLUTION).due_at == at(4 * HOUR + 1000)
    escalation.refresh_from_db()
    assert escalation.state == State.PENDING
    do(lifecycle.resume, escalation, 5000)
    assert clock(escalation, SlaMetric.RESOLUTION).due_at == at(4 * HOUR + 1000)


def test_what_happened_after_a_pause_reached_its_limit_is_found_with_its_true_time(policy, agent):
    SlaPolicy.objects.update(longest_pause=1000)
    escalation = do(lifecycle.claim, opened(), 10, agent=agent)
    do(lifecycle.reply, escalation, 20, text="Hello", agent=agent)
    do(lifecycle.pend, escalation, 100)

    do(lifecycle.resolve, escalation, 6 * HOUR, **DONE)

    assert told(escalation) == [
        (EventKind.SLA_PAUSE_ENDED, None, 1100),
        (EventKind.SLA_WARNED, "resolution", 3 * HOUR + 1000),
        (EventKind.SLA_BREACHED, "resolution", 4 * HOUR + 1000),
    ]
    assert clock(escalation, SlaMetric.RESOLUTION).met_at is None


def test_more_pauses_than_allowed_stop_no_clock(policy, agent):
    SlaPolicy.objects.update(most_pauses=1)
    escalation = do(lifecycle.claim, opened(), 10, agent=agent)
    do(lifecycle.reply, escalation, 20, text="Hello", agent=agent)
    for start in (100, 300):
        do(lifecycle.pend, escalation, start)
        do(lifecycle.resume, escalation, start + 100)

    assert list(Pause.objects.order_by("id").values_list("stops_clock", flat=True)) == [True, False]
    assert clock(escalation, SlaMetric.RESOLUTION).due_at == at(4 * HOUR + 100)
    assert told(escalation) == [(EventKind.SLA_PAUSE_ENDED, None, 300)]


def test_pauses_during_which_the_customer_had_written_are_found(claimed, agent):
    do(lifecycle.reply, claimed, 60, text="Hello", agent=agent)
    customer_writes(claimed, 100)
    do(lifecycle.pend, claimed, 200)  # although the customer waits for an answer
    before = Pause.objects.get()
    do(lifecycle.resume, claimed, 300)
    do(lifecycle.reply, claimed, 310, text="And the browser?", agent=agent)
    do(lifecycle.pend, claimed, 320)
    customer_writes(claimed, 400)
    do(lifecycle.reply, claimed, 410, text="Thank you", agent=agent)
    do(lifecycle.pend, claimed, 420)
    customer_writes(claimed, 900, sent=500)  # told late by the chat platform

    found = list(Pause.objects.although_answered().order_by("id"))

    assert found == [before, Pause.objects.latest("id")]
    assert [pause.customer_wrote_at for pause in found] == [at(100), at(500)]


def test_resolving_meets_the_resolution_and_calls_off_what_nobody_asks_for_any_more(claimed):
    do(lifecycle.resolve, claimed, 60, **DONE)

    assert clock(claimed, SlaMetric.RESOLUTION).met_at == at(60)
    assert (clock(claimed).state, clock(claimed).ended_at) == ("called off", at(60))
    claimed.refresh_from_db()
    assert (claimed.due_metric, claimed.due_at, claimed.first_response_due_at) == ("", None, at(180))


def test_cancelling_calls_everything_off_but_not_what_was_missed_before(claimed):
    do(lifecycle.cancel, claimed, 200, reason="Duplicate")

    assert clock(claimed).state == "breached"
    assert clock(claimed, SlaMetric.RESOLUTION).state == "called off"
    assert deadlines.settle_due(now=at(9 * HOUR)) == 0


def test_reopening_starts_the_resolution_again_and_keeps_the_old_verdict(claimed, agent):
    do(lifecycle.resolve, claimed, 60, **DONE)
    do(lifecycle.reopen, claimed, 1000, agent=agent, reason="Not fixed")

    old, new = Deadline.objects.filter(metric=SlaMetric.RESOLUTION).order_by("id")
    assert (old.met_at, new.started_at, new.due_at) == (at(60), at(1000), at(1000 + 4 * HOUR))


def test_a_change_of_priority_brings_every_clock_nearer_never_farther():
    policy = SlaPolicy.objects.get(name="Standard")
    SlaTarget.objects.create(
        policy=policy, metric=SlaMetric.RESOLUTION, critical=HOUR, high=4 * HOUR, low=9 * HOUR
    )
    escalation = opened()

    do(lifecycle.change_priority, escalation, 30, priority=Priority.LOW, reason="")
    assert (clock(escalation).due_at, clock(escalation, SlaMetric.RESOLUTION).due_at) == (at(180), at(4 * HOUR))
    do(lifecycle.change_priority, escalation, 40, priority=Priority.CRITICAL, reason="")

    assert (clock(escalation).due_at, clock(escalation, SlaMetric.RESOLUTION).due_at) == (at(60), at(HOUR))
    assert clock(escalation).because["text"] == "Standard, version 1: Critical priority has 1 min round the clock"
    escalation.refresh_from_db()
    assert (escalation.first_response_due_at, escalation.due_at) == (at(60), at(60))


def test_a_deadline_is_never_put_before_the_change_that_brings_it_nearer():
    escalation = opened()

    do(lifecycle.change_priority, escalation, 100, priority=Priority.CRITICAL, reason="It is down")

    assert clock(escalation).due_at == at(100)
    deadlines.settle_due(now=at(101))
    assert told(escalation)[-1] == (EventKind.SLA_BREACHED, "first_response", 100)


def test_a_policy_keeps_the_version_under_which_a_clock_began(claimed, policy):
    SlaTarget.objects.filter(policy=policy).update(critical=1, high=2)

    do(lifecycle.change_priority, claimed, 40, priority=Priority.CRITICAL, reason="")

    assert clock(claimed).due_at == at(60)


def test_claiming_and_passing_on_leave_the_clocks_alone(claimed):
    before = clock(claimed).due_at

    do(lifecycle.release, claimed, 50, reason="")

    assert clock(claimed).due_at == before
    assert Escalation.objects.get(pk=claimed.pk).first_response_due_at == before


def test_the_chats_close_calls_off_what_nobody_took(policy):
    escalation = opened()

    do(lifecycle.cancel, escalation, 100, reason="The conversation was closed.")

    assert {one.state for one in escalation.deadlines.all()} == {"called off"}
    assert EscalationEvent.objects.filter(kind__startswith="sla_").count() == 0


def test_messages_of_the_agent_are_no_messages_of_the_customer(claimed, agent):
    do(lifecycle.reply, claimed, 60, text="Hello", agent=agent)
    factories.make_message(claimed.conversation, "A notice", author=Author.SYSTEM, sent_at=at(70))
    do(lifecycle.pend, claimed, 100)

    assert Pause.objects.get().customer_wrote_at is None
