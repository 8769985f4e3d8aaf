import re
from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.actions.intake import post_message
from escalations.actions.rules import publish, retire
from escalations.admin.trigger import state_of
from escalations.models import Topic, TriggerCondition, TriggerRevision, TriggerRule
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
RULES = "/admin/escalations/triggerrule/"
QUERIES = 9


@pytest.fixture
def leader_client(client, supervisor):
    client.force_login(supervisor.user)
    return client


def revision():
    return TriggerRevision.objects.get(pk=1).number


def form_of(rule, *conditions, **changes):
    """What the browser sends for the rule with these conditions: (group, field, operator, value) or with an id."""
    data = {
        "name": rule.name,
        "active": "on",
        "reason": rule.reason,
        "topic": rule.topic_id or "",
        "priority": rule.priority,
        "handoff_message": rule.handoff_message,
        "context": rule.context,
        "cooldown_minutes": rule.cooldown_minutes,
        "order": rule.order,
        "conditions-TOTAL_FORMS": len(conditions),
        "conditions-INITIAL_FORMS": sum("id" in condition for condition in conditions),
    }
    for index, condition in enumerate(conditions):
        for name, value in condition.items():
            data[f"conditions-{index}-{name}"] = value
        data[f"conditions-{index}-rule"] = rule.pk or ""
    return {**data, **changes}


def low_confidence():
    rule = TriggerRule.objects.get(name="Low AI confidence")
    first, second = rule.conditions.all()
    return rule, (
        {"id": first.pk, "group": 1, "field": "ai_confidence", "operator": "below", "value": "0.4"},
        {"id": second.pk, "group": 1, "field": "failed_attempts", "operator": "at_least", "value": "2"},
    )


def test_saving_publishes_the_next_version_with_what_it_says(leader_client, supervisor):
    rule, (confidence, attempts) = low_confidence()
    before = revision()

    response = leader_client.post(
        f"{RULES}{rule.pk}/change/", form_of(rule, {**confidence, "value": "0.5"}, attempts)
    )

    assert response.status_code == 302
    rule.refresh_from_db()
    assert (rule.version, revision()) == (2, before + 1)
    assert rule.conditions.get(field="ai_confidence").value == 0.5
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.details["version"]) == (
        supervisor.user.username,
        "rule.published",
        2,
    )
    kept = rule.history.latest()
    assert (kept.version, kept.history_user, kept.parts["conditions"][0]["value"]) == (2, entry.actor, 0.5)


def test_saving_what_did_not_change_publishes_nothing(leader_client):
    rule, conditions = low_confidence()
    before = revision()

    leader_client.post(f"{RULES}{rule.pk}/change/", form_of(rule, *conditions))

    rule.refresh_from_db()
    assert (rule.version, revision()) == (1, before)
    assert not AuditEntry.objects.exists()


def test_line_ends_of_the_browser_are_no_change(leader_client):
    rule = TriggerRule.objects.get(name="Security concerns")
    condition = rule.conditions.get()
    typed = {"id": condition.pk, "group": 1, "field": "intent", "operator": "one_of"}
    skill = {"preferred_skill": rule.preferred_skill_id, "preferred_level": rule.preferred_level}

    typed["value"] = "\r\n".join(condition.value)
    leader_client.post(f"{RULES}{rule.pk}/change/", form_of(rule, typed, **skill))

    assert TriggerRule.objects.get(pk=rule.pk).version == 1


def test_a_new_rule_is_version_1_and_keeps_texts_one_a_line(leader_client):
    rule = TriggerRule(name="Refunds", reason="billing_account", order=5, priority=3)
    phrases = {
        "group": 1,
        "field": "customer_text",
        "operator": "contains_phrase",
        "value": "refund\n\n chargeback ",
    }

    leader_client.post(f"{RULES}add/", form_of(rule, phrases))

    saved = TriggerRule.objects.get(name="Refunds")
    assert saved.version == 1
    assert [condition.value for condition in saved.conditions.all()] == [["refund", "chargeback"]]


def test_a_wrong_value_is_refused_under_its_field_and_changes_nothing(leader_client):
    rule, (confidence, attempts) = low_confidence()
    before = revision()

    response = leader_client.post(
        f"{RULES}{rule.pk}/change/", form_of(rule, {**confidence, "value": "40"}, attempts)
    )

    errors = response.context["inline_admin_formsets"][0].formset.errors
    assert errors[0] == {"value": ["AI confidence (this answer): give a number from 0 to 1."]}
    assert (TriggerRule.objects.get(pk=rule.pk).version, revision()) == (1, before)


def test_a_rule_without_conditions_is_refused(leader_client):
    rule = TriggerRule(name="Never", reason="billing_account", order=5, priority=3)

    leader_client.post(f"{RULES}add/", form_of(rule))

    assert not TriggerRule.objects.filter(name="Never").exists()


def test_conditions_that_never_hold_at_one_message_are_refused(leader_client):
    rule, (confidence, attempts) = low_confidence()
    words = {"group": 1, "field": "customer_text", "operator": "contains_phrase", "value": "human"}

    response = leader_client.post(f"{RULES}{rule.pk}/change/", form_of(rule, confidence, attempts, words))

    (error,) = response.context["inline_admin_formsets"][0].formset.non_form_errors()
    assert error.startswith(
        "“AI confidence (this answer)” and “Customer's message” never hold at the same message."
    )
    assert TriggerRule.objects.get(pk=rule.pk).version == 1


def test_each_kind_of_value_is_kept_as_the_rule_reads_it(leader_client):
    rule = TriggerRule(name="All kinds", reason="billing_account", order=5, priority=3)
    typed = [
        ("customer_text", "", "matches", r"\brefund\b"),
        ("mean_confidence", "3", "below", "0,5"),
        ("customer_attribute", "beta", "is_true", ""),
        ("plan", "", "is_unknown", ""),
    ]
    conditions = [
        {"group": group, "field": field, "argument": argument, "operator": operator, "value": value}
        for group, (field, argument, operator, value) in enumerate(typed, 1)
    ]

    leader_client.post(f"{RULES}add/", form_of(rule, *conditions))

    kept = TriggerRule.objects.get(name="All kinds").conditions.values_list("field", "argument", "value")
    assert list(kept) == [
        ("customer_text", "", r"\brefund\b"),
        ("mean_confidence", "3", 0.5),
        ("customer_attribute", "beta", None),
        ("plan", "", None),
    ]


def test_priorities_of_plans_are_chosen_one_by_one(leader_client):
    rule, conditions = low_confidence()
    chosen = {"priority_by_plan_enterprise": "critical", "priority_by_plan_pro": ""}

    leader_client.post(f"{RULES}{rule.pk}/change/", form_of(rule, *conditions, **chosen))
    page = leader_client.get(f"{RULES}{rule.pk}/change/").content.decode()

    assert TriggerRule.objects.get(pk=rule.pk).priority_by_plan == {"enterprise": "critical"}
    assert '<option value="critical" selected>' in page


@pytest.mark.parametrize("message", ["Hi {name}", "Hi {customer_name.email}", "Hi {", "Hi {0}", "{plan!r}"])
def test_a_handoff_message_names_only_what_there_is(leader_client, message):
    rule, conditions = low_confidence()

    response = leader_client.post(f"{RULES}{rule.pk}/change/", form_of(rule, *conditions, handoff_message=message))

    assert "handoff_message" in response.context["adminform"].form.errors
    assert TriggerRule.objects.get(pk=rule.pk).version == 1


def test_a_failing_rule_shows_its_error_until_it_is_published(leader_client):
    rule, (confidence, attempts) = low_confidence()
    TriggerRule.objects.filter(pk=rule.pk).update(error="Out of order", failing_since=timezone.now())

    listed = leader_client.get(RULES).content.decode()
    form = leader_client.get(f"{RULES}{rule.pk}/change/").content.decode()
    leader_client.post(f"{RULES}{rule.pk}/change/", form_of(rule, {**confidence, "value": "0.5"}, attempts))

    assert listed.lower().count("failing") == 1
    assert "Out of order (since" in form
    assert "failing" not in leader_client.get(RULES).content.decode().lower()


def test_how_often_a_rule_fired_is_counted_within_the_readers_teams(leader_client):
    rule = TriggerRule.objects.get(name="Low AI confidence")
    now = timezone.now()
    recent = factories.make_escalation(trigger_rule=rule, opened_at=now - timedelta(days=29))
    factories.make_escalation(trigger_rule=rule, opened_at=now - timedelta(days=31))
    factories.make_escalation(trigger_rule=rule, team=factories.make_team("Elsewhere"))

    link = re.search(
        r'href="(/admin/escalations/escalation/\?trigger_rule[^"]+)">1</a>',
        leader_client.get(RULES).content.decode(),
    )
    counted = leader_client.get(link.group(1).replace("&amp;", "&")).context["cl"].queryset

    assert list(counted) == [recent]


def test_states_say_why_a_rule_takes_no_part(leader_client):
    now = timezone.now()
    for place, fields in enumerate(
        ({"active": False}, {"valid_from": now + timedelta(days=1)}, {"valid_to": now - timedelta(days=1)})
    ):
        TriggerRule.objects.filter(pk=TriggerRule.objects.order_by("order")[place].pk).update(**fields)

    rules = leader_client.get(RULES).context["cl"].queryset

    assert [state_of(rule, now) for rule in rules] == ["off", "not yet", "over", "on", "on", "on", "on"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_however_many_rules_fired(leader_client, count, django_assert_num_queries):
    leader_client.get(RULES)
    for rule in TriggerRule.objects.all()[:count]:
        factories.make_escalation(trigger_rule=rule)
    TriggerRule.objects.exclude(pk__in=TriggerRule.objects.values("pk")[:count]).update(active=False)

    with django_assert_num_queries(QUERIES):
        leader_client.get(RULES)


def test_reordering_publishes_the_rules_that_moved(leader_client):
    first, second = TriggerRule.objects.order_by("order")[:2]
    before = revision()

    leader_client.post(
        RULES,
        {
            "form-TOTAL_FORMS": 2,
            "form-INITIAL_FORMS": 2,
            "form-0-id": first.pk,
            "form-0-order": second.order,
            "form-1-id": second.pk,
            "form-1-order": first.order,
            "_save": "Save",
        },
    )

    assert list(TriggerRule.objects.order_by("order")[:2]) == [second, first]
    assert {rule.version for rule in TriggerRule.objects.filter(pk__in=[first.pk, second.pk])} == {2}
    assert revision() == before + 2


def test_deleting_one_and_deleting_several_count_the_revision_up(leader_client):
    one, two, three = TriggerRule.objects.order_by("order")[:3]
    before = revision()

    leader_client.post(f"{RULES}{one.pk}/delete/", {"post": "yes"})
    leader_client.post(RULES, {"action": "delete_selected", "_selected_action": [two.pk, three.pk], "post": "yes"})

    assert not TriggerRule.objects.filter(pk__in=[one.pk, two.pk, three.pk]).exists()
    assert revision() == before + 2
    assert AuditEntry.objects.filter(action="rule.deleted").count() == 3


def test_a_senior_agent_reads_rules_and_cannot_reorder_or_delete_them(client):
    client.force_login(factories.make_agent(role=Role.SENIOR_AGENT).user)
    rule = TriggerRule.objects.order_by("order").first()
    before = revision()

    listed = client.get(RULES)
    reordered = client.post(
        RULES,
        {
            "form-TOTAL_FORMS": 1,
            "form-INITIAL_FORMS": 1,
            "form-0-id": rule.pk,
            "form-0-order": 999,
            "_save": "Save",
        },
    )
    client.post(RULES, {"action": "delete_selected", "_selected_action": [rule.pk], "post": "yes"})

    assert listed.status_code == 200
    assert reordered.status_code == 403
    assert TriggerRule.objects.get(pk=rule.pk).order == rule.order
    assert revision() == before


def test_a_topic_handed_to_another_team_is_compiled_anew(leader_client):
    topic, team = Topic.objects.get(slug="billing"), factories.make_team("Money")
    before = revision()

    leader_client.post(
        f"/admin/escalations/topic/{topic.pk}/change/", {"name": topic.name, "slug": topic.slug, "team": team.pk}
    )

    topic.refresh_from_db()
    assert (topic.team, revision()) == (team, before + 1)


def test_intake_follows_a_published_rule_at_once(django_capture_on_commit_callbacks):
    rule = TriggerRule.objects.create(name="Lawyers", reason="customer_request", order=1, priority=4, version=0)
    conversation = factories.make_conversation()
    say = {"author": "customer", "text": "I will call my lawyer"}

    before = post_message(
        conversation=conversation.public_id, source="chat", data=say, by=SYSTEM, now=timezone.now()
    )
    TriggerCondition.objects.create(
        rule=rule, field="customer_text", operator="contains_phrase", value=["my lawyer"]
    )
    with django_capture_on_commit_callbacks(execute=True):
        publish(rule=rule, by=SYSTEM, now=timezone.now())
    after = post_message(
        conversation=conversation.public_id, source="chat", data=say, by=SYSTEM, now=timezone.now()
    )

    assert before.escalation is None
    assert after.escalation.because["rule"] == {"id": rule.pk, "name": "Lawyers", "version": 1}


def test_a_deleted_rule_leaves_the_escalations_because():
    rule = TriggerRule.objects.get(name="Low AI confidence")
    because = {"text": "x", "rule": {"id": rule.pk, "name": rule.name, "version": 1}, "conditions": []}
    escalation = factories.make_escalation(trigger_rule=rule, because=because)

    retire(rules=[rule], by=Actor("person", "Ada"), now=timezone.now())

    escalation.refresh_from_db()
    assert (escalation.trigger_rule, escalation.because) == (None, because)
