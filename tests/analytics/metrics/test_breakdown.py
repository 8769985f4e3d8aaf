from datetime import date, timedelta

import pytest

from analytics.metrics.breakdown import NotDivisible, breakdown, counted
from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.registry import METRICS, measure
from escalations.enums import Reason
from helpninja.common.values import Value
from helpninja.common.windows import Comparison
from tests import factories
from tests.analytics.rows import NOON, answered, conversation, escalation, frame, held, rating, resolved

pytestmark = pytest.mark.django_db


def groups(metric, *dimensions, of=None):
    found = breakdown([metric], dimensions, of or frame())
    return {tuple(label.text for label in group.labels): group.measured[metric].now for group in found.groups}


@pytest.fixture
def varied(agent):
    """Two days' work that differs in everything that it can be broken down by."""
    tom = factories.make_agent("Tom Sander")
    young = factories.make_customer("Young", plan="starter", region="Europe", signed_up_on=date(2026, 3, 1))
    for n, (reason, customer, who) in enumerate(
        [
            (Reason.BILLING_ACCOUNT, young, agent),
            (Reason.CONTENT_GAP, None, tom),
            (Reason.BILLING_ACCOUNT, None, tom),
        ]
    ):
        at = NOON + timedelta(hours=n)
        one = resolved(
            at,
            conversation=conversation(at, customer=customer, channel="email" if n else "web"),
            reason=reason,
            topic=factories.make_topic() if n else None,
            first_response_at=at + timedelta(seconds=90),
            first_response_seconds=90,
            first_responder=who,
            resolved_by=who,
        )
        held(one, who, seconds=600)
        rating(3 + n, of=one, handler=who)
    conversation(NOON)
    escalation(NOON - timedelta(days=1))


@pytest.mark.parametrize("metric", METRICS)
def test_groups_of_any_dimension_add_up_and_open_exactly_their_rows(varied, metric):
    asked = frame(comparison=None)
    divisible = 0
    for key, dimension in DIMENSIONS.items():
        if not dimension.on.keys() >= set(METRICS[metric].reading.sources):
            continue
        divisible += 1

        found = breakdown([metric], [key], asked)

        numbers = {group.labels[0].code: group.measured[metric].now.n for group in found.groups}
        assert {code: counted(METRICS[metric], asked, {key: code}).count() for code in numbers} == numbers, key
        assert found.total == measure([METRICS[metric]], asked)
        if dimension.partitions and METRICS[metric].reading.adds_up:
            assert sum(numbers.values()) == found.total[metric].now.n, key
    assert divisible


def test_values_are_the_groups_own():
    answered(seconds=100, reason=Reason.CONTENT_GAP)
    answered(seconds=300, reason=Reason.CONTENT_GAP)
    answered(seconds=60, reason=Reason.TECHNICAL_ISSUE)

    assert groups("first_response_time", "reason") == {
        ("Technical issue",): Value(60.0, 1),
        ("Content gap",): Value(200.0, 2),
    }


def test_two_dimensions_give_the_groups_that_occur():
    escalation(plan=factories.make_plan("pro"), channel="web")
    escalation(plan=factories.make_plan("pro"), channel="email")
    escalation(plan=None, channel="web")

    assert list(groups("escalations", "plan", "channel")) == [("Pro", "email"), ("Pro", "web"), ("None", "web")]


def test_counts_by_two_dimensions_are_shares_of_the_first_one_s_groups():
    for plan, channel, n in (("pro", "web", 3), ("pro", "", 1), ("trial", "web", 2)):
        for _ in range(n):
            escalation(plan=factories.make_plan(plan), channel=channel)

    found = breakdown(["escalations", "resolution_rate"], ["plan", "channel"], frame())

    assert [(group.labels[1].text, found.shares(group)) for group in found.groups] == [
        ("web", {"escalations": Value.of_rate(2, 2)}),
        ("web", {"escalations": Value.of_rate(3, 4)}),
        ("None", {"escalations": Value.of_rate(1, 4)}),
    ]


@pytest.mark.parametrize("dimensions", [["reason"], ["reason", "theme"]])
def test_what_is_no_part_of_a_group_has_no_share(dimensions):
    rating(3, comment="Well.")

    found = breakdown(["comments"], dimensions, frame())

    assert [found.shares(group) for group in found.groups] == [{}]


def test_what_is_missing_goes_to_its_group_where_that_is_known():
    escalation(timing="placed", reason=Reason.CONTENT_GAP)
    answered(seconds=60, reason=Reason.CONTENT_GAP, first_responder=factories.make_agent("Ann"))

    assert groups("first_response_time", "reason") == {("Content gap",): Value(60.0, 1, missing=1)}
    assert groups("first_response_time", "agent") == {("Ann",): Value(60.0, 1)}


def test_a_metric_without_such_groups_is_named():
    with pytest.raises(NotDivisible, match="Conversations can't be broken down by reason"):
        breakdown(["conversations"], ["reason"], frame())


def test_an_unknown_group_is_an_error():
    with pytest.raises(ValueError, match="nonsense"):
        counted(METRICS["escalations"], frame(), {"topic": "nonsense"})


@pytest.mark.parametrize(
    ("days", "tenure", "lifecycle"),
    [
        (0, "New customers (first 30 days)", "Days 1–7"),
        (6, "New customers (first 30 days)", "Days 1–7"),
        (7, "New customers (first 30 days)", "Days 8–30"),
        (29, "New customers (first 30 days)", "Days 8–30"),
        (30, "Established customers (30+ days)", "Days 31–90"),
        (89, "Established customers (30+ days)", "Days 31–90"),
        (90, "Established customers (30+ days)", "Days 91+"),
    ],
)
def test_tenure_counts_days_from_the_signup(days, tenure, lifecycle):
    conversation(customer=factories.make_customer(signed_up_on=NOON.date() - timedelta(days=days)))

    assert list(groups("conversations", "tenure")) == [(tenure,)]
    assert list(groups("conversations", "lifecycle")) == [(lifecycle,)]


def test_stretches_of_time_are_not_compared():
    conversation()

    found = breakdown(["conversations"], ["day"], frame(comparison=Comparison.PREVIOUS))

    assert [group.labels[0].text for group in found.groups] == ["Mar 10, 2026"]
    assert found.groups[0].measured["conversations"].before is None


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_groups(django_assert_num_queries, count):
    for n in range(count):
        resolved(resolved_by=factories.make_agent(f"Agent {n}"))

    with django_assert_num_queries(3):
        breakdown(["reescalation_rate"], ["agent"], frame())
