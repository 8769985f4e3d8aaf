from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.actions.customer_events import tell
from billing.enums import EventKind
from billing.models import Customer, CustomerEvent
from helpninja.common.errors import Conflict
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def customer():
    return factories.make_customer(external_id="c-1", monthly_value=Decimal(100))


def say(kind=EventKind.RENEWED, *, id="e-1", at=NOW, customer="c-1", **fields):
    return {"external_id": id, "customer": customer, "kind": kind, "at": at, **fields}


def told(*said, source="billing"):
    return tell(source=source, said=said, now=NOW)


def value_of(customer):
    return Customer.objects.get(pk=customer.pk).monthly_value


def test_an_event_told_twice_is_stored_once(customer):
    first, again = told(say(amount=Decimal("99"))), told(say(amount=Decimal("99.00")))

    assert (first[0].created, again[0].created) == (True, False)
    assert again[0].event.pk == first[0].event.pk
    assert CustomerEvent.objects.count() == 1


def test_the_same_id_in_another_source_is_another_event(customer):
    told(say())
    told(say(), source="shop")

    assert CustomerEvent.objects.count() == 2


def test_the_same_id_with_other_contents_is_refused_and_nothing_of_the_list_is_stored(customer):
    told(say())

    with pytest.raises(Conflict, match="e-1"):
        told(say(id="e-2"), say(EventKind.CANCELLED))

    assert CustomerEvent.objects.get().external_id == "e-1"


def test_twice_within_one_list_is_once(customer):
    assert [one.created for one in told(say(), say())] == [True, False]


def test_the_monthly_value_follows_the_latest_event_in_whatever_order_they_come(customer):
    told(say(EventKind.UPGRADED, id="e-2", at=NOW, monthly_value_after=Decimal(150)))
    told(say(EventKind.DOWNGRADED, id="e-1", at=NOW - DAY, monthly_value_after=Decimal(80)))

    assert value_of(customer) == 150


def test_who_cancelled_pays_nothing(customer):
    (one,) = told(say(EventKind.CANCELLED))

    assert one.event.monthly_value_after == 0
    assert value_of(customer) == 0


def test_events_without_a_value_leave_it(customer):
    told(say(EventKind.PURCHASED, amount=Decimal(500)))

    assert value_of(customer) == 100


def test_a_value_set_by_hand_later_is_not_undone_by_an_old_event_told_again(customer):
    upgraded = say(EventKind.UPGRADED, monthly_value_after=Decimal(150))
    told(upgraded)
    Customer.objects.update(monthly_value=175)

    told(upgraded)

    assert value_of(customer) == 175


def test_an_unknown_customer_is_made_and_gets_the_day_of_the_sign_up():
    told(say(EventKind.SIGNED_UP, customer="c-new", monthly_value_after=Decimal(29)))

    customer = Customer.objects.get(external_id="c-new")
    assert (customer.signed_up_on, customer.monthly_value) == (NOW.date(), 29)


def test_a_known_day_of_sign_up_stays(customer):
    Customer.objects.update(signed_up_on="2025-01-01")

    told(say(EventKind.SIGNED_UP))

    assert str(Customer.objects.get().signed_up_on) == "2025-01-01"


def test_a_list_takes_as_many_queries_as_one_event(customer, django_assert_num_queries):
    with django_assert_num_queries(11):
        told(*(say(EventKind.UPGRADED, id=f"e-{n}", monthly_value_after=Decimal(n)) for n in range(50)))


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": EventKind.UPGRADED},
        {"kind": EventKind.PURCHASED},
        {"kind": EventKind.REVIEWED},
        {"kind": EventKind.RENEWED, "is_positive": True},
        {"kind": EventKind.RENEWED, "amount": Decimal(-1)},
    ],
)
def test_the_database_refuses_nonsense(customer, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_customer_event(customer, **fields)
