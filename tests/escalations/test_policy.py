import pytest

from agents.enums import Level
from escalations.enums import State, Tier
from escalations.models import Escalation
from escalations.policy import Action, may
from helpninja.common.actors import Actor
from helpninja.common.models import ApiKey
from helpninja.common.roles import Role, Scope
from tests import factories

pytestmark = pytest.mark.django_db


def person(agent):
    return Actor.of_user(agent.user)


def everybody():
    elsewhere = [factories.make_team("Elsewhere")]
    people = [factories.make_agent(role=role) for role in (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR)]
    people += [factories.make_agent(role=role, teams=elsewhere) for role in (Role.AGENT, Role.SUPERVISOR)]
    users = [factories.make_user(role) for role in (Role.QA_REVIEWER, Role.ANALYST, Role.ADMIN, None)]
    keys = [ApiKey(name="k", scopes=[scope]) for scope in Scope.values]
    return [person(a) for a in people] + [Actor.of_user(u) for u in users] + [Actor.of_key(k) for k in keys]


def test_seeing_one_and_listing_all_are_the_same_rule():
    rows = [
        factories.make_escalation(),
        factories.make_escalation(state=State.RESOLVED),
        factories.make_escalation(team=factories.make_team("Third")),
    ]

    for actor in everybody():
        listed = set(Escalation.objects.visible_to(actor).values_list("pk", flat=True))
        assert listed == {row.pk for row in rows if may(actor, Action.SEE, row)}, actor


@pytest.mark.parametrize(
    ("level", "tier", "required", "allowed"),
    [
        (Level.AGENT, Tier.FRONTLINE, None, True),
        (Level.AGENT, Tier.FRONTLINE, Level.SENIOR, False),
        (Level.SENIOR, Tier.FRONTLINE, Level.SENIOR, True),
        (Level.SENIOR, Tier.SPECIALIST, None, False),
        (Level.SPECIALIST, Tier.SPECIALIST, None, True),
        (Level.SPECIALIST, Tier.MANAGEMENT, None, False),
        (Level.MANAGER, Tier.MANAGEMENT, None, True),
    ],
)
def test_agents_claim_within_their_level(level, tier, required, allowed):
    agent = factories.make_agent(level=level)
    escalation = factories.make_escalation(tier=tier, required_level=required)

    assert may(person(agent), Action.CLAIM, escalation) is allowed


def test_senior_agents_claim_any_of_their_teams_and_none_of_others(outsider):
    senior = factories.make_agent(role=Role.SENIOR_AGENT)
    escalation = factories.make_escalation(tier=Tier.MANAGEMENT)

    assert may(person(senior), Action.CLAIM, escalation)
    assert not may(person(outsider), Action.CLAIM, escalation)


def test_working_on_it_is_for_its_holder_and_the_supervisor(agent, supervisor):
    senior = factories.make_agent(role=Role.SENIOR_AGENT)
    escalation = factories.make_escalation(state=State.ACTIVE, assignee=agent)

    allowed = [
        may(person(who), Action.WORK, escalation) for who in (agent, supervisor, senior, factories.make_agent())
    ]

    assert allowed == [True, True, False, False]


def test_contact_is_for_the_holder_seniors_and_supervisors_but_not_for_others(agent, supervisor):
    senior = factories.make_agent(role=Role.SENIOR_AGENT)
    escalation = factories.make_escalation(state=State.ACTIVE, assignee=agent)

    allowed = [
        may(person(who), Action.SEE_CONTACT, escalation)
        for who in (agent, supervisor, senior, factories.make_agent())
    ]

    assert allowed == [True, True, True, False]


def test_a_key_writes_only_with_the_scope_and_never_claims():
    escalation = factories.make_escalation()
    reader = Actor.of_key(ApiKey(name="r", scopes=[Scope.ESCALATIONS_READ]))
    writer = Actor.of_key(ApiKey(name="w", scopes=[Scope.ESCALATIONS_WRITE]))

    assert not may(reader, Action.WORK, escalation)
    assert may(writer, Action.WORK, escalation)
    assert may(writer, Action.CHANGE_PRIORITY, escalation)
    assert not may(writer, Action.CLAIM, escalation)
    assert not may(writer, Action.SEE_CONTACT, escalation)
