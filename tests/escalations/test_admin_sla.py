"""SLA policies in the admin: typed as people write times, published in versions, and what is open shown after."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.actions import deadlines
from escalations.enums import Priority, SlaMetric
from escalations.models import Deadline, SlaPolicy, SlaTarget, Topic
from tests import factories

pytestmark = pytest.mark.django_db
POLICIES = "/admin/escalations/slapolicy/"
OPEN = f"{POLICIES}open/"


@pytest.fixture
def leader_client(client, supervisor):
    client.force_login(supervisor.user)
    return client


@pytest.fixture
def policy():
    return SlaPolicy.objects.get(name="Standard")


def form_of(policy, *targets, **changes):
    data = {
        "name": policy.name,
        "active": "on",
        "warn_percent": policy.warn_percent,
        "targets-TOTAL_FORMS": len(targets),
        "targets-INITIAL_FORMS": sum("id" in target for target in targets),
        "_save": "Save",
    }
    for index, target in enumerate(targets):
        for name, value in {"policy": policy.pk or "", **target}.items():
            data[f"targets-{index}-{name}"] = value
    return {**data, **changes}


def first_response(policy, **changes):
    target = policy.targets.get()
    typed = {"critical": "1 min", "high": "3 min", "medium": "5 min", "low": "10 min"}
    return {"id": target.pk, "metric": "first_response", **typed, **changes}


def test_targets_are_shown_and_typed_with_their_units(leader_client, policy):
    page = leader_client.get(f"{POLICIES}{policy.pk}/change/").content.decode()
    assert 'value="3 min"' in page

    answer = leader_client.post(
        f"{POLICIES}{policy.pk}/change/", form_of(policy, first_response(policy, high="1 h 30 min", low=""))
    )

    policy.refresh_from_db()
    assert (answer.status_code, answer["Location"], policy.version) == (302, POLICIES, 2)
    assert policy.targets.get().seconds() == {"critical": 60, "high": 5400, "medium": 300}


def test_saving_what_is_as_it_was_makes_no_version(leader_client, policy):
    leader_client.post(f"{POLICIES}{policy.pk}/change/", form_of(policy, first_response(policy)))

    policy.refresh_from_db()
    assert policy.version == 1


@pytest.mark.parametrize("typed", ["5", "5 minutes", "0 min", "-5 min", "5 d", "9999999999 h", "\x00"])
def test_a_time_that_is_none_is_refused_by_its_field(leader_client, policy, typed):
    answer = leader_client.post(
        f"{POLICIES}{policy.pk}/change/", form_of(policy, first_response(policy, high=typed))
    )

    assert answer.status_code == 200
    policy.refresh_from_db()
    assert (policy.version, policy.targets.get().high) == (1, 180)


def test_two_active_policies_for_the_same_are_refused(leader_client, policy):
    new = SlaPolicy(name="Another", warn_percent=75)

    answer = leader_client.post(f"{POLICIES}add/", form_of(new))

    assert "Another active policy is for the same plan, team and topic." in answer.content.decode()
    assert not SlaPolicy.objects.filter(name="Another").exists()


def test_a_policy_with_its_targets_is_added(leader_client):
    topic, new = factories.make_topic(), SlaPolicy(name="Outages", warn_percent=50)
    target = {"metric": "resolution", "critical": "4 h", "pauses": "on"}

    leader_client.post(f"{POLICIES}add/", form_of(new, target, topic=topic.pk, longest_pause="24 h"))

    made = SlaPolicy.objects.get(name="Outages")
    assert (made.version, made.longest_pause, made.targets.get().critical) == (1, 86_400, 14_400)


def test_a_line_without_any_time_is_refused(leader_client, policy):
    answer = leader_client.post(
        f"{POLICIES}{policy.pk}/change/",
        form_of(policy, first_response(policy), {"metric": "resolution", "pauses": "on"}),
    )

    assert "Give a time for at least one priority, or remove the line." in answer.content.decode()


def test_after_a_change_that_concerns_what_is_open_it_is_shown_and_set_on_confirmation(leader_client, policy):
    now = timezone.now()
    escalation = factories.make_escalation(priority=Priority.HIGH, opened_at=now, first_response_due_at=None)
    deadlines.set_deadlines(escalation=escalation, now=now)

    saved = leader_client.post(
        f"{POLICIES}{policy.pk}/change/", form_of(policy, first_response(policy, high="20 min"))
    )
    page = leader_client.get(OPEN).content.decode()

    assert saved["Location"] == OPEN
    assert "1 open deadline" in page
    assert str(escalation) in page
    assert Deadline.objects.get().due_at == now + timedelta(seconds=180)

    done = leader_client.post(OPEN, follow=True).content.decode()

    assert "Set anew: the deadlines of 1 escalation." in done
    assert "Every open deadline is as the policies" in done
    assert Deadline.objects.get().due_at == now + timedelta(seconds=1200)


def test_only_what_the_supervisor_sees_is_shown_and_set(leader_client, policy):
    now = timezone.now()
    foreign = factories.make_escalation(
        priority=Priority.HIGH, opened_at=now, team=factories.make_team("Elsewhere"), first_response_due_at=None
    )
    deadlines.set_deadlines(escalation=foreign, now=now)
    policy.targets.update(high=900)

    page = leader_client.get(OPEN).content.decode()
    leader_client.post(OPEN)

    assert str(foreign) not in page
    assert Deadline.objects.get().due_at == now + timedelta(seconds=180)


def test_agents_neither_see_nor_set_them(client, agent, policy):
    client.force_login(agent.user)

    assert client.get(OPEN).status_code == 403
    assert client.post(OPEN).status_code == 403
    assert client.get(f"{POLICIES}{policy.pk}/change/").status_code == 403


def test_going_back_to_a_version_brings_its_targets_back(leader_client, policy):
    leader_client.post(f"{POLICIES}{policy.pk}/change/", form_of(policy, first_response(policy, high="20 min")))
    installed = policy.history.order_by("history_id").first()

    leader_client.post(f"{POLICIES}{policy.pk}/history/", {"to": installed.pk})

    policy.refresh_from_db()
    assert (policy.version, policy.targets.get().high) == (3, 180)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_many_questions_for_three_as_for_one(leader_client, count, django_assert_max_num_queries):
    for number in range(1, count):
        extra = SlaPolicy.objects.create(name=f"Extra {number}", topic=Topic.objects.all()[number])
        SlaTarget.objects.create(policy=extra, metric=SlaMetric.RESOLUTION, high=60)

    with django_assert_max_num_queries(12):
        assert leader_client.get(POLICIES).status_code == 200
