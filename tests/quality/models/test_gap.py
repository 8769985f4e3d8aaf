from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from escalations.enums import State
from escalations.models import HandlingInterval
from helpninja.common.actors import Actor
from helpninja.common.roles import Role
from quality.models import GapQuestion, GroupingRun, KnowledgeGap
from tests import factories
from tests.quality.asked import NOW, ask, ask_ai

pytestmark = pytest.mark.django_db
SINCE = NOW - timedelta(days=30)


def actor(role=Role.ADMIN):
    return Actor.of_user(factories.make_user(role))


def asked_in(gap, escalation, source="noted"):
    return gap.asked.create(
        source=source,
        conversation=escalation.conversation,
        escalation=escalation,
        text="How?",
        at=escalation.opened_at,
    )


def handled(escalation, seconds, rate):
    agent = factories.make_agent()
    started_at = escalation.opened_at
    HandlingInterval.objects.create(
        escalation=escalation,
        agent=agent,
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=seconds),
        seconds=seconds,
        hourly_cost=rate,
    )


def figures(gap, **options):
    found = KnowledgeGap.objects.with_figures(options.get("by", actor()), SINCE, NOW + timedelta(days=1)).get(
        pk=gap.pk
    )
    return {name: getattr(found, name) for name in ("escalations", "missing", "questions", "each", "cost")}


def test_cost_is_escalations_times_the_mean_cost_of_those_whose_cost_is_known():
    gap = KnowledgeGap.objects.create(name="API keys")
    handled(ask("of another gap"), 3600, Decimal(500))
    first, second, third = ask("one"), ask("two"), ask("three")
    for escalation in (first, second, third):
        asked_in(gap, escalation)
    handled(first, 1800, Decimal(40))
    handled(first, 900, Decimal(40))
    handled(second, 1800, Decimal(20))
    handled(third, 3600, None)

    assert figures(gap) == {"escalations": 3, "missing": 3, "questions": 3, "each": 20.0, "cost": 60.0}


def test_unknown_cost_is_none_and_not_zero():
    gap = KnowledgeGap.objects.create(name="API keys")
    asked_in(gap, ask("one"))

    assert figures(gap) == {"escalations": 1, "missing": 1, "questions": 1, "each": None, "cost": None}


def test_what_is_outside_the_window_is_not_counted_and_unsure_ones_are_no_missing_content():
    gap = KnowledgeGap.objects.create(name="API keys")
    asked_in(gap, ask("one", at=SINCE - timedelta(seconds=1)))
    asked_in(gap, ask("two", at=SINCE), source="unsure")

    assert figures(gap) == {"escalations": 1, "missing": 0, "questions": 1, "each": None, "cost": None}


def test_ranked_by_cost_then_by_escalations():
    cheap, dear, unknown, empty = (KnowledgeGap.objects.create(name=name) for name in ("cheap", "dear", "?", "-"))
    for gap, rate in ((cheap, 10), (dear, 100), (unknown, None)):
        escalation = ask("one")
        asked_in(gap, escalation)
        handled(escalation, 3600, rate)

    ranked = KnowledgeGap.objects.with_figures(actor(), SINCE, NOW + timedelta(days=1)).ranked()

    assert list(ranked) == [dear, cheap, unknown, empty]


def test_supervisor_sees_what_the_own_teams_were_asked_and_counts_only_that(supervisor, outsider):
    gap, elsewhere = KnowledgeGap.objects.create(name="API keys"), KnowledgeGap.objects.create(name="Other")
    asked_in(gap, ask("one"))
    theirs = ask("two", team=outsider.teams.get())
    asked_in(gap, theirs)
    asked_in(elsewhere, ask("three", team=outsider.teams.get()))
    by = Actor.of_user(supervisor.user)

    assert list(KnowledgeGap.objects.visible_to(by)) == [gap]
    assert [one.escalation_id == theirs.pk for one in GapQuestion.objects.visible_to(by)] == [False]
    assert figures(gap, by=by)["escalations"] == 1


def test_qa_reviewer_sees_what_is_resolved():
    gap = KnowledgeGap.objects.create(name="API keys")
    asked_in(gap, ask("one"))
    by = actor(Role.QA_REVIEWER)
    assert not KnowledgeGap.objects.visible_to(by).exists()

    asked_in(gap, ask("two", state=State.RESOLVED))

    assert KnowledgeGap.objects.visible_to(by).get() == gap


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR_AGENT, Role.ANALYST])
def test_others_see_none(role):
    gap = KnowledgeGap.objects.create(name="API keys")
    asked_in(gap, ask("one", state=State.RESOLVED))
    by = Actor.of_user(factories.make_agent(role=role).user)

    assert not KnowledgeGap.objects.visible_to(by).exists()
    assert not GapQuestion.objects.visible_to(by).exists()


def test_what_the_ai_did_alone_is_the_admins_to_read(supervisor):
    conversation = ask_ai("How?")
    GapQuestion.objects.create(source="unsure", conversation=conversation, text="How?", at=NOW)

    assert not GapQuestion.objects.visible_to(Actor.of_user(supervisor.user)).exists()
    assert GapQuestion.objects.visible_to(actor()).count() == 1


def test_two_groupings_at_once_are_refused_by_the_database():
    GroupingRun.objects.create(requested_by="a", started_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        GroupingRun.objects.create(requested_by="b", started_at=NOW)


def test_erased_conversation_takes_its_question_along():
    gap = KnowledgeGap.objects.create(name="API keys")
    conversation = ask_ai("How?")
    gap.asked.create(source="unsure", conversation=conversation, text="How?", at=NOW)

    conversation.delete()

    assert not GapQuestion.objects.exists()
