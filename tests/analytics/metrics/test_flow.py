from datetime import timedelta

import pytest

from analytics.metrics.breakdown import breakdown, counted
from analytics.metrics.flow import AGAIN, AI, PEOPLE, PLACES, ROUTES, START, links
from analytics.metrics.registry import METRICS
from escalations.enums import EventKind, ReescalationCause, State, Tier, Timing
from escalations.models import EscalationEvent
from tests import factories
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
    assert all(link.count == sum(counts[code] for code in link.codes) for link in found)


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

    rows = counted(METRICS["conversations"], frame(), {"route": "frontline:resolved"})

    assert list(rows) == [first.conversation]
    assert factories.Conversation.objects.count() == 2
