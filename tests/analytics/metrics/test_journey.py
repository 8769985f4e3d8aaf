"""What became of customers after their escalations, against rows counted by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from analytics.metrics.units import Unit
from analytics.metrics.wording import value_text
from billing.enums import EventKind
from escalations.enums import Timing
from helpninja.common.values import Value
from tests import factories
from tests.analytics.rows import END, NOON, escalation, rating, resolved, value

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MUCH_LATER = END + 90 * DAY


def told(of, kind=EventKind.SIGNED_UP, *, after=-400, **fields):
    """``after`` days after the escalation's opening."""
    return factories.make_customer_event(of.customer, kind, at=of.opened_at + after * DAY, **fields)


def customers(*, left_after=None, n=1, **fields):
    found = []
    for _ in range(n):
        of = resolved(**fields)
        told(of)
        if left_after is not None:
            told(of, EventKind.CANCELLED, after=left_after)
        found.append(of)
    return found


class TestRetention:
    def test_who_cancelled_by_then_is_gone(self):
        customers(left_after=90)
        customers(left_after=91)
        customers()

        assert value("retained_90", now=MUCH_LATER) == Value(2 / 3, 3, 0, 2)
        assert value("retained_60", now=MUCH_LATER) == Value(1.0, 3, 0, 3)

    def test_who_came_back_by_then_is_a_customer(self):
        (of,) = customers(left_after=20)
        told(of, EventKind.SIGNED_UP, after=50)

        assert value("retained_30", now=MUCH_LATER) == Value(0.0, 1, 0, 0)
        assert value("retained_90", now=MUCH_LATER) == Value(1.0, 1, 0, 1)

    def test_not_observed_long_enough_is_missing(self):
        customers(left_after=1)

        assert value("retained_90", now=NOON + 90 * DAY) == Value(0.0, 1, 0, 0)
        assert value("retained_90", now=NOON + 90 * DAY - timedelta(microseconds=1)) == Value(None, 0, 1, 0)

    def test_without_events_before_a_later_sign_up_or_after_the_end_nobody_was_seen_as_a_customer(self):
        resolved()
        told(resolved(), EventKind.SIGNED_UP, after=5)
        told(resolved(), EventKind.CANCELLED, after=-5)
        told(resolved(), EventKind.REVIEWED, is_positive=True)
        escalation(timing=Timing.PLACED)

        assert value("retained_90", now=MUCH_LATER) == Value(None, 0, 5, 0)

    def test_a_later_event_says_that_somebody_was_a_customer_before(self):
        told(resolved(), EventKind.CANCELLED, after=200)
        told(resolved(), EventKind.RENEWED, after=200)

        assert value("retained_90", now=MUCH_LATER) == Value(1.0, 2, 0, 2)


class TestValueChange:
    def test_the_sums_are_compared(self):
        grew, shrank = customers(), customers()
        for (of,), then, after in ((grew, 100, 160), (shrank, 300, 200)):
            told(of, EventKind.VALUE_CHANGED, after=-10, monthly_value_after=Decimal(then))
            told(of, EventKind.VALUE_CHANGED, after=90, monthly_value_after=Decimal(after))
            told(of, EventKind.VALUE_CHANGED, after=91, monthly_value_after=Decimal(1))

        assert value("value_change", now=MUCH_LATER) == Value(-0.1, 2, 0)

    def test_the_next_event_says_what_was_paid_before_it(self):
        (of,) = customers()
        told(of, EventKind.UPGRADED, after=30, monthly_value_before=Decimal(100), monthly_value_after=Decimal(150))

        assert value("value_change", now=MUCH_LATER) == Value(0.5, 1, 0)

    def test_who_left_pays_nothing(self):
        (of,) = customers()
        told(of, EventKind.VALUE_CHANGED, after=-10, monthly_value_after=Decimal(100))
        told(of, EventKind.CANCELLED, after=30, monthly_value_after=Decimal(0))

        assert value("value_change", now=MUCH_LATER) == Value(-1.0, 1, 0)

    def test_who_paid_nothing_or_of_unknown_value_or_too_recent_is_missing(self):
        customers()
        (free,) = customers()
        told(free, EventKind.VALUE_CHANGED, after=-10, monthly_value_after=Decimal(0))
        (known,) = customers()
        told(known, EventKind.VALUE_CHANGED, after=-10, monthly_value_after=Decimal(100))

        assert value("value_change", now=MUCH_LATER) == Value(0.0, 1, 2)
        assert value("value_change", now=NOON + 89 * DAY) == Value(None, 0, 3)


def test_early_churn_risk_compares_poor_with_other_experiences():
    for csat, n, left in ((1, 10, 6), (3, 10, 1), (5, 10, 3)):
        for of in (*customers(left_after=30, n=left), *customers(n=n - left)):
            rating(csat, of=of)
    customers(left_after=1)  # not rated

    found = value("early_churn_risk", now=MUCH_LATER)

    assert (round(found.value, 9), found.n, found.missing) == (3.0, 30, 1)
    assert [round(end, 2) for end in found.interval] == [1.13, 7.87]


def conversations(n, escalated, customers):
    """So many, of the customers in turn; of them the first so many came to people."""
    for i in range(n):
        started = factories.make_conversation(customer=customers[i % len(customers)], started_at=NOON)
        if i < escalated:
            escalation(conversation=started)


class TestSegments:
    def test_the_rates_of_the_block_come_out_to_the_digit(self):
        since = {"signed_up_on": (NOON - 400 * DAY).date()}
        often = factories.make_customer(**since)
        for days in range(1, 6):
            factories.make_conversation(customer=often, started_at=NOON - days * DAY)
        conversations(25, 2, [often])
        conversations(75, 10, [factories.make_customer(**since) for _ in range(15)])
        conversations(25, 7, [factories.make_customer(signed_up_on=(NOON - 3 * DAY).date())])
        conversations(50, 11, [factories.make_customer(plan="enterprise")])
        conversations(20, 7, [factories.make_customer(plan="trial")])

        keys = ("new", "established", "power", "enterprise", "trial")
        rates = [value_text(value(f"escalation_rate_{key}"), Unit.RATE) for key in keys]
        assert rates == ["28.0%", "12.0%", "8.0%", "22.0%", "35.0%"]

    def test_each_is_a_figure_of_its_own_and_they_may_overlap(self):
        old = factories.make_customer(plan="enterprise", signed_up_on=(NOON - 31 * DAY).date())
        new = factories.make_customer(plan="trial", signed_up_on=(NOON - 29 * DAY).date())
        escalation(conversation=factories.make_conversation(customer=old, started_at=NOON))
        factories.make_conversation(customer=new, started_at=NOON)
        factories.make_conversation(customer=factories.make_customer(), started_at=NOON)
        factories.make_conversation(customer=None, started_at=NOON)

        assert value("escalation_rate_new") == Value(0.0, 1, 2, 0)
        assert value("escalation_rate_established") == Value(1.0, 1, 2, 1)
        assert value("escalation_rate_enterprise") == Value(1.0, 1, 1, 1)
        assert value("escalation_rate_trial") == Value(0.0, 1, 1, 0)
        assert value("escalation_rate_power") == Value(None, 0, 2, 0)

    @pytest.mark.parametrize(("days", "key"), [(29, "new"), (30, "established")])
    def test_from_the_thirtieth_day_on_they_are_established(self, days, key):
        customer = factories.make_customer(signed_up_on=(NOON - days * DAY).date())
        factories.make_conversation(customer=customer, started_at=NOON)

        assert value(f"escalation_rate_{key}").n == 1

    def test_power_users_wrote_five_times_in_the_ninety_days_before(self):
        customer = factories.make_customer(signed_up_on=(NOON - 400 * DAY).date())
        for days in (91, 90, 4, 3, 2):
            factories.make_conversation(customer=customer, started_at=NOON - days * DAY)
        factories.make_conversation(customer=customer, started_at=NOON)
        assert value("escalation_rate_power").n == 0

        factories.make_conversation(customer=customer, started_at=NOON - DAY)
        assert value("escalation_rate_power").n == 1
