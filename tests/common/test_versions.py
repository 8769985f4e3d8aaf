"""Versions, going back and the exchange by CSV, shown on trigger rules."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from escalations.actions.rules import publish, retire
from escalations.models import Topic, TriggerRevision, TriggerRule
from helpninja.common.actors import Actor
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from helpninja.common.versions import Change, changes, first_version, restore
from tests import factories

pytestmark = pytest.mark.django_db
RULES = "/admin/escalations/triggerrule/"
ADA, BEN = Actor("person", "Ada"), Actor("person", "Ben")


@pytest.fixture
def leader_client(client, supervisor):
    client.force_login(supervisor.user)
    return client


@pytest.fixture
def rule():
    """In version 2: Ada raised the threshold from 0.4, and dropped the number of attempts."""
    rule = TriggerRule.objects.get(name="Low AI confidence")
    first_version(row=rule, now=timezone.now())
    rule.conditions.filter(field="failed_attempts").delete()
    rule.conditions.filter(field="ai_confidence").update(value=0.5)
    TriggerRule.objects.filter(pk=rule.pk).update(priority=3)
    publish(rule=rule, by=ADA, now=timezone.now())
    rule.refresh_from_db()
    return rule


def conditions_of(rule):
    return [(one.group, one.field, one.operator, one.value) for one in rule.conditions.all()]


def upload(client, *lines):
    text = io.StringIO()
    writer = csv.DictWriter(text, lines[0])
    writer.writeheader()
    writer.writerows(lines)
    file = SimpleUploadedFile("rules.csv", text.getvalue().encode(), "text/csv")
    return client.post(f"{RULES}import/", {"import_file": file, "format": "0"})


def exported(client):
    answer = client.post(
        f"{RULES}export/",
        {
            "format": "0",
            "resource": "0",
            **{
                f"triggerruleresource_{name}": "on"
                for name in ("name", "order", "reason", "priority", "topic", "conditions")
            },
        },
    )
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_each_version_is_one_record_with_its_parts_and_who_made_it(rule):
    installed, raised = rule.history.order_by("history_id")

    assert [(r.version, r.history_user, r.history_type) for r in (installed, raised)] == [
        (1, "helpNINJA", "+"),
        (2, "Ada", "~"),
    ]
    assert [part["field"] for part in installed.parts["conditions"]] == ["ai_confidence", "failed_attempts"]
    assert [part["value"] for part in raised.parts["conditions"]] == [0.5]


def test_changes_name_fields_and_parts_as_people_read_them(rule):
    installed, raised = rule.history.order_by("history_id")

    assert changes(installed, raised) == [
        Change("Priority", "Medium", "High"),
        Change(
            "Conditions",
            "AI confidence (this answer) is below 0.4; Failed attempts in a row is at least 2",
            "AI confidence (this answer) is below 0.5",
        ),
    ]


def test_what_was_deleted_since_is_said_to_be(rule):
    topic = Topic.objects.create(name="Old", slug="old")
    TriggerRule.objects.filter(pk=rule.pk).update(topic=topic)
    publish(rule=rule, by=ADA, now=timezone.now())
    TriggerRule.objects.filter(pk=rule.pk).update(topic=None)
    publish(rule=rule, by=ADA, now=timezone.now())
    gone = topic.pk
    topic.delete()

    latest, before = rule.history.order_by("-history_id")[:2]

    assert changes(before, latest) == [Change("Topic", f"topic {gone}, deleted since", "")]
    with pytest.raises(ValidationError, match="topic"):
        restore(row=rule, record=before)


def test_going_back_makes_the_next_version_and_takes_effect(leader_client, supervisor, rule):
    installed = rule.history.earliest()
    revision = TriggerRevision.objects.get(pk=1).number

    shown = leader_client.get(f"{RULES}{rule.pk}/history/?to={installed.pk}")
    answer = leader_client.post(f"{RULES}{rule.pk}/history/", {"to": installed.pk})

    assert "AI confidence (this answer) is below 0.4" in shown.content.decode()
    assert answer.headers["Location"] == f"{RULES}{rule.pk}/change/"
    rule.refresh_from_db()
    assert (rule.version, rule.priority) == (3, 2)
    assert conditions_of(rule) == [
        (1, "ai_confidence", "below", 0.4),
        (1, "failed_attempts", "at_least", 2),
    ]
    latest = rule.history.latest()
    assert (latest.history_user, latest.history_change_reason) == (supervisor.user.username, "As in version 1")
    assert TriggerRevision.objects.get(pk=1).number == revision + 1


def test_what_can_not_be_said_any_more_is_refused_and_changes_nothing(leader_client, rule):
    topic = Topic.objects.create(name="Old", slug="old")
    TriggerRule.objects.filter(pk=rule.pk).update(topic=topic)
    publish(rule=rule, by=ADA, now=timezone.now())
    with_topic = rule.history.latest()
    TriggerRule.objects.filter(pk=rule.pk).update(topic=None)
    topic.delete()

    answer = leader_client.post(f"{RULES}{rule.pk}/history/", {"to": with_topic.pk}, follow=True)

    assert "Nothing was changed." in answer.content.decode()
    rule.refresh_from_db()
    assert (rule.version, rule.topic, conditions_of(rule)) == (3, None, [(1, "ai_confidence", "below", 0.5)])


@pytest.mark.parametrize("version", ["", "x", "0", "99999999999999999999"])
def test_an_unknown_version_changes_nothing(leader_client, rule, version):
    answer = leader_client.post(f"{RULES}{rule.pk}/history/", {"to": version}, follow=True)

    assert "This version is unknown." in answer.content.decode()
    assert TriggerRule.objects.get(pk=rule.pk).version == 2


def test_a_version_of_another_rule_is_unknown(leader_client, rule):
    other = TriggerRule.objects.get(name="Security concerns")
    first_version(row=other, now=timezone.now())

    leader_client.post(f"{RULES}{rule.pk}/history/", {"to": other.history.get().pk})

    assert TriggerRule.objects.get(pk=rule.pk).name == "Low AI confidence"


def test_a_senior_agent_reads_versions_and_cannot_go_back(client, rule):
    client.force_login(factories.make_agent(role=Role.SENIOR_AGENT).user)

    shown = client.get(f"{RULES}{rule.pk}/history/")
    answer = client.post(f"{RULES}{rule.pk}/history/", {"to": rule.history.earliest().pk})

    assert "Version 2" in shown.content.decode()
    assert "?to=" not in shown.content.decode()
    assert answer.status_code == 403
    assert TriggerRule.objects.get(pk=rule.pk).version == 2


def test_a_rule_that_was_never_changed_says_so(leader_client):
    rule = TriggerRule.objects.get(name="Security concerns")

    assert (
        "Nothing was changed since it was installed"
        in leader_client.get(f"{RULES}{rule.pk}/history/").content.decode()
    )


@pytest.mark.parametrize("count", [1, 3])
def test_versions_cost_the_same_queries_however_many(leader_client, rule, count, django_assert_max_num_queries):
    for _ in range(count):
        publish(rule=rule, by=ADA, now=timezone.now())
    leader_client.get(RULES)  # the sidebar's counts are remembered

    with django_assert_max_num_queries(12):
        leader_client.get(f"{RULES}{rule.pk}/history/")


def test_more_versions_than_a_page_holds_are_leafed_through(leader_client, rule):
    for _ in range(20):
        publish(rule=rule, by=BEN, now=timezone.now())

    second = leader_client.get(f"{RULES}{rule.pk}/history/?p=2").content.decode()

    assert "Version 2<" in second
    assert "AI confidence (this answer) is below 0.5" in second


def test_the_last_words_of_a_deleted_rule_are_kept(rule):
    history = TriggerRule.history.filter(id=rule.pk)

    retire(rules=[rule], by=BEN, now=timezone.now())

    last = history.latest()
    assert (last.history_type, last.history_user, last.version) == ("-", "Ben", 2)
    assert [part["value"] for part in last.parts["conditions"]] == [0.5]


def test_what_was_exported_comes_in_again_without_a_change(leader_client):
    lines = exported(leader_client)

    answer = upload(leader_client, *lines)

    assert answer.status_code == 302
    assert len(lines) == 7
    assert set(TriggerRule.objects.values_list("version", flat=True)) == {1}


def test_an_import_publishes_what_it_changes_and_adds(leader_client, supervisor):
    lines = {line["name"]: line for line in exported(leader_client)}
    changed = {**lines["Very low AI confidence"]}
    changed["conditions"] = changed["conditions"].replace("0.2", "0.1")
    added = {**changed, "name": "New", "order": "5"}

    upload(leader_client, lines["Security concerns"], changed, added)

    rule, new = (TriggerRule.objects.get(name=name) for name in ("Very low AI confidence", "New"))
    assert (rule.version, conditions_of(rule)) == (2, [(1, "ai_confidence", "below", 0.1)])
    assert (new.version, conditions_of(new)) == (1, [(1, "ai_confidence", "below", 0.1)])
    assert [r.history_change_reason for r in rule.history.order_by("history_id")] == ["Installed", "Imported"]
    assert TriggerRule.objects.get(name="Security concerns").version == 1
    totals = AuditEntry.objects.get(action="triggerrule.imported")
    assert (totals.details["new"], totals.details["update"]) == (1, 1)


@pytest.mark.parametrize(
    "conditions",
    [
        "no JSON",
        '{"group": 1}',
        '[{"colour": "red"}]',
        '[{"group": 1, "field": "ai_confidence", "operator": "below", "value": 40}]',
        '[{"group": 1, "field": "intent", "operator": "below", "value": 1}]',
        '[{"group": 1, "field": "intent"}]',
    ],
)
def test_a_bad_line_imports_nothing(leader_client, conditions):
    first, second = exported(leader_client)[:2]
    first["order"], second["conditions"] = "7", conditions

    answer = upload(leader_client, first, second)

    assert answer.status_code == 200
    assert set(TriggerRule.objects.values_list("version", flat=True)) == {1}
    assert not TriggerRule.objects.filter(order=7).exists()
