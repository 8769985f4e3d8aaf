"""What supervisors are alerted to: raised once, seen by somebody, cleared when it has passed."""

from datetime import UTC, datetime, timedelta

import pytest

from escalations.actions import alerts, deadlines, lifecycle
from escalations.enums import AlertKind, EventKind, Priority, State
from escalations.models import Alert
from helpninja.common import realtime
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DONE = {"category": "fixed", "quality": "immediate", "necessity": "needed"}


def at(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def escalation():
    return factories.make_escalation(opened_at=NOW, priority=Priority.HIGH, first_response_due_at=None)


@pytest.fixture
def told(monkeypatch):
    """The hints that open pages were given."""
    hints = []
    monkeypatch.setattr(realtime, "announce", hints.append)
    return hints


def ask(escalation, seconds=0, text="Please look."):
    return lifecycle.alert_supervisors(
        escalation=escalation, kind=AlertKind.ASKED, text=text, by=SYSTEM, now=at(seconds)
    )


def test_asking_again_says_nothing_new(escalation):
    assert (ask(escalation), ask(escalation, 10), ask(escalation, 20, "Urgent!")) == (True, False, True)

    alert = Alert.objects.get()
    assert (alert.raised_at, alert.text, alert.cleared_at) == (NOW, "Urgent!", None)
    assert [event.kind for event in escalation.events.all()] == [EventKind.ALERTED]


def test_who_asks_about_what_is_closed_is_refused():
    with pytest.raises(Conflict):
        ask(factories.make_escalation(state=State.RESOLVED))


def test_routing_does_not_speak_of_what_waits_no_longer(escalation, agent):
    lifecycle.claim(escalation=escalation, agent=agent, by=SYSTEM, now=NOW)

    with pytest.raises(Conflict):
        lifecycle.alert_supervisors(
            escalation=escalation, kind=AlertKind.NO_ELIGIBLE_AGENT, text="", by=SYSTEM, now=NOW
        )


def test_one_routing_alert_takes_the_place_of_another(escalation):
    for kind in (AlertKind.NO_ELIGIBLE_AGENT, AlertKind.BELOW_THRESHOLD):
        lifecycle.alert_supervisors(escalation=escalation, kind=kind, text=kind.label, by=SYSTEM, now=NOW)

    assert [alert.kind for alert in Alert.objects.standing()] == [AlertKind.BELOW_THRESHOLD]


def test_what_was_asked_stands_until_it_is_closed(escalation, agent):
    ask(escalation)
    lifecycle.claim(escalation=escalation, agent=agent, by=SYSTEM, now=at(10))
    assert Alert.objects.standing().exists()

    lifecycle.resolve(escalation=escalation, by=SYSTEM, now=at(60), **DONE)

    assert Alert.objects.get().cleared_at == at(60)


def test_the_first_who_sees_it_counts(escalation, supervisor):
    ask(escalation)
    by = Actor.of_user(supervisor.user)

    for seconds, actor in ((5, by), (9, SYSTEM)):
        alert = alerts.mark_seen(alert=Alert.objects.get(), by=actor, now=at(seconds))

    assert (alert.seen_at, alert.seen_by) == (at(5), by.label)


def test_open_pages_are_told_of_each_change_once(escalation, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask(escalation)
        ask(escalation)
        alerts.mark_seen(alert=Alert.objects.get(), by=SYSTEM, now=at(5))
        alerts.mark_seen(alert=Alert.objects.get(), by=SYSTEM, now=at(6))
        alerts.clear_alerts(escalations=[escalation], now=at(7))
        alerts.clear_alerts(escalations=[escalation], now=at(8))

    assert told.count(alerts.NOTICES) == 3


def test_deadline_near_then_missed_is_alerted_until_it_is_answered(escalation, agent):
    deadlines.set_deadlines(escalation=escalation, now=NOW)
    lifecycle.claim(escalation=escalation, agent=agent, by=SYSTEM, now=at(1))
    seen = []

    for seconds in (136, 181):
        deadlines.settle_due(now=at(seconds))
        seen.append([(alert.kind, alert.raised_at) for alert in Alert.objects.standing()])
    lifecycle.reply(escalation=escalation, text="Hello", agent=agent, by=SYSTEM, now=at(200))

    assert seen == [[(AlertKind.SLA_WARNING, at(135))], [(AlertKind.SLA_BREACH, at(180))]]
    assert not Alert.objects.standing().exists()


@pytest.mark.parametrize(
    ("role", "teams", "found"),
    [
        (Role.SUPERVISOR, None, 1),
        (Role.SUPERVISOR, ["Elsewhere"], 0),
        (Role.SENIOR_AGENT, None, 0),
        (Role.ADMIN, ["Elsewhere"], 1),
    ],
)
def test_alerts_are_for_the_leaders_of_the_team(escalation, role, teams, found):
    ask(escalation)
    agent = factories.make_agent(role=role, teams=[factories.make_team(name) for name in teams] if teams else None)

    assert Alert.objects.for_leader(Actor.of_user(agent.user)).count() == found
