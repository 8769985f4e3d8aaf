"""The pages of improvement cycles: who finds which tasks there, and what they may do with them."""

import csv
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from helpninja.common.actors import SYSTEM
from helpninja.common.roles import Role
from quality.actions.improvement import set_state, write_notes
from quality.enums import CycleState, Phase
from quality.models import CycleTask, CycleTemplate, ImprovementCycle, KnowledgeGap
from tests import factories
from tests.quality.improving import make_initiative, make_month

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
NOW = datetime(2026, 3, 11, 15, tzinfo=UTC)  # the Wednesday of the second week


@pytest.fixture(autouse=True)
def _in_march(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def cycle(supervisor):
    return make_month(MARCH, team=factories.support(), owner=supervisor.user, now=NOW)


def page_of(client, user, cycle):
    client.force_login(user)
    return client.get(reverse("quality:cycle", args=[cycle.public_id]))


def shown(response):
    return [one["task"].title for phase in response.context["phases"] for one in phase["tasks"]]


def address(cycle, task):
    return reverse("quality:cycle-task", args=[cycle.public_id, task.public_id])


def test_the_weeks_are_columns_with_what_is_done_and_overdue(client, cycle, supervisor):
    first = cycle.tasks.get(title="Gather all escalation data and metrics")
    client.force_login(supervisor.user)
    client.post(address(cycle, first), {"done": "yes"})

    response = page_of(client, supervisor.user, cycle)

    phases = response.context["phases"]
    assert [(phase["label"], len(phase["tasks"])) for phase in phases] == [
        (Phase.WEEK_1.label, 5),
        (Phase.WEEK_2.label, 5),
        (Phase.WEEK_3.label, 5),
        (Phase.WEEK_4.label, 5),
        (Phase.CONTINUOUS.label, 5),
    ]
    assert {name: response.context[name] for name in ("done", "total", "overdue")} == {
        "done": 1,
        "total": 25,
        "overdue": 6,
    }
    assert "Due today, Wed, Mar 11" in response.content.decode()


def test_agents_find_their_own_tasks_and_nothing_else(client, cycle, agent, supervisor):
    write_notes(
        cycle=cycle,
        notes={"went_well": "Speed of Tom", "to_improve": "", "next_actions": ""},
        version=1,
        by=SYSTEM,
        now=NOW,
    )
    task = cycle.tasks.first()
    CycleTask.objects.filter(pk=task.pk).update(owner=agent.user)

    response = page_of(client, agent.user, cycle)

    assert shown(response) == [task.title]
    assert (response.context["done"], response.context["total"]) == (0, 1)
    assert "Speed of Tom" not in response.content.decode()
    listed = client.get(reverse("quality:cycles")).context["cycles"]
    assert [(row["done"], row["total"], row["overdue"]) for row in listed] == [(0, 1, 1)]


def test_a_cycle_without_an_own_task_does_not_exist_for_an_agent(client, cycle, agent):
    assert page_of(client, agent.user, cycle).status_code == 404
    assert client.get(reverse("quality:cycles")).context["cycles"] == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT])
def test_nobody_ticks_a_colleagues_task(client, cycle, role):
    own, other = cycle.tasks.all()[:2]
    user = factories.make_agent(role=role).user
    CycleTask.objects.filter(pk=own.pk).update(owner=user)
    client.force_login(user)

    assert client.post(address(cycle, other), {"done": "yes"}).status_code == 404
    assert client.post(address(cycle, own), {"done": "yes"}).status_code == 302

    assert list(cycle.tasks.filter(done_at__isnull=False)) == [own]


def test_of_another_teams_cycle_a_supervisor_knows_nothing(client, cycle):
    elsewhere = factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team("Elsewhere")])
    of_all = make_month(MARCH, now=NOW)

    assert page_of(client, elsewhere.user, cycle).status_code == 404
    assert page_of(client, elsewhere.user, of_all).status_code == 200
    listed = client.get(reverse("quality:cycles")).context["cycles"]
    assert [row["cycle"] for row in listed] == [of_all]


def test_what_is_of_all_teams_is_led_by_its_owner_and_admins(client, supervisor):
    of_all = make_month(MARCH, now=NOW)
    client.force_login(supervisor.user)
    closing = reverse("quality:cycle-state", args=[of_all.public_id])

    assert client.post(closing, {"state": "closed"}).status_code == 403
    ImprovementCycle.objects.update(owner=supervisor.user)
    assert client.post(closing, {"state": "closed"}).status_code == 302

    of_all.refresh_from_db()
    assert (of_all.state, of_all.closed_by) == (CycleState.CLOSED, supervisor.user.username)


def test_reviewers_do_tasks_and_read_the_notes_but_do_not_write_them(client, cycle):
    reviewer, task = factories.make_user(Role.QA_REVIEWER), cycle.tasks.first()
    client.force_login(reviewer)

    assert client.post(address(cycle, task), {"done": "yes"}).status_code == 302
    assert client.post(reverse("quality:cycle-notes", args=[cycle.public_id]), {}).status_code == 403

    task.refresh_from_db()
    assert task.done_by == reviewer.username
    assert b"<textarea" in page_of(client, reviewer, cycle).content
    assert b'name="went_well"' not in page_of(client, reviewer, cycle).content


def test_a_tick_comes_back_to_the_task_and_a_second_one_is_said_to_be_late(client, cycle, supervisor):
    task = cycle.tasks.first()
    client.force_login(supervisor.user)

    first = client.post(address(cycle, task), {"done": "yes"})
    second = client.post(address(cycle, task), {"done": "yes"}, follow=True)

    assert first.headers["Location"] == f"/quality/cycles/{cycle.public_id}/#{task.public_id}"
    assert [str(message) for message in second.context["messages"]] == [
        f"This task is done already, by {supervisor.user.username}."
    ]


def test_a_note_is_kept_without_a_tick_and_an_overlong_one_is_refused(client, cycle, supervisor):
    task = cycle.tasks.first()
    client.force_login(supervisor.user)

    client.post(address(cycle, task), {"note": "Asked <b>everybody</b>"})
    refused = client.post(address(cycle, task), {"note": "x" * 2001}, follow=True)

    task.refresh_from_db()
    assert (task.note, task.done_at) == ("Asked <b>everybody</b>", None)
    assert "Note: Ensure this value has at most 2000" in str(next(iter(refused.context["messages"])))
    assert "Asked &lt;b&gt;everybody&lt;/b&gt;" in refused.content.decode()


def test_a_tick_that_says_nothing_known_is_refused(client, cycle, supervisor):
    task = cycle.tasks.first()
    client.force_login(supervisor.user)

    response = client.post(address(cycle, task), {"done": "perhaps"}, follow=True)

    assert "Done: Select a valid choice" in str(next(iter(response.context["messages"])))
    assert not cycle.tasks.filter(done_at__isnull=False).exists()


def test_a_supervisor_starts_a_month_of_the_own_team_once(client, supervisor):
    client.force_login(supervisor.user)
    given = {"month": "2026-04", "template": CycleTemplate.objects.get().pk, "team": factories.support().pk}

    first = client.post(reverse("quality:cycle-start"), given)
    second = client.post(reverse("quality:cycle-start"), given)

    cycle = ImprovementCycle.objects.get()
    assert (cycle.month, cycle.team, cycle.owner) == (date(2026, 4, 1), factories.support(), supervisor.user)
    assert first.headers["Location"] == second.headers["Location"] == f"/quality/cycles/{cycle.public_id}/"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"month": "March"}, "Month: Give a month such as 2026-11."),
        ({"month": "1026-03"}, "Month: Give a month of the years 2000 to 2099."),
        ({"team": ""}, "Team: This field is required."),
        ({"template": "999"}, "Template: Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_a_start_that_is_not_understood_names_the_field(client, supervisor, wrong, problem):
    client.force_login(supervisor.user)
    given = {"month": "2026-04", "template": CycleTemplate.objects.get().pk, "team": factories.support().pk}

    response = client.post(reverse("quality:cycle-start"), {**given, **wrong})

    assert response.status_code == 400
    assert response.context["problems"] == [problem]
    assert not ImprovementCycle.objects.exists()


def test_of_another_team_a_supervisor_starts_nothing(client, supervisor):
    client.force_login(supervisor.user)
    elsewhere = factories.make_team("Elsewhere")
    given = {"month": "2026-04", "template": CycleTemplate.objects.get().pk, "team": elsewhere.pk}

    assert client.post(reverse("quality:cycle-start"), given).status_code == 400
    assert not ImprovementCycle.objects.exists()


def test_notes_are_saved_and_those_of_somebody_else_are_shown_before_they_are_replaced(client, cycle, supervisor):
    client.force_login(supervisor.user)
    url = reverse("quality:cycle-notes", args=[cycle.public_id])
    mine = {"went_well": "Mine", "to_improve": "", "next_actions": "", "version": 1}
    others = {"went_well": "Theirs", "to_improve": "", "next_actions": ""}
    write_notes(cycle=cycle, notes=others, version=1, by=SYSTEM, now=NOW)

    late = client.post(url, mine)

    cycle.refresh_from_db()
    assert (late.status_code, cycle.went_well) == (409, "Theirs")
    assert late.context["others_notes"][0] == "Theirs"
    assert late.context["form"]["went_well"].value() == "Mine"
    client.post(url, {**mine, "version": late.context["form"]["version"].value()})
    cycle.refresh_from_db()
    assert cycle.went_well == "Mine"


def test_notes_that_are_too_long_are_given_back(client, cycle, supervisor):
    client.force_login(supervisor.user)
    notes = {"went_well": "x" * 10_001, "to_improve": "Kept", "next_actions": "", "version": 1}

    response = client.post(reverse("quality:cycle-notes", args=[cycle.public_id]), notes)

    assert response.status_code == 400
    assert response.context["problems"][0].startswith("What went well: Ensure this value has at most 10000")
    assert response.context["form"]["to_improve"].value() == "Kept"


def test_a_closed_cycle_offers_no_ticks(client, cycle, supervisor):
    set_state(cycle=cycle, state=CycleState.CLOSED, by=SYSTEM, now=NOW)

    response = page_of(client, supervisor.user, cycle)

    content = response.content.decode()
    assert content.count("im-tick") == content.count("disabled>") == 25
    assert "overdue" not in content.lower().replace("im-overdue", "")


def test_a_task_leads_to_what_it_is_about_whoever_may_know_of_that(client, cycle, agent, supervisor):
    elsewhere = factories.make_team("Elsewhere")
    ours = make_initiative("Ours", teams=[factories.support()])
    theirs = make_initiative("Theirs", teams=[elsewhere])
    gap = KnowledgeGap.objects.create(name="Rotate keys")
    about_ours, about_theirs = cycle.tasks.all()[:2]
    CycleTask.objects.filter(pk=about_ours.pk).update(initiative=ours, gap=gap, owner=agent.user)
    CycleTask.objects.filter(pk=about_theirs.pk).update(initiative=theirs)

    def named(user):
        content = page_of(client, user, cycle).content.decode()
        return {name for name in ("Ours", "Theirs", "Rotate keys") if f">{name}</a>" in content}

    assert named(supervisor.user) == {"Ours", "Rotate keys"}
    assert named(factories.make_user(Role.ADMIN)) == {"Ours", "Theirs", "Rotate keys"}
    assert named(factories.make_user(Role.QA_REVIEWER)) == {"Rotate keys"}
    assert named(agent.user) == set()


def test_pages_cost_the_same_with_more_rows(client, supervisor, django_assert_max_num_queries):
    client.force_login(supervisor.user)
    for month in range(1, 4):
        make_month(date(2026, month, 1), team=factories.support(), owner=supervisor.user, now=NOW)
    cycle = ImprovementCycle.objects.first()
    client.get("/admin/")  # the sidebar's counts are remembered

    with django_assert_max_num_queries(12):
        client.get(reverse("quality:cycles"))
    with django_assert_max_num_queries(12):
        client.get(reverse("quality:cycle", args=[cycle.public_id]))


def test_a_cycle_added_in_the_admin_gets_its_tasks(client, supervisor):
    client.force_login(supervisor.user)
    given = {
        "month": "2026-04-01",
        "team": factories.support().pk,
        "template": CycleTemplate.objects.get().pk,
        "went_well": "",
        "to_improve": "",
        "next_actions": "",
    }

    response = client.post(reverse("admin:quality_improvementcycle_add"), given)

    assert response.status_code == 302
    assert ImprovementCycle.objects.get().tasks.count() == 24  # April is not the end of a quarter


def test_a_second_cycle_of_the_month_is_refused_in_words(client, cycle, supervisor):
    client.force_login(supervisor.user)
    given = {"month": "2026-03-01", "team": factories.support().pk, "template": ""}

    response = client.post(reverse("admin:quality_improvementcycle_add"), given)

    assert "This team has a cycle of this month already." in response.content.decode()
    assert ImprovementCycle.objects.count() == 1


def test_tasks_are_exported_within_sight(client, cycle, supervisor):
    make_month(MARCH, team=factories.make_team("Elsewhere"), now=NOW)
    client.force_login(supervisor.user)

    response = client.post(reverse("admin:quality_cycletask_export"), {"format": "0", "resource": "0"})

    rows = list(csv.DictReader(response.content.decode().splitlines()))
    assert {row["team"] for row in rows} == {"Support"}
    assert {row["title"] for row in rows} == set(cycle.tasks.values_list("title", flat=True))
