import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.actions import backtests
from escalations.actions.backtests import conditions_of, run_backtest
from escalations.enums import Author
from escalations.models import Backtest, TriggerCondition, TriggerRule
from escalations.models.backtest import BacktestState
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
SUITCASE = [{"group": 1, "field": "customer_text", "operator": "contains_phrase", "value": ["suitcase"]}]


@pytest.fixture
def rule():
    rule = TriggerRule.objects.create(name="Lost bags", active=False, reason="content_gap", order=500)
    for field, operator, value in (
        ("customer_text", "contains_phrase", ["bag is lost"]),
        ("failed_attempts", "at_least", 1),
    ):
        TriggerCondition.objects.create(rule=rule, field=field, operator=operator, value=value)
    return rule


@pytest.fixture
def leader_client(client, supervisor):
    client.force_login(supervisor.user)
    return client


@pytest.fixture(autouse=True)
def _jobs(monkeypatch):
    """The job is done at once, as by a worker that is free."""
    monkeypatch.setattr(
        "escalations.views.rules.enqueue",
        lambda task, pk: run_backtest(backtest_id=pk, clock=timezone.now),
    )


def visible_conversation(**fields):
    conversation = factories.make_conversation(**fields)
    factories.make_escalation(conversation=conversation)
    return conversation


def count_queries(client, address):
    """The second time, when nothing is looked up that is kept."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


# Try


def try_on(client, rule, text, **more):
    return client.post(f"/rules/{rule.pk}/try", {"text": text, **more})


def test_try_says_where_it_fires_and_why(leader_client, rule):
    answer = try_on(leader_client, rule, "Customer: Hello\nAI (0.3): What?\nCustomer: My bag is lost")

    trial = answer.context["trial"]
    assert trial.verdict == "“Lost bags” fires at message 3 and hands the conversation over."
    assert [fire["held"] for fire in trial.rows[2]["fired"]] == [
        ["the customer wrote “bag is lost”", "Failed attempts in a row 1 is at least 1"]
    ]
    assert trial.rows[2]["decides"]


def test_try_says_which_other_rule_fires_first(leader_client, rule):
    answer = try_on(leader_client, rule, "AI (0.1): What?\nCustomer: My bag is lost")

    trial = answer.context["trial"]
    assert trial.verdict == (
        "“Lost bags” would fire at message 2, but “Very low AI confidence” fires first, at message 1, and decides."
    )
    assert trial.rows[1]["is_after"]


def test_try_says_what_was_missing_where_it_nearly_fired(leader_client, rule):
    answer = try_on(leader_client, rule, "Customer: My bag is lost")

    trial = answer.context["trial"]
    assert trial.verdict == "“Lost bags” does not fire, and no other active rule does."
    assert trial.rows[0]["near"] == {
        "held": ["the customer wrote “bag is lost”"],
        "missing": ["Failed attempts in a row is at least 1"],
    }


def test_try_takes_the_edit_instead_of_what_is_saved(leader_client, rule):
    text = "Customer: My suitcase is gone"

    saved, edited = (try_on(leader_client, rule, text, edit=edit) for edit in ("", json.dumps(SUITCASE)))

    assert saved.context["trial"].tone == "even"
    assert edited.context["trial"].verdict.startswith("“Lost bags” fires at message 1")
    assert b"An edit that is not saved" in edited.content


def test_try_on_a_stored_conversation_shows_what_happened(leader_client, rule):
    conversation = factories.make_conversation(subject="Where is it?")
    factories.make_message(conversation, "Is anybody there?", sent_at=timezone.now() - timedelta(minutes=2))
    message = factories.make_message(conversation, "Hm", author=Author.AI, ai_confidence=0.5)
    factories.make_escalation(conversation=conversation, trigger_message=message)

    answer = leader_client.get(f"/rules/{rule.pk}/try?conversation={conversation.public_id}")

    rows = answer.context["trial"].rows
    assert [row["handed_over"] for row in rows] == [False, True]
    assert "confidence 0.50" in rows[1]["notes"]


def test_pasted_json_knows_the_customer_as_the_intake_would(leader_client, rule):
    edit = [{"group": 1, "field": "plan", "operator": "one_of", "value": ["enterprise"]}]
    text = {"customer": {"plan": "enterprise"}, "messages": [{"author": "customer", "text": "Hello"}]}

    answer = try_on(leader_client, rule, json.dumps(text), edit=json.dumps(edit))

    assert answer.context["trial"].verdict.startswith("“Lost bags” fires at message 1")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "Customer: Hi\nHello"}, "Line 2: Begin it with one of"),
        ({"text": '[{"author": "ai", "text": "x", "ai_confidence": 3}]'}, "Messages[0].ai_confidence: The AI"),
        ({"text": "Customer: Hi", "edit": "{"}, "The edit can&#x27;t be read"),
        (
            {"text": "Customer: Hi", "edit": '[{"group": 1, "field": "plan", "operator": "below", "value": 3}]'},
            "goes with",
        ),
        ({"text": "Customer: Hi", "edit": '[{"rule": 3}]'}, "A list of conditions is needed"),
    ],
)
def test_what_can_not_be_tried_is_refused_with_its_place(leader_client, rule, fields, said):
    answer = leader_client.post(f"/rules/{rule.pk}/try", fields)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert answer.context["trial"] is None


def test_only_conversations_of_the_actors_teams_are_found(leader_client, rule):
    ours = visible_conversation(subject="Bag of Support")
    factories.make_conversation(subject="Bag that the AI handled")
    elsewhere = factories.make_conversation(subject="Bag of Elsewhere")
    factories.make_escalation(conversation=elsewhere, team=factories.make_team("Elsewhere"))

    found = leader_client.get(f"/rules/{rule.pk}/try?q=bag").context["found"]
    refused = leader_client.get(f"/rules/{rule.pk}/try?conversation={elsewhere.public_id}")

    assert list(found) == [ours]
    assert refused.status_code == 404


@pytest.mark.parametrize("term", ["id", "external", "subject", "customer", "company"])
def test_a_conversation_is_found_by_id_subject_and_customer(leader_client, rule, term):
    customer = factories.make_customer("Ada Byron", company="Analytical Engines")
    wanted = visible_conversation(subject="Lost suitcase", customer=customer)
    visible_conversation(subject="Something else")
    terms = {
        "id": wanted.public_id,
        "external": wanted.external_id,
        "subject": "SUITCASE",
        "customer": "byron",
        "company": "engines",
    }

    found = leader_client.get(f"/rules/{rule.pk}/try", {"q": terms[term]}).context["found"]

    assert list(found) == [wanted]


def test_as_many_queries_however_many_conversations_and_messages(leader_client, rule):
    def queries(rows):
        for _ in range(rows):
            conversation = visible_conversation(subject="Bag")
            factories.make_message(conversation, "My bag is lost")
        return count_queries(leader_client, f"/rules/{rule.pk}/try?q=Bag&conversation={conversation.public_id}")

    assert queries(1) == queries(2)


# Back-tests


def start(client, rule, **fields):
    return client.post(f"/rules/{rule.pk}/backtests", {"window": "7", "tz": "UTC", **fields})


def lost_bag(**fields):
    conversation = factories.make_conversation(started_at=timezone.now() - timedelta(minutes=5), **fields)
    said = ((Author.AI, "What?", 0.3), (Author.CUSTOMER, "My bag is lost", None))
    for minutes, (author, text, confidence) in enumerate(said):
        factories.make_message(
            conversation,
            text,
            author=author,
            ai_confidence=confidence,
            sent_at=conversation.started_at + timedelta(minutes=minutes),
        )
    return conversation


def test_a_back_test_is_asked_for_done_and_shown(leader_client, rule, supervisor):
    lost_bag()

    answer = start(leader_client, rule)
    page = leader_client.get(answer.url)

    run = Backtest.objects.get()
    assert (run.state, run.requested_by, run.rule_version, run.is_edit) == (
        "done",
        supervisor.user.username,
        1,
        False,
    )
    assert list(run.teams.all()) == [factories.support()]
    assert page.context["found"]["outcomes"]["added"] == 1
    assert b"1 of the latest examples the AI handled alone" in page.content
    assert run in leader_client.get(f"/rules/{rule.pk}/backtests").context["runs"]


def test_an_edit_is_back_tested_beside_what_is_saved(leader_client, rule):
    lost_bag()

    page = leader_client.get(start(leader_client, rule, edit=json.dumps(SUITCASE)).url)

    assert page.context["found"]["current"] == {"count": 1, "only_tested": 0, "only_current": 1}
    assert page.context["series"] == ["The edit", "Version 1", "In fact"]
    assert b"suitcase" in page.content


def test_an_edit_that_says_what_is_saved_is_none(leader_client, rule):
    start(leader_client, rule, edit=json.dumps(conditions_of(rule)))

    assert not Backtest.objects.get().is_edit


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"window": "custom"}, "Custom dates need this date."),
        ({"window": "custom", "start": "2026-03-02", "end": "2026-03-01"}, "must not end before it begins"),
        ({"window": "custom", "start": "1990-01-01", "end": "2026-03-01"}, "at most five years"),
        ({"window": "9999"}, "not one of the available choices"),
        ({"tz": "Mars/Olympus"}, "Mars/Olympus"),
    ],
)
def test_a_wrong_window_is_refused_and_nothing_is_begun(leader_client, rule, fields, said):
    answer = start(leader_client, rule, **fields)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Backtest.objects.exists()


def test_custom_dates_are_whole_days_of_the_zone(leader_client, rule):
    start(leader_client, rule, window="custom", start="2026-03-08", end="2026-03-08", tz="America/New_York")

    run = Backtest.objects.get()
    assert run.end - run.start == timedelta(hours=23)  # the clocks went forward


def test_progress_is_told_and_a_run_is_cancelled(leader_client, rule, monkeypatch):
    monkeypatch.setattr("escalations.views.rules.enqueue", lambda *args: False)
    page = start(leader_client, rule).url
    Backtest.objects.update(state=BacktestState.RUNNING, total=200, done=50, progress_at=timezone.now())

    progress = leader_client.get(f"{page}/progress").json()
    leader_client.post(f"{page}/cancel")
    again = leader_client.post(f"{page}/cancel", follow=True)

    assert progress == {
        "state": "running",
        "label": "Running",
        "finished": False,
        "done": 50,
        "total": 200,
        "percent": 25,
    }
    assert Backtest.objects.get().state == BacktestState.CANCELLED
    assert b"This back-test is over." in again.content


def test_a_failed_run_shows_its_error(leader_client, rule, monkeypatch):
    monkeypatch.setattr(backtests, "effect", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        start(leader_client, rule)

    page = leader_client.get(f"/rules/backtests/{Backtest.objects.get().public_id}")

    assert b"It failed: ZeroDivisionError: division by zero" in page.content


def test_senior_agents_read_results_and_start_none(client, leader_client, rule):
    page = start(leader_client, rule).url
    client.force_login(factories.make_agent(role=Role.SENIOR_AGENT).user)

    listed, read = client.get(f"/rules/{rule.pk}/backtests"), client.get(page)
    refused = [start(client, rule), client.post(f"{page}/cancel"), client.get(f"/rules/{rule.pk}/try")]

    assert [listed.status_code, read.status_code] == [200, 200]
    assert b"Start the back-test" not in listed.content
    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert Backtest.objects.count() == 1


def test_results_of_other_teams_do_not_exist(client, leader_client, rule, outsider):
    page = start(leader_client, rule).url
    leader = factories.make_agent(role=Role.SUPERVISOR, teams=list(outsider.teams.all()))
    client.force_login(leader.user)

    assert client.get(page).status_code == 404
    assert client.get(f"{page}/progress").status_code == 404
    assert client.post(f"{page}/cancel").status_code == 404
    assert list(client.get(f"/rules/{rule.pk}/backtests").context["runs"]) == []


def test_the_admin_is_shown_the_examples(client, rule):
    conversation = lost_bag(subject="<b>Bag</b>")
    client.force_login(factories.make_user(Role.ADMIN))

    page = client.get(start(client, rule).url)

    (added, _) = page.context["examples"]
    assert [(row["conversation"], row["place"]) for row in added["rows"]] == [(conversation, 2)]
    assert b"&lt;b&gt;Bag" in page.content


def test_as_many_queries_however_many_runs(leader_client, rule):
    def queries(rows):
        for _ in range(rows):
            start(leader_client, rule)
        return count_queries(leader_client, f"/rules/{rule.pk}/backtests")

    assert queries(1) == queries(2)


# From the rule's form


def form_of(*conditions):
    """As the rule's form sends its conditions: those with an id are saved, the last row is an empty one."""
    rows = [*conditions, {"group": 1, "field": "", "operator": "", "value": ""}]
    data = {
        "name": "Lost bags",
        "conditions-TOTAL_FORMS": len(rows),
        "conditions-INITIAL_FORMS": sum("id" in row for row in rows),
    }
    for index, row in enumerate(rows):
        data |= {f"conditions-{index}-{name}": value for name, value in row.items()}
    return data


def saved(rule):
    phrases, attempts = rule.conditions.all()
    return (
        {
            "id": phrases.pk,
            "group": 1,
            "field": "customer_text",
            "operator": "contains_phrase",
            "value": "bag is lost",
        },
        {"id": attempts.pk, "group": 1, "field": "failed_attempts", "operator": "at_least", "value": "1"},
    )


def test_the_form_as_it_stands_is_tried_and_saves_nothing(leader_client, rule):
    phrases, attempts = saved(rule)
    edited = form_of({**phrases, "value": "suitcase\r\nbag is lost"}, {**attempts, "DELETE": "on"})

    page = leader_client.post(f"/rules/{rule.pk}/try", edited)
    tried = try_on(leader_client, rule, "Customer: My suitcase", edit=page.context["edit_text"])

    assert json.loads(page.context["edit_text"]) == [
        {"group": 1, "field": "customer_text", "argument": "", "operator": "contains_phrase",
         "value": ["suitcase", "bag is lost"]}
    ]  # fmt: skip
    assert tried.context["trial"].tone == "good"
    assert rule.conditions.count() == 2


def test_the_form_as_it_stands_is_back_tested(leader_client, rule):
    phrases, attempts = saved(rule)

    page = leader_client.post(f"/rules/{rule.pk}/backtests", form_of(phrases, {**attempts, "value": "2"}))
    start(leader_client, rule, edit=page.context["edit_text"])

    assert not page.context["runs"]
    run = Backtest.objects.get()
    assert (run.is_edit, run.tested["conditions"][1]["value"], run.tested["beside"][1]["value"]) == (True, 2, 1)


def test_a_form_that_says_what_is_saved_is_no_edit(leader_client, rule):
    assert leader_client.post(f"/rules/{rule.pk}/try", form_of(*saved(rule))).context["edit_text"] == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "many"}, "give a number"),
        ({"operator": "contains_phrase"}, "goes with"),
        ({"operator": ""}, "This field is required"),
    ],
)
def test_a_form_that_could_not_be_saved_is_not_tried(leader_client, rule, change, said):
    phrases, attempts = saved(rule)

    answer = leader_client.post(f"/rules/{rule.pk}/try", form_of(phrases, {**attempts, **change}))

    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_a_form_without_conditions_is_not_tried(leader_client, rule):
    phrases, attempts = saved(rule)
    rows = [{**row, "DELETE": "on"} for row in (phrases, attempts)]

    answer = leader_client.post(f"/rules/{rule.pk}/try", form_of(*rows))

    assert answer.status_code == 400
    assert "at least one condition" in answer.content.decode()


def test_the_rules_page_lists_its_back_tests_and_leads_to_others(client, leader_client, rule):
    page = start(leader_client, rule).url
    address = f"/admin/escalations/triggerrule/{rule.pk}/change/"

    led = leader_client.get(address).content.decode()
    client.force_login(factories.make_agent(role=Role.SENIOR_AGENT).user)
    seen = client.get(address).content.decode()

    assert f'href="{page}"' in led
    assert f'formaction="/rules/{rule.pk}/try"' in led
    assert f'href="{page}"' in seen
    assert "formaction" not in seen
