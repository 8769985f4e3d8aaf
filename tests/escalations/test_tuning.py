from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.actions.tuning import draft_below, gather
from escalations.decisions.tuning import ENOUGH, Past
from escalations.enums import Author
from escalations.models import Rating, TriggerRule
from helpninja.common.actors import SYSTEM
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, tzinfo=UTC)
NOW = START + timedelta(days=30)


def talk(*confidences, begun=START, intent="", **fields):
    """A conversation of answers with these confidences, a minute apart."""
    conversation = factories.make_conversation(started_at=begun, **fields)
    for minutes, confidence in enumerate(confidences):
        at = begun + timedelta(minutes=minutes)
        factories.make_message(
            conversation, "Well", author=Author.AI, ai_confidence=confidence, sent_at=at, intent=intent
        )
    return conversation


def gathered(teams=None):
    teams = frozenset({factories.support().pk} if teams is None else teams)
    return gather(start=START, end=START + timedelta(days=1), teams=teams, now=NOW)


def test_confidences_are_those_before_people_came():
    conversation = talk(0.8, 0.3, 0.6, 0.1, intent="refund")
    factories.make_escalation(
        conversation=conversation, opened_at=START + timedelta(minutes=2, seconds=1), necessity="needed"
    )

    assert gathered().pasts == [Past(0.3, 0.6, "refund", True)]


def test_without_times_they_are_those_up_to_the_message_that_led_to_it():
    conversation = factories.make_conversation(started_at=START)
    first, _ = (
        factories.make_message(conversation, "Well", author=Author.AI, ai_confidence=confidence, sent_at=None)
        for confidence in (0.5, 0.1)
    )
    factories.make_escalation(conversation=conversation, trigger_message=first, opened_at=START)

    assert gathered().pasts == [Past(0.5, 0.5, "", None)]


def test_outcomes_of_what_the_ai_did_alone():
    long_ago = START + timedelta(hours=1)
    talk(0.9, closed_at=long_ago)
    talk(0.8, closed_at=long_ago, reopened_at=long_ago + timedelta(hours=1))
    badly_rated = talk(0.7, closed_at=long_ago)
    Rating.objects.create(conversation=badly_rated, rated_at=NOW, csat=1)
    talk(0.6)
    talk()

    found = gathered()

    assert sorted((past.lowest, past.needed) for past in found.pasts) == [
        (0.6, None),
        (0.7, True),
        (0.8, True),
        (0.9, False),
    ]
    assert found.without == 1


def test_work_of_other_teams_and_other_days_is_left_out():
    talk(0.9, begun=START - timedelta(seconds=1))
    talk(0.8, begun=START + timedelta(days=1))
    factories.make_escalation(conversation=talk(0.7), team=factories.make_team("Elsewhere"), opened_at=NOW)
    talk(0.6)

    assert [past.lowest for past in gathered().pasts] == [0.6]


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_queries_however_many_conversations(rows):
    for _ in range(rows):
        factories.make_escalation(conversation=talk(0.5, 0.6), opened_at=NOW)

    teams = frozenset({factories.support().pk})
    with CaptureQueriesContext(connection) as queries:
        gathered(teams)

    assert len(queries) == 5  # whether there are other teams, ends, handovers, ratings, answers


def test_a_draft_is_not_active_comes_last_and_is_published():
    first, second = (draft_below(threshold=0.35, by=SYSTEM, now=NOW) for _ in range(2))

    condition = first.conditions.get()
    assert (first.name, second.name) == ("AI confidence below 0.35", "AI confidence below 0.35 (2)")
    assert (first.active, first.version, first.reason) == (False, 1, "low_ai_confidence")
    assert (condition.field, condition.operator, condition.value) == ("ai_confidence", "below", 0.35)
    assert TriggerRule.objects.last() == second
    assert AuditEntry.objects.filter(action="rule.published").count() == 2


# The page


@pytest.fixture
def leader_client(client, supervisor):
    client.force_login(supervisor.user)
    return client


def lately(*confidences, **fields):
    return talk(*confidences, begun=timezone.now() - timedelta(days=10), **fields)


def test_page_shows_the_sweep_with_n_and_missing(leader_client):
    for confidence, closed in ((0.9, True), (0.3, True), (0.2, False)):
        lately(confidence, closed_at=timezone.now() - timedelta(days=9) if closed else None)
    lately()

    answer = leader_client.get("/rules/tuning")

    point = next(point for point in answer.context["points"] if point["threshold"] == "0.4")
    assert (point["rate_n"], point["precision_n"], point["recall_n"]) == ("2 of 3", "0 of 1", "0 of 0")
    assert [card["value"] for card in answer.context["counts"]] == ["3", "0", "2", "1"]
    assert answer.context["calibration"]["missing"] == "1"
    assert b"1 more without a confidence" in answer.content


def test_page_shows_an_intent_only_where_there_is_enough(leader_client):
    closed_at = timezone.now() - timedelta(days=9)
    for _ in range(ENOUGH):
        lately(0.3, intent="refund", closed_at=closed_at)
    lately(0.3, intent="login", closed_at=closed_at)

    intents = leader_client.get("/rules/tuning?at=0.25").context["intents"]

    assert [(one["intent"], one["judged"]) for one in intents] == [("refund", str(ENOUGH)), ("login", "1")]
    assert intents[0]["point"]["rate_n"] == f"0 of {ENOUGH}"
    assert intents[1]["point"] is None


def test_page_says_so_when_there_is_nothing(leader_client):
    assert b"Nothing to sweep yet" in leader_client.get("/rules/tuning").content


def test_a_point_of_the_curve_becomes_a_draft(leader_client):
    answer = leader_client.post("/rules/tuning", {"threshold": "0.35"})

    draft = TriggerRule.objects.get(name="AI confidence below 0.35")
    assert answer.url == f"/admin/escalations/triggerrule/{draft.pk}/change/"
    assert not draft.active


@pytest.mark.parametrize("threshold", ["", "0", "1.5", "nan", "high"])
def test_no_point_of_the_curve_makes_no_draft(leader_client, threshold):
    count = TriggerRule.objects.count()

    answer = leader_client.post("/rules/tuning", {"threshold": threshold}, follow=True)

    assert TriggerRule.objects.count() == count
    assert b"Choose a point of the curve" in answer.content


def test_a_wrong_window_is_refused(leader_client):
    assert leader_client.get("/rules/tuning?window=custom").status_code == 400


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT])
def test_only_leaders_tune(client, role):
    client.force_login(factories.make_agent(role=role).user)

    assert client.get("/rules/tuning").status_code == 403
    assert client.post("/rules/tuning", {"threshold": "0.3"}).status_code == 403
