from contextlib import contextmanager
from datetime import UTC, date
from decimal import Decimal
from weakref import ref

import pytest
from django.db.models import Avg, BinaryField, Count, DecimalField, F, FloatField, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, ExtractHour, TruncDate, TruncMonth

from agents.models import Agent, Presence
from analytics.models import Rollup, Tier
from billing.models import CustomerEvent
from escalations.models import Escalation, HandlingInterval, Rating, Topic
from helpninja.common.together import AT_ONCE, Later, Together
from tests import factories
from tests.analytics.rows import NOON, answered, escalation, held, rating

pytestmark = pytest.mark.django_db
COST = DecimalField(max_digits=20, decimal_places=2)


@pytest.fixture
def rows(agent):
    of = answered(seconds=30, first_responder=agent, ai_confidence=0.25, topic=factories.make_topic("billing"))
    held(of, agent, seconds=90)
    held(of, agent, seconds=30, hourly_cost=None)
    rating(4, of=of)
    rating(None, None, sent=NOON)
    escalation(reason="customer_request", because={"conditions": [{"actual": "speak to human"}]})
    customer = factories.make_customer(signed_up_on=date(2026, 1, 2))
    factories.make_customer_event(customer, "upgraded", at=NOON, monthly_value_after=Decimal("77.35"))


def querysets():
    """Of every type of column that figures are read off, with unknown values among them."""
    escalations = Escalation.objects.order_by()
    yield escalations.values_list("topic", "reason").annotate(n=Count("pk"), mean=Avg("ai_confidence"))
    yield escalations.values_list(
        "pk", "first_response_at", "first_response_seconds", "ai_confidence", "topic__name"
    )
    yield escalations.values_list(
        TruncDate("opened_at", tzinfo=UTC),
        TruncMonth("opened_at", tzinfo=UTC),
        ExtractHour("opened_at", tzinfo=UTC),
    )
    yield escalations.values_list(KT("because__conditions__0__actual"))
    yield escalations.order_by("-pk").values_list("pk")[:1]
    yield (
        HandlingInterval.objects.order_by()
        .values_list("agent")
        .annotate(
            spent=Sum("seconds"),
            cost=Sum(F("seconds") * F("hourly_cost"), output_field=COST),
            number=Sum(Cast("seconds", FloatField())),
        )
    )
    yield Rating.objects.order_by().values_list("csat", "rated_at", "comment", Value(1))
    yield CustomerEvent.objects.order_by().values_list(
        "is_positive", "monthly_value_after", "customer__signed_up_on"
    )
    yield Agent.objects.order_by().values_list("name", "public_id", "user__is_active")
    yield Topic.objects.none().values_list("pk")
    yield Presence.objects.order_by().values_list("agent", "at")


def test_with_bytes_among_them_too(rows):
    content = bytes(range(256))
    Rollup.objects.create(tier=Tier.DAY, start=NOON.date(), dimension="total", sums=content, clock=b"")
    together = Together()

    found = [together.put(queryset, tuple) for queryset in querysets()]
    ((day, sums, clock, hours),) = together.put(
        Rollup.objects.values_list("start", "sums", "clock", Value(None, BinaryField())), tuple
    )

    assert (day, bytes(sums), bytes(clock), hours) == (NOON.date(), content, b"", None)
    for answer, queryset in zip(found, querysets(), strict=True):
        assert sorted(answer, key=repr) == sorted(map(tuple, queryset), key=repr)


def test_each_is_answered_as_if_it_had_been_asked_alone_type_by_type(rows):
    together = Together()

    found = [together.put(queryset, tuple) for queryset in querysets()]

    for answer, queryset in zip(found, querysets(), strict=True):
        alone = [tuple(row) for row in queryset]
        assert sorted(answer, key=repr) == sorted(alone, key=repr)
        assert {tuple(map(type, row)) for row in answer} == {tuple(map(type, row)) for row in alone}


def test_all_that_is_put_before_the_first_is_read_is_one_query(rows, django_assert_num_queries):
    together = Together()
    first, second = (together.put(queryset, tuple) for queryset in list(querysets())[:2])

    with django_assert_num_queries(1):
        list(first), list(second)
    third = together.put(Topic.objects.values_list("pk"), tuple)
    with django_assert_num_queries(1):
        list(third)


def test_objects_come_as_they_would_alone_with_what_is_annotated(rows, django_assert_num_queries):
    together = Together()
    escalations = Escalation.objects.annotate(held=Count("handling_intervals"))
    found = together.put_objects(escalations)
    together.put(Topic.objects.values_list("pk"), tuple)

    with django_assert_num_queries(1):
        read = {one.pk: {**vars(one), "_state": None} for one in found}

    assert read == {one.pk: {**vars(one), "_state": None} for one in escalations}
    assert {one.held for one in found} == {2, 0}


def test_more_than_one_statement_takes_are_asked_in_several(django_assert_num_queries):
    together = Together()
    topic = factories.make_topic("billing")
    found = [together.put(Topic.objects.filter(pk=topic.pk).values_list("pk"), tuple) for _ in range(AT_ONCE + 1)]

    with django_assert_num_queries(2):
        assert all(list(answer) == [(topic.pk,)] for answer in found)


def test_where_nothing_can_be_found_nothing_is_asked(django_assert_num_queries):
    together = Together()
    found = [together.put(Topic.objects.none().values_list("pk"), tuple) for _ in range(2)]

    with django_assert_num_queries(0):
        assert [list(answer) for answer in found] == [[], []]


def test_a_page_has_one_of_a_kind():
    page, other = Together(), Together()

    assert page.shared(ref) is page.shared(ref)
    assert (page.shared(ref)(), other.shared(ref)()) == (page, other)


def test_it_asks_within_what_was_put_around_it(rows):
    together, seen = Together(), []

    @contextmanager
    def around():
        further = together.put(Topic.objects.values_list("name"), tuple)
        seen.append("before")
        yield
        seen.append(list(further))

    together.around(around)
    assert seen == []
    found = together.put(Topic.objects.values_list("slug"), tuple)

    assert ("billing",) in list(found)
    assert seen[0] == "before" and ("Billing",) in seen[1]


def test_what_is_known_later_is_worked_out_once():
    calls = []

    found = Later(lambda: calls.append(1) or {"csat": 4})

    assert calls == []
    assert (found["csat"], dict(found), len(found)) == (4, {"csat": 4}, 1)
    assert calls == [1]
