"""Each step of the lifecycle against the database: rows, events, refusals."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from agents.enums import Status
from escalations.actions import lifecycle
from escalations.enums import EventKind, Priority, State, Tier
from escalations.models import EscalationEvent, HandlingInterval, Message, ReplyDraft
from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DONE = {"category": "fixed", "quality": "immediate", "necessity": "needed"}


def at(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def escalation():
    return factories.make_escalation(opened_at=NOW)


def do(step, escalation, seconds=0, **more):
    return step(escalation=escalation, by=SYSTEM, now=at(seconds), **more)


def kinds(escalation):
    return list(escalation.events.order_by("version").values_list("kind", flat=True))


def test_claim_starts_the_handling_and_counts(escalation, agent):
    claimed = do(lifecycle.claim, escalation, 30, agent=agent)

    interval = HandlingInterval.objects.get()
    assert (claimed.state, claimed.assignee, claimed.version, claimed.claim_count) == (State.ACTIVE, agent, 2, 1)
    assert (interval.agent, interval.started_at, interval.ended_at) == (agent, at(30), None)
    assert kinds(escalation) == [EventKind.CLAIMED]


def test_second_claim_is_refused_with_the_owner_and_leaves_nothing(escalation, agent):
    do(lifecycle.claim, escalation, agent=agent)
    other = factories.make_agent("David K.")

    with pytest.raises(Conflict) as refusal:
        do(lifecycle.claim, escalation, agent=other)

    assert refusal.value.facts["owner"] == "Sarah Mitchell"
    assert EscalationEvent.objects.count() == 1


def test_claiming_again_what_one_has_is_refused(escalation, agent):
    do(lifecycle.claim, escalation, agent=agent)

    with pytest.raises(Conflict):
        do(lifecycle.claim, escalation, agent=agent)


def test_offer_holds_a_place_and_only_its_agent_takes_it(escalation, agent):
    other = factories.make_agent()
    do(lifecycle.offer, escalation, agent=agent)

    with pytest.raises(Conflict):
        do(lifecycle.claim, escalation, agent=other)
    claimed = do(lifecycle.claim, escalation, 5, agent=agent)

    assert claimed.assignee == agent
    assert kinds(escalation) == [EventKind.OFFERED, EventKind.CLAIMED]


def test_declined_offer_goes_back_to_the_queue(escalation, agent):
    do(lifecycle.offer, escalation, agent=agent)
    declined = do(lifecycle.decline, escalation, 5, reason="On my way out")

    assert (declined.state, declined.assignee) == (State.WAITING, None)
    assert escalation.events.last().data == {"code": "other", "reason": "On my way out"}


@pytest.mark.parametrize("held", [State.ASSIGNED, State.ACTIVE])
def test_claim_at_capacity_is_refused(escalation, held):
    full = factories.make_agent(capacity=1)
    factories.make_escalation(state=held, assignee=full)

    with pytest.raises(Conflict) as refusal:
        do(lifecycle.claim, escalation, agent=full)

    assert refusal.value.facts == {"held": 1, "capacity": 1}


def test_what_waits_for_the_customer_does_not_fill_an_agent(escalation):
    agent = factories.make_agent(capacity=1)
    factories.make_escalation(state=State.PENDING, assignee=agent)

    assert do(lifecycle.claim, escalation, agent=agent).state == State.ACTIVE


def test_first_reply_stops_the_response_clock_and_the_second_does_not(escalation, agent):
    do(lifecycle.claim, escalation, 10, agent=agent)
    do(lifecycle.save_draft, escalation, text="Hel")
    do(lifecycle.reply, escalation, 90, text="Hello", agent=agent)
    replied = do(lifecycle.reply, escalation, 200, text="Still there?", agent=agent)

    assert (replied.first_response_at, replied.first_response_seconds) == (at(90), 90)
    assert replied.first_responder == agent
    assert [m.text for m in Message.objects.order_by("id")] == ["Hello", "Still there?"]
    assert not ReplyDraft.objects.exists()


def test_reply_to_what_nobody_has_claimed_is_refused(escalation, agent):
    with pytest.raises(Conflict):
        do(lifecycle.reply, escalation, text="Hello", agent=agent)

    assert Message.objects.count() == 0


def test_handling_time_leaves_out_the_waiting_for_the_customer(escalation, agent):
    do(lifecycle.claim, escalation, 0, agent=agent)
    do(lifecycle.pend, escalation, 60)
    do(lifecycle.resume, escalation, 600)
    do(lifecycle.resolve, escalation, 630, **DONE)

    assert list(HandlingInterval.objects.values_list("seconds", flat=True)) == [60, 30]


def test_customer_reply_resumes_what_was_pending(escalation, agent):
    do(lifecycle.claim, escalation, agent=agent)
    do(lifecycle.pend, escalation)
    message = factories.make_message(escalation.conversation)
    resumed = do(lifecycle.record_customer_reply, escalation, message=message)

    assert resumed.state == State.ACTIVE
    assert kinds(escalation)[-2:] == [EventKind.RESUMED, EventKind.CUSTOMER_REPLIED]


def test_transfer_to_an_agent_offers_it_and_counts(escalation, agent):
    other = factories.make_agent("Lisa R.")
    do(lifecycle.claim, escalation, agent=agent)
    moved = do(lifecycle.transfer, escalation, 60, agent=other, reason="Knows widgets")

    assert (moved.state, moved.assignee, moved.transfer_count) == (State.ASSIGNED, other, 1)
    assert HandlingInterval.objects.get().seconds == 60
    assert escalation.events.last().data == {"reason": "Knows widgets", "from": "Sarah Mitchell", "to": "Lisa R."}


def test_transfer_to_a_team_puts_it_into_their_queue(escalation, agent):
    team = factories.make_team("Specialists")
    do(lifecycle.claim, escalation, agent=agent)
    moved = do(lifecycle.transfer, escalation, team=team)

    assert (moved.state, moved.assignee, moved.team) == (State.WAITING, None, team)


def test_transfer_to_somebody_full_is_refused(escalation, agent):
    full = factories.make_agent(capacity=0)
    do(lifecycle.claim, escalation, agent=agent)

    with pytest.raises(Conflict):
        do(lifecycle.transfer, escalation, agent=full)

    escalation.refresh_from_db()
    assert escalation.assignee == agent


def test_hand_to_the_specialists(escalation, agent):
    do(lifecycle.claim, escalation, agent=agent)
    handed = do(lifecycle.hand_to_tier, escalation, tier=Tier.SPECIALIST, reason="API internals")

    assert (handed.state, handed.tier, handed.transfer_count) == (State.WAITING, Tier.SPECIALIST, 1)
    with pytest.raises(Conflict):
        do(lifecycle.hand_to_tier, escalation, tier=Tier.SPECIALIST, reason="")


@pytest.mark.parametrize(
    ("priority", "due"),
    [(Priority.CRITICAL, 60), (Priority.HIGH, 180), (Priority.LOW, 300)],  # it was medium: 300
)
def test_priority_brings_the_deadline_nearer_never_farther(escalation, priority, due):
    changed = do(lifecycle.change_priority, escalation, priority=priority, reason="")

    assert (changed.priority, changed.first_response_due_at) == (priority, at(due))


def test_resolution_and_reopening_keep_the_first_time(escalation, agent):
    do(lifecycle.claim, escalation, agent=agent)
    do(lifecycle.resolve, escalation, 60, **DONE)
    do(lifecycle.reopen, escalation, 100, agent=agent, reason="Not fixed")
    done = do(lifecycle.resolve, escalation, 200, **DONE)

    assert (done.resolved_at, done.resolution_seconds) == (at(60), 60)
    assert (done.last_resolved_at, done.full_resolution_seconds) == (at(200), 200)
    assert (done.resolved_by, done.assignee, done.claim_count) == (agent, None, 2)
    assert done.rating.survey_sent_at == at(200)


def test_reopening_beside_a_newer_escalation_is_refused(escalation, agent):
    do(lifecycle.claim, escalation, agent=agent)
    do(lifecycle.resolve, escalation, **DONE)
    factories.make_escalation(conversation=escalation.conversation)

    with pytest.raises(Conflict):
        do(lifecycle.reopen, escalation, agent=agent, reason="")


def test_cause_is_kept_only_where_there_was_an_escalation_before(agent):
    first = factories.make_escalation(state=State.RESOLVED)
    again = factories.make_escalation(previous=first)
    do(lifecycle.claim, again, agent=agent)
    do(lifecycle.resolve, again, **DONE, reescalation_cause="incomplete_information")

    again.refresh_from_db()
    assert again.reescalation_cause == "incomplete_information"


def test_mark_of_repeating_is_set_once(escalation):
    do(lifecycle.mark_repeated, escalation)
    do(lifecycle.mark_repeated, escalation)

    escalation.refresh_from_db()
    assert escalation.customer_repeated
    assert kinds(escalation) == [EventKind.REPEAT_MARKED]


def test_notes_and_drafts(escalation):
    note = do(lifecycle.add_note, escalation, text="VIP")
    do(lifecycle.save_draft, escalation, text="Dear")
    do(lifecycle.save_draft, escalation, text="Dear Ann")

    assert (note.text, note.author) == ("VIP", "helpNINJA")
    assert ReplyDraft.objects.get().text == "Dear Ann"
    do(lifecycle.save_draft, escalation, text="")
    assert not ReplyDraft.objects.exists()


@pytest.mark.parametrize(
    "step",
    [
        lambda e: do(lifecycle.pend, e),
        lambda e: do(lifecycle.resume, e),
        lambda e: do(lifecycle.resolve, e, **DONE),
        lambda e: do(lifecycle.release, e, reason=""),
        lambda e: do(lifecycle.decline, e, reason=""),
    ],
)
def test_step_that_the_state_forbids_changes_nothing(escalation, step):
    with pytest.raises(Conflict):
        step(escalation)

    escalation.refresh_from_db()
    assert (escalation.state, escalation.version) == (State.WAITING, 1)
    assert not escalation.events.exists()


@pytest.mark.django_db(transaction=True)
def test_presence_follows_the_work(agent):
    first, second = factories.make_escalation(opened_at=NOW), factories.make_escalation(opened_at=NOW)
    seen = []
    for step in (
        lambda: do(lifecycle.claim, first, 1, agent=agent),
        lambda: do(lifecycle.claim, second, 2, agent=agent),
        lambda: do(lifecycle.resolve, first, 3, **DONE),
        lambda: do(lifecycle.release, second, 4, reason=""),
    ):
        step()
        agent.refresh_from_db()
        seen.append(agent.status)

    assert seen == [Status.IN_CONVERSATION, Status.IN_CONVERSATION, Status.IN_CONVERSATION, Status.AVAILABLE]
    assert list(agent.presences.order_by("id").values_list("status", flat=True)) == [
        "in_conversation",
        "available",
    ]


def test_the_database_refuses_a_second_open_escalation_of_a_conversation(escalation):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_escalation(conversation=escalation.conversation)


def test_the_database_refuses_an_owner_without_an_owned_state(escalation, agent):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(escalation).objects.filter(pk=escalation.pk).update(assignee=agent)
