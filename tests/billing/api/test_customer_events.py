from decimal import Decimal

import pytest

from billing.models import Customer, CustomerEvent
from helpninja.common.roles import Scope
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/api/v1/customer-events"
UPGRADE = {
    "external_id": "inv-7",
    "customer": "c-1",
    "kind": "upgraded",
    "at": "2026-03-01T12:00:00Z",
    "monthly_value_before": "99.00",
    "monthly_value_after": 149,
}


@pytest.fixture
def billing(api):
    return api(factories.make_key(Scope.INGEST, source="stripe"))


def test_one_event_is_stored_under_the_key_s_source_and_again_is_harmless(billing):
    first = billing.post(URL, UPGRADE, format="json")
    again = billing.post(URL, UPGRADE, format="json")

    event = CustomerEvent.objects.get()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == {"id": event.public_id, "external_id": "inv-7", "created": True}
    assert again.json() == {"id": event.public_id, "external_id": "inv-7", "created": False}
    assert (event.source, event.monthly_value_before, event.monthly_value_after) == ("stripe", 99, 149)
    assert Customer.objects.get(external_id="c-1").monthly_value == Decimal(149)


def test_a_list_answers_event_by_event(billing):
    billing.post(URL, UPGRADE, format="json")

    response = billing.post(
        URL, [UPGRADE, {**UPGRADE, "external_id": "inv-8", "kind": "cancelled"}], format="json"
    )

    assert response.status_code == 201
    assert [row["created"] for row in response.json()["results"]] == [False, True]


def test_another_event_under_the_same_id_is_a_conflict(billing):
    billing.post(URL, UPGRADE, format="json")

    response = billing.post(URL, {**UPGRADE, "monthly_value_after": 200}, format="json")

    assert response.status_code == 409
    assert response.json()["id"] == CustomerEvent.objects.get().public_id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "left"}, "kind"),
        ({"customer": ""}, "customer"),
        ({"at": "2999-01-01T00:00:00Z"}, "at"),
        ({"monthly_value_after": None}, "monthly_value_after"),
        ({"kind": "purchased"}, "amount"),
        ({"kind": "reviewed"}, "is_positive"),
        ({"is_positive": True}, "is_positive"),
        ({"amount": -1}, "amount"),
        ({"amount": "1e30"}, "amount"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(billing, change, field):
    alone = billing.post(URL, {**UPGRADE, **change}, format="json")
    in_list = billing.post(URL, [UPGRADE, {**UPGRADE, **change}], format="json")

    assert (alone.status_code, in_list.status_code) == (400, 400)
    assert list(alone.json()["errors"]) == [field]
    assert list(in_list.json()["errors"]) == [f"1.{field}"]
    assert not CustomerEvent.objects.exists()


@pytest.mark.parametrize("body", [[], [UPGRADE] * 1001, "text", 7])
def test_bodies_that_are_no_events_are_refused(billing, body):
    assert billing.post(URL, body, format="json").status_code == 400
