"""The dispatcher against the database: what is offered to whom, what comes back, and who is told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from agents.enums import Status
from agents.models import Agent, AgentSkill, Skill
from escalations import receivers, tasks
from escalations.actions import dispatch, lifecycle
from escalations.actions.events import append_event
from escalations.actions.routing_policies import publish
from escalations.decisions.dispatch import LOOK_AGAIN, ROUND_PAUSE
from escalations.enums import AlertKind, EventKind, OfferOutcome, Priority, RoutingMode, State
from escalations.models import Alert, Escalation, Offer, RoutingDecision, RoutingPolicy
from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def policy():
    """What makes a score is another test's matter: everybody reaches this threshold."""
    policy = RoutingPolicy.objects.get()
    policy.mode, policy.threshold = RoutingMode.BOTH, 0.0
    policy.save()
    return policy


def present(name, skill=1, **fields):
    """An agent who is there; the greater their skill in billing, the better they fit."""
    agent = factories.make_agent(name, status=Status.AVAILABLE, status_since=at(-3600), **fields)
    AgentSkill.objects.create(agent=agent, skill=Skill.objects.get(slug="billing"), level=skill)
    return agent


def waiting(**fields):
    """As the intake leaves it: in the queue, its opening in the log, for the dispatcher to look at."""
    billing = factories.make_topic("billing")
    escalation = factories.make_escalation(opened_at=NOW, next_dispatch_at=NOW, topic=billing, **fields)
    append_event(escalation, EventKind.OPENED, by=SYSTEM, at=NOW)
    return escalation


def run(seconds=0):
    while dispatch.dispatch_due(now=at(seconds)):
        pass


def now_of(escalation):
    escalation.refresh_from_db()
    return escalation.state, escalation.assignee


def kinds(escalation):
    return list(escalation.events.order_by("version").values_list("kind", flat=True))[1:]


class TestOffering:
    def test_the_best_is_offered_it_with_the_reason(self):
        present("Sarah M."), present("Lisa R.", skill=5)
        escalation = waiting()

        run()

        offer, decision = Offer.objects.get(), RoutingDecision.objects.get()
        assert now_of(escalation) == (State.ASSIGNED, offer.agent)
        assert (offer.agent.name, offer.agent, offer.expires_at) == ("Lisa R.", decision.choice, at(60))
        assert offer.because == {"because": str(decision)}
        assert kinds(escalation) == [EventKind.OFFERED]

    def test_where_agents_pull_nothing_is_decided(self, policy):
        RoutingPolicy.objects.update(mode=RoutingMode.PULL)
        present("Lisa R.")
        escalation = waiting()

        run()

        assert now_of(escalation) == (State.WAITING, None)
        assert (escalation.next_dispatch_at, RoutingDecision.objects.count()) == (None, 0)

    @pytest.mark.parametrize(("mode", "offer_only"), [(RoutingMode.OFFER, True), (RoutingMode.BOTH, False)])
    def test_whether_agents_may_pull_as_well_is_the_policy_s(self, mode, offer_only):
        RoutingPolicy.objects.update(mode=mode)
        escalation = waiting()

        run()

        escalation.refresh_from_db()
        assert escalation.offer_only is offer_only

    def test_more_urgent_work_gets_the_last_place(self):
        agent = present("Lisa R.", capacity=1)
        low, critical = waiting(priority=Priority.LOW), waiting(priority=Priority.CRITICAL)

        run()

        assert now_of(critical) == (State.ASSIGNED, agent)
        assert now_of(low) == (State.WAITING, None)

    def test_a_second_pass_at_the_same_time_changes_nothing(self):
        present("Lisa R."), present("Sarah M.")
        waiting()
        run()
        before = list(Escalation.objects.values())

        run()

        assert list(Escalation.objects.values()) == before
        assert Offer.objects.count() == 1

    def test_what_a_killed_worker_had_leased_is_looked_at_after_the_lease(self):
        present("Lisa R.")
        escalation = waiting()
        Escalation.objects.update(next_dispatch_at=NOW + timedelta(seconds=10))

        run(9)
        assert now_of(escalation)[0] == State.WAITING
        run(10)

        assert now_of(escalation)[0] == State.ASSIGNED

    def test_one_that_fails_does_not_stop_the_others(self, monkeypatch, caplog):
        present("Lisa R.")
        broken, sound = waiting(priority=Priority.CRITICAL), waiting()
        decide_for = dispatch.decide_for

        def fail_once(*, escalation, **more):
            if escalation == broken:
                raise ZeroDivisionError
            return decide_for(escalation=escalation, **more)

        monkeypatch.setattr(dispatch, "decide_for", fail_once)
        run()

        assert now_of(sound)[0] == State.ASSIGNED
        assert "could not be dispatched" in caplog.text


class TestThreshold:
    def test_below_it_supervisors_are_alerted_once_and_it_stays_in_the_queue(self):
        RoutingPolicy.objects.update(threshold=1.0)
        present("Lisa R.")
        escalation = waiting()

        run()
        run(60)
        run(120)

        alert = Alert.objects.get()
        assert now_of(escalation) == (State.WAITING, None)
        assert (alert.kind, alert.raised_at, alert.cleared_at) == (AlertKind.BELOW_THRESHOLD, NOW, None)
        assert alert.text.startswith("Lisa R. is the best with 0.")
        assert alert.text.endswith(", below the threshold of 1.00.")
        assert kinds(escalation) == [EventKind.ALERTED]
        assert RoutingDecision.objects.count() == 1
        assert escalation.next_dispatch_at == at(120) + LOOK_AGAIN

    def test_alert_is_cleared_by_whoever_takes_it(self):
        RoutingPolicy.objects.update(threshold=1.0)
        agent, escalation = present("Lisa R."), waiting()
        run()

        lifecycle.claim(escalation=escalation, agent=agent, by=SYSTEM, now=at(30))

        assert Alert.objects.get().cleared_at == at(30)

    def test_alerts_of_routing_end_where_agents_pull_from_now_on(self, policy):
        RoutingPolicy.objects.update(threshold=1.0)
        present("Lisa R."), waiting()
        run()

        policy.mode = RoutingMode.PULL
        policy.save()
        publish(policy=policy, by=SYSTEM, now=at(20))
        run(20)

        assert Alert.objects.get().cleared_at == at(20)


class TestNobody:
    def test_alarm_says_which_requirement_failed_for_how_many(self):
        factories.make_agent(status=Status.OFFLINE), factories.make_agent(status=Status.OFFLINE)
        full = present("Lisa R.", capacity=1)
        factories.make_escalation(state=State.ACTIVE, assignee=full)
        escalation = waiting()

        run()

        alert = Alert.objects.get()
        assert (alert.kind, alert.escalation) == (AlertKind.NO_ELIGIBLE_AGENT, escalation)
        assert RoutingDecision.objects.get().failed == {"present": 2, "capacity": 1}
        assert alert.text == str(RoutingDecision.objects.get())

    def test_it_takes_the_new_text_when_the_reasons_change(self):
        agent = factories.make_agent(status=Status.OFFLINE)
        escalation = waiting()
        run()
        before = Alert.objects.get().text

        Agent.objects.filter(pk=agent.pk).update(status=Status.AVAILABLE, capacity=0)
        run(60)

        assert Alert.objects.get().text != before
        assert kinds(escalation) == [EventKind.ALERTED]

    def test_whoever_comes_online_gets_the_backlog_and_ends_the_alarm(self):
        agent = factories.make_agent("Lisa R.", status=Status.OFFLINE)
        escalations = [waiting() for _ in range(2)]
        run()
        Agent.objects.filter(pk=agent.pk).update(status=Status.AVAILABLE, status_since=at(5))

        dispatch.recall_backlog(agent_id=agent.pk, now=at(5))
        run(5)

        assert [now_of(one) for one in escalations] == [(State.ASSIGNED, agent)] * 2
        assert not Alert.objects.standing().exists()

    @pytest.mark.parametrize("status", [Status.AWAY, Status.OFFLINE])
    def test_whoever_goes_recalls_nothing(self, status):
        agent = factories.make_agent(status=status)
        escalation = waiting()
        run()

        dispatch.recall_backlog(agent_id=agent.pk, now=at(5))

        escalation.refresh_from_db()
        assert escalation.next_dispatch_at == NOW + LOOK_AGAIN

    def test_the_look_a_minute_later_finds_whom_no_hint_told_of(self):
        agent = factories.make_agent(status=Status.OFFLINE)
        escalation = waiting()
        run()
        Agent.objects.filter(pk=agent.pk).update(status=Status.AVAILABLE)

        run(60)

        assert now_of(escalation) == (State.ASSIGNED, agent)


class TestReOffers:
    def test_an_offer_not_accepted_goes_to_the_backup_and_on(self):
        third, second, first = present("Tom S."), present("David K.", skill=3), present("Lisa R.", skill=5)
        escalation = waiting()

        owners = []
        for seconds in (0, 60, 120):
            run(seconds)
            owners.append(now_of(escalation)[1])

        decision = RoutingDecision.objects.order_by("pk").first()
        assert owners == [first, second, third]
        assert decision.backup == second
        offered, expired = EventKind.OFFERED, EventKind.OFFER_EXPIRED
        assert kinds(escalation) == [offered, expired, offered, expired, offered]

    def test_the_backup_is_asked_although_below_the_threshold(self):
        present("David K.", skill=1), present("Lisa R.", skill=5)
        escalation = waiting()
        run()
        RoutingPolicy.objects.update(threshold=1.0)

        run(60)

        assert now_of(escalation)[1].name == "David K."

    def test_who_declined_is_not_asked_again_and_the_next_is_asked_at_once(self):
        present("Tom S."), present("Lisa R.", skill=5)
        escalation = waiting()
        run()

        lifecycle.decline(escalation=escalation, code="busy", reason="", by=SYSTEM, now=at(7))
        run(7)

        assert now_of(escalation)[1].name == "Tom S."
        assert Offer.objects.get(agent__name="Lisa R.").outcome == OfferOutcome.DECLINED

    def test_after_the_re_offers_it_is_left_to_the_queue_and_supervisors_are_told(self):
        RoutingPolicy.objects.update(max_reoffers=1)
        for name in ("Lisa R.", "Tom S.", "David K."):
            present(name)
        escalation = waiting()

        for seconds in (0, 60, 120, 180):
            run(seconds)

        alert = Alert.objects.get()
        assert now_of(escalation)[0] == State.WAITING
        assert (alert.kind, alert.text) == (
            AlertKind.NOBODY_ACCEPTED,
            "It was offered to 2 agents, and nobody took it.",
        )
        assert escalation.next_dispatch_at == at(120) + ROUND_PAUSE

    def test_after_the_pause_a_new_round_asks_again(self):
        agent, escalation = present("Lisa R."), waiting()
        run()
        run(60)

        run(60 + ROUND_PAUSE.total_seconds())

        assert now_of(escalation) == (State.ASSIGNED, agent)

    def test_who_comes_after_the_round_is_asked_as_well(self):
        RoutingPolicy.objects.update(max_reoffers=0)
        present("Lisa R."), present("Tom S.")
        escalation = waiting()
        run()
        run(60)
        late = factories.make_agent("Mike P.", status=Status.AVAILABLE, status_since=at(90))

        dispatch.recall_backlog(agent_id=late.pk, now=at(90))
        Agent.objects.filter(name="Tom S.").update(status=Status.OFFLINE)
        run(90)

        assert now_of(escalation) == (State.ASSIGNED, late)

    def test_what_comes_into_the_queue_anew_may_go_to_whoever_declined(self):
        agent, other = present("Lisa R."), present("Tom S.", capacity=0)
        escalation = waiting()
        run()
        lifecycle.decline(escalation=escalation, reason="", by=SYSTEM, now=at(5))
        run(5)
        Agent.objects.filter(pk=other.pk).update(capacity=1)
        lifecycle.claim(escalation=escalation, agent=other, by=SYSTEM, now=at(10))
        Agent.objects.filter(pk=other.pk).update(capacity=0)

        lifecycle.release(escalation=escalation, reason="", by=SYSTEM, now=at(20))
        run(20)

        assert now_of(escalation) == (State.ASSIGNED, agent)

    def test_a_transfer_that_nobody_answers_comes_back_even_where_agents_pull(self):
        RoutingPolicy.objects.update(mode=RoutingMode.PULL)
        agent, other, escalation = present("Lisa R."), present("Tom S."), waiting()
        run()
        lifecycle.claim(escalation=escalation, agent=agent, by=SYSTEM, now=at(1))
        lifecycle.transfer(escalation=escalation, agent=other, by=SYSTEM, now=at(10))

        run(69)
        assert now_of(escalation) == (State.ASSIGNED, other)
        run(70)

        assert now_of(escalation) == (State.WAITING, None)
        assert escalation.next_dispatch_at is None


class TestCrowd:
    def test_looking_again_decides_for_the_few_most_urgent_only(self, monkeypatch):
        crowd = [waiting() for _ in range(dispatch.FEW + 3)]
        run()
        decided, decide_for = [], dispatch.decide_for

        def noted(*, escalation, **more):
            decided.append(escalation)
            return decide_for(escalation=escalation, **more)

        monkeypatch.setattr(dispatch, "decide_for", noted)
        run(60)

        assert decided == crowd[: dispatch.FEW]
        assert set(Escalation.objects.values_list("next_dispatch_at", flat=True)) == {at(60) + LOOK_AGAIN}
        assert Alert.objects.standing().count() == len(crowd)

    def test_places_that_come_free_go_to_the_most_urgent(self):
        crowd = [waiting() for _ in range(dispatch.FEW + 3)]
        run()
        agent = present("Lisa R.", capacity=dispatch.FEW + 2)

        run(60)

        assert [now_of(one)[1] for one in crowd] == [agent] * (dispatch.FEW + 2) + [None]


class TestBatch:
    def test_the_sum_counts_not_the_first_in_line(self, policy):
        """One agent alone could take the second: greedily the first item would have taken their only place."""
        RoutingPolicy.objects.update(batch=True)
        expert = present("Lisa R.", skill=5, capacity=1, level=3)
        other = present("Tom S.", skill=4, capacity=1, level=1)
        easy, hard = waiting(), waiting(required_level=3)

        run()

        assert (now_of(easy)[1], now_of(hard)[1]) == (other, expert)

    def test_priority_goes_before_the_sum(self):
        RoutingPolicy.objects.update(batch=True)
        expert = present("Lisa R.", skill=5, capacity=1)
        low, high = waiting(priority=Priority.LOW), waiting(priority=Priority.HIGH)

        run()

        assert (now_of(high)[1], now_of(low)[1]) == (expert, None)

    def test_below_the_threshold_it_alerts_as_ever(self):
        RoutingPolicy.objects.update(batch=True, threshold=1.0)
        present("Lisa R."), waiting()

        run()

        assert Alert.objects.get().kind == AlertKind.BELOW_THRESHOLD


class TestHints:
    @pytest.fixture
    def enqueued(self, monkeypatch):
        jobs = []
        monkeypatch.setattr(receivers, "enqueue", lambda task, *given: jobs.append((task, *given)))
        return jobs

    def test_what_comes_into_the_queue_wakes_the_dispatcher(self, enqueued, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            waiting()

        assert enqueued == [(tasks.dispatch_waiting,)]

    def test_a_freed_place_recalls_the_backlog_for_its_agent(self, enqueued, django_capture_on_commit_callbacks):
        held = factories.make_escalation(state=State.ACTIVE)
        with django_capture_on_commit_callbacks(execute=True):
            lifecycle.pend(escalation=held, by=SYSTEM, now=NOW)

        assert (tasks.offer_backlog, held.assignee_id) in enqueued

    def test_where_all_agents_pull_nothing_is_enqueued(self, enqueued, django_capture_on_commit_callbacks):
        RoutingPolicy.objects.update(mode=RoutingMode.PULL)
        with django_capture_on_commit_callbacks(execute=True):
            waiting()

        assert enqueued == []


def together(*works):
    """Each in a thread of its own, at the same time; what they returned, or the Conflict."""
    barrier = threading.Barrier(len(works))

    def work(one):
        try:
            barrier.wait(10)
            return one()
        except Conflict as conflict:
            return conflict
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(work, one) for one in works]]


@pytest.fixture
def _separate_connections():
    if connection.vendor != "postgresql":
        pytest.skip("needs connections of their own for threads")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_separate_connections")
class TestTogether:
    def test_dispatchers_at_the_same_time_offer_each_once_and_nobody_too_much(self):
        agents = [present(f"Agent {n}", capacity=3) for n in range(5)]
        for _ in range(20):
            waiting()

        together(*[lambda: run()] * 4)
        run(10)  # what was leased by whoever lost to somebody's capacity
        run(20)

        assert Escalation.objects.filter(state=State.ASSIGNED).count() == 15
        assert Offer.objects.count() == 15
        assert all(Escalation.objects.held_by(agent).count() == 3 for agent in agents)
        assert Escalation.objects.filter(alerts__cleared_at=None, alerts__isnull=False).distinct().count() == 5

    @pytest.mark.parametrize("turn", range(5))
    def test_an_offer_claimed_at_the_instant_it_expires_has_one_winner(self, turn):
        RoutingPolicy.objects.update(mode=RoutingMode.OFFER)
        agent, other = present("Lisa R.", skill=5), present("Tom S.")
        escalation = waiting()
        run()

        together(
            lambda: lifecycle.claim(escalation=escalation, agent=agent, by=SYSTEM, now=at(60)),
            lambda: run(60),
            lambda: run(60),
        )

        state, owner = now_of(escalation)
        assert (state, owner) in {(State.ACTIVE, agent), (State.ASSIGNED, other)}
        assert Offer.objects.filter(outcome=OfferOutcome.OPEN).count() == (state == State.ASSIGNED)
        assert EventKind.OFFERED in kinds(escalation)
        assert escalation.events.count() == escalation.version
