from datetime import timedelta

import pytest

from analytics.metrics.breakdown import breakdown, counted
from analytics.metrics.flow import AGAIN, AI, PEOPLE, PLACES, ROUTES, START, links, routes_of
from analytics.metrics.registry import METRICS
from analytics.metrics.units import Unit
from analytics.metrics.wording import value_text
from escalations.enums import EventKind, ReescalationCause, State, Tier, Timing
from escalations.models import EscalationEvent
from tests.analytics.rows import NOON, conversation, escalation, frame, resolved

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def routes():
    found = breakdown(["conversations"], ["route"], frame(comparison=None))
    return {group.labels[0].code: group.measured["conversations"].now.n for group in found.groups}


def route_of(made):
    (code,) = routes()
    return code


class TestRoutes:
    def test_the_ai_alone(self):
        conversation(closed_at=NOON + DAY)
        conversation()
        conversation(closed_at=NOON + DAY, reopened_at=NOON + 2 * DAY)
        conversation(timing=Timing.PLACED)

        assert routes() == {"ai:ai_resolved": 1, "ai:ai_returned": 1, "ai:ai_open": 1, "ai:unknown": 1}

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"state": State.RESOLVED}, "frontline:resolved"),
            ({"state": State.CANCELLED}, "frontline:cancelled"),
            ({"state": State.WAITING}, "frontline:open"),
            ({"state": State.CANCELLED, "timing": Timing.PLACED}, "frontline:unknown"),
            ({"state": State.RESOLVED, "tier": Tier.SPECIALIST}, "specialist:resolved"),
            ({"state": State.RESOLVED, "tier": Tier.MANAGEMENT}, "direct:resolved"),
        ],
    )
    def test_of_people_how_far_up_and_how_it_ended(self, fields, code):
        assert route_of(escalation(**fields)) == code

    def test_to_management_through_specialists_where_they_had_it(self):
        of = resolved(tier=Tier.MANAGEMENT)
        EscalationEvent.objects.create(
            escalation=of, kind=EventKind.TIER_CHANGED, at=NOON, version=2, actor="a", data={"to": "specialist"}
        )

        assert route_of(of) == "management:resolved"

    @pytest.mark.parametrize("cause", ["", ReescalationCause.POLICY_EXCEPTION])
    def test_a_re_escalation_within_seven_days_with_its_cause(self, cause):
        first = resolved()
        escalation(first.last_resolved_at + 7 * DAY, previous=first, reescalation_cause=cause)

        assert routes() == {f"frontline:again:{cause or 'unsaid'}": 1}

    def test_a_conversation_goes_by_its_first_escalation(self):
        first = resolved()
        escalation(first.opened_at + 8 * DAY, conversation=first.conversation, tier=Tier.SPECIALIST)

        assert route_of(first) == "frontline:resolved"


def test_whatever_flows_into_a_place_flows_out_of_it_and_all_of_it_is_counted():
    counts = {code: n for n, code in enumerate(ROUTES, 1)}

    found = links(counts)

    flows_in, flows_out = dict.fromkeys(PLACES, 0), dict.fromkeys(PLACES, 0)
    for link in found:
        flows_in[link.target] += link.count
        flows_out[link.source] += link.count
    inner = [START, AI, PEOPLE, "specialist", "management", AGAIN]
    assert flows_out[START] == sum(counts.values())
    assert [flows_in[place] for place in inner[1:]] == [flows_out[place] for place in inner[1:]]
    ends = set(PLACES) - set(inner)
    assert sum(flows_in[place] for place in ends) == sum(counts.values())
    assert all(link.count == sum(counts[code] for code in routes_of(link.code)) for link in found)


def test_the_month_s_shares_come_out_to_the_digit():
    """81.5 % by the AI; of those escalated 89.3, 7.6 and 3.1 %; of the specialists' 96.8, 2.1 and 1.1 %."""
    causes = {
        "incomplete_information": 3534 - 155,
        "misunderstood_requirements": 1473,
        "technical_limitation": 589,
        "policy_exception": 294,
    }
    found = links(
        {
            "ai:ai_resolved": 815_000,
            "frontline:resolved": 165_205,
            **{f"frontline:again:{cause}": n for cause, n in causes.items()},
            "specialist:resolved": 13_610,
            "management:resolved": 295,
            "specialist:again:incomplete_information": 155,
        }
    )

    shares = {link.code: value_text(link.share, Unit.RATE) for link in found}
    assert shares == {
        "conversations>ai": "81.5%",
        "conversations>frontline": "18.5%",
        "ai>ai_resolved": "100.0%",
        "frontline>resolved": "89.3%",
        "frontline>specialist": "7.6%",
        "frontline>again": "3.1%",
        "specialist>resolved": "96.8%",
        "specialist>management": "2.1%",
        "specialist>again": "1.1%",
        "management>resolved": "100.0%",
        "again>incomplete_information": "60.0%",
        "again>misunderstood_requirements": "25.0%",
        "again>technical_limitation": "10.0%",
        "again>policy_exception": "5.0%",
    }


def test_rows_flow_as_they_were_counted():
    for closed_at in (NOON, NOON, NOON, None):
        conversation(closed_at=closed_at)
    resolved()
    resolved(tier=Tier.SPECIALIST)
    again = resolved(tier=Tier.SPECIALIST)
    escalation(again.last_resolved_at + DAY, previous=again, conversation=conversation(NOON - 2 * DAY))

    found = {(link.source, link.target): link.count for link in links(routes())}

    assert found == {
        (START, AI): 4,
        (AI, "ai_resolved"): 3,
        (AI, "ai_open"): 1,
        (START, PEOPLE): 3,
        (PEOPLE, "resolved"): 1,
        (PEOPLE, "specialist"): 2,
        ("specialist", "resolved"): 1,
        ("specialist", AGAIN): 1,
        (AGAIN, "unsaid"): 1,
    }


@pytest.mark.parametrize("beginning", [PEOPLE, "specialist"])
def test_the_flow_may_begin_anywhere(beginning):
    found = links({"specialist:resolved": 3, "frontline:resolved": 5, "ai:ai_resolved": 9}, beginning)

    assert {link.source for link in found} <= {PEOPLE, "specialist"}
    assert sum(link.count for link in found if link.source == beginning) == (8 if beginning == PEOPLE else 3)


def test_each_route_opens_its_conversations():
    first = resolved()
    conversation(closed_at=NOON)

    for code in ("frontline:resolved", "conversations>frontline", "frontline>resolved"):
        assert list(counted(METRICS["conversations"], frame(), {"route": code})) == [first.conversation]


@pytest.mark.parametrize("code", ["resolved>frontline", "frontline>", ">", "a>b>c", "frontline:won"])
def test_unknown_routes_and_steps_are_refused(code):
    with pytest.raises(ValueError, match=code):
        counted(METRICS["conversations"], frame(), {"route": code})
