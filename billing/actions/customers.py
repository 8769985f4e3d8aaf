"""What a chat platform tells of its customers, kept in one row per customer."""

from typing import Any

from billing.models import Customer, Plan


def upsert_customer(*, data: dict[str, Any], plan: Plan | None) -> Customer | None:
    """The customer of that external id, otherwise of that e-mail address, otherwise a new one.

    ``data`` has the fields of Customer that the platform gave; those it left out stay as they are.
    None where it gave nothing at all.
    """
    values = {name: value for name, value in data.items() if value not in (None, "")}
    if plan is not None:
        values["plan"] = plan
    if not values:
        return None
    customer = _find(values)
    if customer is None:
        return Customer.objects.create(**values)
    changed = [name for name, value in values.items() if getattr(customer, name) != value]
    if changed:
        for name in changed:
            setattr(customer, name, values[name])
        customer.save(update_fields=changed)
    return customer


def _find(values: dict[str, Any]) -> Customer | None:
    if "external_id" in values:
        return Customer.objects.filter(external_id=values["external_id"]).select_for_update(no_key=True).first()
    if "email" in values:
        return Customer.objects.filter(email=values["email"]).order_by("id").select_for_update(no_key=True).first()
    return None
