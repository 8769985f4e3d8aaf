"""What became of customers, told once or many times and stored once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from billing.actions.customers import upsert_customer
from billing.enums import EventKind
from billing.models import Customer, CustomerEvent
from helpninja.common.errors import Conflict

SAID = ("customer_id", "kind", "at", "amount", "monthly_value_before", "monthly_value_after", "is_positive")


@dataclass(frozen=True)
class Told:
    """``created`` is False where the same event had been told before."""

    event: CustomerEvent
    created: bool


@transaction.atomic
def tell(*, source: str, said: Sequence[dict[str, Any]], now: datetime) -> list[Told]:
    """All of them or none, in their order. Each has the fields of CustomerEvent, ``customer`` by external id.

    A customer not known yet is made. Raises Conflict where an external id was told with other contents before.
    """
    customers = _customers({one["customer"] for one in said})
    return append(
        events=[
            CustomerEvent(source=source, received_at=now, **{**one, "customer": customers[one["customer"]]})
            for one in said
        ]
    )


@transaction.atomic
def append(*, events: Sequence[CustomerEvent]) -> list[Told]:
    """Valid unsaved events of one source; raises Conflict as ``tell`` does. Who cancelled pays nothing more."""
    if not events:
        return []
    _lock_customers(events)
    known = {
        event.external_id: event
        for event in CustomerEvent.objects.filter(
            source=events[0].source, external_id__in={event.external_id for event in events}
        )
    }
    told = [_told(event, known) for event in events]
    new = [one.event for one in told if one.created]
    CustomerEvent.objects.bulk_create(new)
    _keep_monthly_values(new)
    _keep_sign_ups(new)
    return told


def _lock_customers(events: Sequence[CustomerEvent]) -> None:
    """Each customer's events come one after the other; in the order of keys, so that nobody waits in a circle."""
    touched = Customer.objects.filter(pk__in={event.customer_id for event in events}).order_by("pk")
    list(touched.select_for_update(no_key=True).values_list("pk"))


def _told(event: CustomerEvent, known: dict[str, CustomerEvent]) -> Told:
    if event.kind == EventKind.CANCELLED and event.monthly_value_after is None:
        event.monthly_value_after = Decimal(0)
    first = known.setdefault(event.external_id, event)
    if first is not event and any(getattr(first, name) != getattr(event, name) for name in SAID):
        problem = f"{event.source} told of another event under the external id {event.external_id}."
        raise Conflict(problem, id=first.public_id)
    return Told(first, first is event)


def _customers(external_ids: set[str]) -> dict[str, Customer]:
    for external_id in sorted(external_ids - set(_known(external_ids).values_list("external_id", flat=True))):
        upsert_customer(data={"external_id": external_id}, plan=None)
    return {row.external_id or "": row for row in _known(external_ids)}


def _known(external_ids: set[str]) -> QuerySet[Customer]:
    return Customer.objects.filter(external_id__in=external_ids)


def _keep_monthly_values(new: Sequence[CustomerEvent]) -> None:
    """The latest event that says a value decides, in whatever order they arrive."""
    valued = CustomerEvent.objects.filter(customer=OuterRef("pk"), monthly_value_after__isnull=False)
    latest = valued.order_by("-at", "-id")
    rows = Customer.objects.filter(
        pk__in={event.customer_id for event in new if event.monthly_value_after is not None}
    ).annotate(latest=Subquery(latest.values("pk")[:1]), value=Subquery(latest.values("monthly_value_after")[:1]))
    ours = {event.pk for event in new}
    changed = [row for row in rows if row.latest in ours and row.monthly_value != row.value]
    for row in changed:
        row.monthly_value = row.value
    Customer.objects.bulk_update(changed, ["monthly_value"])


def _keep_sign_ups(new: Sequence[CustomerEvent]) -> None:
    first: dict[int, datetime] = {}
    for event in new:
        if event.kind == EventKind.SIGNED_UP:
            first[event.customer_id] = min(event.at, first.get(event.customer_id, event.at))
    rows = list(Customer.objects.filter(pk__in=first, signed_up_on=None))
    for row in rows:
        row.signed_up_on = first[row.pk].date()
    Customer.objects.bulk_update(rows, ["signed_up_on"])
