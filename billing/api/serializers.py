from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from billing.actions.customer_events import Told
from billing.enums import VALUED_KINDS, EventKind
from helpninja.common.api.serializers import StrictSerializer

# Clocks of other machines may be ahead of ours by this much.
CLOCK_TOLERANCE = timedelta(minutes=5)


def _money(help_text: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True, help_text=help_text
    )


class CustomerEventInput(StrictSerializer):
    external_id = serializers.CharField(max_length=200, help_text="Unique for each event of this source.")
    customer = serializers.CharField(max_length=120, help_text="The customer's external id.")
    kind = serializers.ChoiceField(EventKind.choices)
    at = serializers.DateTimeField()
    amount = _money("What a purchase or renewal brought, in US dollars.")
    monthly_value_before = _money("Recurring revenue a month until then, in US dollars.")
    monthly_value_after = _money("Recurring revenue a month from then on; after a cancellation 0.")
    is_positive = serializers.BooleanField(required=False, allow_null=True, help_text="Of a public review.")

    def validate_at(self, value: Any) -> Any:
        if value > timezone.now() + CLOCK_TOLERANCE:
            raise serializers.ValidationError("This time is in the future.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind, errors = attrs["kind"], {}
        if kind in VALUED_KINDS and attrs.get("monthly_value_after") is None:
            errors["monthly_value_after"] = ["Upgrades, downgrades and changes of value need it."]
        if kind == EventKind.PURCHASED and attrs.get("amount") is None:
            errors["amount"] = ["A purchase needs it."]
        if (kind == EventKind.REVIEWED) != (attrs.get("is_positive") is not None):
            errors["is_positive"] = ["A review needs it, other events don't have it."]
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


def told_json(told: Told) -> dict[str, Any]:
    return {"id": told.event.public_id, "external_id": told.event.external_id, "created": told.created}
