import pytest

from escalations.actions.priority import current_policy
from escalations.enums import Priority
from escalations.models import PriorityAdjustment, PriorityCondition, PriorityRevision, PriorityRule
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
RULES = "/admin/escalations/priorityrule/"
ADJUSTMENTS = "/admin/escalations/priorityadjustment/"


@pytest.fixture
def leader_client(client, supervisor):
    client.force_login(supervisor.user)
    return client


@pytest.fixture
def access():
    return PriorityRule.objects.get(name="Account access")


def form_of(rule, *conditions, **changes):
    """What the browser sends for the rule with these conditions: group, field, values, or with an id."""
    data = {
        "name": rule.name,
        "active": "on",
        "priority": rule.priority,
        "order": rule.order,
        "conditions-TOTAL_FORMS": len(conditions),
        "conditions-INITIAL_FORMS": sum("id" in condition for condition in conditions),
    }
    for index, condition in enumerate(conditions):
        for name, value in condition.items():
            data[f"conditions-{index}-{name}"] = value
        data[f"conditions-{index}-rule"] = rule.pk or ""
    return {**data, **changes}


def typed(rule):
    return [
        {"id": one.pk, "group": one.group, "field": one.field, "values": "\r\n".join(one.values)}
        for one in rule.conditions.all()
    ]


def revision():
    return PriorityRevision.objects.get(pk=1).number


def test_saving_publishes_the_next_version(leader_client, supervisor, access):
    before = revision()

    leader_client.post(f"{RULES}{access.pk}/change/", form_of(access, *typed(access), priority=4))

    access.refresh_from_db()
    kept = access.history.latest()
    assert (access.priority, access.version, revision()) == (Priority.CRITICAL, 2, before + 1)
    assert (kept.history_user, len(kept.parts["conditions"])) == (supervisor.user.username, 2)
    assert AuditEntry.objects.get().action == "priority_rule.published"


def test_saving_what_did_not_change_publishes_nothing(leader_client, access):
    before = revision()

    leader_client.post(f"{RULES}{access.pk}/change/", form_of(access, *typed(access)))

    access.refresh_from_db()
    assert (access.version, revision(), AuditEntry.objects.count()) == (1, before, 0)


def test_going_back_to_a_version_takes_its_conditions_along(leader_client, access):
    first, second = typed(access)
    leader_client.post(f"{RULES}{access.pk}/change/", form_of(access, first, {**second, "values": "locked out"}))
    installed = access.history.first() if access.history.count() == 1 else access.history.order_by("history_id")[0]

    leader_client.post(f"{RULES}{access.pk}/history/", {"to": installed.history_id})

    access.refresh_from_db()
    assert access.version == 3
    assert "cannot log in" in access.conditions.get(field="keyword").values


def test_values_are_typed_one_a_line(leader_client):
    rule = PriorityRule(name="Law", priority=3, order=5)
    condition = {"group": 1, "field": "keyword", "values": " lawyer\n\n court "}

    leader_client.post(f"{RULES}add/", form_of(rule, condition))

    saved = PriorityRule.objects.get(name="Law")
    assert (saved.version, saved.conditions.get().values) == (1, ["lawyer", "court"])


@pytest.mark.parametrize(
    ("field", "values", "message"),
    [
        ("plan", "platinum", "Unknown plan: platinum."),
        ("topic", "billing\nnonsense", "Unknown topic: nonsense."),
        ("reason", "boredom", "Unknown: boredom. Choose from low_ai_confidence"),
        ("keyword", "...", "Keyword: each text needs a letter or a digit."),
        ("flag", "x" * 201, "Flag: at most 200 texts of 200 characters."),
        ("flag", "a\x00b", "Null characters are not allowed."),
        ("flag", " ", "This field is required."),
    ],
)
def test_wrong_values_are_refused_under_their_field(leader_client, field, values, message):
    rule = PriorityRule(name="Wrong", priority=3, order=5)

    response = leader_client.post(f"{RULES}add/", form_of(rule, {"group": 1, "field": field, "values": values}))

    errors = response.context["inline_admin_formsets"][0].formset.errors
    assert errors[0]["values"][0].startswith(message)
    assert not PriorityRule.objects.filter(name="Wrong").exists()


def test_a_rule_without_conditions_is_refused(leader_client):
    leader_client.post(f"{RULES}add/", form_of(PriorityRule(name="Never", priority=3, order=5)))

    assert not PriorityRule.objects.filter(name="Never").exists()


def test_reordering_publishes_the_rules_that_moved(leader_client):
    first, second = PriorityRule.objects.order_by("order")[:2]

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

    assert list(PriorityRule.objects.order_by("order")[:2]) == [second, first]
    assert [rule.name for rule in current_policy().rules[:2]] == [second.name, first.name]


def test_an_adjustment_is_tuned_and_switched_off(leader_client):
    load = PriorityAdjustment.objects.get(kind="load")

    leader_client.post(
        f"{ADJUSTMENTS}{load.pk}/change/", {"kind": "load", "levels": 1, "threshold": "2.5", "only_up_to": ""}
    )

    load.refresh_from_db()
    assert (load.levels, load.threshold, load.only_up_to, load.active, load.version) == (1, 2.5, None, False, 2)


def test_adjustments_are_switched_in_the_list(leader_client):
    first, second = PriorityAdjustment.objects.order_by("kind", "threshold", "id")[:2]

    leader_client.post(
        ADJUSTMENTS,
        {
            "form-TOTAL_FORMS": 2,
            "form-INITIAL_FORMS": 2,
            "form-0-id": first.pk,
            "form-1-id": second.pk,
            "form-1-active": "on",
            "_save": "Save",
        },
    )

    rows = PriorityAdjustment.objects.in_bulk()
    assert (rows[first.pk].active, rows[first.pk].version) == (False, 2)
    assert (rows[second.pk].active, rows[second.pk].version) == (True, 1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "wait", "levels": 1}, "Waiting and load need a threshold of 0 or more, the others none."),
        ({"kind": "wait", "levels": -1, "threshold": 9}, "Waiting only raises."),
        ({"kind": "repeat", "levels": 1}, "There is such an adjustment already."),
        ({"kind": "wait", "levels": 1, "threshold": 5}, "There is an adjustment with this threshold already."),
        ({"kind": "load", "levels": 0, "threshold": 9}, "It raises or lowers by 1 to 3 levels."),
        (
            {"kind": "load", "levels": 1, "threshold": 9, "only_up_to": 2},
            "Only what lowers can be limited to bases up to a level.",
        ),
    ],
)
def test_a_wrong_adjustment_is_refused_with_its_reason(leader_client, values, message):
    response = leader_client.post(f"{ADJUSTMENTS}add/", values)

    assert response.context["adminform"].form.non_field_errors() == [message]
    assert PriorityAdjustment.objects.count() == 5


def test_several_waits_are_several_steps(leader_client):
    leader_client.post(f"{ADJUSTMENTS}add/", {"kind": "wait", "levels": 1, "threshold": 20, "active": "on"})

    assert [one.threshold for one in current_policy().waits] == [5, 20]


def test_a_senior_agent_reads_and_changes_nothing(client, access):
    client.force_login(factories.make_agent(role=Role.SENIOR_AGENT).user)

    listed = client.get(RULES)
    changed = client.post(f"{RULES}{access.pk}/change/", form_of(access, *typed(access), priority=4))

    assert (listed.status_code, changed.status_code) == (200, 403)
    assert PriorityRule.objects.get(pk=access.pk).priority == Priority.HIGH


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_rules_costs_the_same_with_more_rows(leader_client, django_assert_max_num_queries, rows):
    PriorityRule.objects.exclude(pk__in=PriorityRule.objects.values_list("pk")[:rows]).delete()
    leader_client.get(RULES)

    with django_assert_max_num_queries(12):
        response = leader_client.get(RULES)

    assert len(response.context["cl"].result_list) == rows


def test_rules_go_out_as_csv_and_come_in_again(leader_client, access):
    exported = leader_client.post(f"{RULES}export/", {"format": "0"})
    lines = exported.content.decode()

    assert PriorityCondition.objects.count() > 16
    assert lines.splitlines()[0] == "name,order,active,priority,conditions"
    assert "Account access" in lines
