"""The pages of initiatives: who sees which, what they show, and who moves them on."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from escalations.enums import Reason
from escalations.models import Escalation
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.roles import Role
from quality.actions.initiatives import change_status
from quality.enums import InitiativeStatus, TargetKind
from quality.models import Initiative
from tests import factories
from tests.quality.improving import make_initiative, make_work

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 15, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_march(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def running():
    """Started 30 days ago from 20 of 40; 10 of 40 since."""
    make_work(20, opened_at=NOW - 31 * DAY)
    make_work(20, opened_at=NOW - 31 * DAY, reason=Reason.CONTENT_GAP)
    initiative = make_initiative(
        teams=[factories.support()], target_value=Decimal(40), expected_fewer=8, cost=Decimal(100)
    )
    change_status(initiative=initiative, status=InitiativeStatus.RUNNING, by=SYSTEM, now=NOW - 30 * DAY)
    make_work(10, opened_at=NOW - DAY)
    make_work(30, opened_at=NOW - DAY, reason=Reason.CONTENT_GAP)
    return initiative


def names(client, user):
    client.force_login(user)
    return [card["initiative"].name for card in client.get(reverse("quality:initiatives")).context["cards"]]


def test_supervisors_find_those_of_their_teams_and_of_everybody(client, supervisor, outsider):
    elsewhere = outsider.teams.get()
    make_initiative("Ours", teams=[factories.support()])
    make_initiative("Theirs", teams=[elsewhere])
    make_initiative("Shared", teams=[factories.support(), elsewhere])
    make_initiative("Everybody's")

    assert set(names(client, supervisor.user)) == {"Ours", "Shared", "Everybody's"}
    assert set(names(client, factories.make_user(Role.ANALYST))) == {"Ours", "Theirs", "Shared", "Everybody's"}
    led = Initiative.objects.led_by(Actor.of_user(supervisor.user))
    assert [initiative.name for initiative in led] == ["Ours"]


def test_whoever_owns_one_sees_and_leads_it(client, supervisor, outsider):
    make_initiative("Theirs", teams=[outsider.teams.get()], owner=supervisor.user)

    assert names(client, supervisor.user) == ["Theirs"]
    assert Initiative.objects.led_by(Actor.of_user(supervisor.user)).count() == 1


def test_a_card_shows_start_target_and_now_and_the_effect(client, running, supervisor):
    client.force_login(supervisor.user)

    response = client.get(reverse("quality:initiatives"))

    card = response.context["cards"][0]
    assert [(bar["label"], bar["text"], bar["percent"]) for bar in card["bars"]] == [
        ("Start", "50.0%", 100),
        ("Target", "40.0%", 80),
        ("Now", "25.0%", 50),
    ]
    assert card["effect_text"] == "10 fewer in 30 days"
    assert card["effect"].standing.label == "On track"
    assert card["cost_each"] == "$10.00"
    assert card["rate_texts"] == ["500.0", "400.0", "250.0"]
    chart = response.context["charts"]["rates"]
    assert [dataset["data"] for dataset in chart["datasets"]] == [[500.0], [400.0], [250.0]]


def test_the_page_of_one_shows_the_counted_start_and_each_week(client, running, supervisor):
    client.force_login(supervisor.user)

    response = client.get(reverse("quality:initiative", args=[running.public_id]))

    facts = {fact["label"]: (fact["targeted"], fact["share"], fact["rate"]) for fact in response.context["facts"]}
    assert facts == {
        "At the start": ("20", "50.0%", "500.0"),
        "Now": ("10", "25.0%", "250.0"),
        "Since the start": ("10", "25.0%", "250.0"),
    }
    weeks = response.context["weeks"]
    assert [(week["before"], week["counted"].targeted) for week in weeks] == [
        (True, 0),
        (True, 0),
        (True, 0),
        (True, 20),
        (False, 0),
        (False, 0),
        (False, 0),
        (False, 0),
    ]


def test_its_links_open_the_rows_that_were_counted(client, running, supervisor):
    client.force_login(supervisor.user)
    page = client.get(reverse("quality:initiative", args=[running.public_id]))

    before = client.get(page.context["rows_before"]).context["cl"].queryset
    now = client.get(page.context["rows_now"]).context["cl"].queryset

    billing = Escalation.objects.filter(reason=Reason.BILLING_ACCOUNT)
    assert set(before) == set(billing.filter(opened_at__lt=NOW - 30 * DAY))
    assert set(now) == set(billing.filter(opened_at__gte=NOW - 30 * DAY))


def test_analysts_read_figures_and_get_no_way_to_the_rows(client, running):
    client.force_login(factories.make_user(Role.ANALYST))

    response = client.get(reverse("quality:initiative", args=[running.public_id]))

    assert (response.context["rows_before"], response.context["rows_now"]) == ("", "")
    assert response.context["moves"] == []
    assert b"/admin/escalations/" not in response.content.split(b'id="im-state"')[1]


def test_what_is_planned_shows_how_it_is_now_and_can_be_started(client, supervisor):
    make_work(6, opened_at=NOW - DAY)
    initiative = make_initiative(teams=[factories.support()], target_kind=TargetKind.COUNT, target_value=4)
    client.force_login(supervisor.user)
    url = reverse("quality:initiative", args=[initiative.public_id])

    page = client.get(url)
    client.post(reverse("quality:initiative-status", args=[initiative.public_id]), {"status": "running"})

    assert [(bar["label"], bar["text"]) for bar in page.context["card"]["bars"]] == [
        ("Target", "4 in 30 days"),
        ("Now", "6 in 30 days"),
    ]
    initiative.refresh_from_db()
    assert (initiative.status, initiative.baseline_targeted) == (InitiativeStatus.RUNNING, 6)
    started = client.get(url).context["card"]
    assert started["effect"].because == "Measured from 7 days after the start; now n = 0."


@pytest.mark.parametrize(("status", "said"), [("later", "Status: give one of"), ("done", "can't become")])
def test_a_move_that_cannot_be_is_said_and_changes_nothing(client, supervisor, status, said):
    initiative = make_initiative(teams=[factories.support()])
    client.force_login(supervisor.user)

    response = client.post(
        reverse("quality:initiative-status", args=[initiative.public_id]), {"status": status}, follow=True
    )

    assert said in str(next(iter(response.context["messages"])))
    initiative.refresh_from_db()
    assert initiative.status == InitiativeStatus.PLANNED


def test_what_a_team_shares_with_others_its_supervisor_reads_and_does_not_move(client, supervisor, outsider):
    shared = make_initiative(teams=[factories.support(), outsider.teams.get()])
    step = shared.steps.create(text="Ask")
    own = shared.steps.create(text="Listen", owner=supervisor.user)
    client.force_login(supervisor.user)

    assert client.get(reverse("quality:initiative", args=[shared.public_id])).status_code == 200
    moved = client.post(reverse("quality:initiative-status", args=[shared.public_id]), {"status": "running"})
    ticked = client.post(
        reverse("quality:initiative-step", args=[shared.public_id, step.public_id]), {"done": "yes"}
    )
    ticked_own = client.post(
        reverse("quality:initiative-step", args=[shared.public_id, own.public_id]), {"done": "yes"}
    )

    assert (moved.status_code, ticked.status_code, ticked_own.status_code) == (403, 403, 302)
    shared.refresh_from_db()
    assert shared.status == InitiativeStatus.PLANNED
    assert list(shared.steps.filter(done_at__isnull=False)) == [own]


def test_the_list_costs_the_same_with_more_rows(client, supervisor, django_assert_num_queries):
    client.force_login(supervisor.user)
    url = reverse("quality:initiatives")
    make_initiative("One")
    client.get(url)
    with django_assert_num_queries(9) as one:
        client.get(url)
    for name in ("Two", "Three"):
        make_initiative(name, teams=[factories.support()])

    with django_assert_num_queries(len(one)):
        client.get(url)


def form_of(**fields):
    return {
        "name": "Fewer gaps",
        "description": "",
        "owner": "",
        "reason": Reason.CONTENT_GAP,
        "topic": "",
        "trigger_rule": "",
        "target_kind": "share",
        "target_value": "4",
        "expected_fewer": "5",
        "cost": "",
        "starts_on": "2026-03-12",
        "ends_on": "2026-05-12",
        "baseline_days": "30",
        "steps-TOTAL_FORMS": "0",
        "steps-INITIAL_FORMS": "0",
        **fields,
    }


def test_a_supervisor_adds_one_for_the_own_team(client, supervisor):
    client.force_login(supervisor.user)

    client.post(reverse("admin:quality_initiative_add"), form_of(teams=[factories.support().pk]))

    assert Initiative.objects.get().teams.get() == factories.support()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"teams": []}, "This field is required."),
        ({"reason": ""}, "Say which escalations it means: a reason, a topic or a trigger rule."),
        ({"ends_on": "2026-03-12"}, "The planned end must come after the planned start."),
        ({"target_value": "101"}, "A target in percent is at most 100."),
        ({"cost": "-1"}, "The cost can&#x27;t be negative."),
        ({"expected_fewer": "0"}, "Ensure this value is greater than or equal to 1."),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_in_words(client, supervisor, wrong, said):
    client.force_login(supervisor.user)

    response = client.post(
        reverse("admin:quality_initiative_add"), form_of(**{"teams": [factories.support().pk], **wrong})
    )

    assert said in response.content.decode()
    assert not Initiative.objects.exists()


def test_what_it_is_measured_by_is_not_changed_once_it_runs(client, running, supervisor):
    client.force_login(supervisor.user)
    given = form_of(name="Renamed", target_value="90", reason=Reason.CONTENT_GAP, expected_fewer="1")

    client.post(reverse("admin:quality_initiative_change", args=[running.pk]), given)

    running.refresh_from_db()
    assert running.name == "Renamed"
    assert (running.target_value, running.reason, running.expected_fewer) == (40, Reason.BILLING_ACCOUNT, 8)


def test_what_has_started_is_not_deleted(client, running):
    client.force_login(factories.make_user(Role.ADMIN))

    assert client.post(reverse("admin:quality_initiative_delete", args=[running.pk])).status_code == 403
    assert Initiative.objects.exists()


def test_the_export_has_the_measured_effect(client, running, supervisor):
    client.force_login(supervisor.user)

    response = client.post(reverse("admin:quality_initiative_export"), {"format": "0", "resource": "0"})

    row = next(csv.DictReader(response.content.decode().splitlines()))
    wanted = ("name", "teams", "baseline_targeted", "standing", "avoided_in_30_days", "cost_per_avoided")
    assert [row[name] for name in wanted] == [
        "Fewer billing questions",
        "Support",
        "20",
        "on_track",
        "10.0",
        "10.00",
    ]
