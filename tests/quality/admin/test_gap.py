import pytest
from django.urls import reverse

from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from quality.enums import GapStatus
from quality.models import GroupingRun, KnowledgeGap
from tests import factories
from tests.quality.asked import KEYS, NOW, ask

pytestmark = pytest.mark.django_db
LIST = reverse("admin:quality_knowledgegap_changelist")


def address(gap, page="change"):
    return reverse(f"admin:quality_knowledgegap_{page}", args=[gap.pk])


def dialog(client, gap, verb, /, **given):
    return client.post(address(gap).replace("change/", f"{verb}/"), {"_form_submitted": "on", **given})


@pytest.fixture
def gap():
    gap = KnowledgeGap.objects.create(name="API keys", last_asked_at=NOW)
    for text in KEYS:
        escalation = ask(text)
        gap.asked.create(
            source="noted", conversation=escalation.conversation, escalation=escalation, text=text, at=NOW
        )
    return gap


@pytest.fixture
def leader(client, supervisor):
    client.force_login(supervisor.user)
    return client


def test_list_shows_open_and_planned_ones_unless_asked_for_others(leader, gap):
    KnowledgeGap.objects.create(name="Discounts", status=GapStatus.DISMISSED, because="Sales", kept=True)

    names = {
        asked: [one.name for one in leader.get(LIST + asked).context["cl"].result_list]
        for asked in ("", "?status=dismissed", "?status=all", "?days=90")
    }

    assert names == {
        "": ["API keys"],
        "?status=dismissed": ["Discounts"],
        "?status=all": ["API keys", "Discounts"],
        "?days=90": ["API keys"],
    }


def test_decisions_are_made_in_dialogs(leader, gap, agent):
    dialog(leader, gap, "rename", name="API key rotation")
    dialog(leader, gap, "plan", lane="priority_1", owner=agent.pk, due="2026-03-31")
    response = dialog(leader, gap, "split", name="Downtime", questions=[gap.asked.first().pk])
    other = KnowledgeGap.objects.get(name="Downtime")
    dialog(leader, other, "dismiss", because="One case only")
    dialog(leader, other, "reopen")
    dialog(leader, gap, "merge", others=[other.pk])

    gap.refresh_from_db()
    other.refresh_from_db()
    assert response.headers["HX-Redirect"] == address(other)
    assert (gap.name, gap.status, gap.owner) == ("API key rotation", GapStatus.PLANNED, agent)
    assert (other.status, other.merged_into, gap.asked.count()) == (GapStatus.MERGED, gap, 3)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "gap.renamed",
        "gap.planned",
        "gap.split",
        "gap.dismissed",
        "gap.reopened",
        "gap.merged",
    ]


def test_what_is_refused_says_why_and_changes_nothing(leader, gap):
    response = dialog(leader, gap, "split", name="All", questions=[one.pk for one in gap.asked.all()])

    assert response.headers["HX-Redirect"] == address(gap)
    assert "leave it some" in leader.get(address(gap)).content.decode()
    assert KnowledgeGap.objects.count() == 1


def test_dialog_names_the_field_that_is_wrong(leader, gap):
    response = dialog(leader, gap, "rename", name="")

    assert response.context["form"].errors == {"name": ["This field is required."]}


def test_merge_and_split_offer_only_what_the_actor_sees(leader, gap, outsider):
    hidden = KnowledgeGap.objects.create(name="Hidden")
    theirs = ask("Hidden question", team=outsider.teams.get())
    question = hidden.asked.create(
        source="noted", conversation=theirs.conversation, escalation=theirs, text="Hidden question", at=NOW
    )

    merged = dialog(leader, gap, "merge", others=[hidden.pk])
    split = dialog(leader, gap, "split", name="x", questions=[question.pk])

    assert set(merged.context["form"].errors) == {"others"}
    assert set(split.context["form"].errors) == {"questions"}


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT, Role.ANALYST])
def test_who_may_not_see_gaps_decides_nothing(client, gap, role):
    client.force_login(factories.make_agent(role=role).user)

    response = dialog(client, gap, "dismiss", because="x")

    gap.refresh_from_db()
    assert (response.status_code, gap.status) == (403, GapStatus.OPEN)
    assert not AuditEntry.objects.exists()


def test_group_now_asks_for_one_grouping_and_says_when_one_runs(leader, gap):
    url = LIST + "group_now/"
    leader.post(url, {"_form_submitted": "on"})
    leader.post(url, {"_form_submitted": "on"})

    assert GroupingRun.objects.count() == 1
    assert "being grouped just now" in leader.get(LIST).content.decode()


def test_export_holds_the_figures_and_is_audited(leader, gap):
    fields = {f"knowledgegapresource_{name}": "on" for name in ("name", "escalations", "questions")}
    response = leader.post(LIST + "export/?status=all", {"format": "0", "resource": "", **fields})

    lines = response.content.decode().splitlines()
    assert "API keys,open" in lines[1]
    assert AuditEntry.objects.get().action == "knowledgegap.exported"


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_as_many_queries_with_more_gaps(leader, django_assert_max_num_queries, count):
    for number in range(count):
        gap = KnowledgeGap.objects.create(name=f"Gap {number}", topic=factories.make_topic())
        escalation = ask("How?")
        gap.asked.create(
            source="noted", conversation=escalation.conversation, escalation=escalation, text="How?", at=NOW
        )

    with django_assert_max_num_queries(18):
        assert leader.get(LIST).status_code == 200
